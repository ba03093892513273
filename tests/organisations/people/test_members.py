"""Members of an organisation: roles, removal, and protection of the last admin."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from organisations.actions.exceptions import ActionRefused
from organisations.actions.members import change_role, remove_member
from organisations.models import Membership, Organisation, User
from services.models import Change
from tests import cast
from tests.html_page import view_url


def membership(user, organisation):
    return Membership.objects.get(user=user, organisation=organisation)


def role_form(user, organisation):
    return view_url("people:role", organisation.pk, membership(user, organisation).pk)


def test_admin_makes_an_editor_an_admin_and_back(aino, eetu, kivivuori, sign_in):
    at_aino = sign_in(aino)
    for role in ("admin", "editor"):
        page = at_aino.go("people:members", kivivuori.pk)
        at_aino.send(page, {"role": role}, form=role_form(eetu, kivivuori))
        assert membership(eetu, kivivuori).role == role


def test_editor_sees_the_members_but_neither_addresses_nor_forms(aino, eetu, kivivuori, sign_in):
    page = sign_in(eetu).go("people:members", kivivuori.pk)
    assert "Aino Johtaja" in page.main.text
    assert "aino@kivivuori.example" not in page.main.text
    assert page.main.all("form", method="post") == []


def test_removing_asks_first_and_ends_the_access_of_a_live_session_at_once(aino, eetu, kivivuori, sign_in):
    at_aino, at_eetu = sign_in(aino), sign_in(eetu)
    at_eetu.go("people:members", kivivuori.pk)
    page = at_aino.go("people:remove", kivivuori.pk, membership(eetu, kivivuori).pk)
    assert membership(eetu, kivivuori)
    at_aino.send(page)
    # He is still logged in, but the organisation's pages return 404.
    at_eetu.go("dashboard:account")
    at_eetu.go("people:members", kivivuori.pk, status=404)


def test_deactivated_account_loses_access_at_once(aino, kivivuori, sign_in):
    at_aino = sign_in(aino)
    User.objects.filter(pk=aino.pk).update(is_active=False)
    assert at_aino.go("people:members", kivivuori.pk).path == view_url("account_login")


def test_editor_leaves(eetu, aino, kivivuori, sign_in):
    at_eetu = sign_in(eetu)
    at_eetu.send(at_eetu.go("people:remove", kivivuori.pk, membership(eetu, kivivuori).pk))
    assert not kivivuori.memberships.filter(user=eetu).exists()


def test_editor_removes_nobody_else(eetu, aino, kivivuori, sign_in):
    sign_in(eetu).go("people:remove", kivivuori.pk, membership(aino, kivivuori).pk, status=403)


def test_last_admin_neither_leaves_nor_becomes_an_editor(aino, eetu, kivivuori, sign_in):
    at_aino = sign_in(aino)
    page = at_aino.send(at_aino.go("people:remove", kivivuori.pk, membership(aino, kivivuori).pk))
    assert page.all("p", class_="notice-error")
    page = at_aino.go("people:members", kivivuori.pk)
    page = at_aino.send(page, {"role": "editor"}, form=role_form(aino, kivivuori))
    assert page.all("p", class_="notice-error")
    assert membership(aino, kivivuori).role == "admin"


def test_admin_leaves_where_another_stays(aino, eetu, kivivuori, sign_in):
    change_role(membership=membership(eetu, kivivuori), role="admin")
    at_aino = sign_in(aino)
    at_aino.send(at_aino.go("people:remove", kivivuori.pk, membership(aino, kivivuori).pk))
    assert [m.user for m in kivivuori.memberships.all()] == [eetu]


def test_admin_with_a_deactivated_account_does_not_count(aino, eetu, kivivuori, sign_in):
    change_role(membership=membership(eetu, kivivuori), role="admin")
    User.objects.filter(pk=eetu.pk).update(is_active=False)
    at_aino = sign_in(aino)
    at_aino.send(at_aino.go("people:remove", kivivuori.pk, membership(aino, kivivuori).pk))
    assert membership(aino, kivivuori).role == "admin"


@pytest.fixture
def two_admins(django_db_setup, django_db_blocker):
    """Memberships committed for other connections. Deleted one by one, as truncation would delete the areas too."""
    with django_db_blocker.unblock():
        home = Organisation.objects.create(name_fi="Kivivuori", sector="ngo")
        users = [User.objects.create_user(f"{name}@kivivuori.example") for name in ("aino", "iiris")]
        yield [Membership.objects.create(user=user, organisation=home, role="admin") for user in users]
        number = home.pk
        home.delete()
        User.objects.filter(pk__in=[user.pk for user in users]).delete()
        Change.objects.of("organisation", number).delete()
        connection.close()


def test_two_admins_cannot_leave_at_the_same_moment(two_admins):
    refused = []

    def leave(membership):
        try:
            with transaction.atomic():
                remove_member(membership=membership)
        except ActionRefused:
            refused.append(membership)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[membership]) for membership in two_admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Membership.objects.filter(organisation=two_admins[0].organisation).count() == 1


def test_admin_of_a_parent_organisation_manages_its_descendants(aino, kivivuori, sign_in):
    club = cast.organisation("Kivivuoren kerho", parent=kivivuori)
    below = cast.organisation("Kerhon alaosasto", parent=club)
    at_aino = sign_in(aino)
    for organisation in (club, below):
        assert at_aino.go("people:members", organisation.pk).main.all("form", method="post")


def test_editor_of_a_parent_organisation_has_no_access_to_its_descendants(eetu, kivivuori, sign_in):
    club = cast.organisation("Kivivuoren kerho", parent=kivivuori)
    sign_in(eetu).go("people:members", club.pk, status=404)


def test_sessions_are_shown_and_ended(aino, sign_in, visitor):
    current, elsewhere = visitor, sign_in()
    for browser in (current, elsewhere):
        browser.log_in(aino.email, "salasana")
    page = current.go("usersessions_list")
    assert len(page.one("ul", class_="rows").all("li")) == 2
    current.send(page)
    assert Session.objects.count() == 1
    assert elsewhere.go("dashboard:account").path == view_url("account_login")
    assert current.go("dashboard:account").path == view_url("dashboard:account")


def test_number_of_queries_does_not_grow_with_members(aino, kivivuori, sign_in, django_assert_max_num_queries):
    at_aino = sign_in(aino)
    pages = [view_url("dashboard:account"), view_url("people:members", kivivuori.pk)]
    with CaptureQueriesContext(connection) as few:
        for page in pages:
            at_aino.open(page)
    for number in range(6):
        kivivuori.memberships.create(user=cast.create_user(f"m{number}@kivivuori.example"))
        cast.organisation(f"Talo {number}").memberships.create(user=aino)
    with django_assert_max_num_queries(len(few)):
        for page in pages:
            at_aino.open(page)
