"""Invitations by mail through a real mail server: single use, expiry and revocation."""

import datetime as dt
from functools import partial

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from organisations.actions import invitations
from organisations.actions.members import change_role, remove_member
from organisations.models import Invitation, User
from tests import cast
from tests.html_page import view_url

OONA = "oona@kivivuori.example"


@pytest.fixture
def invite(aino, kivivuori, sign_in, mailbox):
    """Aino invites by the form; returns the resulting page."""

    def invite(email=OONA, **fields):
        at_aino = sign_in(aino)
        page = at_aino.go("people:members", kivivuori.pk)
        form = len(page.main.all("form", method="post")) - 1
        return at_aino.send(page, form=form, **{"email": email, "role": "editor", "language": "fi", **fields})

    return invite


@pytest.fixture
def link(invite, mailbox):
    """The link in the mail to Oona."""
    invite()
    (letter,) = mailbox.of(OONA)
    (link,) = letter.links
    return link


def role_of(email, organisation):
    return organisation.memberships.filter(user__email=email).values_list("role", flat=True).first()


def age_invitations():
    """Make the invitations eleven minutes older."""
    Invitation.objects.update(expires_at=F("expires_at") - dt.timedelta(minutes=11))


# The mail


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_mail_is_in_the_selected_language(invite, mailbox, language):
    invite(language=language)
    (letter,) = mailbox
    assert letter.to == [OONA]
    assert letter.links[0].startswith(f"/{language}/")
    assert letter.message.get_content_type() == "text/plain"
    assert "Kivivuoren perhetalo" in letter.subject


def test_link_starts_with_the_address_of_the_site(invite, mailbox, settings):
    settings.SITE_ADDRESS = "https://palvelukartta.example"
    invite()
    assert "https://palvelukartta.example/fi/" in mailbox[0].text
    assert "testserver" not in mailbox[0].text


def test_link_has_no_email_and_database_has_no_token(link):
    assert "oona" not in link
    token = link.rstrip("/").rpartition("/")[2]
    (row,) = Invitation.objects.values()
    assert token not in str(row)


# Acceptance


def test_new_user_signs_up_and_joins(link, visitor, kivivuori, mailbox):
    page = visitor.send(visitor.open(link))
    assert page.one("input", name="email")["value"] == OONA
    page = visitor.send(page, name="Oona Ohjaaja", password1="vihreä-kivi-12")
    # The mail has verified the address, so no code is required.
    visitor.send(page)
    assert role_of(OONA, kivivuori) == "editor"
    user = User.objects.get(email=OONA)
    assert (user.name, user.emailaddress_set.get().verified) == ("Oona Ohjaaja", True)


def test_address_without_the_invitation_is_not_verified(link, visitor):
    page = visitor.send(visitor.open(link))
    visitor.send(page, name="Oona", email="kaisa@vake.example", password1="vihreä-kivi-12")
    user = User.objects.get(name="Oona")
    assert user.email == OONA
    assert dict(user.emailaddress_set.values_list("email", "verified")) == {OONA: True, "kaisa@vake.example": False}


def test_user_with_an_account_joins(link, pirjo, sign_in, kivivuori):
    at_pirjo = sign_in(pirjo)
    at_pirjo.send(at_pirjo.open(link))
    assert role_of(pirjo.email, kivivuori) == "editor"


def test_user_with_an_account_logs_in_and_joins(link, pirjo, visitor, kivivuori):
    page = visitor.log_in(pirjo.email, "salasana", next_=link)
    assert page.path == link
    visitor.send(page)
    assert role_of(pirjo.email, kivivuori) == "editor"


def test_opening_the_link_accepts_nothing(link, pirjo, sign_in, kivivuori):
    sign_in(pirjo).open(link)
    assert role_of(pirjo.email, kivivuori) is None


def test_member_does_not_use_up_the_invitation_of_another_person(link, aino, sign_in, visitor, kivivuori):
    """Aino tries out the link sent to Oona."""
    at_aino = sign_in(aino)
    page = at_aino.open(link)
    assert OONA in page.main.text and aino.email in page.main.text
    assert "odottaa" in at_aino.send(page).text
    assert role_of(aino.email, kivivuori) == "admin"
    visitor.open(link)


def test_editor_who_is_invited_as_admin_becomes_one(invite, mailbox, eetu, sign_in, kivivuori):
    invite(email="eetu.toinen@kivivuori.example", role="admin")
    at_eetu = sign_in(eetu)
    at_eetu.send(at_eetu.open(mailbox[0].links[0]))
    assert role_of(eetu.email, kivivuori) == "admin"


def test_user_invited_by_another_address_may_switch_accounts_first(link, pirjo, sign_in):
    at_pirjo = sign_in(pirjo)
    page = at_pirjo.open(link)
    assert OONA in page.main.text and pirjo.email in page.main.text
    (leave,) = page.main.all("a", href=f"{view_url('account_logout')}?next={link}")
    page = at_pirjo.send(at_pirjo.open(leave["href"]))
    assert page.path == link


# Invalid links


def test_link_works_once(link, pirjo, kaisa, sign_in, kivivuori):
    at_pirjo, at_kaisa = sign_in(pirjo), sign_in(kaisa)
    page = at_kaisa.open(link)
    at_pirjo.send(at_pirjo.open(link))
    at_kaisa.send(page, status=410)
    assert role_of(kaisa.email, kivivuori) is None
    at_kaisa.open(link, status=410)


def test_link_expires(link, visitor, pirjo, sign_in):
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    page = visitor.open(link, status=410)
    assert page.main.all("a", href=view_url("account_login"))
    # A signed-in user is not asked to log in.
    page = sign_in(pirjo).open(link, status=410)
    assert not page.main.all("a", href=view_url("account_login"))
    assert page.main.all("a", href=view_url("dashboard:account"))


def test_revoked_link_does_not_work(link, aino, sign_in, visitor, kivivuori):
    at_aino = sign_in(aino)
    (invitation,) = kivivuori.invitations.all()
    page = at_aino.go("people:members", kivivuori.pk)
    at_aino.send(page, form=view_url("people:invitation-revoke", kivivuori.pk, invitation.pk))
    visitor.open(link, status=410)


def test_renewed_invitation_has_a_new_link_that_replaces_the_old_one(link, aino, sign_in, visitor, kivivuori, mailbox):
    at_aino = sign_in(aino)
    (invitation,) = kivivuori.invitations.all()
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    page = at_aino.go("people:members", kivivuori.pk)
    at_aino.send(page, form=view_url("people:invitation-renew", kivivuori.pk, invitation.pk))
    letter = mailbox.of(OONA)[1]
    (new,) = letter.links
    assert new != link
    # It gives the new expiry date, not the first one.
    assert date_format(timezone.localtime(Invitation.objects.get().expires_at), "SHORT_DATE_FORMAT") in letter.text
    visitor.open(link, status=410)
    visitor.open(new)


@pytest.mark.parametrize("end", [remove_member, partial(change_role, role="editor")])
def test_link_stops_working_when_the_inviter_loses_the_right_to_invite(link, aino, kivivuori, visitor, end):
    kivivuori.memberships.create(user=cast.create_user("iiris@kivivuori.example"), role="admin")
    end(membership=kivivuori.memberships.get(user=aino))
    assert visitor.browser.get(link).status_code == 410


def test_link_stops_working_when_the_inviter_loses_the_right_in_a_parent(aino, kivivuori, sign_in, mailbox):
    """An admin of the federation invites herself to a member association and is removed before accepting."""
    federation = cast.organisation("Perhetalojen liitto")
    kivivuori.parent = federation
    kivivuori.save()
    lea = cast.create_user("lea@liitto.example")
    hers = federation.memberships.create(user=lea, role="admin")
    federation.memberships.create(user=cast.create_user("iiris@liitto.example"), role="admin")
    at_lea = sign_in(lea)
    page = at_lea.go("people:members", kivivuori.pk)
    form = len(page.main.all("form", method="post")) - 1
    at_lea.send(page, form=form, email="lea.yksityinen@posti.example", role="admin", language="fi")
    remove_member(membership=hers)
    (link,) = mailbox.of("lea.yksityinen@posti.example")[-1].links
    at_lea.open(link, status=410)


@pytest.mark.parametrize(
    "end",
    [
        lambda kivivuori: User.objects.filter(email="aino@kivivuori.example").update(is_active=False),
        lambda kivivuori: type(kivivuori).objects.update(status="archived"),
    ],
)
def test_link_stops_working_when_the_inviter_or_the_organisation_is_gone(link, kivivuori, visitor, end):
    end(kivivuori)
    visitor.open(link, status=410)


@pytest.mark.parametrize("refused", [lambda at, link: at.post(link), lambda at, link: at.put(link)])
def test_rejected_request_leaves_no_valid_link_in_the_log(link, caplog, refused):
    token = link.rstrip("/").rpartition("/")[2]
    assert refused(Client(enforce_csrf_checks=True), link).status_code in (403, 405)
    assert "/…/" in caplog.text
    assert token not in caplog.text


def test_unknown_link_has_an_error_page(visitor):
    visitor.go("people:invitation", "x" * 43, status=410)


# Refusals


def test_member_cannot_be_invited(invite, eetu, mailbox):
    page = invite("EETU@kivivuori.example")
    assert page.one("input", name="email")["aria-invalid"] == "true"
    assert mailbox == []


def test_address_cannot_be_invited_twice(invite, mailbox):
    invite()
    page = invite(OONA.upper())
    assert page.one("input", name="email")["aria-invalid"] == "true"
    assert len(mailbox) == 1


def test_number_of_pending_invitations_is_limited(invite, kivivuori, mailbox, monkeypatch):
    monkeypatch.setattr(invitations, "MAX_PENDING_INVITATIONS", 1)
    invite()
    assert invite("toinen@kivivuori.example").one(role="alert")
    assert len(mailbox) == 1


def test_invitation_cannot_be_resent_within_ten_minutes(link, aino, sign_in, visitor, kivivuori, mailbox):
    at_aino = sign_in(aino)
    again = view_url("people:invitation-renew", kivivuori.pk, kivivuori.invitations.get().pk)
    page = at_aino.send(at_aino.go("people:members", kivivuori.pk), form=again)
    assert page.all("p", class_="notice-error")
    # The link already sent stays valid.
    visitor.open(link)
    age_invitations()
    at_aino.send(page, form=again)
    assert len(mailbox) == 2


def test_number_of_invitations_per_day_is_limited_even_if_revoked(invite, kivivuori, mailbox, monkeypatch):
    monkeypatch.setattr(invitations, "MAX_INVITATIONS_PER_DAY", 1)
    invite()
    invitations.revoke_invitation(invitation=kivivuori.invitations.get())
    assert invite("toinen@kivivuori.example").one(role="alert")
    Invitation.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    invite("toinen@kivivuori.example")
    assert len(mailbox) == 2


def test_address_is_erased_when_the_invitation_is_settled(link, pirjo, sign_in):
    at_pirjo = sign_in(pirjo)
    at_pirjo.send(at_pirjo.open(link))
    assert Invitation.objects.get().email == ""


def test_mail_failure_is_reported_and_the_address_is_not_logged(invite, settings, caplog):
    settings.EMAIL_PORT = 1
    page = invite()
    assert page.all("p", class_="notice-error")
    assert Invitation.objects.pending().count() == 1
    assert "oona" not in caplog.text
    assert caplog.records


def test_sign_up_is_closed_to_those_without_an_invitation(visitor):
    page = visitor.go("account_signup")
    assert page.main.all("form") == []
    answer = visitor.browser.post(
        view_url("account_signup"), {"email": "x@y.example", "name": "X", "password1": "vihreä-kivi-12"}
    )
    assert not User.objects.filter(email="x@y.example").exists(), answer
