"""The map of the results: locations by municipality, and services without a location."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import SearchCount
from tests import cast

VIEW = "24.9,60.25,25.2,60.35"


@pytest.fixture
def on_map(visit):
    """The map of a search: on_map(q="ero")."""

    def show(**query):
        return visit("finding:map", **query)

    return show


@pytest.fixture
def mapped_services(kivivuori, parish, helpline):
    """Two services with a location and two without."""
    house = cast.location(
        "Perhetalo", kivivuori, latitude=60.3, longitude=25.03, street="Kivitie 4", postal_code="01300", city="Vantaa"
    )
    hall = cast.location("Asemakerho", parish, in_="Kerava", latitude=60.4033, longitude=25.1056)
    return {
        "debts": cast.service("Velkaneuvonta", kivivuori, places=[house], tags=[cast.category("Velat", code="debts")]),
        "club": cast.service("Kerho", parish, places=[hall], works_in="Kerava"),
        "visits": cast.service("Kotikäynnit", kivivuori, channels=["home-visit"]),
        "phone": cast.service("Kriisipuhelin", helpline, channels=["phone"]),
    }


def municipalities(page):
    return [heading.text for heading in page.all(class_="spots-of")]


def spots(page):
    return [spot.one(class_="spot-name").text for spot in page.all(class_="spot")]


def beside(page):
    return {name.text for name in page.one(id="off-map").all(class_="short-name")}


def tabs(page):
    return {link["href"]: "aria-current" in link for link in page.one(class_="tabs").all("a")}


def test_locations_are_listed_by_municipality_with_address_and_services(mapped_services, on_map):
    page = on_map()
    assert municipalities(page) == ["Kerava", "Vantaa"]
    assert spots(page) == ["Asemakerho", "Perhetalo"]
    house = page.all(class_="spot")[1]
    assert "Kivitie 4, 01300 Vantaa" in house.text
    assert house.one("a", class_="short-name")["href"] == cast.record_url(mapped_services["debts"])
    assert house.all("a", rel="noopener")[0]["href"].startswith("https://www.openstreetmap.org/?mlat=60.3&mlon=25.03")


def test_services_without_a_location_are_listed(mapped_services, on_map):
    page = on_map()
    assert beside(page) == {"Kotikäynnit", "Kriisipuhelin"}
    assert page.total == len(spots(page)) + len(beside(page)) == 4


def test_text_search_finds_the_same_services_as_the_list(mapped_services, on_map, find):
    cast.index_for_search()
    for text in ("velka", "kriisi", "koti", "kerho Kerava"):
        page = on_map(q=text)
        listed = find(q=text)
        assert {name.text for name in page.all(class_="short-name")} == set(listed.names)
        assert page.total == listed.total


def test_page_states_that_there_are_no_locations(helpline, on_map):
    cast.service("Kriisipuhelin", helpline)
    page = on_map()
    assert spots(page) == []
    assert page.one(id="spots").one("p").text
    assert beside(page) == {"Kriisipuhelin"}


def test_empty_map_has_the_suggestions_of_the_list(mapped_services, on_map):
    page = on_map(q="qqxxqq")
    assert page.total == 0
    assert page.all(class_="nothing")


def test_tabs_keep_all_filters(mapped_services, on_map, open_page):
    page = on_map(q="velka", sector="ngo", municipality="092")
    (to_list, here), (to_map, current) = tabs(page).items()
    assert (here, current) == (False, True)
    listed = open_page(to_list)
    assert listed.names == ["Velkaneuvonta"]
    assert set(listed.boxes) and listed.boxes["sector", "ngo"].checked
    assert list(tabs(listed)) == [to_list, to_map]


def test_filters_chips_and_form_lead_to_the_map(mapped_services, on_map, open_page):
    page = on_map(sector="ngo", category="debts")
    assert page.one("form", class_="finder")["action"] == page.path
    for link in page.chips.values():
        assert open_page(link).all(id="map")


def test_bounds_limit_the_locations(mapped_services, on_map):
    page = on_map(bbox=VIEW)
    assert spots(page) == ["Perhetalo"]
    assert page.total == 4
    assert beside(page) == {"Kotikäynnit", "Kriisipuhelin"}


@pytest.mark.parametrize("bbox", ["", "x", "1,2,3", "25,60,24,61", "nan,1,2,3"])
def test_invalid_bounds_are_ignored(mapped_services, on_map, bbox):
    assert spots(on_map(bbox=bbox)) == ["Asemakerho", "Perhetalo"]


def test_locations_are_paginated(kivivuori, on_map, open_page):
    places = [cast.location(f"Talo {n:02d}", kivivuori, latitude=60.3, longitude=25.0) for n in range(41)]
    cast.service("Kerho", kivivuori, places=places)
    first = on_map()
    assert len(spots(first)) == 40
    assert spots(open_page(first.pages[2])) == ["Talo 40"]
    assert spots(on_map(page=9)) == ["Talo 40"]


def test_initial_bounds_are_those_of_the_search(mapped_services, on_map):
    def view(**query):
        return [float(edge) for edge in on_map(**query).one(id="results")["data-view"].split(",")]

    assert view() == [25.03, 60.3, 25.1056, 60.4033]
    assert view(municipality="245") == [25.1056, 60.4033, 25.1056, 60.4033]
    # Without locations: around the centre of the municipality.
    west, south, east, north = view(municipality="049")
    assert west < 24.66 < east and south < 60.2 < north
    assert view(bbox=VIEW) == [24.9, 60.25, 25.2, 60.35]


def test_identity_code_is_removed(db, client, on_map):
    response = client.get(cast.view_url("finding:map", q="131052-308T"))
    assert response.status_code == 302
    assert "131052" not in response["Location"]


def test_filtered_map_is_not_indexed_by_search_engines(mapped_services, on_map):
    def robots(page):
        return [meta["content"] for meta in page.all("meta", name="robots")]

    assert robots(on_map()) == []
    assert robots(on_map(sector="ngo")) == robots(on_map(bbox=VIEW)) == ["noindex, follow"]


def test_number_of_queries_is_constant(mapped_services, kivivuori, on_map):
    def statements(**query):
        with CaptureQueriesContext(connection) as captured:
            on_map(**query)
        return len(captured)

    def add(number):
        place = cast.location(f"Talo {number}", kivivuori, latitude=60.3 + number / 100, longitude=25.0)
        cast.service(f"Velkakerho {number}", kivivuori, places=[place])
        cast.service(f"Velkapuhelin {number}", kivivuori, channels=["phone"])

    add(0)
    on_map()  # fills the cache of reference data
    before = statements(), statements(q="velka")
    for number in range(1, 12):
        add(number)
    assert (statements(), statements(q="velka")) == before


def test_search_is_counted_once_for_list_and_map(mapped_services, client):
    there = cast.view_url("finding:map", q="velka")
    client.get(there)
    client.get(cast.view_url("finding:results", q="velka"), headers={"Referer": f"http://testserver{there}"})
    client.get(cast.view_url("finding:map-points", q="velka", bbox=VIEW, zoom=9))
    assert list(SearchCount.objects.values_list("text", "times")) == [("velka", 1)]


# Fragments


def test_fragment_with_locations_in_view(mapped_services, visit):
    assert spots(visit("finding:map-places", bbox=VIEW)) == ["Perhetalo"]
    assert spots(visit("finding:map-places", bbox=VIEW, sector="parish")) == []


def test_fragment_with_given_locations(mapped_services, visit):
    pk = mapped_services["club"].locations.get().pk
    page = visit("finding:map-places", at=f"{pk},x,999999")
    assert spots(page) == ["Asemakerho"]
    assert page.one("button", data_close=True)
    assert spots(visit("finding:map-places", at=pk, sector="ngo")) == []


def test_fragment_without_bounds_or_ids_is_refused(db, client):
    assert client.get(cast.view_url("finding:map-places")).status_code == 400


def test_labels_of_all_municipalities(mapped_services, client):
    for lang, name in (("fi", "Kerava"), ("sv", "Kervo")):
        response = client.get(cast.view_url("finding:map-ground", lang=lang))
        names = {row[0]: row[1:] for row in response.json()["names"]}
        assert len(names) > 300
        latitude, longitude, places = names[name]
        assert 60.3 < latitude < 60.5 and 25 < longitude < 25.2
        assert places == 1


# Tiles

TILES = "https://tiles.example/{z}/{x}/{y}.png"


def test_no_other_host_is_allowed_without_tiles(mapped_services, on_map):
    policy = on_map().response["Content-Security-Policy"]
    assert "http" not in policy
    assert "data-tiles" not in on_map().one(id="map")


def test_tile_server_is_allowed_for_images_on_the_map_only(mapped_services, on_map, find, settings):
    settings.TILES, settings.TILES_HOST = TILES, "https://tiles.example"
    settings.TILES_BY = "© Kartantekijä https://maps.example/thanks"
    page = on_map()
    directives = dict(part.strip().split(" ", 1) for part in page.response["Content-Security-Policy"].split(";"))
    assert [name for name, hosts in directives.items() if "https" in hosts] == ["img-src"]
    assert page.one(id="map")["data-tiles"] == TILES
    thanks = page.one(class_="map-thanks").one("a")
    assert (thanks["href"], thanks.text) == ("https://maps.example/thanks", "© Kartantekijä")
    assert "tiles.example" not in find().response["Content-Security-Policy"]


def test_privacy_notice_names_the_tile_server(db, visit, settings):
    assert "tiles.example" not in visit("privacy").text
    settings.TILES = TILES
    assert "tiles.example" in visit("privacy").text


def test_leaflet_is_loaded_on_the_map_only(mapped_services, on_map, find):
    assert on_map().one(id="map")["data-leaflet"]
    assert not find().all(id="map")
    assert not any("leaflet" in script["src"] for page in (on_map(), find()) for script in page.all("script", src=True))
