"""A member writes a service: the draft, the preview, publishing."""

import pytest

from organisations.models import Membership
from services.actions import proposals
from services.models import CategoryProposal, Draft, Service
from tests import cast
from tests.admin_client import values
from tests.html_page import Page, address
from tests.services.stewardship.editing.service_form import Writer


@pytest.fixture
def at_satu(satu):
    return Writer(satu)


@pytest.fixture
def club(kivivuori):
    return cast.service(
        "Perhekerho", kivivuori, summary="Aamupala ja leikkiä.", access_routes=["self"], email="kerho@kivivuori.example"
    )


def test_new_service_is_written_published_and_found(at_satu, kivivuori, find):
    separation = cast.category("Ero", words=["avioero"])
    page = at_satu.new(kivivuori)
    page = at_satu.send(page, "publish", name_fi="Vertaisryhmä eronneille", name_sv="Grupp", categories=[separation.pk])
    assert page.path == address("editing:services", kivivuori.pk)
    made = Service.objects.get()
    assert (made.name_fi, made.name_sv, made.status, made.assured_by) == (
        "Vertaisryhmä eronneille",
        "Grupp",
        "published",
        at_satu.user,
    )
    assert made.assured_at
    assert not Draft.objects.exists()
    assert find(q="avioero").names == ["Vertaisryhmä eronneille"]


def test_draft_of_a_published_service_is_not_seen_until_it_is_published(at_satu, club, open_page, find):
    page = at_satu.edit(club)
    at_satu.send(page, "save", name_fi="Uusi nimi")
    assert "Perhekerho" in open_page(club).main.text
    assert find(q="Uusi nimi").names != ["Uusi nimi"]
    page = at_satu.edit(club)
    assert page.main.one("input", name="name_fi")["value"] == "Uusi nimi"
    at_satu.send(page, "publish")
    club.refresh_from_db()
    assert club.name_fi == "Uusi nimi"


def test_saving_without_a_change_changes_nothing(at_satu, club):
    cast.index(club)
    before = Service.objects.filter(pk=club.pk).values().get()
    at_satu.send(at_satu.edit(club), "publish")
    after = Service.objects.filter(pk=club.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"assured_at", "assured_by_id", "updated_at"} | {n for n in before if not before[n]}
    assert all(not after[name] for name in changed - {"assured_at", "assured_by_id", "updated_at"})


def test_half_done_draft_is_kept_as_it_was_typed(at_satu, kivivuori):
    page = at_satu.new(kivivuori)
    page = at_satu.send(page, "publish", summary_fi="x" * 151, age_min="8", age_max="3", email="kerho")
    # Nothing is published; the form has all that was typed, with what is wrong beside it and above it.
    assert page.main.one("input", name="email")["value"] == "kerho"
    assert page.main.one("textarea", name="summary_fi").text == "x" * 151
    linked = {link["href"] for link in page.main.one(id="errors").all("a")}
    assert {"#id_name_fi", "#id_summary_fi", "#id_age_max", "#id_email"} <= linked
    assert Service.objects.get().status == "draft"


def test_preview_shows_the_draft_as_readers_would_see_it_and_changes_nothing(at_satu, club, open_page):
    page = at_satu.send(at_satu.edit(club), "preview", name_fi="Toinen nimi", **{"phone-0-number": "09 1234"})
    assert page.main.one("h1").text == "Toinen nimi"
    assert "09" in page.section("client-access").text
    assert "Perhekerho" in open_page(club).main.text
    page = at_satu.press(page, address("editing:publish", club.pk))
    assert page.path == address("editing:services", club.organisation_id)
    assert "Toinen nimi" in open_page(club.get_absolute_url().replace("perhekerho", "toinen-nimi")).main.text


def test_draft_that_is_thrown_away(at_satu, club, kivivuori):
    at_satu.send(at_satu.edit(club), "save", name_fi="Uusi nimi")
    at_satu.press(at_satu.open(address("editing:discard", club.pk)))
    assert at_satu.edit(club).main.one("input", name="name_fi")["value"] == "Perhekerho"
    at_satu.send(at_satu.new(kivivuori), "save", name_fi="Toinen")
    made = Service.objects.latest("pk")
    at_satu.press(at_satu.open(address("editing:discard", made.pk)))
    assert list(Service.objects.all()) == [club]


def test_draft_that_somebody_has_written_into_meanwhile_is_not_thrown_away_unasked(at_satu, club, kivivuori):
    eetu = cast.person("eetu@kivivuori.example", name="Eetu Ohjaaja")
    kivivuori.memberships.create(user=eetu, role="editor")
    at_satu.send(at_satu.edit(club), "save", summary_fi="Satun luonnos")
    asks = at_satu.open(address("editing:discard", club.pk))
    at_eetu = Writer(eetu)
    at_eetu.send(at_eetu.edit(club), "save", summary_fi="Eetun tunnin työ")
    asks = at_satu.press(asks)
    assert asks.main.one(role="alert") and "Eetu Ohjaaja" in asks.main.text
    assert Draft.objects.get().values["summary_fi"] == "Eetun tunnin työ"
    at_satu.press(asks)
    assert not Draft.objects.exists()


def test_second_click_begins_no_second_service(at_satu, kivivuori):
    page = at_satu.new(kivivuori)
    at_satu.send(page, "save", name_fi="Vauvakerho")
    at_satu.send(page, "save", name_fi="Vauvakerho")
    assert Draft.objects.get().values["name_fi"] == "Vauvakerho"


def test_what_was_changed_after_going_back_to_the_empty_form_is_not_lost(at_satu, kivivuori):
    page = at_satu.new(kivivuori)
    at_satu.send(page, "save", name_fi="Vauvakerho")
    both = at_satu.send(page, "save", status=409, name_fi="Vauvakerho", summary_fi="Tiistaisin.")
    assert at_satu.differing(both) == {"summary_fi": ("", "Tiistaisin.", "")}
    at_satu.choose(both, summary_fi="mine")
    assert Draft.objects.get().values["summary_fi"] == "Tiistaisin."


def test_everything_that_is_wrong_is_told_in_words_at_its_place(at_satu, club):
    typed = {"age_min": "5", "age_max": "3", "valid_from": "2026-12-24", "valid_until": "2026-01-01"}
    page = at_satu.send(at_satu.edit(club), "publish", **typed)
    for field in ("age_max", "valid_until"):
        assert page.all(id=f"id_{field}_error")
    assert "service_" not in page.main.text


def test_who_publishes_what_is_over_is_told_so(at_satu, club):
    page = at_satu.send(at_satu.edit(club), "publish", valid_from="2026-01-01", valid_until="2026-01-05")
    assert "palvelu on päättynyt" in page.notices and "5.1.2026" in page.notices


def test_what_has_ended_is_asked_about_and_named(at_satu, club):
    page = at_satu.list(club.organisation)
    (asked,) = [one for one in page.main.all("details") if one.all("form", action=address("editing:end", club.pk))]
    assert "Palvelu poistuu hausta heti" in asked.text
    page = at_satu.press(page, address("editing:end", club.pk))
    assert club.name in page.notices


def test_copy_is_a_draft_of_its_own(at_satu, club, kivivuori):
    page = at_satu.press(at_satu.list(kivivuori), address("editing:copy", club.pk))
    name = page.main.one("input", name="name_fi")["value"]
    assert name.startswith("Perhekerho") and name != "Perhekerho"
    assert Service.objects.filter(status="published").count() == 1


def test_phone_numbers_keep_their_order_and_texts(at_satu, club):
    typed = {"phone-0-number": "09 1", "phone-0-label_fi": "Ajanvaraus", "phone-1-number": "09 2"}
    at_satu.send(at_satu.edit(club), "publish", **typed)
    assert [(p.number, p.label_fi) for p in club.phones.all()] == [("09 1", "Ajanvaraus"), ("09 2", "")]


def test_personal_identity_code_is_not_published(at_satu, club):
    page = at_satu.send(at_satu.edit(club), "publish", description_fi="Asiakas 010120A123X")
    assert "#id_description_fi" in {link["href"] for link in page.main.one(id="errors").all("a")}


def test_form_names_the_one_thing_that_would_help_most_too(at_satu, club):
    (line,) = at_satu.edit(club).main.all(class_="how-complete")
    assert "% täytetty" in line.text.replace("\xa0", " ")
    (link,) = line.all("a")
    assert at_satu.edit(club).main.all(id=link["href"].removeprefix("#"))
    # A draft may say more already.
    at_satu.send(at_satu.edit(club), "save", name_fi="Uusi nimi")
    assert not at_satu.edit(club).main.all(class_="how-complete")


def test_list_names_the_one_thing_that_would_help_most(at_satu, club, kivivuori):
    Service.objects.filter(pk=club.pk).update(access_routes=[])
    page = at_satu.list(kivivuori)
    assert page.main.all("a", href=f"{address('editing:edit', club.pk)}#id_access_routes")


def test_list_asks_the_database_as_often_for_many(at_satu, club, kivivuori, django_assert_max_num_queries):
    cast.services(12, kivivuori)
    at_satu.list(kivivuori)
    with django_assert_max_num_queries(14):
        at_satu.list(kivivuori)


def test_form_asks_the_database_as_often_for_many_categories(at_satu, club, django_assert_max_num_queries):
    club.categories.add(*[cast.category(f"Aihe {n}") for n in range(20)])
    at_satu.edit(club)
    with django_assert_max_num_queries(22):
        at_satu.edit(club)


def test_missing_subject_is_proposed_to_the_coordinators_once(at_satu, club):
    why = "Isovanhemmille ei ole omaa aihetta."
    page = at_satu.send(at_satu.edit(club), "save", proposal=why)
    at_satu.send(page, "save", proposal=why)
    proposal = CategoryProposal.objects.get()
    assert (proposal.text, proposal.service, proposal.by) == (why, club, at_satu.user)


def test_subjects_are_suggested_by_a_synonym_and_by_the_text(at_satu, club):
    separation = cast.category("Ero", words=["avioero"])
    cast.category("Velat", words=["maksuhäiriö"])
    button = f"categories-{separation.pk}"
    page = Page(at_satu.browser.get(address("editing:categories", q="avioer")))
    assert [one["data-tick"] for one in page.all("button")] == [button]
    data = values(at_satu.edit(club).main.one("form", id="service-form")) | {"name_fi": "Tukea avioeroon"}
    page = Page(at_satu.browser.post(address("editing:categories"), data))
    assert [one["data-tick"] for one in page.all("button")] == [button]
    # Without a script the page comes back with the same to tick, and with what was typed.
    page = at_satu.send(at_satu.edit(club), "guess", name_fi="Tukea avioeroon")
    found = page.main.one(id="found-categories")
    assert [box["value"] for box in found.all("input")] == [str(separation.pk)]
    assert page.main.one("input", name="name_fi")["value"] == "Tukea avioeroon"


def test_public_pages_lead_those_who_keep_them_to_their_forms(at_satu, club, kivivuori, pirjos_browser, client):
    for record, form in (
        (club, address("editing:edit", club.pk)),
        (kivivuori, address("editing:profile", kivivuori.pk)),
    ):
        path = cast.address_of(record)
        assert at_satu.open(path).main.all("a", href=form)
        for browser in (pirjos_browser, client):
            assert not Page(browser.get(path)).main.all("a", href=form)


def test_outsiders_find_nothing(pirjo, club, kivivuori):
    at_pirjo = Writer(pirjo)
    for name, record in (("services", kivivuori), ("new", kivivuori), ("edit", club), ("preview", club)):
        at_pirjo.open(address(f"editing:{name}", record.pk), status=404)
    other = cast.organisation("Muu yhdistys")
    Membership.objects.create(user=pirjo, organisation=other, role="admin")
    for name in ("edit", "publish", "copy", "end", "discard"):
        assert at_pirjo.browser.post(address(f"editing:{name}", club.pk)).status_code == 404


def test_a_new_service_has_no_other_version_to_choose_from(at_satu, kivivuori):
    sent = {"name_fi": "Uusi ryhmä", "unit": "name_fi", "against": "published"}
    assert at_satu.browser.post(address("editing:new", kivivuori.pk), sent).status_code == 302
    assert kivivuori.services.get().draft.values["name_fi"] == "Uusi ryhmä"


def test_places_of_other_organisations_are_not_offered(at_satu, club, kivivuori, helpline):
    own, foreign = cast.location("Talo", kivivuori), cast.location("Muu", helpline)
    page = at_satu.edit(club)
    assert [box["value"] for box in page.main.all("input", name="locations")] == [str(own.pk)]
    page = at_satu.send(page, "publish", locations=[foreign.pk])
    assert "#id_locations" in {link["href"] for link in page.main.one(id="errors").all("a")}


@pytest.mark.parametrize("versions", ["[" * 100_000, "null", '{"name_fi": [1]}', "\x00"])
def test_versions_that_somebody_tampered_with_only_mean_that_all_is_compared(at_satu, club, versions):
    page = at_satu.send(at_satu.edit(club), "save", status=409, name_fi="Toinen", base=versions, seen=versions)
    assert page.main.one("form", id="conflict")


def test_values_that_no_browser_sends_are_kept_without_harm(at_satu, club):
    page = at_satu.send(at_satu.edit(club), "save", languages=["f\x00i", "<b>"], locations=["\x00"])
    assert page.path == address("editing:edit", club.pk)
    assert Service.objects.get().draft.values["languages"] == ["<b>", "fi"]


def test_nothing_that_readers_do_not_see_works_in_a_text(at_satu, club):
    page = at_satu.send(
        at_satu.edit(club), "publish", name_fi="\u202eKerho\u2066 \x08ja\x1b talo", summary_fi="Yksi\r\nkaksi"
    )
    assert page.path == address("editing:services", club.organisation_id)
    club.refresh_from_db()
    assert (club.name_fi, club.summary_fi) == ("Kerho ja talo", "Yksi\nkaksi")


def test_only_so_many_proposals_wait_and_the_text_of_one_more_is_not_lost(at_satu, club, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_OPEN", 1)
    page = at_satu.send(at_satu.edit(club), "save", proposal="Isovanhemmat")
    page = at_satu.send(page, "save", proposal="Sijaisperheet")
    assert "Sijaisperheet" in page.main.one("p", class_="notice-error").text
    assert [one.text for one in CategoryProposal.objects.all()] == ["Isovanhemmat"]
    CategoryProposal.objects.update(state="declined")
    at_satu.send(page, "save", proposal="Sijaisperheet")
    assert CategoryProposal.objects.count() == 2


def test_new_service_of_nothing_but_what_nobody_sees_is_shown_as_empty(at_satu, kivivuori):
    page = at_satu.send(at_satu.new(kivivuori), "publish", website_fi="\x00", name_fi="\x00")
    assert page.main.one(id="errors")
    assert not Service.objects.exists()
