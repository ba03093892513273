"""The page of a service."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import OrganisationPhone
from services.models import Category, ServicePhone
from services.models.choices import AccessRoute
from tests import cast

WORDS = {
    "summary_fi": "Apua velkoihin kasvokkain.",
    "description_fi": "Ensin kartoitetaan tilanne.\n\nSitten tehdään suunnitelma.",
    "eligibility_fi": "Vantaalaisille aikuisille.",
    "client_access_fi": "Soita ajanvaraukseen.",
    "professional_access_fi": "Lähetä lomake asiakkaan kanssa.",
    "professional_needs_fi": "Asiakkaan suostumus.",
    "waiting_time_fi": "Kaksi viikkoa",
    "cost_note_fi": "Tulkki ei maksa.",
    "requirements_fi": "Varaa tunti aikaa.",
    "accessibility_note_fi": "Ovikello on matalalla.",
}


@pytest.fixture
def advice(kivivuori):
    """A service with every field filled."""
    house = cast.location(
        "Perhetalo",
        kivivuori,
        street_fi="Kivivuorentie 4",
        postal_code="01300",
        city_fi="Vantaa",
        latitude=60.28,
        longitude=25.03,
        accessibility=["step-free"],
        hours_note_fi="Soita ovikelloa.",
    )
    service = cast.service(
        "Velkaneuvonta",
        kivivuori,
        works_in=["Vantaa", "Kerava"],
        tags=[cast.category("Velat", code="debts")],
        places=[house],
        age_min=18,
        age_max=64,
        channels=["on-site", "phone"],
        languages=["fi", "ar"],
        access_routes=["self", "professional"],
        cost="free",
        low_threshold=True,
        anonymous=True,
        accessibility=["interpreter"],
        email="velat@kivivuori.example",
        website_fi="https://www.kivivuori.example/velat",
        assured_at=timezone.now() - dt.timedelta(days=3),
        **WORDS,
    )
    ServicePhone.objects.create(service=service, number="09 000 4321", charge_note_fi="Tavallisen puhelun hinta.")
    return service


def test_every_text_is_shown(advice, open_page):
    page = open_page(advice)
    assert page.one("h1").text == "Velkaneuvonta"
    for text in WORDS.values():
        for paragraph in text.split("\n\n"):
            assert paragraph in page.main.text


def test_how_to_get_in(advice, open_page):
    section = open_page(advice).section("client-access")
    assert "Soita ajanvaraukseen." in section.text
    # In the first step, and with the price of the call.
    assert [link.text for link in section.all("a", href="tel:090004321")] == ["09 000 4321"] * 2
    assert "09 000 4321 Tavallisen puhelun hinta." in section.text
    assert section.all("a", href="mailto:velat@kivivuori.example")
    assert section.all("a", href="https://www.kivivuori.example/velat")
    for fact in ("Kaksi viikkoa", "Tulkki ei maksa.", "18", "64", "Vantaa", "Kerava"):
        assert fact in section.text


def test_referral_instructions_have_their_own_section(advice, open_page):
    page = open_page(advice)
    section = page.section("professional-access")
    assert "Lähetä lomake asiakkaan kanssa." in section.text
    assert "Asiakkaan suostumus." in section.text
    assert "Lähetä lomake" not in page.section("client-access").text


def test_description_in_paragraphs(advice, open_page):
    paragraphs = [p.text for p in open_page(advice).section("description").all("p")]
    assert paragraphs == ["Ensin kartoitetaan tilanne.", "Sitten tehdään suunnitelma."]


def test_where_and_when(advice, open_page):
    place = open_page(advice).section("where").one(class_="place")
    for fact in ("Perhetalo", "Kivivuorentie 4", "01300", "Vantaa", "Soita ovikelloa."):
        assert fact in place.text
    (map_link,) = [link["href"] for link in place.all("a") if "mlat" in link["href"]]
    assert "60.28" in map_link and "25.03" in map_link


def test_archived_location_is_hidden(advice, open_page):
    advice.locations.update(archived=True)
    assert not open_page(advice).has_section("where")


def test_categories_lead_to_the_search(advice, open_page):
    tag = open_page(advice).section("tags").one("a")
    assert (tag.text, tag["href"]) == ("Velat", cast.view_url("finding:results", category="debts"))


def test_merged_category_is_shown_as_its_replacement(advice, open_page):
    economy = cast.category("Talous", code="economy")
    Category.objects.filter(code="debts").update(replaced_by=economy)
    tag = open_page(advice).section("tags").one("a")
    assert (tag.text, tag["href"]) == ("Talous", cast.view_url("finding:results", category="economy"))


def test_last_confirmed(advice, open_page):
    time = open_page(advice).one(class_="service-head").one("time")
    assert time["datetime"].startswith(timezone.localdate(advice.assured_at).isoformat())


def test_stale_service_warns(advice, open_page):
    fresh = len(open_page(advice).one(class_="service-head").all(class_="notice"))
    type(advice).objects.update(assured_at=timezone.now() - dt.timedelta(days=500))
    assert len(open_page(advice).one(class_="service-head").all(class_="notice")) == fresh + 1


def test_service_without_optional_texts_has_no_empty_sections(kivivuori, open_page):
    page = open_page(cast.service("Kerho", kivivuori))
    for section in (
        "professional-access",
        "description",
        "eligibility",
        "requirements",
        "where",
        "accessibility",
        "tags",
    ):
        assert not page.has_section(section)
    assert all(fact.text for fact in page.all("dd"))


def test_phone_numbers_of_the_organisation_are_the_fallback(open_page, db):
    owner = cast.organisation("Puhelinpiste", email="hei@piste.example")
    OrganisationPhone.objects.create(organisation=owner, number="09 000 1111")
    section = open_page(cast.service("Kerho", owner)).section("client-access")
    assert section.all("a", href="tel:090001111")
    assert section.all("a", href="mailto:hei@piste.example")


def test_demonstration_content_is_marked(open_page, kivivuori, db):
    demo = cast.service("Kerho", cast.organisation("Demo ry", is_demo=True))
    assert open_page(demo).all(class_="notice-demo")
    assert not open_page(cast.service("Kerho", kivivuori)).all(class_="notice-demo")


# Contacts


def test_professionals_see_contacts_for_professionals(kivivuori, open_page, pirjo_client):
    club = cast.service("Kerho", kivivuori)
    cast.contact("Asiakasohjaus", kivivuori, purposes=["referrals"], email="ohjaus@kivivuori.example")
    cast.contact(
        "Työntekijä",
        kivivuori,
        name="Sanna Saari",
        purposes=["referrals"],
        visibility="professionals",
        phone="09 000 1",
    )
    cast.contact("Tiedotus", kivivuori, purposes=["press"])
    visitors = open_page(club).section("contacts").text
    assert "Asiakasohjaus" in visitors
    assert "Sanna Saari" not in visitors and "Tiedotus" not in visitors
    pirjos = cast.Page(pirjo_client.get(cast.record_url(club))).section("contacts").text
    assert "Sanna Saari" in pirjos and "Tiedotus" not in pirjos


def test_contacts_for_professionals_are_hidden_from_the_public(kivivuori, client):
    club = cast.service("Kerho", kivivuori)
    cast.contact("Työntekijä", kivivuori, name="Sanna Saari", purposes=["referrals"], visibility="professionals")
    page = client.get(cast.record_url(club)).content.decode()
    assert "Saari" not in page
    assert "1 yhteyshenkilö näkyy vain kirjautuneille ammattilaisille." in page


# URLs


@pytest.mark.parametrize("slug", ["vanha-nimi", "-", "VELKANEUVONTA"])
def test_wrong_slug_redirects_permanently(advice, client, slug):
    right = cast.record_url(advice)
    response = client.get(right.replace("velkaneuvonta", slug))
    assert (response.status_code, response["Location"]) == (301, right)


def test_slug_follows_the_language(kivivuori, client, open_page):
    club = cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)
    assert cast.record_url(club, "sv").endswith(f"/{club.pk}-familjeklubb/")
    switch = open_page(club).languages["sv"]
    assert cast.Page(client.get(switch, follow=True)).one("h1").text == "Familjeklubb"


def test_name_without_latin_letters_has_a_url(kivivuori, open_page):
    club = cast.service("نادي الأسرة", kivivuori)
    assert open_page(club).one("h1").text == "نادي الأسرة"


@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**30])
def test_unknown_service(visit, db, pk):
    assert visit("finding:service", pk, "kerho", status=404).one("input", id="q")


# Languages


def test_text_in_another_language_has_an_attribute_and_a_label(advice, open_page):
    page = open_page(advice, lang="sv")
    assert page.language == "sv"
    assert page.one("h1").one(lang="fi").text == "Velkaneuvonta"
    what = page.section("description")
    assert what.one(lang="fi").text == "Ensin kartoitetaan tilanne. Sitten tehdään suunnitelma."
    note = what.one(class_="foreign")
    assert note.text and not note.closest("div").attributes.get("lang")


def test_text_in_the_language_of_the_page_has_no_label(advice, open_page):
    type(advice).objects.update(name_sv="Skuldrådgivning", description_sv="Först kartläggs läget.")
    advice.refresh_from_db()
    page = open_page(advice, lang="sv")
    assert page.one("h1").text == "Skuldrådgivning"
    assert not page.one("h1").all(lang=True)
    assert not page.section("description").all(lang=True)


def test_english_falls_back_to_finnish_before_swedish(kivivuori, open_page):
    club = cast.service({"fi": "Kerho", "sv": "Klubb"}, kivivuori, description_sv="Bara på svenska.")
    page = open_page(club, lang="en")
    assert page.one("h1").one(lang="fi").text == "Kerho"
    assert page.section("description").one(lang="sv").text == "Bara på svenska."


# Queries


def test_number_of_queries_does_not_grow_with_locations_and_contacts(advice, kivivuori, vake, open_page):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            open_page(advice)
        return len(captured)

    cast.contact("Ohjaus", kivivuori, purposes=["referrals"], covers=["Vantaa"])
    cast.service("Perhetyö", vake, tags=advice.categories.all())
    few = queries()
    advice.locations.add(*(cast.location(f"Talo {n}", kivivuori) for n in range(10)))
    for n in range(10):
        cast.contact(f"Ohjaus {n}", kivivuori, purposes=["referrals"], covers=["Vantaa"])
    cast.services(10, vake, tags=advice.categories.all())
    assert queries() == few


# First step


@pytest.mark.parametrize("routes", [["self"], ["open-door", "referral"], ["professional"], ["apply"], ["referral"]])
def test_first_step_is_the_easiest_route_with_a_phone_number(kivivuori, open_page, routes):
    club = cast.service("Kerho", kivivuori, access_routes=routes)
    first_step = open_page(club).section("client-access").one(class_="route").text
    assert first_step
    ServicePhone.objects.create(service=club, number="09 000 4321")
    with_number = open_page(club).section("client-access").one(class_="route")
    assert with_number.one("a", href="tel:090004321")
    assert with_number.text != first_step


def test_each_route_has_its_own_first_step(kivivuori, open_page):
    services = [cast.service(route, kivivuori, access_routes=[route]) for route in AccessRoute.values]
    first_steps = {open_page(service).section("client-access").one(class_="route").text for service in services}
    assert len(first_steps) == len(AccessRoute.values)


def test_no_first_step_without_routes(kivivuori, open_page):
    assert not open_page(cast.service("Kerho", kivivuori)).section("client-access").all(class_="route")


def test_location_can_be_opened_in_a_map_app(advice, open_page):
    place = open_page(advice).section("where").one(class_="place")
    (link,) = [link["href"] for link in place.all("a") if link["href"].startswith("geo:")]
    assert link.startswith("geo:60.28,25.03")


def test_confirmation_has_its_age_and_its_date_for_copies(open_page, kivivuori):
    confirmed = timezone.now() - dt.timedelta(days=3)
    fresh = open_page(cast.service("Kerho", kivivuori, assured_at=confirmed)).one("p", class_="fresh")
    day = timezone.localdate(confirmed)
    assert "3" in fresh.one(class_="ago").text
    assert fresh.one("time")["datetime"] == day.isoformat()
    assert f"{day.day}.{day.month}.{day.year}" in fresh.one(class_="then").text
