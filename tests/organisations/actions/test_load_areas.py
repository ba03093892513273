"""Municipalities and wellbeing services counties of 2026, loaded into every new database."""

import pytest
from django.core.management import call_command

from organisations.models import Municipality, Organisation, WellbeingCounty
from tests import cast

pytestmark = pytest.mark.django_db


def test_all_of_finland():
    assert Municipality.objects.count() == 308
    assert WellbeingCounty.objects.count() == 23  # 21 counties, Helsinki and Åland


@pytest.mark.parametrize(
    ("code", "fi", "sv", "en", "county"),
    [
        ("092", "Vantaa", "Vanda", "Vantaa", "Vantaan ja Keravan hyvinvointialue"),
        ("245", "Kerava", "Kervo", "Kerava", "Vantaan ja Keravan hyvinvointialue"),
        ("049", "Espoo", "Esbo", "Espoo", "Länsi-Uudenmaan hyvinvointialue"),
        ("853", "Turku", "Åbo", "Turku", "Varsinais-Suomen hyvinvointialue"),
    ],
)
def test_names_and_county(code, fi, sv, en, county):
    place = Municipality.objects.get(pk=code)
    assert (place.name_fi, place.name_sv, place.name_en) == (fi, sv, en)
    assert place.county.name_fi == county


def test_codes_have_their_leading_zeros():
    assert all(len(code) == 3 and code.isdigit() for code in Municipality.objects.values_list("pk", flat=True))
    assert all(len(code) == 2 and code.isdigit() for code in WellbeingCounty.objects.values_list("pk", flat=True))


def test_every_name_in_every_language():
    for model in (Municipality, WellbeingCounty):
        for names in model.objects.values_list("name_fi", "name_sv", "name_en"):
            assert all(names), names


def test_points_lie_in_finland():
    for model in (Municipality, WellbeingCounty):
        for latitude, longitude in model.objects.values_list("latitude", "longitude"):
            assert 59.5 < latitude < 70.2
            assert 19.2 < longitude < 31.7


def test_vantaa_and_kerava_are_the_whole_county():
    county = WellbeingCounty.objects.get(name_fi=cast.VAKE)
    assert sorted(m.name_fi for m in county.municipalities.all()) == ["Kerava", "Vantaa"]


def test_loading_again_restores_values_and_adds_nothing():
    Municipality.objects.filter(pk="092").update(name_sv="Vantaa stad")
    call_command("load_areas", verbosity=0)
    assert Municipality.objects.count() == 308
    assert Municipality.objects.get(pk="092").name_sv == "Vanda"


def test_organisations_that_work_in_a_municipality(kivivuori, vake, city, helpline, vantaa, kerava):
    assert set(Organisation.objects.working_in(vantaa)) == {kivivuori, vake}
    assert set(Organisation.objects.working_in(kerava)) == {vake, city}
