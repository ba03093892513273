"""Constraints of the database, which apply to every write."""

import datetime as dt

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError

from services.models import (
    Category,
    ExternalCode,
    Listing,
    LocationReference,
    Schedule,
    ScheduleException,
    SearchPosting,
    Service,
    ServiceLocation,
    ServicePhone,
    ServiceReference,
    Synonym,
)
from tests import cast

pytestmark = pytest.mark.django_db
NINE, FIVE = dt.time(9), dt.time(17)


def refused(constraint, error=IntegrityError):
    """Expect the database to refuse the writes of the block by the constraint of this name."""
    return pytest.raises(error, match=constraint)


def change(record, **values):
    with transaction.atomic():
        type(record).objects.filter(pk=record.pk).update(**values)


def store(*records):
    with transaction.atomic():
        type(records[0]).objects.bulk_create(records)


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori)


@pytest.fixture
def house(kivivuori):
    return cast.location("Perhetalo", kivivuori)


# Services


@pytest.mark.parametrize("nothing", ["", None])
def test_a_published_service_has_a_finnish_name(club, nothing):
    with refused("service_published_has_finnish_name"):
        change(club, name_fi=nothing, name_sv="Familjeklubb")


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_other_services_may_lack_a_name(club, status):
    change(club, status=status, name_fi="")


def test_draft_without_a_name_cannot_be_published(kivivuori):
    nameless = cast.service("", kivivuori, status="draft")
    with refused("service_published_has_finnish_name"):
        change(nameless, status="published")


def test_ages_in_order(club):
    with refused("service_ages_in_order"):
        change(club, age_min=13, age_max=12)
    change(club, age_min=13, age_max=13)
    change(club, age_min=13, age_max=None)


@pytest.mark.parametrize("age", ["age_min", "age_max"])
def test_ages_are_not_negative(club, age):
    with refused(age):
        change(club, **{age: -1})


def test_dates_in_order(club):
    day = dt.date(2026, 5, 1)
    with refused("service_dates_in_order"):
        change(club, valid_from=day, valid_until=day - dt.timedelta(days=1))
    change(club, valid_from=day, valid_until=day)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_summary_holds_150_characters(club, language):
    change(club, **{f"summary_{language}": "ä" * 150})
    with refused("too long", DataError):
        change(club, **{f"summary_{language}": "ä" * 151})


def test_service_needs_an_organisation():
    with refused("organisation"):
        store(Service(name_fi="Kenenkään palvelu"))


def test_organisation_with_services_stays(kivivuori, club):
    with pytest.raises(ProtectedError):
        kivivuori.delete()


def test_public_identifiers_are_unique(kivivuori, club):
    with refused("public_id"):
        store(Service(name_fi="Toinen", organisation=kivivuori, public_id=club.public_id))


# References to other systems


@pytest.mark.parametrize("kind", ["service", "location"])
def test_external_reference_is_unique(kivivuori, kind):
    def reference(system, identifier):
        if kind == "service":
            owner = cast.service("Palvelu", kivivuori, indexed=False)
            return ServiceReference(service=owner, system=system, identifier=identifier)
        owner = cast.location("Paikka", kivivuori)
        return LocationReference(location=owner, system=system, identifier=identifier)

    store(reference("ptv", "abc-1"), reference("ptv", "abc-2"), reference("kuntaliitto", "abc-1"))
    with refused("reference_is_unique"):
        store(reference("ptv", "abc-1"))


# Locations and their hours


@pytest.mark.parametrize(
    "point",
    [(60.3, None), (None, 25.1), (91, 25.1), (-91, 25.1), (60.3, 181), (60.3, -181)],
)
def test_point_is_whole_and_on_earth(house, point):
    with refused("location_point_is_whole_and_on_earth"):
        change(house, latitude=point[0], longitude=point[1])


def test_location_may_lack_a_point(house):
    change(house, latitude=60.3, longitude=25.1)
    change(house, latitude=None, longitude=None)


@pytest.mark.parametrize("code", ["0130", "O1300", " 01300"])
def test_postal_code_has_five_digits(house, code):
    with refused("location_postal_code_shape|too long", (IntegrityError, DataError)):
        change(house, postal_code=code)


def test_postal_code_keeps_its_zero_and_may_be_missing(house):
    change(house, postal_code="01300")
    change(house, postal_code="")


@pytest.mark.parametrize("weekday", [0, 8])
def test_weekdays_run_from_1_to_7(house, weekday):
    with refused("schedule_weekday_1_to_7"):
        store(Schedule(location=house, weekday=weekday, opens_at=NINE, closes_at=FIVE))


def test_open_for_some_time(house):
    with refused("schedule_open_some_time"):
        store(Schedule(location=house, weekday=1, opens_at=NINE, closes_at=NINE))
    store(Schedule(location=house, weekday=1, opens_at=FIVE, closes_at=NINE))  # past midnight


def test_exception_dates_in_order(house):
    day = dt.date(2026, 12, 24)
    with refused("exception_dates_in_order"):
        store(ScheduleException(location=house, starts_on=day, ends_on=day - dt.timedelta(days=1)))


@pytest.mark.parametrize("hours", [(None, None), (NINE, None), (None, FIVE)])
def test_exception_is_closed_or_has_hours(house, hours):
    day = dt.date(2026, 12, 24)
    with refused("exception_closed_or_with_hours"):
        store(
            ScheduleException(
                location=house,
                starts_on=day,
                ends_on=day,
                closed=False,
                opens_at=hours[0],
                closes_at=hours[1],
            )
        )


# The taxonomy


@pytest.fixture
def debts():
    return cast.category("Velat", code="debts")


def test_scheme_is_known(debts):
    with refused("category_scheme_is_known"):
        change(debts, scheme="colour")


def test_code_is_unique(debts):
    with refused("code"):
        store(Category(scheme="form-of-help", code="debts", name_fi="Toiset velat"))


@pytest.mark.parametrize(
    ("field", "constraint"),
    [("parent", "category_not_its_own_parent"), ("replaced_by", "category_not_replaced_by_itself")],
)
def test_a_category_does_not_refer_to_itself(debts, field, constraint):
    with refused(constraint):
        change(debts, **{field: debts.pk})


def test_category_with_children_stays(debts):
    cast.category("Ulosotto", under=debts)
    with pytest.raises(ProtectedError):
        debts.delete()


def test_category_that_replaces_another_stays(debts):
    cast.category("Velkaantuminen", replaced_by=debts)
    with pytest.raises(ProtectedError):
        debts.delete()


def test_synonym_once_per_category_and_language(debts):
    store(Synonym(category=debts, language="fi", text="Ulosotto"))
    with refused("synonym_once_per_category_and_language"):
        store(Synonym(category=debts, language="fi", text="ulosotto"))
    store(Synonym(category=debts, language="sv", text="ulosotto"))
    store(Synonym(category=cast.category("Talous"), language="fi", text="ulosotto"))


def test_external_code_once_per_category(debts):
    store(ExternalCode(category=debts, system="ptv", code="P5.1"))
    with refused("external_code_once_per_category"):
        store(ExternalCode(category=debts, system="ptv", code="P5.1"))
    store(ExternalCode(category=cast.category("Talous"), system="ptv", code="P5.1"))


# What belongs to a record goes with it


def test_search_rows_and_phones_go_with_the_service(club):
    ServicePhone.objects.create(service=club, number="09 000 1111")
    club.delete()
    assert not Listing.objects.exists()
    assert not SearchPosting.objects.exists()
    assert not ServicePhone.objects.exists()


def test_locations_go_with_their_organisation(kivivuori, house):
    kivivuori.delete()
    assert not ServiceLocation.objects.exists()
