"""A member writes the organisation's own profile: the draft, the preview, publishing, and two people at once."""

import pytest
from django.utils import timezone

from organisations.models import Organisation
from services.models import Draft, LinkCheck
from tests import cast
from tests.admin_client import values
from tests.html_page import Page, address
from tests.services.stewardship.editing.service_form import Writer


class ProfileWriter(Writer):
    def profile(self, organisation):
        return self.open(address("editing:profile", organisation.pk))


@pytest.fixture
def at_satu(satu):
    return ProfileWriter(satu)


def test_profile_is_published_and_found_by_its_new_name_and_area(at_satu, kivivuori, open_page, find):
    cast.service("Perhekerho", kivivuori)
    separation = cast.category("Ero")
    typed = {
        "name_fi": "Kivivuoren talo",
        "description_sv": "Vi hjälper.",
        "phone-0-number": "09 1",
        "counties": ["21"],
    }
    page = at_satu.send(at_satu.profile(kivivuori), "publish", categories=[separation.pk], municipalities=[], **typed)
    assert page.path == address("editing:profile", kivivuori.pk)
    kivivuori.refresh_from_db()
    assert (kivivuori.name_fi, kivivuori.description_sv, kivivuori.assured_by) == (
        "Kivivuoren talo",
        "Vi hjälper.",
        at_satu.user,
    )
    assert [phone.number for phone in kivivuori.phones.all()] == ["09 1"]
    assert list(kivivuori.categories.all()) == [separation]
    # Search is in step: services are found by the organisation's name and where it works now.
    assert find(q="Kivivuoren talo").names == ["Perhekerho"]
    assert find(municipality="698").names == ["Perhekerho"]
    assert find(municipality="092").names == []
    assert "Kivivuoren talo" in Page(at_satu.browser.get(address("finding:suggest", q="kivivuoren t"))).text


def test_draft_is_not_seen_until_it_is_published(at_satu, kivivuori, open_page):
    at_satu.send(at_satu.profile(kivivuori), "save", description_fi="Uusi kuvaus")
    assert "Uusi kuvaus" not in open_page(kivivuori).main.text
    assert at_satu.profile(kivivuori).main.one("textarea", name="description_fi").text == "Uusi kuvaus"
    at_satu.send(at_satu.profile(kivivuori), "publish")
    assert "Uusi kuvaus" in open_page(kivivuori).main.text
    assert not Draft.objects.exists()


def test_preview_shows_the_page_that_readers_would_see_and_changes_nothing(at_satu, kivivuori, open_page):
    typed = {"name_fi": "Toinen nimi", "phone-0-number": "09 1234"}
    page = at_satu.send(at_satu.profile(kivivuori), "preview", **typed)
    assert page.main.one("h1").text == "Toinen nimi"
    assert "09" in page.main.one(class_="phones").text
    assert "Kivivuoren perhetalo" in open_page(kivivuori).main.text
    at_satu.press(page, address("editing:profile-publish", kivivuori.pk))
    kivivuori.refresh_from_db()
    assert kivivuori.name_fi == "Toinen nimi"


def test_draft_that_is_thrown_away(at_satu, kivivuori):
    at_satu.send(at_satu.profile(kivivuori), "save", name_fi="Toinen nimi")
    at_satu.press(at_satu.open(address("editing:profile-discard", kivivuori.pk)))
    assert at_satu.profile(kivivuori).main.one("input", name="name_fi")["value"] == "Kivivuoren perhetalo"
    assert Organisation.objects.filter(pk=kivivuori.pk).exists()


def test_second_to_save_sees_both_versions_and_chooses(at_satu, kivivuori):
    at_eetu = ProfileWriter(at_satu.user)
    page = at_eetu.profile(kivivuori)
    at_satu.send(at_satu.profile(kivivuori), "publish", email="uusi@kivivuori.example", abbreviation="KP")
    page = at_eetu.send(page, "publish", status=409, email="oma@kivivuori.example", description_fi="Kuvaus")
    assert at_satu.differing(page) == {
        "description_fi": ("", "Kuvaus", "mine"),
        "abbreviation": ("KP", "", "theirs"),
        "email": ("uusi@kivivuori.example", "oma@kivivuori.example", ""),
    }
    at_eetu.choose(page, email="mine")
    kivivuori.refresh_from_db()
    assert (kivivuori.email, kivivuori.abbreviation, kivivuori.description_fi) == (
        "oma@kivivuori.example",
        "KP",
        "Kuvaus",
    )


def test_import_meanwhile_is_not_overwritten_by_an_older_draft(at_satu, kivivuori):
    at_satu.send(at_satu.profile(kivivuori), "save", description_fi="Oma")
    Organisation.objects.filter(pk=kivivuori.pk).update(description_fi="Tuotu")
    page = at_satu.send(at_satu.profile(kivivuori), "publish", status=409)
    assert at_satu.differing(page) == {"description_fi": ("Tuotu", "Oma", "")}


def test_half_done_profile_is_kept_as_it_was_typed(at_satu, kivivuori):
    page = at_satu.send(at_satu.profile(kivivuori), "publish", name_fi="", email="talo", description_fi="x" * 2501)
    assert page.main.one("input", name="email")["value"] == "talo"
    assert {"#id_name_fi", "#id_email"} <= {link["href"] for link in page.main.one(id="errors").all("a")}
    assert page.main.one(id="id_description_fi")["data-count"] == "2500"
    kivivuori.refresh_from_db()
    assert kivivuori.name_fi == "Kivivuoren perhetalo"


def test_what_a_member_may_not_change_alone_is_told_with_whom_to_ask(at_satu, kivivuori, kaisa):
    page = at_satu.profile(kivivuori)
    assert "kaisa@vake.example" in page.section("part-fixed").text
    forged = {"sector": "county", "status": "archived", "business_id": "1234567-1", "parent": kivivuori.pk}
    at_satu.browser.post(page.path, values(page.main.one("form", id="profile-form")) | forged | {"do": "publish"})
    kivivuori.refresh_from_db()
    assert kivivuori.assured_by == at_satu.user
    assert (kivivuori.sector, kivivuori.status) == ("ngo", "published")
    assert (kivivuori.business_id, kivivuori.parent) == ("", None)


def test_one_next_thing_that_would_help_most(at_satu, kivivuori):
    told = at_satu.profile(kivivuori).main.one(class_="how-complete")
    assert told.all("a")[0]["href"] == "#reach"
    at_satu.send(at_satu.profile(kivivuori), "publish", description_fi="Kuvaus", email="talo@kivivuori.example")
    told = at_satu.profile(kivivuori).main.one(class_="how-complete")
    # The area is told already.
    assert told.all("a")[0]["href"] == address("editing:contact-new", kivivuori.pk)
    assert "43 %" in told.text


def test_saving_without_a_change_touches_no_service(at_satu, kivivuori, django_assert_max_num_queries):
    cast.services(20, kivivuori)
    page = at_satu.profile(kivivuori)
    with django_assert_max_num_queries(60):
        at_satu.send(page, "publish")


def test_form_asks_the_database_as_often_for_many(at_satu, kivivuori, django_assert_max_num_queries):
    kivivuori.categories.add(*[cast.category(f"Aihe {n}") for n in range(20)])
    at_satu.profile(kivivuori)
    with django_assert_max_num_queries(24):
        at_satu.profile(kivivuori)


def test_outsiders_find_nothing(pirjo, kivivuori):
    for name in ("profile", "profile-preview", "profile-discard"):
        Writer(pirjo).open(address(f"editing:{name}", kivivuori.pk), status=404)


def test_broken_link_is_told_once_beside_its_field(at_satu, kivivuori):
    Organisation.objects.filter(pk=kivivuori.pk).update(website_fi="https://talo.example/")
    LinkCheck.objects.create(
        address="https://talo.example/",
        checked_at=timezone.now(),
        result="failed",
        problem="gone",
        failed_days=3,
        failed_on=timezone.localdate(),
    )
    (told,) = at_satu.profile(kivivuori).main.all("p", class_="broken-link")
    assert told["id"] == "id_website_fi_broken"
