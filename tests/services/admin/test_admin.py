"""Admin of services, locations and imports: what coordinators save is found at once."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import Organisation
from services.models import Category, ImportRun, SearchCount, Service, ServiceLocation
from tests import cast
from tests.admin_client import formset_rows
from tests.html_page import Page, view_url

LISTS = {
    "services_service": lambda n, by: cast.service(f"Kerho {n}", by, assured_at=timezone.now()),
    "services_servicelocation": lambda n, by: cast.location(f"Talo {n}", by),
    "organisations_organisation": lambda n, by: cast.organisation(f"Yhdistys {n}", parent=by),
    "services_category": lambda n, by: cast.category(f"Aihe {n}", under=Category.objects.first(), words=["sana"]),
    "services_importrun": lambda n, by: ImportRun.objects.create(
        system="ptv", source="kansio", started_at=timezone.now(), outcome="done"
    ),
    "services_searchcount": lambda n, by: SearchCount.objects.create(
        week=dt.date(2026, 11, 16),
        language="fi",
        text=f"sana {SearchCount.objects.count()}",
        municipality_id="092",
        times=3,
        results=0,
    ),
}


# Services


def test_service_added_by_a_coordinator_is_found_at_once(kaisa_admin, kivivuori, vantaa, find):
    separation = cast.category("Ero", words=["avioero"])
    house = cast.location("Perhetalo", kivivuori)
    page = kaisa_admin.add(
        Service,
        organisation=kivivuori.pk,
        name_fi="Vertaisryhmä",
        name_sv="Kamratgrupp",
        status="published",
        age_min="3",
        age_max="12",
        categories=[separation.pk],
        channels=["on-site", "chat"],
        languages=["fi", "fse"],
        locations=[house.pk],
        municipalities=[vantaa.pk],
        **formset_rows("phones", {"number": "09 000 1234", "order": "0"}),
    )
    assert page.errors == {}
    assert find(q="avioero", channel="chat", language="fse", age=7).names == ["Vertaisryhmä"]
    assert Service.objects.get().phones.get().number == "09 000 1234"


def test_renamed_service_is_found_only_by_its_new_name(kaisa_admin, kivivuori, find):
    club = cast.service("Sählykerho", kivivuori)
    kaisa_admin.change(club, name_fi="Keramiikkapaja")
    assert find(q="keramiikka").names == ["Keramiikkapaja"]
    assert find(q="sähly").names == []


def test_saving_without_a_change_changes_nothing(kaisa_admin, kivivuori, vantaa):
    club = cast.service(
        "Perhekerho",
        kivivuori,
        tags=[cast.category("Ero")],
        works_in="Vantaa",
        channels=["phone", "chat"],
        languages=["fi", "en"],
        description_fi="Ensimmäinen rivi\n\nToinen",
        valid_from=dt.date(2026, 1, 31),
        nationwide=False,
    )
    before = Service.objects.filter(pk=club.pk).values().get()
    assert kaisa_admin.change(club).errors == {}
    after = Service.objects.filter(pk=club.pk).values().get()
    texts = {field: value or "" for field, value in before.items() if field != "updated_at"}
    assert {field: value or "" for field, value in after.items() if field != "updated_at"} == {
        **texts,
        "description": "Ensimmäinen rivi\n\nToinen",
    }
    assert [tag.name_fi for tag in club.categories.all()] == ["Ero"]


def test_reversed_ages_are_an_error_and_all_values_are_kept(kaisa_admin, kivivuori):
    club = cast.service("Perhekerho", kivivuori)
    separation = cast.category("Ero")
    values = {
        "age_min": "12",
        "age_max": "3",
        "name_sv": "Familjeklubb",
        "description_fi": "Mukava kerho",
        "categories": [str(separation.pk)],
        "channels": ["chat", "phone"],
    }
    page = kaisa_admin.change(club, **values)
    assert list(page.errors) == ["age_max"]
    form_values = page.form_values
    assert set(form_values["channels"]) == set(values.pop("channels"))
    assert {field: form_values[field] for field in values} == values
    club.refresh_from_db()
    assert club.age_min is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name_fi": " ", "name_sv": "Klubb"}, "name_fi"),
        ({"age_min": "-1"}, "age_min"),
        ({"age_max": "99999"}, "age_max"),
        ({"summary_fi": "x" * 151}, "summary_fi"),
        ({"valid_from": "31.12.2026", "valid_until": "1.1.2026"}, "valid_until"),
        ({"valid_from": "eilen"}, "valid_from"),
        ({"website_fi": "ei osoite"}, "website_fi"),
        ({"channels": ["savumerkit"]}, "channels"),
        ({"categories": ["999999"]}, "categories"),
        ({"organisation": ""}, "organisation"),
    ],
)
def test_error_is_shown_at_its_field(kaisa_admin, kivivuori, values, field):
    page = kaisa_admin.change(cast.service("Perhekerho", kivivuori), **values)
    assert list(page.errors) == [field]
    assert "rajoit" not in page.errors[field]


def test_web_address_without_a_scheme_gets_https(kaisa_admin, kivivuori):
    club = cast.service("Perhekerho", kivivuori)
    kaisa_admin.change(club, website_fi="www.kivivuori.example")
    club.refresh_from_db()
    assert club.website_fi == "https://www.kivivuori.example"


def test_publishing_a_service_of_an_unpublished_organisation_warns(kaisa_admin, find):
    draft = cast.organisation("Luonnos ry", status="draft")
    page = kaisa_admin.change(cast.service("Kerho", draft), status="published")
    assert "Luonnos ry" in page.messages
    assert find().names == []


def test_deleted_service_is_not_found(kaisa_admin, kivivuori, find):
    club = cast.service("Perhekerho", kivivuori)
    page = kaisa_admin.open("services_service_delete", club.pk)
    # Derived rows of the search index are not listed.
    assert not re.search(r"listing|search text", page.main.text, re.IGNORECASE)
    kaisa_admin.delete(club)
    assert find().names == []


# Many at a time


def test_bulk_publishing_skips_services_without_a_finnish_name(kaisa_admin, kivivuori, find):
    drafts = [cast.service(name, kivivuori, status="draft") for name in ("Kerho", "Ryhmä")]
    nameless = cast.service({"sv": "Klubb"}, kivivuori, status="draft")
    messages = kaisa_admin.run_action("publish", *drafts, nameless)
    assert "Klubb" in messages
    assert "2" in messages
    assert sorted(find().names) == ["Kerho", "Ryhmä"]
    nameless.refresh_from_db()
    assert nameless.status == "draft"


def test_archived_services_are_not_found(kaisa_admin, kivivuori, find):
    old, new = cast.service("Vanha", kivivuori), cast.service("Uusi", kivivuori)
    kaisa_admin.run_action("archive", old)
    assert find().names == [new.name_fi]


def test_bulk_confirmation_stores_user_and_time(kaisa_admin, kaisa, kivivuori, find):
    club = cast.service("Kerho", kivivuori)
    kaisa_admin.run_action("confirm", club)
    club.refresh_from_db()
    assert club.assured_by == kaisa
    assert timezone.now() - club.assured_at < dt.timedelta(minutes=1)
    assert club.listing.assured_at == club.assured_at
    assert "Tarkistettu tänään" in find().cards[0].text


def test_bulk_action_is_in_the_history_of_each_record(kaisa_admin, kivivuori):
    club = cast.service("Kerho", kivivuori)
    kaisa_admin.run_action("archive", club)
    history = kaisa_admin.browser.get(view_url("admin:services_service_history", club.pk), follow=True)
    assert "Kaisa" in Page(history).main.one("ol", class_="moments").all("li")[0].text


def test_bulk_deletion(kaisa_admin, kivivuori, find):
    kaisa_admin.run_action("delete_selected", *cast.services(3, kivivuori), post="yes")
    assert find().names == []


# The list


@pytest.fixture
def three_services(kivivuori, vake):
    """Confirmed this month, two years ago, and never."""
    now = timezone.now()
    separation = cast.category("Ero", under=cast.category("Parisuhde", code="relationship"))
    cast.service("Tuore", kivivuori, assured_at=now, tags=[separation], cost="free")
    cast.service("Vanha", vake, assured_at=now - dt.timedelta(days=730), status="archived")
    cast.service("Epävarma", vake, search_words_fi="sähly")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"confirmed": "fresh"}, ["Tuore"]),
        ({"confirmed": "stale"}, ["Vanha"]),
        ({"confirmed": "never"}, ["Epävarma"]),
        ({"status__exact": "archived"}, ["Vanha"]),
        ({"organisation__sector__exact": "county"}, ["Epävarma", "Vanha"]),
        ({"theme": "relationship"}, ["Tuore"]),
        ({"theme": "none"}, ["Epävarma", "Vanha"]),
        ({"theme": "unknown"}, ["Epävarma", "Tuore", "Vanha"]),
        ({"cost__exact": "free"}, ["Tuore"]),
        ({"q": "sähly"}, ["Epävarma"]),
        ({"q": "kivivuoren"}, ["Tuore"]),
    ],
)
def test_list_is_filtered(kaisa_admin, three_services, query, names):
    assert kaisa_admin.list(Service, **query) == names


@pytest.mark.parametrize("name", LISTS)
def test_query_count_of_a_list_does_not_grow_with_rows(kaisa_admin, kivivuori, name):
    def query_count(rows):
        for n in range(rows):
            LISTS[name](n, kivivuori)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            kaisa_admin.open(f"{name}_changelist", all="")
        return len(queries)

    assert query_count(3) == query_count(9)


# Organisations, as far as services go


def test_services_are_found_by_the_new_name_of_their_organisation(kaisa_admin, kivivuori, find):
    cast.service("Kerho", kivivuori)
    kaisa_admin.change(kivivuori, name_fi="Tuulikello")
    assert find(q="tuulikello").names == ["Kerho"]


def test_services_follow_the_area_of_their_organisation(kaisa_admin, kivivuori, kerava, find):
    cast.service("Kerho", kivivuori)
    kaisa_admin.change(kivivuori, municipalities=[kerava.pk])
    assert find(municipality=kerava.pk).names == ["Kerho"]


def test_services_of_an_archived_organisation_are_not_found(kaisa_admin, kivivuori, find):
    cast.service("Kerho", kivivuori)
    kaisa_admin.run_action("archive", kivivuori)
    assert find().names == []
    kaisa_admin.run_action("publish", kivivuori)
    assert find().names == ["Kerho"]


def test_organisation_with_services_is_not_deleted(kaisa_admin, kivivuori):
    cast.service("Kerho", kivivuori)
    kaisa_admin.delete(kivivuori)
    assert Organisation.objects.filter(pk=kivivuori.pk).exists()


def test_organisation_can_have_categories(kaisa_admin, kivivuori):
    separation = cast.category("Ero")
    page = kaisa_admin.change(kivivuori, categories=[separation.pk])
    assert page.form_values["categories"] == [str(separation.pk)]
    assert list(kivivuori.categories.all()) == [separation]


# Places


def test_location_is_saved_with_its_hours(kaisa_admin, kivivuori, vantaa):
    page = kaisa_admin.add(
        ServiceLocation,
        organisation=kivivuori.pk,
        name_fi="Perhetalo",
        municipality=vantaa.pk,
        postal_code="01300",
        latitude="60.2941",
        longitude="25.0407",
        **formset_rows("schedules", {"weekday": "1", "opens_at": "9.30", "closes_at": "13:00"}),
        **formset_rows("schedule_exceptions", {"starts_on": "24.12.2026", "ends_on": "26.12.2026", "closed": "on"}),
    )
    assert page.errors == {}
    place = ServiceLocation.objects.get()
    assert (place.latitude, place.longitude) == (60.2941, 25.0407)
    assert place.schedules.get().opens_at == dt.time(9, 30)
    assert page.form_values["schedules-0-opens_at"] == "09:30"
    assert place.schedule_exceptions.get().ends_on == dt.date(2026, 12, 26)


MONDAY = {"weekday": "1", "opens_at": "9.00", "closes_at": "15.00"}
CHRISTMAS = {"starts_on": "24.12.2026", "ends_on": "26.12.2026"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"postal_code": "1300"}, "postal_code"),
        ({"postal_code": "٠١٢٣٤"}, "postal_code"),
        ({"latitude": "60.1"}, "longitude"),
        ({"longitude": "25.1"}, "latitude"),
        ({"latitude": "91", "longitude": "25"}, "latitude"),
        ({"latitude": "nan", "longitude": "25"}, "latitude"),
        (formset_rows("schedules", MONDAY | {"closes_at": "9.00"}), "schedules-0-closes_at"),
        (
            formset_rows("schedules", MONDAY | {"valid_from": "1.9.2026", "valid_until": "1.6.2026"}),
            "schedules-0-valid_until",
        ),
        (formset_rows("schedule_exceptions", CHRISTMAS), "schedule_exceptions-0-opens_at"),
        (
            formset_rows("schedule_exceptions", CHRISTMAS | {"closed": "on", "ends_on": "1.12.2026"}),
            "schedule_exceptions-0-ends_on",
        ),
    ],
)
def test_error_of_a_location_is_shown_at_its_field(kaisa_admin, kivivuori, values, field):
    page = kaisa_admin.change(cast.location("Perhetalo", kivivuori), **values)
    assert list(page.errors) == [field]


def test_archived_location_no_longer_gives_an_area(kaisa_admin, kivivuori, find):
    place = cast.location("Perhetalo", kivivuori, accessibility=["lift"])
    cast.service("Kerho", kivivuori, places=[place])
    assert find(accessibility="lift").names == ["Kerho"]
    kaisa_admin.change(place, archived="on")
    assert find(accessibility="lift").names == []


# Imports


@pytest.fixture
def import_run(db):
    return ImportRun.objects.create(
        system="ptv",
        source="/kansio",
        started_at=timezone.now(),
        outcome="refused",
        counts={"services": {"new": 3, "changed": 1, "unchanged": 40, "gone": 0}},
        notices=[
            {"code": "bad-email", "value": "a@b", "count": 2, "examples": ["Kerho", "<b>Ryhmä</b>"]},
            {"code": "not-known-yet", "value": "jotakin", "count": 1, "examples": []},
            {"code": "refused", "value": "services-1.json: not JSON", "count": 1, "examples": []},
        ],
    )


def test_import_run_is_shown_as_a_table_and_a_list(kaisa_admin, import_run):
    page = kaisa_admin.open("services_importrun_change", import_run.pk)
    header, services = page.one("table", class_="counts").all("tr")
    assert [cell.text for cell in services.all("td")] == ["3", "1", "40", "0"]
    assert len(header.all("th")) == 4
    refused, email, unknown = page.all("details", class_="notices")
    assert "services-1.json: not JSON" in refused.text
    assert "Kerho, <b>Ryhmä</b>" in email.text
    assert unknown.one("summary").text == "not-known-yet (1)"
    assert "{" not in page.main.text


def test_import_runs_are_read_only(kaisa_admin, sirkka_admin, import_run):
    for desk in (kaisa_admin, sirkka_admin):
        desk.open("services_importrun_add", status=403)
        desk.open("services_importrun_delete", import_run.pk, status=403)
        assert desk.open("services_importrun_change", import_run.pk).all(name="_save") == []


def test_records_cannot_be_moved_to_an_organisation_of_another_county(kaisa_admin, sirkka_admin, kivivuori):
    club, house = cast.service("Perhekerho", kivivuori), cast.location("Talo", kivivuori)
    far = cast.organisation("Kaukainen yhdistys", works_in="Rovaniemi")
    for record in (club, house):
        kaisa_admin.change(record, organisation=str(far.pk))
        record.refresh_from_db()
        assert record.organisation == kivivuori
        sirkka_admin.change(record, organisation=str(far.pk))
        record.refresh_from_db()
        assert record.organisation == far
