"""A member lets the point of a place be found from its address, by a service that the settings name."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from services.models import ServiceLocation
from services.outbound import geocoding
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient


class Geocoder(BaseHTTPRequestHandler):
    """Answers like Pelias: the features of `server.points`, or `server.answer` where a test wants something else."""

    def do_GET(self):
        parts = urlsplit(self.path)
        self.server.asked.append((parts.path, {name: texts[0] for name, texts in parse_qs(parts.query).items()}))
        self.server.headers = dict(self.headers)
        features = [
            {"geometry": {"type": "Point", "coordinates": [east, north]}, "properties": {"label": name}}
            for name, north, east in self.server.points
        ]
        status, content = self.server.answer or (200, json.dumps({"features": features}).encode())
        if status == "silent":
            self.server.released.wait(5)
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Geocoder)
    server.daemon_threads = True
    server.asked, server.points, server.answer, server.headers = [], [], None, {}
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def geocoder(settings, monkeypatch):
    with serving() as server:
        server.points = [("Kivitie 4, Vantaa", 60.2934, 25.0378), ("Kivitie 4, Espoo", 60.2, 24.7)]
        settings.GEOCODER = f"http://127.0.0.1:{server.server_port}/geocoding/v1"
        monkeypatch.setattr(geocoding, "IDLE_TIMEOUT", 0.3)
        yield server


@pytest.fixture
def house(kivivuori):
    return cast.location("Perhetalo", kivivuori, street="Kivitie 4", latitude=60.3, longitude=25.04)


@pytest.fixture
def form(satu, house):
    """The form of the place, to look up its address and to save it."""

    class Form:
        writer = EditorClient(satu)
        page = writer.open(view_url("editing:place", house.pk))

        def send(self, status=200, **typed):
            data = form_values(self.page.main.one("form", id="place-form")) | typed
            self.page = Page(self.writer.browser.post(view_url("editing:place", house.pk), data, follow=True), status)
            return self.page

        def locate(self, **typed):
            return self.send(do="locate", **typed)

        def offered(self):
            return [found.text for found in self.page.main.one(id="found-points").all("label")]

        def problem(self):
            return self.page.main.one(id="found-points").one("p", role="alert").text

    return Form()


def test_points_of_the_typed_address_are_offered_by_name(geocoder, form):
    form.locate(street_fi="Kivitie 4", postal_code="01300", city_fi="Vantaa")
    assert [text.split(" 60")[0] for text in form.offered()[:2]] == ["Kivitie 4, Vantaa", "Kivitie 4, Espoo"]
    ((path, query),) = geocoder.asked
    assert path == "/geocoding/v1/search"
    assert query == {"text": "Kivitie 4, 01300 Vantaa", "size": "5", "lang": "fi"}
    assert "digitransit-subscription-key" not in {name.lower() for name in geocoder.headers}


def test_the_chosen_one_is_stored_with_the_rest(geocoder, form, house):
    form.locate(postal_code="01300")
    form.send(found="60.293400, 25.037800")
    house.refresh_from_db()
    assert (house.latitude, house.longitude, house.postal_code) == (60.2934, 25.0378, "01300")


def test_without_a_choice_the_point_stays(geocoder, form, house):
    form.locate()
    form.send()
    house.refresh_from_db()
    assert (house.latitude, house.longitude) == (60.3, 25.04)


def test_nothing_is_stored_and_nothing_typed_is_lost_meanwhile(geocoder, form, house):
    typed = {"name_fi": "", "postal_code": "12", "opens-0-1-0": "09:00", "accessibility": ["lift"], "point": "kaukana"}
    page = form.locate(**typed)
    kept = form_values(page.main.one("form", id="place-form"))
    assert {name: kept[name] for name in typed} == {**typed, "accessibility": "lift"}
    assert page.all(class_="error") == []
    house.refresh_from_db()
    assert house.name_fi == "Perhetalo"


def test_what_others_changed_meanwhile_is_still_noticed(geocoder, form, house):
    ServiceLocation.objects.filter(pk=house.pk).update(street_fi="Uusi katu 1")
    form.locate()
    page = form.send(status=409)
    assert "Uusi katu 1" in page.main.one("fieldset", class_="both").text


def test_places_outside_finland_and_more_than_five_are_left_out(geocoder, form):
    geocoder.points = [("Tukholma", 59.33, 18.07)] + [(f"Kivitie {n}", 60.2 + n / 100, 25.0) for n in range(7)]
    form.locate()
    assert len(form.offered()) == 5 + 1
    assert "Tukholma" not in form.offered()[0]


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (401, b"{}"),
        (302, b""),
        (200, b"<html>"),
        (200, b'{"features": [{}]}'),
        (200, b"[]"),
        (200, b'{"features": null}'),
        (200, b" " * 300_000),
        (200, b"[" * 200_000),
        (200, b'{"features": [{"geometry": {"coordinates": [1' + b"0" * 400 + b", 60]}}]}"),
        ("silent", b""),
    ],
)
def test_a_failure_is_said_plainly(geocoder, form, answer):
    geocoder.answer = answer
    page = form.locate(street_fi="Kivitie 6")
    assert "käsin" in form.problem()
    assert page.main.one("input", name="street_fi")["value"] == "Kivitie 6"


def test_name_with_half_a_character_is_shown_all_the_same(geocoder, form):
    answer = {"geometry": {"coordinates": [25.0, 60.2]}, "properties": {"label": "Kivitie \ud800"}}
    geocoder.answer = (200, json.dumps({"features": [answer]}).encode())
    form.locate()
    assert form.offered()[0].startswith("Kivitie ?")


def test_only_so_many_addresses_are_looked_for(geocoder, form, settings):
    settings.ACCOUNT_RATE_LIMITS = {"find_point": "1/10m/user"}
    form.locate()
    page = form.locate(street_fi="Kivitie 6")
    assert "kymmenen minuuttia" in form.problem()
    assert page.main.one("input", name="street_fi")["value"] == "Kivitie 6"
    assert len(geocoder.asked) == 1


def test_a_service_that_is_not_there_is_a_failure_too(form, settings):
    settings.GEOCODER = "http://127.0.0.1:1"
    form.locate()
    assert "käsin" in form.problem()


def test_an_address_that_nobody_knows(geocoder, form):
    geocoder.points = []
    form.locate()
    assert "ei löytynyt" in form.problem()


def test_a_street_is_needed(geocoder, form):
    form.locate(street_fi="")
    assert "katuosoite" in form.problem()
    assert geocoder.asked == []


def test_the_municipality_stands_for_the_post_office(geocoder, form):
    form.locate(city_fi="")
    assert geocoder.asked[0][1]["text"] == "Kivitie 4, Vantaa"


def test_a_key_goes_along(geocoder, form, settings):
    settings.GEOCODER_KEY = "avain"
    form.locate()
    assert {name.lower(): value for name, value in geocoder.headers.items()}["digitransit-subscription-key"] == "avain"


def test_without_the_setting_there_is_no_button(form):
    assert form.page.all(id="found-points") == []
    form.locate()
    assert "käsin" in form.problem()
