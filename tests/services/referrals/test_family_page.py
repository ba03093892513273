"""The family's page: a secret link, no login, no cookie, eight languages."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from organisations.models.base import Status
from services.models import Service
from services.models.referral_list import ListTitle, NextStep, ReadyPhrase
from services.referrals.family_languages import FAMILY_LANGUAGES
from tests import cast


def test_page_holds_phone_address_hours_and_interpreter(worker, family, counselling):
    page = family(worker.hand_over(counselling))
    step = page.one("ol", class_="steps").children[0]
    assert step.one("a", href="tel:090001234").text == "09 000 1234"
    assert "Kivivuorentie 4, 01300 Vantaa" in step.text
    assert step.one(class_="hours").text == "ma 9–12"
    assert "Sinulle järjestetään tulkki." in step.text
    assert step.all("a", href="https://www.openstreetmap.org/?mlat=60.28&mlon=25.03#map=16/60.28/25.03")


def test_phone_of_the_organisation_stands_in(worker, family, club):
    assert family(worker.hand_over(club)).all("a", href="tel:090005678")


@pytest.mark.parametrize(
    ("language", "step", "html_language", "direction"),
    [
        ("sv", "Ring.", "sv", "ltr"),
        ("en", "Call.", "en", "ltr"),
        ("fi-selko", "Soita.", "fi", "ltr"),
        ("ar", "اتصل هاتفيًا.", "ar", "rtl"),
        ("so", "Wac.", "so", "ltr"),
        ("ru", "Позвоните.", "ru", "ltr"),
        ("uk", "Зателефонуйте.", "uk", "ltr"),
    ],
)
def test_fixed_words_are_in_the_language_of_choice(
    worker, family, counselling, language, step, html_language, direction
):
    page = family(worker.hand_over(counselling), language=language)
    assert page.one(class_="step").text == step
    assert (page.one("html")["lang"], page.one("html")["dir"]) == (html_language, direction)
    assert page.one("nav").one("a", aria_current="true")["href"].endswith(f"/{language}/")


def test_service_is_named_in_the_readers_language_where_it_has_one(worker, family, counselling):
    link = worker.hand_over(counselling)
    assert family(link, language="sv").one("h2").text == "Skilsmässorådgivning"
    assert family(link, language="ar").one("h2").one("span", lang="fi").text == "Eroneuvonta"


@pytest.mark.parametrize("code", [code for code in FAMILY_LANGUAGES if code not in ("fi", "en")])
def test_every_fixed_word_is_translated(code):
    labels = [choice.label for choices in (ListTitle, NextStep, ReadyPhrase) for choice in choices]
    with override("en"):
        english = [str(label) for label in labels]
    with override("fi"):
        finnish = [str(label) for label in labels]
    with override(code):
        translated = [str(label) for label in labels]
        page_words = gettext("This page does not open")
    assert not set(translated) & set(english)
    if code != "fi-selko":
        assert not set(translated) & set(finnish)
        assert page_words not in ("This page does not open", "Tämä sivu ei aukea")


def test_page_opens_in_the_language_in_which_the_list_was_made(worker, family, counselling):
    assert family(worker.hand_over(counselling, lang="sv")).one(class_="step").text == "Ring."


def test_page_leaves_no_trace_and_is_kept_by_nobody_else(worker, counselling):
    response = Client().get(worker.hand_over(counselling))
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-cache"
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("token", ["x", "A" * 22, "%00", "ä" * 22])
def test_guessed_and_mistyped_links_look_like_ended_ones(family, db, token):
    page = family(f"/o/{token}/", status=404)
    assert page.one("h1").text == "Tämä sivu ei aukea"


def test_unknown_language_is_not_found(worker, family, counselling):
    family(worker.hand_over(counselling), status=404, language="xx")


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.ARCHIVED},
        {"valid_until": dt.date(2020, 1, 1)},
    ],
)
def test_service_that_has_ended_meanwhile_is_marked_and_not_to_be_called(worker, family, counselling, change):
    link = worker.hand_over(counselling)
    Service.objects.filter(pk=counselling.pk).update(**change)
    page = family(link)
    assert page.one(class_="ended").text.startswith("Palvelu on päättynyt.")
    assert not page.all("a", class_="tel")


def test_service_that_was_deleted_leaves_its_place(worker, family, counselling, club):
    link = worker.hand_over(counselling, club)
    counselling.delete()
    headings = [heading.text for heading in family(link).all("h2")]
    assert headings == ["Palvelu, jota ei enää ole hakemistossa", "Perhekerho"]


def test_link_ends_on_its_day(worker, family, counselling, time_machine):
    link = worker.hand_over(counselling)
    time_machine.move_to(timezone.now() + dt.timedelta(days=29, hours=23))
    family(link)
    time_machine.move_to(timezone.now() + dt.timedelta(hours=2))
    family(link, status=404)


def test_long_list_costs_no_more_statements_than_a_short_one(worker, kivivuori):
    def statements(link):
        with CaptureQueriesContext(connection) as queries:
            Client().get(link)
        return len(queries)

    services = []
    for n in range(10):
        house = cast.location(f"Talo {n}", kivivuori, street_fi="Katu 1", city_fi="Vantaa")
        services.append(cast.service(f"Palvelu {n}", kivivuori, places=[house]))
    short, long = worker.hand_over(*services[:1]), worker.hand_over(*services)
    assert statements(short) == statements(long)


def test_instead_of_a_service_that_has_ended_three_like_it_are_shown(worker, family, kivivuori, parish):
    separation, food = cast.category("Ero"), cast.category("Ruoka-apu")
    ended = cast.service("Eroryhmä", kivivuori, tags=[separation])
    like_it = [cast.service(f"Eroryhmä {n}", parish, tags=[separation]) for n in range(4)]
    cast.service("Ruokajako", parish, tags=[food])
    lapland = cast.organisation("Lapin ryhmät", works_in="Rovaniemi")
    cast.services(3, lapland, name="Eroryhmä Lapissa", tags=[separation])
    link = worker.hand_over(ended)
    Service.objects.filter(pk=ended.pk).update(status=Status.ARCHIVED)
    cast.index_for_search(ended)
    step = family(link, language="sv").one("ol", class_="steps").children[0]
    assert step.one(class_="ended").text == "Den här tjänsten har upphört. Dessa liknar den:"
    assert [a["href"] for a in step.all("a") if a["href"].startswith("/p/")] == [f"/p/{s.pk}/" for s in like_it[:3]]


def test_number_of_queries_does_not_grow_with_services_that_have_ended(worker, family, kivivuori, parish):
    separation = cast.category("Ero")
    cast.services(4, parish, tags=[separation])

    def queries(count):
        services = cast.services(count, kivivuori, name=f"Ryhmä {count}", tags=[separation])
        link = worker.hand_over(*services)
        Service.objects.filter(pk__in=[service.pk for service in services]).update(status=Status.ARCHIVED)
        with CaptureQueriesContext(connection) as captured:
            family(link)
        return len(captured)

    queries(1)
    assert queries(2) == queries(8)
