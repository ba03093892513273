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


def test_coordinator_is_told_of_what_works_in_her_counties(kaisa, lempi, kivivuori, vake):
    assert coordinators_of(kivivuori) == coordinators_of(vake) == [kaisa]
    assert coordinators_of(cast.organisation("Ivalon tupa", works_in="Inari")) == [lempi]


def test_every_coordinator_is_told_of_what_works_everywhere_or_nowhere_yet(kaisa, lempi, sirkka, helpline):
    assert (
        coordinators_of(helpline) == coordinators_of(cast.organisation("Uusi yhdistys", works_in=())) == [kaisa, lempi]
    )


def test_who_has_left_the_desk_is_told_of_nothing(kaisa, pasi, kivivuori):
    assert coordinators_of(kivivuori) == [kaisa]


def test_who_has_no_second_step_yet_is_told_of_nothing_where_it_is_needed(kaisa, sirkka, kivivuori, settings):
    kaisa.authenticator_set.all().delete()
    assert coordinators_of(kivivuori) == [sirkka]
    settings.REQUIRE_MFA = False
    assert coordinators_of(kivivuori) == [kaisa]


def test_where_nobody_coordinates_the_superusers_are_told(sirkka, pasi, kivivuori, helpline):
    assert coordinators_of(kivivuori) == coordinators_of(helpline) == [sirkka]


def test_superuser_who_also_coordinates_a_county_is_told_of_it(kaisa, sirkka, kivivuori, city):
    sirkka.coordinates.set(WellbeingCounty.objects.filter(name_fi=LAPLAND))
    assert coordinators_of(cast.organisation("Ivalon tupa", works_in="Inari")) == [sirkka]
    assert coordinators_of(kivivuori) == [kaisa]


def test_of_nothing_nobody_is_told(kaisa):
    assert permissions.coordinators_of([]) == {}


def test_whoever_is_told_may_act_and_whoever_may_act_is_told(
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
def test_database_is_asked_as_often_for_many(kaisa, number, django_assert_max_num_queries):
    places = [cast.organisation(f"Yhdistys {n}") for n in range(number)]
    nobodys = cast.organisation("Ivalon tupa", works_in="Inari")
    with django_assert_max_num_queries(2):
        permissions.coordinators_of(organisation.pk for organisation in [*places, nobodys])
