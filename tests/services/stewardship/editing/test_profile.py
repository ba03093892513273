"""A member writes the organisation's own profile: the draft, the preview, publishing, and two people at once."""

import pytest
from django.utils import timezone

from organisations.models import Organisation
from services.models import Draft, LinkCheck
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient


class ProfileEditorClient(EditorClient):
    def profile(self, organisation):
        return self.open(view_url("editing:profile", organisation.pk))


@pytest.fixture
def satu_client(satu):
    return ProfileEditorClient(satu)


def test_profile_is_published_and_found_by_its_new_name_and_area(satu_client, kivivuori, open_page, find):
    cast.service("Perhekerho", kivivuori)
    separation = cast.category("Ero")
    typed = {
        "name_fi": "Kivivuoren talo",
        "description_sv": "Vi hjälper.",
        "phone-0-number": "09 1",
        "counties": ["21"],
    }
    page = satu_client.send(
        satu_client.profile(kivivuori), "publish", categories=[separation.pk], municipalities=[], **typed
    )
    assert page.path == view_url("editing:profile", kivivuori.pk)
    kivivuori.refresh_from_db()
    assert (kivivuori.name_fi, kivivuori.description_sv, kivivuori.assured_by) == (
        "Kivivuoren talo",
        "Vi hjälper.",
        satu_client.user,
    )
    assert [phone.number for phone in kivivuori.phones.all()] == ["09 1"]
    assert list(kivivuori.categories.all()) == [separation]
    # Search is in step: services are found by the organisation's name and where it works now.
    assert find(q="Kivivuoren talo").names == ["Perhekerho"]
    assert find(municipality="698").names == ["Perhekerho"]
    assert find(municipality="092").names == []
    assert "Kivivuoren talo" in Page(satu_client.browser.get(view_url("finding:suggest", q="kivivuoren t"))).text


def test_draft_is_not_seen_until_it_is_published(satu_client, kivivuori, open_page):
    satu_client.send(satu_client.profile(kivivuori), "save", description_fi="Uusi kuvaus")
    assert "Uusi kuvaus" not in open_page(kivivuori).main.text
    assert satu_client.profile(kivivuori).main.one("textarea", name="description_fi").text == "Uusi kuvaus"
    satu_client.send(satu_client.profile(kivivuori), "publish")
    assert "Uusi kuvaus" in open_page(kivivuori).main.text
    assert not Draft.objects.exists()


def test_preview_shows_the_page_that_readers_would_see_and_changes_nothing(satu_client, kivivuori, open_page):
    typed = {"name_fi": "Toinen nimi", "phone-0-number": "09 1234"}
    page = satu_client.send(satu_client.profile(kivivuori), "preview", **typed)
    assert page.main.one("h1").text == "Toinen nimi"
    assert "09" in page.main.one(class_="phones").text
    assert "Kivivuoren perhetalo" in open_page(kivivuori).main.text
    satu_client.press(page, view_url("editing:profile-publish", kivivuori.pk))
    kivivuori.refresh_from_db()
    assert kivivuori.name_fi == "Toinen nimi"


def test_draft_that_is_thrown_away(satu_client, kivivuori):
    satu_client.send(satu_client.profile(kivivuori), "save", name_fi="Toinen nimi")
    satu_client.press(satu_client.open(view_url("editing:profile-discard", kivivuori.pk)))
    assert satu_client.profile(kivivuori).main.one("input", name="name_fi")["value"] == "Kivivuoren perhetalo"
    assert Organisation.objects.filter(pk=kivivuori.pk).exists()


def test_second_to_save_sees_both_versions_and_chooses(satu_client, kivivuori):
    at_eetu = ProfileEditorClient(satu_client.user)
    page = at_eetu.profile(kivivuori)
    satu_client.send(satu_client.profile(kivivuori), "publish", email="uusi@kivivuori.example", abbreviation="KP")
    page = at_eetu.send(page, "publish", status=409, email="oma@kivivuori.example", description_fi="Kuvaus")
    assert satu_client.conflicts(page) == {
        "description_fi": ("", "Kuvaus", "mine"),
        "abbreviation": ("KP", "", "theirs"),
        "email": ("uusi@kivivuori.example", "oma@kivivuori.example", ""),
    }
    at_eetu.resolve_conflicts(page, email="mine")
    kivivuori.refresh_from_db()
    assert (kivivuori.email, kivivuori.abbreviation, kivivuori.description_fi) == (
        "oma@kivivuori.example",
        "KP",
        "Kuvaus",
    )


def test_import_meanwhile_is_not_overwritten_by_an_older_draft(satu_client, kivivuori):
    satu_client.send(satu_client.profile(kivivuori), "save", description_fi="Oma")
    Organisation.objects.filter(pk=kivivuori.pk).update(description_fi="Tuotu")
    page = satu_client.send(satu_client.profile(kivivuori), "publish", status=409)
    assert satu_client.conflicts(page) == {"description_fi": ("Tuotu", "Oma", "")}


def test_half_done_profile_is_kept_as_it_was_typed(satu_client, kivivuori):
    page = satu_client.send(
        satu_client.profile(kivivuori), "publish", name_fi="", email="talo", description_fi="x" * 2501
    )
    assert page.main.one("input", name="email")["value"] == "talo"
    assert {"#id_name_fi", "#id_email"} <= {link["href"] for link in page.main.one(id="errors").all("a")}
    assert page.main.one(id="id_description_fi")["data-count"] == "2500"
    kivivuori.refresh_from_db()
    assert kivivuori.name_fi == "Kivivuoren perhetalo"


def test_what_a_member_may_not_change_alone_is_told_with_whom_to_ask(satu_client, kivivuori, kaisa):
    page = satu_client.profile(kivivuori)
    assert "kaisa@vake.example" in page.section("part-fixed").text
    forged = {"sector": "county", "status": "archived", "business_id": "1234567-1", "parent": kivivuori.pk}
    satu_client.browser.post(
        page.path, form_values(page.main.one("form", id="profile-form")) | forged | {"do": "publish"}
    )
    kivivuori.refresh_from_db()
    assert kivivuori.assured_by == satu_client.user
    assert (kivivuori.sector, kivivuori.status) == ("ngo", "published")
    assert (kivivuori.business_id, kivivuori.parent) == ("", None)


def test_one_next_thing_that_would_help_most(satu_client, kivivuori):
    told = satu_client.profile(kivivuori).main.one(class_="how-complete")
    assert told.all("a")[0]["href"] == "#reach"
    satu_client.send(satu_client.profile(kivivuori), "publish", description_fi="Kuvaus", email="talo@kivivuori.example")
    told = satu_client.profile(kivivuori).main.one(class_="how-complete")
    # The area is told already.
    assert told.all("a")[0]["href"] == view_url("editing:contact-new", kivivuori.pk)
    assert "43 %" in told.text


def test_saving_without_a_change_touches_no_service(satu_client, kivivuori, django_assert_max_num_queries):
    cast.services(20, kivivuori)
    page = satu_client.profile(kivivuori)
    with django_assert_max_num_queries(50):
        satu_client.send(page, "publish")


def test_form_asks_the_database_as_often_for_many(satu_client, kivivuori, django_assert_max_num_queries):
    kivivuori.categories.add(*[cast.category(f"Aihe {n}") for n in range(20)])
    satu_client.profile(kivivuori)
    with django_assert_max_num_queries(15):
        satu_client.profile(kivivuori)


def test_outsiders_find_nothing(pirjo, kivivuori):
    for name in ("profile", "profile-preview", "profile-discard"):
        EditorClient(pirjo).open(view_url(f"editing:{name}", kivivuori.pk), status=404)


def test_broken_link_is_told_once_beside_its_field(satu_client, kivivuori):
    Organisation.objects.filter(pk=kivivuori.pk).update(website_fi="https://talo.example/")
    LinkCheck.objects.create(
        address="https://talo.example/",
        checked_at=timezone.now(),
        result="failed",
        problem="gone",
        failed_days=3,
        failed_on=timezone.localdate(),
    )
    (told,) = satu_client.profile(kivivuori).main.all("p", class_="broken-link")
    assert told["id"] == "id_website_fi_broken"
