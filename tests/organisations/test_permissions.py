"""Coordinators of an organisation: exactly the users who are notified may act."""

import pytest

from organisations import permissions
from organisations.models import User, WellbeingCounty
from tests import cast

LAPLAND = "Lapin hyvinvointialue"


@pytest.fixture
def pasi(db):
    """A former coordinator of Vantaa and Kerava, no longer staff."""
    user = cast.add_totp(cast.create_user("pasi@vake.example"))
    user.coordinates.set(WellbeingCounty.objects.filter(name_fi=cast.VAKE))
    return user


@pytest.fixture
def lempi(db):
    """The coordinator of Lapland."""
    user = cast.add_totp(cast.create_user("lempi@lappi.example", is_staff=True))
    user.coordinates.set(WellbeingCounty.objects.filter(name_fi=LAPLAND))
    return user


def coordinators_of(organisation):
    return permissions.coordinators_of([organisation.pk])[organisation.pk]


def test_coordinator_is_notified_about_organisations_of_her_counties(kaisa, lempi, kivivuori, vake):
    assert coordinators_of(kivivuori) == coordinators_of(vake) == [kaisa]
    assert coordinators_of(cast.organisation("Ivalon tupa", works_in="Inari")) == [lempi]


def test_every_coordinator_is_notified_about_nationwide_or_unplaced_organisations(kaisa, lempi, sirkka, helpline):
    assert (
        coordinators_of(helpline) == coordinators_of(cast.organisation("Uusi yhdistys", works_in=())) == [kaisa, lempi]
    )


def test_former_coordinator_is_not_notified(kaisa, pasi, kivivuori):
    assert coordinators_of(kivivuori) == [kaisa]


def test_coordinator_without_a_required_second_step_is_not_notified(kaisa, sirkka, kivivuori, settings):
    kaisa.authenticator_set.all().delete()
    assert coordinators_of(kivivuori) == [sirkka]
    settings.REQUIRE_MFA = False
    assert coordinators_of(kivivuori) == [kaisa]


def test_superusers_are_notified_where_there_is_no_coordinator(sirkka, pasi, kivivuori, helpline):
    assert coordinators_of(kivivuori) == coordinators_of(helpline) == [sirkka]


def test_superuser_who_coordinates_a_county_is_notified_about_it(kaisa, sirkka, kivivuori, city):
    sirkka.coordinates.set(WellbeingCounty.objects.filter(name_fi=LAPLAND))
    assert coordinators_of(cast.organisation("Ivalon tupa", works_in="Inari")) == [sirkka]
    assert coordinators_of(kivivuori) == [kaisa]


def test_no_organisations_notify_nobody(kaisa):
    assert permissions.coordinators_of([]) == {}


def test_exactly_those_who_may_coordinate_are_notified(
    kaisa, lempi, pasi, pirjo, satu, kivivuori, vake, parish, city, helpline
):
    without_second_step = cast.create_user("ville@vake.example", is_staff=True)
    without_second_step.coordinates.set(WellbeingCounty.objects.filter(name_fi=cast.VAKE))
    without_county = cast.add_totp(cast.create_user("outi@vake.example", is_staff=True))
    switched_off = cast.add_totp(cast.create_user("olli@vake.example", is_staff=True, is_active=False))
    switched_off.coordinates.set(WellbeingCounty.objects.filter(name_fi=cast.VAKE))
    places = [
        kivivuori,
        vake,
        parish,
        city,
        helpline,
        cast.organisation("Ivalon tupa", works_in="Inari"),
        cast.organisation("Lapin tuki", works_in=LAPLAND),
        cast.organisation("Kahden alueen tuki", works_in=["Inari", cast.VAKE]),
        cast.organisation("Uusi yhdistys", works_in=()),
    ]
    coordinators = permissions.coordinators_of(organisation.pk for organisation in places)
    for user in User.objects.all():
        may = {organisation.pk for organisation in places if permissions.may_coordinate(user, organisation)}
        assert may == {pk for pk, people in coordinators.items() if user in people}, user
    assert without_county not in coordinators[helpline.pk]


@pytest.mark.parametrize("number", [1, 12])
def test_number_of_queries_does_not_grow_with_organisations(kaisa, number, django_assert_max_num_queries):
    places = [cast.organisation(f"Yhdistys {n}") for n in range(number)]
    nobodys = cast.organisation("Ivalon tupa", works_in="Inari")
    with django_assert_max_num_queries(2):
        permissions.coordinators_of(organisation.pk for organisation in [*places, nobodys])
