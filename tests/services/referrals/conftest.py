"""A professional without an account who hands services over, and a family who opens the link."""

import re

import pytest
from django.test import Client

from organisations.models import OrganisationPhone
from services.models import Schedule, ServicePhone
from tests import cast
from tests.html_page import Page, view_url


class Device:
    """A browser that keeps its cookies."""

    def __init__(self, user=None):
        self.browser = Client()
        if user:
            self.browser.force_login(user)

    def open(self, name, *args, status=200, **query):
        return Page(self.browser.get(view_url(name, *args, **query)), status)

    def begin(self, *services, lang="fi"):
        """The form of a list with these services, as it would be sent unchanged."""
        page = self.open("referrals:make-list", lang=lang, s=[service.pk for service in services])
        form = page.one("form", class_="referral-form")
        return {
            "s": [service.pk for service in services],
            "form_key": form.one("input", name="form_key")["value"],
            "title": "services",
            "days": "30",
            **{f"s{service.pk}-next_step": "call" for service in services},
        }

    def send(self, form, lang="fi"):
        return self.browser.post(view_url("referrals:make-list", lang=lang), form)

    def hand_over(self, *services, lang="fi", **advice):
        """Make a list; returns the secret link."""
        response = self.send(self.begin(*services, lang=lang) | advice, lang)
        assert response.status_code == 302, Page(response, response.status_code).main.text
        return handed_link(Page(self.browser.get(response["Location"])))


def handed_link(page):
    return re.sub(r"^https?://[^/]+", "", page.one(class_="handover-link")["href"])


@pytest.fixture
def worker(db):
    return Device()


@pytest.fixture
def family(db):
    """Opens a link on a device of its own."""

    def open_link(link, status=200, language=""):
        return Page(Client().get(f"{link}{language}/" if language else link), status)

    return open_link


@pytest.fixture
def counselling(kivivuori):
    """A service with phone, address and hours."""
    house = cast.location(
        "Perhetalo",
        kivivuori,
        street_fi="Kivivuorentie 4",
        postal_code="01300",
        city_fi="Vantaa",
        latitude=60.28,
        longitude=25.03,
    )
    Schedule.objects.create(location=house, weekday=1, opens_at="09:00", closes_at="12:00")
    service = cast.service(
        {"fi": "Eroneuvonta", "sv": "Skilsmässorådgivning"},
        kivivuori,
        places=[house],
        access_routes=["self"],
        accessibility=["interpreter"],
    )
    ServicePhone.objects.create(service=service, number="09 000 1234")
    return service


@pytest.fixture
def club(parish):
    OrganisationPhone.objects.create(organisation=parish, number="09 000 5678")
    return cast.service("Perhekerho", parish, access_routes=["open-door"])
