"""While a list is made: what it covers, what does not fit, and services of other sectors to add."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.models import ReferralItem, ReferralList, Service
from tests import cast
from tests.html_page import Page


@pytest.fixture
def separation(db):
    return cast.category("Ero")


@pytest.fixture
def peer_group(kivivuori, separation):
    return cast.service(
        "Eroryhmä", kivivuori, tags=[separation], access_routes=["self"], languages=["fi"], assured_at=timezone.now()
    )


@pytest.fixture
def mediation(vake, separation):
    return cast.service("Perheasioiden sovittelu", vake, tags=[separation])


def suggested(page):
    return [button["value"] for button in page.one("form", class_="referral-form").all("button", name="move")]


def overview(worker, *services, lang="fi"):
    return worker.open("referrals:make-list", lang=lang, s=[service.pk for service in services])


def misfits(page):
    return [reason.text for listed in page.all(class_="list-warnings") for reason in listed.children]


def change(service, **facts):
    Service.objects.filter(pk=service.pk).update(**facts)
    cast.index_for_search(service)
    return service


def test_needs_and_sectors_are_told(worker, peer_group, mediation):
    needs, sectors = overview(worker, peer_group, mediation).one(class_="list-overview").all("dd")
    assert (needs.text, sectors.text) == ("Ero", "Hyvinvointialue, järjestö")


def test_service_of_another_sector_is_added_in_one_tap(worker, peer_group, mediation, kivivuori, separation):
    cast.service("Toinen ryhmä", kivivuori, tags=[separation])
    page = overview(worker, peer_group)
    assert [value for value in suggested(page) if value.endswith("-in")] == [f"{mediation.pk}-in"]
    added = worker.send(worker.begin(peer_group) | {"move": f"{mediation.pk}-in"})
    assert [item["value"] for item in Page(added).all("input", name="s")] == [str(peer_group.pk), str(mediation.pk)]


def test_suggestions_are_near_the_family(worker, peer_group, mediation, separation):
    lapland = cast.organisation("Lapin hyvinvointialue", "county", works_in="Rovaniemi")
    far = cast.service("Sovittelu Lapissa", lapland, tags=[separation])
    form = worker.begin(peer_group) | {"municipality": "698", "move": "check"}
    page = Page(worker.send(form))
    assert [value for value in suggested(page) if value.endswith("-in")] == [f"{far.pk}-in"]
    assert misfits(page) == ["Se ei palvele tätä kuntaa: Rovaniemi."]


def test_suggestions_are_for_the_ages_of_the_list(worker, peer_group, mediation):
    change(peer_group, age_max=2)
    change(mediation, age_min=13)
    assert not [value for value in suggested(overview(worker, peer_group)) if value.endswith("-in")]


def test_service_that_was_archived_after_it_was_saved_is_told(worker, peer_group, mediation):
    change(mediation, status="archived")
    notice = overview(worker, peer_group, mediation).one(class_="notice")
    assert notice.text == "1 palvelu ei ole enää hakemistossa, ja se jätettiin pois."


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"valid_until": timezone.localdate() - dt.timedelta(days=1)}, "Palvelu on päättynyt."),
        ({"access_routes": ["referral"]}, "Palveluun tarvitaan lähete."),
        ({"access_routes": ["professional", "referral"]}, "Ammattilainen ottaa yhteyttä perheen puolesta."),
        ({"languages": ["sv"]}, "Sitä ei tarjota listan kielellä (suomi)."),
        (
            {"assured_at": timezone.now() - dt.timedelta(days=900)},
            "Kukaan ei ole vahvistanut sen tietoja pitkään aikaan. Soita ennen kuin ohjaat perheen sinne.",
        ),
    ],
)
def test_what_may_not_fit_is_told_with_its_reason(worker, peer_group, facts, reason):
    assert misfits(overview(worker, peer_group)) == []
    assert misfits(overview(worker, change(peer_group, **facts))) == [reason]


def test_contradictions_within_the_list_are_told(worker, peer_group, separation):
    oulu = cast.organisation("Oulun ryhmät", works_in="Oulu")
    babies = cast.service("Vauvaryhmä", oulu, tags=[separation], age_max=2, assured_at=timezone.now())
    change(peer_group, age_min=13)
    assert misfits(overview(worker, peer_group, babies)) == [
        "Missään kunnassa ei ole kaikkia näitä palveluja. Valitse alta perheen kunta.",
        "Mikään ikä ei sovi kaikkiin näihin palveluihin. Se on oikein, jos ne ovat eri ihmisille.",
    ]


def test_number_of_queries_does_not_grow_with_the_list(worker, kivivuori, mediation, separation):
    def queries(count):
        services = cast.services(count, kivivuori, name=f"Ryhmä {count}", tags=[separation])
        with CaptureQueriesContext(connection) as captured:
            overview(worker, *services)
        return len(captured)

    queries(1)
    assert queries(2) == queries(9)


def test_what_the_search_said_of_the_family_is_checked(worker, kivivuori):
    teens = cast.service(
        "Nuorten ryhmä", kivivuori, age_min=13, age_max=17, languages=["fi", "sv"], assured_at=timezone.now()
    )
    page = worker.open("referrals:make-list", s=teens.pk, age=5, family_language="so", municipality="698")
    assert [reason.text for reason in page.one(class_="list-warnings").all("li")] == [
        "Se ei palvele tätä kuntaa: Rovaniemi.",
        "Palvelu ei ole tämänikäiselle: 5 v.",
        "Palvelua ei saa perheen kielellä (somali).",
    ]
    assert page.one("input", name="age")["value"] == "5"
    fitting = worker.open("referrals:make-list", s=teens.pk, age=13, family_language="sv", municipality="092")
    assert not fitting.all(class_="list-warnings")


def test_nonsense_in_the_address_is_left_out(worker, kivivuori):
    service = cast.service("Ryhmä", kivivuori, assured_at=timezone.now())
    page = worker.open("referrals:make-list", s=service.pk, age="x", family_language="zz", municipality="zzz")
    assert not page.all(class_="list-warnings") and not page.all(class_="errors")
    assert page.one("input", name="age").attributes.get("value", "") == ""


def test_suggestions_are_for_the_age_of_the_client(worker, kivivuori, parish):
    separation = cast.category("Ero")
    given = cast.service("Eroneuvonta", kivivuori, tags=[separation])
    cast.service("Lasten kerho", parish, tags=[separation], age_max=12)
    teens = cast.service("Nuorten kerho", parish, tags=[separation], age_min=13)
    page = worker.open("referrals:make-list", s=given.pk, age=15)
    assert [button["value"] for button in page.one(class_="list-suggestions").all("button")] == [f"{teens.pk}-in"]


def test_age_and_language_are_stored_nowhere(worker, kivivuori):
    service = cast.service("Ryhmä", kivivuori)
    worker.hand_over(service, age="5", family_language="so")
    stored = ReferralList.objects.values().get() | ReferralItem.objects.values().get()
    assert 5 not in stored.values() and "so" not in stored.values()
