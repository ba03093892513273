"""The matching locations within bounds as GeoJSON."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from services.models import Listing, Service, ServiceLocation
from services.models.location import BoundingBox
from tests import cast
from tests.html_page import view_url

# Vantaa and Kerava; the surroundings of Kerava's station; open sea.
HERE, STATION, SEA = "24.7,60.2,25.3,60.5", "25.09,60.39,25.12,60.41", "20,59.8,20.1,59.9"
FINLAND = "19,59,32,71"
MOST = 400


@pytest.fixture
def ask(client):
    """Request bounds: ask(HERE, zoom=12, q="ero") returns the feature collection."""

    def ask(bbox=HERE, zoom=12, lang="fi", **query):
        response = client.get(view_url("finding:map-points", lang=lang, bbox=bbox, zoom=zoom, **query))
        assert response.status_code == 200
        assert response["Content-Type"] == "application/geo+json"
        return json.loads(response.content)

    return ask


def places(collection):
    return sum(feature["properties"]["places"] for feature in collection["features"])


def ids(collection):
    return {pk for feature in collection["features"] for pk in feature["properties"].get("ids", [])}


@pytest.fixture
def house(kivivuori):
    return cast.location("Perhetalo", kivivuori, latitude=60.30, longitude=25.03)


@pytest.fixture
def station(parish):
    return cast.location("Asemakerho", parish, in_="Kerava", latitude=60.4033, longitude=25.1056)


@pytest.fixture
def two_services(kivivuori, parish, house, station):
    """A service of an NGO in Vantaa and one of a parish in Kerava."""
    return [
        cast.service("Velkaneuvonta", kivivuori, places=[house], cost="free"),
        cast.service("Kerho", parish, places=[station], age_max=12),
    ]


def test_locations_in_view_are_points_with_name_and_sector(two_services, house, ask):
    collection = ask()
    assert collection["type"] == "FeatureCollection"
    assert collection["places"] == len(collection["features"]) == 2
    (of_house,) = [f for f in collection["features"] if f["properties"]["ids"] == [house.pk]]
    assert of_house["geometry"] == {"type": "Point", "coordinates": [25.03, 60.30]}
    assert of_house["properties"]["label"] == "Perhetalo"
    assert of_house["properties"]["sectors"] == ["ngo"]


def test_only_locations_within_the_bounds(two_services, station, ask):
    assert ids(ask(STATION)) == {station.pk}
    assert ask(SEA)["features"] == []


def test_names_are_in_the_language_of_the_page(kivivuori, ask):
    place = cast.location({"fi": "Talo", "sv": "Huset"}, kivivuori, latitude=60.3, longitude=25.0)
    cast.service("Kerho", kivivuori, places=[place])
    assert ask(lang="sv")["features"][0]["properties"]["label"] == "Huset"
    assert ask(lang="en")["features"][0]["properties"]["label"] == "Talo"


def test_hidden_services_and_locations_are_not_on_the_map(kivivuori, house, ask):
    draft = cast.service("Luonnos", kivivuori, places=[house], status="draft")
    ended = cast.service("Loppunut", kivivuori, places=[house], valid_until="2020-01-01")
    closed = cast.location("Suljettu", kivivuori, latitude=60.31, longitude=25.0, archived=True)
    cast.service("Muuttanut", kivivuori, places=[closed])
    assert {draft.pk, ended.pk} & set(Service.objects.values_list("pk", flat=True))
    assert ask()["features"] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "velkaneuvonta"},
        {"q": "kerho Kerava"},
        {"sector": "parish"},
        {"cost": "free"},
        {"age": 40},
        {"municipality": "245"},
        {"municipality": "245", "local": 1},
        {"county": "04", "sector": ["ngo", "parish"]},
        {"category": "debts"},
        {"language": "ar"},
    ],
)
def test_same_search_as_the_list(two_services, kivivuori, house, station, ask, find, query):
    debts = cast.category("Velat", code="debts")
    arabic = cast.location("Keskus", kivivuori, latitude=60.28, longitude=24.9)
    cast.service("Ryhmä", kivivuori, places=[arabic, house], languages=["ar"], tags=[debts])
    listed = find(**query).names
    expected = set(ServiceLocation.objects.filter(services__name_fi__in=listed).values_list("pk", flat=True))
    assert ids(ask(HERE, zoom=16, **query)) == expected


# Clusters


def test_close_locations_are_a_cluster_with_bounds(kivivuori, parish, ask):
    for number, by in enumerate([kivivuori, kivivuori, parish]):
        place = cast.location(f"Talo {number}", by, latitude=60.30 + number / 1000, longitude=25.03)
        cast.service(f"Kerho {number}", by, places=[place])
    (bubble,) = ask(zoom=8)["features"]
    assert bubble["properties"]["places"] == 3
    assert bubble["properties"]["sectors"] == ["ngo", "parish"]
    assert bubble["properties"]["box"] == [25.03, 60.30, 25.03, 60.302]
    assert "ids" not in bubble["properties"]
    assert "Vantaa" in bubble["properties"]["label"]
    assert len(ask(zoom=18, bbox="25.02,60.299,25.04,60.303")["features"]) == 3


def test_locations_at_one_address_are_one_point_at_every_zoom(kivivuori, parish, ask):
    same = {"latitude": 60.3, "longitude": 25.0}
    locations = [cast.location(name, by, **same) for name, by in (("Talo A", kivivuori), ("Talo B", parish))]
    for place in locations:
        cast.service(f"Kerho {place.pk}", place.organisation, places=[place])
    for zoom in (8, 18):
        (point,) = ask(zoom=zoom)["features"]
        assert set(point["properties"]["ids"]) == {place.pk for place in locations}
        assert point["geometry"]["coordinates"] == [25.0, 60.3]


def test_clusters_keep_their_position_when_the_map_moves(kivivuori, ask):
    for number in range(4):
        place = cast.location(f"Talo {number}", kivivuori, latitude=60.30, longitude=25.03 + number / 5000)
        cast.service(f"Kerho {number}", kivivuori, places=[place])
    (before,) = ask("24.7,60.2,25.3,60.5", zoom=9)["features"]
    (after,) = ask("24.8,60.1,25.4,60.4", zoom=9)["features"]
    assert before == after


# Invalid parameters


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"bbox": HERE},
        {"zoom": "9"},
        {"bbox": "24,60,25", "zoom": "9"},
        {"bbox": "a,b,c,d", "zoom": "9"},
        {"bbox": "25,60,24,61", "zoom": "9"},
        {"bbox": "24,61,25,60", "zoom": "9"},
        {"bbox": "24,60,25,91", "zoom": "9"},
        {"bbox": "nan,60,25,61", "zoom": "9"},
        {"bbox": "24,60,inf,61", "zoom": "9"},
        {"bbox": HERE, "zoom": "-1"},
        {"bbox": HERE, "zoom": "99"},
        {"bbox": HERE, "zoom": "9.5"},
        {"bbox": HERE, "zoom": "٩"},
    ],
)
def test_invalid_bounds_are_refused_with_a_reason(db, client, query):
    response = client.get(view_url("finding:map-points", **query))
    assert response.status_code == 400
    wrong = "zoom" if query.get("bbox") == HERE else "bbox"
    assert json.loads(response.content)["error"].startswith(wrong)


def test_invalid_filters_are_ignored(two_services, ask):
    assert ask(sector="x", age="999")["places"] == 2


# Ten thousand locations


@pytest.fixture
def many_services(kivivuori):
    """Ten thousand locations all over Finland, each with a service."""
    with override("fi"), connection.cursor() as cursor:
        services = cast.services(10, kivivuori)
        cursor.execute(
            """
            INSERT INTO services_servicelocation (public_id, organisation_id, name, name_fi, name_sv, name_en,
              street, city, postal_code, municipality_id, latitude, longitude, by_appointment, hours_note,
              accessibility, accessibility_note, email, website, archived)
            SELECT gen_random_uuid(), %s, 'Talo ' || n, 'Talo ' || n, '', '', '', '', '', '092',
              60 + 9 * (n * 0.6180339887 - floor(n * 0.6180339887)), 21 + 9.0 * n / 10000, FALSE, '',
              '{}', '', '', '', FALSE
            FROM generate_series(1, 10000) AS n
            """,
            [kivivuori.pk],
        )
        cursor.execute(
            """INSERT INTO services_service_locations (service_id, servicelocation_id)
            SELECT %s + id %% 10, id FROM services_servicelocation""",
            [min(service.pk for service in services)],
        )
        cursor.execute("ANALYZE services_servicelocation, services_service_locations, services_listing")
    return services


def test_response_is_bounded_and_complete(many_services, ask):
    for zoom in (4, 9, 14, 18, 22):
        collection = ask(FINLAND, zoom=zoom)
        assert len(collection["features"]) <= MOST
        assert collection["places"] == places(collection) == 10_000
        assert len(json.dumps(collection)) < 150_000


def test_number_of_queries_is_constant(two_services, ask, many_services):
    ask(SEA)  # fills the cache of reference data
    for query in ({}, {"q": "palvelu", "sector": "ngo", "age": 5}):
        with CaptureQueriesContext(connection) as few:
            ask(SEA, **query)
        with CaptureQueriesContext(connection) as all_of_them:
            ask(FINLAND, zoom=5, **query)
        assert len(few) == len(all_of_them) <= 12


def test_small_bounds_use_the_coordinate_index(many_services):
    with CaptureQueriesContext(connection) as statements:
        ServiceLocation.objects.map_cells(Listing.objects.all(), BoundingBox(25.0, 60.2, 25.2, 60.4), 12)
    (statement,) = statements
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement["sql"].replace("%", "%%"), [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "location_on_map" in plan
    assert "Seq Scan on services_servicelocation" not in plan
