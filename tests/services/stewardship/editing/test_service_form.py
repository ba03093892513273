"""A member writes a service: the draft, the preview, publishing."""

import pytest

from organisations.models import Membership
from services.actions import proposals
from services.models import CategoryProposal, Draft, Service
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient


@pytest.fixture
def satu_client(satu):
    return EditorClient(satu)


@pytest.fixture
def club(kivivuori):
    return cast.service(
        "Perhekerho", kivivuori, summary="Aamupala ja leikkiä.", access_routes=["self"], email="kerho@kivivuori.example"
    )


def test_new_service_is_written_published_and_found(satu_client, kivivuori, find):
    separation = cast.category("Ero", words=["avioero"])
    page = satu_client.new(kivivuori)
    page = satu_client.send(
        page, "publish", name_fi="Vertaisryhmä eronneille", name_sv="Grupp", categories=[separation.pk]
    )
    assert page.path == view_url("editing:services", kivivuori.pk)
    made = Service.objects.get()
    assert (made.name_fi, made.name_sv, made.status, made.assured_by) == (
        "Vertaisryhmä eronneille",
        "Grupp",
        "published",
        satu_client.user,
    )
    assert made.assured_at
    assert not Draft.objects.exists()
    assert find(q="avioero").names == ["Vertaisryhmä eronneille"]


def test_draft_of_a_published_service_is_not_seen_until_it_is_published(satu_client, club, open_page, find):
    page = satu_client.edit(club)
    satu_client.send(page, "save", name_fi="Uusi nimi")
    assert "Perhekerho" in open_page(club).main.text
    assert find(q="Uusi nimi").names != ["Uusi nimi"]
    page = satu_client.edit(club)
    assert page.main.one("input", name="name_fi")["value"] == "Uusi nimi"
    satu_client.send(page, "publish")
    club.refresh_from_db()
    assert club.name_fi == "Uusi nimi"


def test_saving_without_a_change_changes_nothing(satu_client, club):
    cast.index_for_search(club)
    before = Service.objects.filter(pk=club.pk).values().get()
    satu_client.send(satu_client.edit(club), "publish")
    after = Service.objects.filter(pk=club.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"assured_at", "assured_by_id", "updated_at"} | {n for n in before if not before[n]}
    assert all(not after[name] for name in changed - {"assured_at", "assured_by_id", "updated_at"})


def test_half_done_draft_is_kept_as_it_was_typed(satu_client, kivivuori):
    page = satu_client.new(kivivuori)
    page = satu_client.send(page, "publish", summary_fi="x" * 151, age_min="8", age_max="3", email="kerho")
    # Nothing is published; the form has all that was typed, with what is wrong beside it and above it.
    assert page.main.one("input", name="email")["value"] == "kerho"
    assert page.main.one("textarea", name="summary_fi").text == "x" * 151
    linked = {link["href"] for link in page.main.one(id="errors").all("a")}
    assert {"#id_name_fi", "#id_summary_fi", "#id_age_max", "#id_email"} <= linked
    assert Service.objects.get().status == "draft"


def test_preview_shows_the_draft_as_readers_would_see_it_and_changes_nothing(satu_client, club, open_page):
    page = satu_client.send(satu_client.edit(club), "preview", name_fi="Toinen nimi", **{"phone-0-number": "09 1234"})
    assert page.main.one("h1").text == "Toinen nimi"
    assert "09" in page.section("client-access").text
    assert "Perhekerho" in open_page(club).main.text
    page = satu_client.press(page, view_url("editing:publish", club.pk))
    assert page.path == view_url("editing:services", club.organisation_id)
    assert "Toinen nimi" in open_page(club.get_absolute_url().replace("perhekerho", "toinen-nimi")).main.text


def test_draft_that_is_thrown_away(satu_client, club, kivivuori):
    satu_client.send(satu_client.edit(club), "save", name_fi="Uusi nimi")
    satu_client.press(satu_client.open(view_url("editing:discard", club.pk)))
    assert satu_client.edit(club).main.one("input", name="name_fi")["value"] == "Perhekerho"
    satu_client.send(satu_client.new(kivivuori), "save", name_fi="Toinen")
    made = Service.objects.latest("pk")
    satu_client.press(satu_client.open(view_url("editing:discard", made.pk)))
    assert list(Service.objects.all()) == [club]


def test_draft_that_somebody_has_written_into_meanwhile_is_not_thrown_away_unasked(satu_client, club, kivivuori):
    eetu = cast.create_user("eetu@kivivuori.example", name="Eetu Ohjaaja")
    kivivuori.memberships.create(user=eetu, role="editor")
    satu_client.send(satu_client.edit(club), "save", summary_fi="Satun luonnos")
    asks = satu_client.open(view_url("editing:discard", club.pk))
    at_eetu = EditorClient(eetu)
    at_eetu.send(at_eetu.edit(club), "save", summary_fi="Eetun tunnin työ")
    asks = satu_client.press(asks)
    assert asks.main.one(role="alert") and "Eetu Ohjaaja" in asks.main.text
    assert Draft.objects.get().values["summary_fi"] == "Eetun tunnin työ"
    satu_client.press(asks)
    assert not Draft.objects.exists()


def test_second_click_begins_no_second_service(satu_client, kivivuori):
    page = satu_client.new(kivivuori)
    satu_client.send(page, "save", name_fi="Vauvakerho")
    satu_client.send(page, "save", name_fi="Vauvakerho")
    assert Draft.objects.get().values["name_fi"] == "Vauvakerho"


def test_what_was_changed_after_going_back_to_the_empty_form_is_not_lost(satu_client, kivivuori):
    page = satu_client.new(kivivuori)
    satu_client.send(page, "save", name_fi="Vauvakerho")
    both = satu_client.send(page, "save", status=409, name_fi="Vauvakerho", summary_fi="Tiistaisin.")
    assert satu_client.conflicts(both) == {"summary_fi": ("", "Tiistaisin.", "")}
    satu_client.resolve_conflicts(both, summary_fi="mine")
    assert Draft.objects.get().values["summary_fi"] == "Tiistaisin."


def test_everything_that_is_wrong_is_told_in_words_at_its_place(satu_client, club):
    typed = {"age_min": "5", "age_max": "3", "valid_from": "2026-12-24", "valid_until": "2026-01-01"}
    page = satu_client.send(satu_client.edit(club), "publish", **typed)
    for field in ("age_max", "valid_until"):
        assert page.all(id=f"id_{field}_error")
    assert "service_" not in page.main.text


def test_who_publishes_what_is_over_is_told_so(satu_client, club):
    page = satu_client.send(satu_client.edit(club), "publish", valid_from="2026-01-01", valid_until="2026-01-05")
    assert "palvelu on päättynyt" in page.notices and "5.1.2026" in page.notices


def test_what_has_ended_is_asked_about_and_named(satu_client, club):
    page = satu_client.list(club.organisation)
    (asked,) = [one for one in page.main.all("details") if one.all("form", action=view_url("editing:end", club.pk))]
    assert "Palvelu poistuu hausta heti" in asked.text
    page = satu_client.press(page, view_url("editing:end", club.pk))
    assert club.name in page.notices


def test_copy_is_a_draft_of_its_own(satu_client, club, kivivuori):
    page = satu_client.press(satu_client.list(kivivuori), view_url("editing:copy", club.pk))
    name = page.main.one("input", name="name_fi")["value"]
    assert name.startswith("Perhekerho") and name != "Perhekerho"
    assert Service.objects.filter(status="published").count() == 1


def test_phone_numbers_keep_their_order_and_texts(satu_client, club):
    typed = {"phone-0-number": "09 1", "phone-0-label_fi": "Ajanvaraus", "phone-1-number": "09 2"}
    satu_client.send(satu_client.edit(club), "publish", **typed)
    assert [(p.number, p.label_fi) for p in club.phones.all()] == [("09 1", "Ajanvaraus"), ("09 2", "")]


def test_personal_identity_code_is_not_published(satu_client, club):
    page = satu_client.send(satu_client.edit(club), "publish", description_fi="Asiakas 010120A123X")
    assert "#id_description_fi" in {link["href"] for link in page.main.one(id="errors").all("a")}


def test_form_names_the_one_thing_that_would_help_most_too(satu_client, club):
    (line,) = satu_client.edit(club).main.all(class_="how-complete")
    assert "% täytetty" in line.text.replace("\xa0", " ")
    (link,) = line.all("a")
    assert satu_client.edit(club).main.all(id=link["href"].removeprefix("#"))
    # A draft may say more already.
    satu_client.send(satu_client.edit(club), "save", name_fi="Uusi nimi")
    assert not satu_client.edit(club).main.all(class_="how-complete")


def test_list_names_the_one_thing_that_would_help_most(satu_client, club, kivivuori):
    Service.objects.filter(pk=club.pk).update(access_routes=[])
    page = satu_client.list(kivivuori)
    assert page.main.all("a", href=f"{view_url('editing:edit', club.pk)}#id_access_routes")


def test_list_asks_the_database_as_often_for_many(satu_client, club, kivivuori, django_assert_max_num_queries):
    cast.services(12, kivivuori)
    satu_client.list(kivivuori)
    with django_assert_max_num_queries(9):
        satu_client.list(kivivuori)


def test_form_asks_the_database_as_often_for_many_categories(satu_client, club, django_assert_max_num_queries):
    club.categories.add(*[cast.category(f"Aihe {n}") for n in range(20)])
    satu_client.edit(club)
    with django_assert_max_num_queries(16):
        satu_client.edit(club)


def test_missing_subject_is_proposed_to_the_coordinators_once(satu_client, club):
    why = "Isovanhemmille ei ole omaa aihetta."
    page = satu_client.send(satu_client.edit(club), "save", proposal=why)
    satu_client.send(page, "save", proposal=why)
    proposal = CategoryProposal.objects.get()
    assert (proposal.text, proposal.service, proposal.by) == (why, club, satu_client.user)


def test_subjects_are_suggested_by_a_synonym_and_by_the_text(satu_client, club):
    separation = cast.category("Ero", words=["avioero"])
    cast.category("Velat", words=["maksuhäiriö"])
    button = f"categories-{separation.pk}"
    page = Page(satu_client.browser.get(view_url("editing:categories", q="avioer")))
    assert [one["data-tick"] for one in page.all("button")] == [button]
    data = form_values(satu_client.edit(club).main.one("form", id="service-form")) | {"name_fi": "Tukea avioeroon"}
    page = Page(satu_client.browser.post(view_url("editing:categories"), data))
    assert [one["data-tick"] for one in page.all("button")] == [button]
    # Without a script the page comes back with the same to tick, and with what was typed.
    page = satu_client.send(satu_client.edit(club), "guess", name_fi="Tukea avioeroon")
    found = page.main.one(id="found-categories")
    assert [box["value"] for box in found.all("input")] == [str(separation.pk)]
    assert page.main.one("input", name="name_fi")["value"] == "Tukea avioeroon"


def test_public_pages_lead_those_who_keep_them_to_their_forms(satu_client, club, kivivuori, pirjo_client, client):
    for record, form in (
        (club, view_url("editing:edit", club.pk)),
        (kivivuori, view_url("editing:profile", kivivuori.pk)),
    ):
        path = cast.record_url(record)
        assert satu_client.open(path).main.all("a", href=form)
        for browser in (pirjo_client, client):
            assert not Page(browser.get(path)).main.all("a", href=form)


def test_outsiders_find_nothing(pirjo, club, kivivuori):
    at_pirjo = EditorClient(pirjo)
    for name, record in (("services", kivivuori), ("new", kivivuori), ("edit", club), ("preview", club)):
        at_pirjo.open(view_url(f"editing:{name}", record.pk), status=404)
    other = cast.organisation("Muu yhdistys")
    Membership.objects.create(user=pirjo, organisation=other, role="admin")
    for name in ("edit", "publish", "copy", "end", "discard"):
        assert at_pirjo.browser.post(view_url(f"editing:{name}", club.pk)).status_code == 404


def test_a_new_service_has_no_other_version_to_choose_from(satu_client, kivivuori):
    sent = {"name_fi": "Uusi ryhmä", "unit": "name_fi", "against": "published"}
    assert satu_client.browser.post(view_url("editing:new", kivivuori.pk), sent).status_code == 302
    assert kivivuori.services.get().draft.values["name_fi"] == "Uusi ryhmä"


def test_places_of_other_organisations_are_not_offered(satu_client, club, kivivuori, helpline):
    own, foreign = cast.location("Talo", kivivuori), cast.location("Muu", helpline)
    page = satu_client.edit(club)
    assert [box["value"] for box in page.main.all("input", name="locations")] == [str(own.pk)]
    page = satu_client.send(page, "publish", locations=[foreign.pk])
    assert "#id_locations" in {link["href"] for link in page.main.one(id="errors").all("a")}


@pytest.mark.parametrize("versions", ["[" * 100_000, "null", '{"name_fi": [1]}', "\x00"])
def test_versions_that_somebody_tampered_with_only_mean_that_all_is_compared(satu_client, club, versions):
    page = satu_client.send(
        satu_client.edit(club), "save", status=409, name_fi="Toinen", base=versions, published_base=versions
    )
    assert page.main.one("form", id="conflict")


def test_values_that_no_browser_sends_are_kept_without_harm(satu_client, club):
    page = satu_client.send(satu_client.edit(club), "save", languages=["f\x00i", "<b>"], locations=["\x00"])
    assert page.path == view_url("editing:edit", club.pk)
    assert Service.objects.get().draft.values["languages"] == ["<b>", "fi"]


def test_nothing_that_readers_do_not_see_works_in_a_text(satu_client, club):
    page = satu_client.send(
        satu_client.edit(club), "publish", name_fi="\u202eKerho\u2066 \x08ja\x1b talo", summary_fi="Yksi\r\nkaksi"
    )
    assert page.path == view_url("editing:services", club.organisation_id)
    club.refresh_from_db()
    assert (club.name_fi, club.summary_fi) == ("Kerho ja talo", "Yksi\nkaksi")


def test_only_so_many_proposals_wait_and_the_text_of_one_more_is_not_lost(satu_client, club, monkeypatch):
    monkeypatch.setattr(proposals, "MAX_OPEN_PROPOSALS", 1)
    page = satu_client.send(satu_client.edit(club), "save", proposal="Isovanhemmat")
    page = satu_client.send(page, "save", proposal="Sijaisperheet")
    assert "Sijaisperheet" in page.main.one("p", class_="notice-error").text
    assert [one.text for one in CategoryProposal.objects.all()] == ["Isovanhemmat"]
    CategoryProposal.objects.update(state="declined")
    satu_client.send(page, "save", proposal="Sijaisperheet")
    assert CategoryProposal.objects.count() == 2


def test_new_service_of_nothing_but_what_nobody_sees_is_shown_as_empty(satu_client, kivivuori):
    page = satu_client.send(satu_client.new(kivivuori), "publish", website_fi="\x00", name_fi="\x00")
    assert page.main.one(id="errors")
    assert not Service.objects.exists()
