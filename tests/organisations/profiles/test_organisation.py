"""The page of one organisation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import OrganisationPhone
from services.models import Schedule
from tests import cast


@pytest.fixture
def association(db):
    """A local association with every field filled."""
    national = cast.organisation("Perheiden liitto", works_in=cast.NATIONWIDE)
    organisation = cast.organisation(
        "Vantaan perheet",
        abbreviation="VP",
        parent=national,
        works_in=["Vantaa", "Kerava"],
        description="Perheiden oma yhdistys.\n\nToimii talkoilla.",
        business_id="1572860-0",
        website="https://www.perheet.example/",
        email="hei@perheet.example",
    )
    OrganisationPhone.objects.create(organisation=organisation, number="09 000 2222", charge_note_fi="Paikallispuhelu.")
    organisation.categories.add(cast.category("Arki", code="everyday"))
    return organisation


def test_page_shows_all_fields(association, open_page):
    page = open_page(association)
    assert page.one("h1").text == "Vantaan perheet (VP)"
    for text in (
        "Perheiden oma yhdistys.",
        "Toimii talkoilla.",
        "1572860-0",
        "Vantaa",
        "Kerava",
        "Paikallispuhelu.",
    ):
        assert text in page.main.text
    for link in ("tel:090002222", "mailto:hei@perheet.example", "https://www.perheet.example/"):
        assert page.main.all("a", href=link)


def test_categories_link_to_the_search(association, open_page):
    address = cast.view_url("finding:results", category="everyday")
    assert open_page(association).one("a", href=address).text == "Arki"


def test_national_and_local_organisations_link_to_each_other(association, open_page):
    assert open_page(association).one("a", href=cast.record_url(association.parent)).text == "Perheiden liitto"
    cast.organisation("Luonnos", parent=association.parent, status="draft")
    children = open_page(association.parent).section("children").all("a")
    assert [child.text for child in children] == ["Vantaan perheet"]


def test_unpublished_parent_is_named_but_not_linked(association, open_page):
    type(association).objects.filter(pk=association.parent_id).update(status="archived")
    page = open_page(association)
    assert "Perheiden liitto" in page.main.text
    assert not page.all("a", href=cast.record_url(association.parent))


def test_services_in_alphabetical_order(association, vake, open_page):
    for name in ("Öinen puhelin", "Aamukahvila", "Äitiryhmä"):
        cast.service(name, association)
    cast.service("Luonnos", association, status="draft")
    cast.service("Toisen palvelu", vake)
    assert open_page(association).names == ["Aamukahvila", "Äitiryhmä", "Öinen puhelin"]


def test_without_services(association, open_page):
    page = open_page(association)
    assert page.names == []
    assert page.section("services").all(class_="notice")


def test_places_with_hours(association, open_page):
    house = cast.location("Perhetalo", association, street="Talotie 1")
    cast.location("Vanha talo", association, archived=True)
    Schedule.objects.create(location=house, weekday=1, opens_at="09:00", closes_at="15:00")
    section = open_page(association).section("where").text
    assert "Talotie 1" in section and "9–15" in section
    assert "Vanha talo" not in section


def test_contacts_for_professionals_are_counted_not_shown(association, open_page, pirjo_client):
    cast.contact("Toimisto", association, covers=["Kerava"])
    cast.contact("Työntekijä", association, name="Sanna Saari", visibility="professionals", phone="09 000 1")
    section = open_page(association).section("contacts")
    assert "Toimisto" in section.text and "Kerava" in section.text
    assert "Sanna Saari" not in section.text
    assert "1" in section.all(class_="hint")[-1].text
    assert "Sanna Saari" in cast.Page(pirjo_client.get(cast.record_url(association))).section("contacts").text


def test_demonstration_content_is_marked(association, open_page):
    assert not open_page(association).all(class_="notice-demo")
    type(association).objects.update(is_demo=True)
    assert open_page(association).all(class_="notice-demo")


@pytest.mark.parametrize("slug", ["vanha-nimi", "-"])
def test_wrong_slug_redirects_permanently(association, client, slug):
    right = cast.record_url(association)
    response = client.get(right.replace("vantaan-perheet", slug))
    assert (response.status_code, response["Location"]) == (301, right)


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_unknown_organisation(visit, db, pk):
    visit("profiles:organisation", pk, "talo", status=404)


def test_number_of_queries_does_not_grow_with_the_data(association, open_page):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            open_page(association)
        return len(captured)

    def add(number):
        cast.services(number, association, name=f"{number} palvelua")
        for n in range(number):
            cast.location(f"Talo {n}", association)
            cast.contact(f"Toimisto {n}", association, covers=["Vantaa"])
            cast.organisation(f"Jaosto {n}", parent=association)

    add(1)
    few = queries()
    add(12)
    assert queries() == few
