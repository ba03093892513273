"""Contacts by municipality, including municipalities without one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.html_page import Page, view_url

VAKE, VANTAA = "04", "092"


def rows(page):
    """Rows of the page in order: {municipality: row}."""
    return {row.one("h3").text: row for row in page.one(class_="rows").all("li") if row.all("h3")}


def is_missing(row):
    return bool(row.all(class_="missing"))


def test_every_municipality_of_the_county_has_its_row(visit, db):
    assert list(rows(visit("profiles:contacts", county=VAKE))) == ["Kerava", "Vantaa"]


def test_contact_with_municipalities_is_shown_in_those(vake, visit):
    cast.contact("Yhdyshenkilö", vake, name="Maija Meri", covers=["Vantaa"])
    row_by_name = rows(visit("profiles:contacts", county=VAKE))
    assert "Maija Meri" in row_by_name["Vantaa"].text
    assert "Maija Meri" not in row_by_name["Kerava"].text
    assert is_missing(row_by_name["Kerava"]) and not is_missing(row_by_name["Vantaa"])


def test_contact_without_municipalities_covers_its_organisations_area(vake, city, visit):
    cast.contact("Alueen yhdyshenkilö", vake)
    cast.contact("Kaupungin yhdyshenkilö", city)
    row_by_name = rows(visit("profiles:contacts", county=VAKE))
    assert "Alueen yhdyshenkilö" in row_by_name["Vantaa"].text and "Alueen yhdyshenkilö" in row_by_name["Kerava"].text
    assert "Kaupungin yhdyshenkilö" in row_by_name["Kerava"].text
    assert "Kaupungin yhdyshenkilö" not in row_by_name["Vantaa"].text


def test_contact_of_an_ngo_does_not_replace_one_of_a_public_body(kivivuori, visit):
    cast.contact("Toiminnanjohtaja", kivivuori, covers=["Vantaa"])
    row = rows(visit("profiles:contacts", county=VAKE))["Vantaa"]
    assert "Toiminnanjohtaja" in row.text
    assert is_missing(row)


def test_public_bodies_come_first(kivivuori, vake, visit):
    cast.contact("Toiminnanjohtaja", kivivuori)
    cast.contact("Yhdyshenkilö", vake)
    text = rows(visit("profiles:contacts", county=VAKE))["Vantaa"].text
    assert text.index("Yhdyshenkilö") < text.index("Toiminnanjohtaja")


def test_nationwide_organisation_without_an_area_covers_no_municipality(helpline, visit):
    cast.contact("Päivystys", helpline)
    assert "Päivystys" not in visit("profiles:contacts", county=VAKE).main.text


def test_number_of_municipalities_without_a_contact_is_shown(vake, visit):
    assert "2" in visit("profiles:contacts", county=VAKE).section("rows").one(class_="notice").text
    cast.contact("Yhdyshenkilö", vake, covers=["Vantaa"])
    assert "1" in visit("profiles:contacts", county=VAKE).section("rows").one(class_="notice").text
    cast.contact("Toinen yhdyshenkilö", vake, covers=["Kerava"])
    assert not visit("profiles:contacts", county=VAKE).section("rows").all(class_="notice")


def test_one_municipality(vake, visit):
    cast.contact("Yhdyshenkilö", vake)
    page = visit("profiles:contacts", municipality=VANTAA)
    assert list(rows(page)) == ["Vantaa"]
    assert "Yhdyshenkilö" in page.main.text


def test_contacts_for_another_purpose(vake, visit):
    cast.contact("Yhdyshenkilö", vake)
    cast.contact("Palveluohjaus", vake, purposes=["referrals"])
    cooperation = visit("profiles:contacts", county=VAKE).section("rows").text
    assert "Yhdyshenkilö" in cooperation and "Palveluohjaus" not in cooperation
    referrals = visit("profiles:contacts", county=VAKE, purpose="referrals").section("rows").text
    assert "Palveluohjaus" in referrals and "Yhdyshenkilö" not in referrals


def test_contact_for_professionals_is_not_missing_but_not_shown(vake, visit, client, pirjo_client):
    cast.contact("Yhdyshenkilö", vake, name="Maija Meri", visibility="professionals", email="maija@vake.example")
    row = rows(visit("profiles:contacts", county=VAKE))["Vantaa"]
    assert not is_missing(row)
    assert "1" in row.one(class_="hint").text
    query = view_url("profiles:contacts", county=VAKE)
    assert "maija" not in client.get(query).content.decode().lower()
    signed_in = rows(Page(pirjo_client.get(query)))["Vantaa"]
    assert "Maija Meri" in signed_in.text
    assert signed_in.all("a", href="mailto:maija@vake.example")
    assert not signed_in.all(class_="hint")


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_contacts_of_unpublished_organisations_are_not_shown(visit, status, db):
    hidden = cast.organisation("Piilo", "county", works_in=cast.VAKE, status=status)
    cast.contact("Yhdyshenkilö", hidden)
    page = visit("profiles:contacts", county=VAKE)
    assert "Yhdyshenkilö" not in page.main.text
    assert all(is_missing(row) for row in rows(page).values())


def test_page_without_a_choice_asks_for_an_area(visit, db):
    page = visit("profiles:contacts")
    assert not page.has_section("rows")
    assert page.main.all(class_="notice")


@pytest.mark.parametrize(
    "query",
    [
        {"county": "99"},
        {"municipality": "999"},
        {"municipality": "092; DROP"},
        {"county": "\0"},
        {"county": ["x", "y"]},
    ],
)
def test_unknown_area_is_ignored(visit, db, query):
    assert not visit("profiles:contacts", **query).has_section("rows")


def test_unknown_purpose_falls_back_to_ngo_cooperation(vake, visit):
    cast.contact("Yhdyshenkilö", vake)
    assert "Yhdyshenkilö" in visit("profiles:contacts", county=VAKE, purpose="'; --").section("rows").text


def test_names_in_the_readers_language(vake, visit):
    cast.contact({"fi": "Yhdyshenkilö", "sv": "Kontaktperson"}, vake, covers=["Vantaa"])
    row_by_name = rows(visit("profiles:contacts", lang="sv", county=VAKE))
    assert list(row_by_name) == ["Kervo", "Vanda"]
    assert "Kontaktperson" in row_by_name["Vanda"].text


def test_more_contacts_take_no_more_queries(vake, visit):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            visit("profiles:contacts", county=VAKE)
        return len(captured)

    cast.contact("Yhdyshenkilö", vake, covers=["Vantaa"])
    few = queries()
    for n in range(10):
        cast.contact(f"Yhdyshenkilö {n}", cast.organisation(f"Ry {n}"), covers=["Kerava"])
    assert queries() == few


def test_municipality_outside_the_county_is_ignored_and_reported(vake, visit):
    page = visit("profiles:contacts", county=VAKE, municipality="049")
    assert list(rows(page)) == ["Kerava", "Vantaa"]
    assert "Espoo" in page.one(class_="notice", role="status").text


def test_municipality_inside_the_county_is_shown(vake, visit):
    page = visit("profiles:contacts", county=VAKE, municipality=VANTAA)
    assert list(rows(page)) == ["Vantaa"]
    assert not page.all(class_="notice", role="status")


def test_invalid_values_are_reported(vake, visit):
    page = visit("profiles:contacts", county=VAKE, municipality="999", purpose="chess")
    assert list(rows(page)) == ["Kerava", "Vantaa"]
    notice = page.one(class_="notice", role="status").text
    assert "999" in notice and "chess" in notice
