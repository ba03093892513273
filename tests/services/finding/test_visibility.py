"""Unpublished services are neither listed nor opened; ended ones are not listed."""

import datetime as dt

import pytest
from django.utils import timezone

from organisations.models import Organisation
from tests import cast

HIDDEN = {
    "draft": ("draft", "published"),
    "archived": ("archived", "published"),
    "of a draft organisation": ("published", "draft"),
    "of an archived organisation": ("published", "archived"),
}


def in_days(days):
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.mark.parametrize(("status", "organisations"), HIDDEN.values(), ids=HIDDEN)
def test_unpublished_service(kivivuori, find, open_page, visit, status, organisations):
    tags = [cast.category("Arki", code="everyday")]
    cast.service("Näkyvä kerho", kivivuori, tags=tags)
    owner = cast.organisation("Toinen talo", "county", status=organisations)
    hidden = cast.service("Piilossa oleva kerho", owner, tags=tags, status=status)
    assert find().names == find(q="kerho").names == find(category="everyday").names == ["Näkyvä kerho"]
    assert find().sectors == {"ngo": 1}
    assert "Piilossa" not in visit("finding:home").text
    open_page(hidden, status=404)
    open_page(hidden, lang="sv", status=404)


@pytest.mark.parametrize(("status", "organisations"), HIDDEN.values(), ids=HIDDEN)
def test_unpublished_service_is_not_complementary(kivivuori, vake, open_page, status, organisations):
    tags = [cast.category("Arki")]
    visible = cast.service("Näkyvä kerho", kivivuori, tags=tags)
    owner = cast.organisation("Toinen talo", "county", status=organisations)
    cast.service("Piilossa oleva kerho", owner, tags=tags, status=status)
    assert open_page(visible).names == []
    if organisations == "published":
        assert open_page(owner).names == []


def test_drafts_are_404_when_signed_in(kivivuori, pirjo_client):
    draft = cast.service("Luonnos", kivivuori, status="draft")
    assert pirjo_client.get(cast.record_url(draft)).status_code == 404


def test_service_of_an_archived_organisation_is_404(kivivuori, open_page):
    """Even before the search index is updated."""
    club = cast.service("Kerho", kivivuori)
    Organisation.objects.update(status="archived")
    open_page(club, status=404)


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_unpublished_organisation(vake, open_page, visit, status):
    hidden = cast.organisation("Piilossa oleva talo", status=status)
    open_page(hidden, status=404)
    assert "Piilossa" not in visit("profiles:organisations").text


@pytest.mark.parametrize(
    ("first", "last", "is_found"),
    [
        (None, None, True),
        (0, None, True),
        (None, 0, True),
        (0, 0, True),
        (-10, 10, True),
        (1, None, True),
        (None, -1, False),
        (-10, -1, False),
        (1, 10, True),
    ],
)
def test_dates_of_a_service(kivivuori, find, visit, first, last, is_found):
    cast.service(
        "Kevään ryhmä",
        kivivuori,
        valid_from=None if first is None else in_days(first),
        valid_until=None if last is None else in_days(last),
    )
    assert bool(find().names) is bool(find(q="ryhmä").names) is bool(find().total) is is_found
    assert bool(visit("finding:home").cards) is is_found


def test_page_of_an_ended_service_has_its_dates(kivivuori, open_page):
    ended = cast.service("Kevään ryhmä", kivivuori, valid_from=dt.date(2025, 1, 7), valid_until=dt.date(2025, 5, 28))
    page = open_page(ended)
    assert "2025" in page.section("client-access").text


def test_ended_service_is_not_complementary(kivivuori, vake, open_page):
    tags = [cast.category("Arki")]
    club = cast.service("Perhekerho", kivivuori, tags=tags)
    cast.service("Päättynyt", vake, tags=tags, valid_until=in_days(-1))
    assert open_page(club).names == []
    cast.service("Tuleva", vake, tags=tags, valid_from=in_days(1))
    assert open_page(club).names == ["Tuleva"]


def test_future_service_has_its_start_date(kivivuori, find):
    cast.service("Isien ilta", kivivuori, valid_from=dt.date(2100, 12, 10))
    assert "10.12.2100" in find().main.text


def test_ended_service_is_not_on_the_page_of_its_organisation(kivivuori, open_page):
    cast.service("Kevään ryhmä", kivivuori, valid_until=in_days(-1))
    assert "Kevään ryhmä" not in open_page(kivivuori).main.text
