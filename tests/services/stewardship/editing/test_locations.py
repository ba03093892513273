"""A member writes a place: address, a point set by hand, hours."""

import datetime as dt

import pytest
from django.utils import timezone

from organisations.models import Organisation
from services.models import Change, Schedule, ScheduleException, ServiceLocation
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient


class PlaceEditorClient(EditorClient):
    def save(self, page, status=200, **typed):
        data = form_values(page.main.one("form", id="place-form")) | typed
        return Page(self.browser.post(page.path, data, follow=True), status)


@pytest.fixture
def satu_client(satu):
    return PlaceEditorClient(satu)


@pytest.fixture
def house(kivivuori):
    made = cast.location("Perhetalo", kivivuori, street="Kivitie 4", latitude=60.3, longitude=25.04)
    summer = {"valid_from": dt.date(2027, 6, 1), "valid_until": dt.date(2027, 8, 15)}
    for day, opens, closes, season in ((1, 9, 12, {}), (1, 13, 16, {}), (2, 9, 16, {}), (1, 10, 14, summer)):
        Schedule.objects.create(
            location=made, weekday=day, opens_at=dt.time(opens), closes_at=dt.time(closes), **season
        )
    return made


def week(place):
    return {
        (row.weekday, f"{row.opens_at:%H:%M}", f"{row.closes_at:%H:%M}", bool(row.valid_from))
        for row in place.schedules.all()
    }


def on_wednesday(*spans):
    """What is typed: on_wednesday("09:00–12:00", "13:00–16:00")."""
    return {
        f"{what}-0-3-{number}": time
        for number, span in enumerate(spans)
        for what, time in zip(("opens", "closes"), span.split("–"), strict=True)
    }


def test_new_place_with_hours_and_a_point_set_by_hand(satu_client, kivivuori):
    page = satu_client.open(view_url("editing:place-new", kivivuori.pk))
    typed = {"opens-0-1-0": "09:00", "closes-0-1-0": "15:30", "point": "60.2934, 25.0378"}
    page = satu_client.save(page, name_fi="Perhetalo", street_fi="Kivitie 4", postal_code="01300", **typed)
    assert page.path == view_url("editing:places", kivivuori.pk)
    made = ServiceLocation.objects.get()
    assert (made.organisation, made.latitude, made.longitude) == (kivivuori, 60.2934, 25.0378)
    assert week(made) == {(1, "09:00", "15:30", False)}


def test_tiles_of_the_map_are_let_in_where_the_site_has_them(satu_client, house, settings):
    assert (
        "tiles.example" not in satu_client.open(view_url("editing:place", house.pk)).response["Content-Security-Policy"]
    )
    settings.TILES, settings.TILES_HOST = "https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"
    settings.TILES_BY = "© Kartantekijä"
    page = satu_client.open(view_url("editing:place", house.pk))
    assert page.one(id="point-map")["data-tiles"] == settings.TILES
    assert "© Kartantekijä" in page.text
    assert "img-src 'self' data: https://tiles.example" in page.response["Content-Security-Policy"]


def test_saving_without_a_change_keeps_all_hours(satu_client, house):
    before = week(house)
    satu_client.save(satu_client.open(view_url("editing:place", house.pk)))
    house.refresh_from_db()
    assert week(house) == before
    assert (house.latitude, house.longitude) == (60.3, 25.04)


def test_exceptions_that_lie_behind_stay(satu_client, house):
    today = timezone.localdate()
    past, coming = today - dt.timedelta(days=30), today + dt.timedelta(days=30)
    ScheduleException.objects.create(location=house, starts_on=past, ends_on=past)
    page = satu_client.open(view_url("editing:place", house.pk))
    satu_client.save(page, **{"exception-0-starts_on": coming.isoformat(), "exception-0-note_fi": "Koulutuspäivä"})
    assert [(e.starts_on, e.ends_on, e.closed, e.note_fi) for e in house.schedule_exceptions.all()] == [
        (past, past, True, None),
        (coming, coming, True, "Koulutuspäivä"),
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name_fi": ""}, "name_fi"),
        ({"postal_code": "123"}, "postal_code"),
        ({"point": "25.04, 60.3"}, "point"),
        ({"point": "Kivitie"}, "point"),
        ({"opens-0-3-0": "09:00"}, "closes-0-3-0"),
        ({"opens-0-3-0": "09:00", "closes-0-3-0": "yhdeksän"}, "closes-0-3-0"),
        ({"opens-0-3-0": "16:00", "closes-0-3-0": "10:00"}, "closes-0-3-0"),
        (
            {"opens-0-3-0": "09:00", "closes-0-3-0": "13:00", "opens-0-3-1": "12:00", "closes-0-3-1": "15:00"},
            "opens-0-3-1",
        ),
        (
            {"opens-0-3-0": "20:00", "closes-0-3-0": "06:00", "opens-0-3-1": "22:00", "closes-0-3-1": "23:00"},
            "opens-0-3-1",
        ),
        ({"phone-0-number": "soita Liisalle"}, "phone-0-number"),
        ({"phone-0-number": "12"}, "phone-0-number"),
        ({"opens-2-3-0": "09:00", "closes-2-3-0": "10:00"}, "from-2"),
        ({"exception-0-ends_on": "2030-01-01"}, "exception-0-starts_on"),
    ],
)
def test_what_is_wrong_is_said_and_linked(satu_client, house, typed, field):
    page = satu_client.save(satu_client.open(view_url("editing:place", house.pk)), **typed)
    assert f"#id_{field}" in {link["href"] for link in page.main.one(id="errors").all("a")}
    assert page.all(id=f"id_{field}_error")


def test_summary_of_what_is_wrong_names_the_day(satu_client, house):
    page = satu_client.save(satu_client.open(view_url("editing:place", house.pk)), **{"opens-0-3-0": "09:00"})
    assert "Keskiviikko: Sulkeutuu" in page.main.one(id="errors").text


def test_a_night_and_two_spans_of_a_day_are_no_mistakes(satu_client, house):
    typed = {"opens-0-5-0": "20:00", "closes-0-5-0": "08:00", "opens-0-5-1": "09:00", "closes-0-5-1": "12:00"}
    satu_client.save(satu_client.open(view_url("editing:place", house.pk)), **typed)
    assert {(5, "20:00", "08:00", False), (5, "09:00", "12:00", False)} <= week(house)


@pytest.mark.parametrize("number", ["09 123 4567", "+358 (0)9 123", "0800-1234", "116 006", "09 1234/5"])
def test_numbers_as_people_write_them(satu_client, house, number):
    satu_client.save(satu_client.open(view_url("editing:place", house.pk)), **{"phone-0-number": number})
    assert house.phones.get().number == number


def test_place_that_is_no_longer_in_use_is_seen_by_its_keepers_alone(satu_client, house, open_page):
    club = cast.service("Perhekerho", house.organisation, places=[house])
    page = satu_client.open(view_url("editing:places", house.organisation_id))
    action = view_url("editing:place-use", house.pk)
    page = satu_client.press(page, action)
    assert house.name in page.notices
    assert "Kivitie 4" not in open_page(club).main.text
    assert "Ei käytössä" in page.main.text
    # Its form is still there, and its hours come back with it.
    page = satu_client.save(satu_client.open(view_url("editing:place", house.pk)))
    assert "eivät näe paikkaa" in page.notices
    (form,) = page.main.all("form", action=action)
    satu_client.browser.post(action, form_values(form) | {"use": "1"})
    assert "Kivitie 4" in open_page(club).main.text
    assert len(week(house)) == 4


def test_place_of_an_organisation_that_was_taken_out_of_the_directory_is_closed(satu_client, house):
    Organisation.objects.update(status="archived")
    satu_client.open(view_url("editing:place", house.pk), status=404)


def test_second_to_save_sees_both_versions_and_chooses(satu_client, house):
    page = satu_client.open(view_url("editing:place", house.pk))
    # Somebody else, or an import: another street, Tuesdays closed, and one exception.
    ServiceLocation.objects.filter(pk=house.pk).update(street_fi="Uusi katu 1")
    house.schedules.filter(weekday=2).delete()
    coming = timezone.localdate() + dt.timedelta(days=30)
    ScheduleException.objects.create(location=house, starts_on=coming, ends_on=coming)
    typed = {"street_fi": "Oma katu 2", "opens-0-2-0": "10:00", "closes-0-1-1": "17:00"}
    page = satu_client.save(page, status=409, **typed)
    differing = satu_client.conflicts(page)
    assert differing.pop("exceptions")[1:] == ("", "theirs")
    assert differing == {
        "street_fi": ("Uusi katu 1", "Oma katu 2", ""),
        "hours-1": ("09:00–12:00, 13:00–16:00", "09:00–12:00, 13:00–17:00", "mine"),
        "hours-2": ("", "10:00–16:00", ""),
    }
    house.refresh_from_db()
    assert house.street_fi == "Uusi katu 1"
    # What is not decided is asked for again, also where theirs is empty.
    page = satu_client.resolve_conflicts(page, status=409, street_fi="mine")
    assert satu_client.conflicts(page)["hours-2"][2] == ""
    page = satu_client.resolve_conflicts(page, street_fi="mine", **{"hours-2": "theirs"})
    assert page.path == view_url("editing:places", house.organisation_id)
    house.refresh_from_db()
    assert house.street_fi == "Oma katu 2"
    assert week(house) == {(1, "09:00", "12:00", False), (1, "13:00", "17:00", False), (1, "10:00", "14:00", True)}
    assert house.schedule_exceptions.get().starts_on == coming


def test_saving_without_a_change_is_no_history(satu_client, house):
    Change.objects.all().delete()
    satu_client.save(satu_client.open(view_url("editing:place", house.pk)))
    assert list(Change.objects.values_list("part", "operation")) == []


def test_services_given_there_are_found_by_what_the_place_says(satu_client, house, kivivuori, find):
    cast.service("Perhekerho", kivivuori, places=[house])
    satu_client.save(satu_client.open(view_url("editing:place", house.pk)), accessibility=["lift"])
    assert find(accessibility="lift").names == ["Perhekerho"]


def test_outsiders_find_nothing(pirjo, house, kivivuori):
    for name, record in (("places", kivivuori), ("place-new", kivivuori), ("place", house)):
        EditorClient(pirjo).open(view_url(f"editing:{name}", record.pk), status=404)
