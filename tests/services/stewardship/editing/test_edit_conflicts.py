"""Two people write the same service: the second one sees both versions and chooses, point by point."""

import pytest

from organisations.models import Membership
from services.models import Draft, Service
from tests import cast
from tests.html_page import view_url
from tests.services.stewardship.editing.service_form import EditorClient


@pytest.fixture
def satu_client(satu):
    return EditorClient(satu)


@pytest.fixture
def eetu_client(kivivuori):
    eetu = cast.create_user("eetu@kivivuori.example", name="Eetu Ohjaaja")
    Membership.objects.create(user=eetu, organisation=kivivuori, role="editor")
    return EditorClient(eetu)


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, summary="Aamupala ja leikkiä.", client_access="Tulkaa mukaan.")


def test_second_to_save_sees_both_versions_and_chooses(satu_client, eetu_client, club):
    at_satus, at_eetus = satu_client.edit(club), eetu_client.edit(club)
    satu_client.send(at_satus, "publish", name_fi="Perheiden kerho", summary_fi="Aamupala.")
    page = eetu_client.send(at_eetus, "publish", status=409, summary_fi="Leikkiä.", client_access_fi="Soittakaa.")
    # What one alone has changed is chosen; where both have, nobody is preferred.
    assert eetu_client.conflicts(page) == {
        "name_fi": ("Perheiden kerho", "Perhekerho", "theirs"),
        "summary_fi": ("Aamupala.", "Leikkiä.", ""),
        "client_access_fi": ("Tulkaa mukaan.", "Soittakaa.", "mine"),
    }
    club.refresh_from_db()
    assert (club.summary_fi, club.client_access_fi) == ("Aamupala.", "Tulkaa mukaan.")
    eetu_client.resolve_conflicts(page, summary_fi="mine")
    club.refresh_from_db()
    assert (club.name_fi, club.summary_fi, club.client_access_fi) == ("Perheiden kerho", "Leikkiä.", "Soittakaa.")


def test_nothing_is_stored_before_every_point_is_decided(satu_client, eetu_client, club):
    at_satus, at_eetus = satu_client.edit(club), eetu_client.edit(club)
    satu_client.send(at_satus, "save", summary_fi="Aamupala.")
    page = eetu_client.send(at_eetus, "save", status=409, summary_fi="Leikkiä.")
    page = eetu_client.resolve_conflicts(page, status=409)
    assert page.main.all(role="alert")
    assert eetu_client.conflicts(page) == {"summary_fi": ("Aamupala.", "Leikkiä.", "")}
    assert Draft.objects.get().by == satu_client.user


def test_third_version_meanwhile_is_shown_too(satu_client, eetu_client, club):
    at_eetus = eetu_client.edit(club)
    satu_client.send(satu_client.edit(club), "save", summary_fi="Aamupala.")
    page = eetu_client.send(at_eetus, "save", status=409, summary_fi="Leikkiä.")
    satu_client.send(satu_client.edit(club), "save", summary_fi="Aamupala ja lounas.")
    page = eetu_client.resolve_conflicts(page, status=409, summary_fi="mine")
    assert eetu_client.conflicts(page)["summary_fi"][:2] == ("Aamupala ja lounas.", "Leikkiä.")
    eetu_client.resolve_conflicts(page, summary_fi="mine")
    assert Draft.objects.get().values["summary_fi"] == "Leikkiä."


def test_change_of_what_readers_see_is_not_overwritten_by_an_older_draft(satu_client, club):
    satu_client.send(satu_client.edit(club), "save", summary_fi="Leikkiä.")
    # An import, or the desk.
    Service.objects.filter(pk=club.pk).update(summary_fi="Tuotu teksti.", email="tuotu@kivivuori.example")
    page = satu_client.send(satu_client.edit(club), "publish", status=409)
    assert satu_client.conflicts(page) == {
        "summary_fi": ("Tuotu teksti.", "Leikkiä.", ""),
        "email": ("tuotu@kivivuori.example", "", "theirs"),
    }
    satu_client.resolve_conflicts(page, summary_fi="mine")
    club.refresh_from_db()
    assert (club.summary_fi, club.email) == ("Leikkiä.", "tuotu@kivivuori.example")


def test_publishing_from_the_preview_asks_too(satu_client, club):
    satu_client.send(satu_client.edit(club), "preview", summary_fi="Leikkiä.")
    Service.objects.filter(pk=club.pk).update(summary_fi="Tuotu teksti.")
    response = satu_client.browser.post(view_url("editing:publish", club.pk))
    assert response.status_code == 409
    club.refresh_from_db()
    assert club.summary_fi == "Tuotu teksti."


def test_phone_numbers_and_subjects_are_one_point_each(satu_client, eetu_client, club):
    separation, debts = cast.category("Ero"), cast.category("Velat")
    at_satus, at_eetus = satu_client.edit(club), eetu_client.edit(club)
    satu_client.send(at_satus, "save", categories=[separation.pk], **{"phone-0-number": "09 1"})
    page = eetu_client.send(
        at_eetus, "save", status=409, categories=[debts.pk], **{"phone-0-number": "09 2", "phone-1-number": "09 3"}
    )
    assert eetu_client.conflicts(page) == {"categories": ("Ero", "Velat", ""), "phones": ("09 1", "09 2 09 3", "")}
    eetu_client.resolve_conflicts(page, categories="theirs", phones="mine")
    values = Draft.objects.get().values
    assert values["categories"] == [str(separation.pk)]
    assert [values["phone-0-number"], values["phone-1-number"]] == ["09 2", "09 3"]


def test_same_change_by_both_is_no_conflict(satu_client, eetu_client, club):
    at_satus, at_eetus = satu_client.edit(club), eetu_client.edit(club)
    satu_client.send(at_satus, "save", summary_fi="Leikkiä.")
    eetu_client.send(at_eetus, "save", summary_fi="Leikkiä.")
    assert Draft.objects.get().values["summary_fi"] == "Leikkiä."


@pytest.mark.parametrize("sent", ["x", "\x00", "9" * 40, "٣", "null"])
def test_records_that_cannot_be_are_no_point_to_decide(satu_client, eetu_client, club, sent):
    at_eetus = eetu_client.edit(club)
    satu_client.send(satu_client.edit(club), "save", name_fi="Perheiden kerho")
    page = eetu_client.send(at_eetus, "save", status=409, name_fi="Kerho", categories=[sent], municipalities=[sent])
    assert eetu_client.conflicts(page)["categories"][:2] == ("", "")
