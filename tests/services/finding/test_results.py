"""The results page: cards, counts and notices."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.html_page import service_name


def test_card_has_the_facts_for_a_choice(kivivuori, find):
    yesterday = timezone.now() - dt.timedelta(days=1)
    club = cast.service(
        "Perhekerho",
        kivivuori,
        works_in="Vantaa",
        summary_fi="Kahvia ja leikkiä aamupäivisin.",
        age_max=6,
        cost="free",
        access_routes=["open-door"],
        languages=["fi", "so"],
        low_threshold=True,
        assured_at=yesterday,
    )
    cast.service("Neuvonta", cast.organisation("Apu ry", works_in=()), assured_at=None)
    card, other = find(sort="freshest").cards
    assert service_name(card) == "Perhekerho"
    assert card.all("a", href=cast.record_url(club))
    assert card.one("a", href=cast.record_url(kivivuori)).text == "Kivivuoren perhetalo"
    assert "Kahvia ja leikkiä aamupäivisin." in card.text
    assert len(card.all("dt")) == 6  # getting in, age, cost, where, languages, last confirmed
    assert "Vantaa" in card.text
    assert "6" in card.one("dl").text
    assert "stale" not in card.one(class_="fresh").classes
    # Every fact has its place, so that cards can be compared; missing ones are shown as unknown.
    assert service_name(other) == "Neuvonta"
    assert [fact.text for fact in other.all("dt")] == [fact.text for fact in card.all("dt")]
    assert len(other.all(class_="unknown")) == 4
    assert not card.all(class_="unknown")
    assert "stale" in other.one(class_="fresh").classes


def test_card_carries_identifier_and_sector(kivivuori, vake, find):
    club, work = cast.service("Perhekerho", kivivuori), cast.service("Perhetyö", vake)
    sectors = {card["data-service-id"]: card["data-sector"] for card in find().cards}
    assert sectors == {str(club.public_id): "ngo", str(work.public_id): "county"}


def test_sector_links_filter_the_results(kivivuori, vake, parish, find):
    cast.service("Perhekerho", kivivuori)
    cast.service("Isäkerho", kivivuori)
    cast.service("Perhetyö", vake)
    cast.service("Diakonia", parish)
    page = find()
    assert page.sectors == {"ngo": 2, "county": 1, "parish": 1}
    assert find(q="kerho").sectors == {"ngo": 2}
    assert find(q="xyzzyx").sectors == {}


@pytest.mark.parametrize(("days", "stale"), [(0, False), (450, False), (460, True), (900, True)])
def test_service_is_stale_after_a_year_and_three_months(kivivuori, find, days, stale):
    cast.service("Perhekerho", kivivuori, assured_at=timezone.now() - dt.timedelta(days=days))
    (card,) = find().cards
    assert ("stale" in card.one(class_="fresh").classes) is stale


def test_demonstration_content_is_marked(kivivuori, find, db):
    cast.service("Perhekerho", cast.organisation("Demo ry", is_demo=True))
    cast.service("Perhetyö", kivivuori)
    marked = {service_name(card): bool(card.all(class_="badge-demo")) for card in find().cards}
    assert marked == {"Perhekerho": True, "Perhetyö": False}


def test_text_in_another_language_is_marked(kivivuori, visit):
    cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori, summary_fi="Kahvia ja leikkiä.")
    swedish = visit("finding:results", lang="sv").cards[0]
    assert service_name(swedish) == "Familjeklubb"
    assert not swedish.one(class_="card-name").all(lang=True)
    assert swedish.one(class_="card-summary").one(lang="fi").text == "Kahvia ja leikkiä."
    english = visit("finding:results", lang="en").cards[0]
    assert english.one(class_="card-name").one(lang="fi").text == "Perhekerho"
    assert not visit("finding:results").cards[0].all(lang=True)


def test_empty_results_have_suggestions(kivivuori, find, vantaa):
    cast.service("Perhekerho", kivivuori)
    page = find(q="perhekerho", cost="fee", municipality=vantaa.pk)
    assert (page.total, page.cards) == (0, [])
    addresses = [link["href"] for link in page.main.one(class_="nothing").all("a")]
    assert cast.view_url("finding:results", q="perhekerho") in addresses
    assert cast.view_url("profiles:contacts", municipality=vantaa.pk) in addresses


def test_empty_directory(find, db):
    assert (find().total, find().cards) == (0, [])


def test_title_has_the_search_text(kivivuori, find):
    cast.service("Perhekerho", kivivuori)
    assert find(q="kerho").one("title").text.startswith("kerho ")


def test_html_in_names_is_escaped(db, find):
    evil = cast.organisation("<b>Ry</b>")
    cast.service("<script>alert(1)</script>", evil, summary_fi="<img src=x onerror=alert(1)>")
    (card,) = find().cards
    assert service_name(card) == "<script>alert(1)</script>"
    assert not card.all("script") and not card.all("img") and not card.all("b")


def test_number_of_queries_does_not_grow_with_results(kivivuori, vake, find):
    house = cast.location("Talo", kivivuori)
    tags = [cast.category("Velat")]

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page = find(q="palvelu", municipality="092", age=5)
        return len(captured), len(page.cards)

    cast.services(3, kivivuori, tags=tags, places=[house], works_in=["Vantaa", "Kerava"])
    queries()  # fills the cache of reference data
    few, three = queries()
    cast.services(27, vake, tags=tags, places=[house], works_in=["Vantaa", "Kerava"])
    many, twenty = queries()
    assert (three, twenty) == (3, 20)
    assert many == few


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(client, db, method):
    assert getattr(client, method)(cast.view_url("finding:results")).status_code == 405


def test_head_is_answered(client, db):
    assert client.head(cast.view_url("finding:results")).status_code == 200


def test_printed_card_has_a_phone_number(kivivuori, find):
    """The number of the service, or else of its organisation."""
    kivivuori.phones.create(number="09 000 1000")
    own = cast.service("Perhekerho", kivivuori)
    own.phones.create(number="09 000 2000", order=2)
    own.phones.create(number="09 000 3000", order=1)
    cast.service("Perhetyö", kivivuori)
    cast.service("Neuvonta", cast.organisation("Apu ry"))
    phones = {service_name(card): [line.text for line in card.all("p", class_="print-only")] for card in find().cards}
    assert phones == {"Perhekerho": ["Puhelin 09 000 3000"], "Perhetyö": ["Puhelin 09 000 1000"], "Neuvonta": []}
