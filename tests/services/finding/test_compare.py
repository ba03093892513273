"""Up to four services side by side, at an address of its own."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast


@pytest.fixture
def compare(visit):
    """Services side by side: compare(club, work), or by whatever stands in the address."""

    def compare(*asked, lang="fi"):
        return visit("finding:compare", lang=lang, s=[getattr(one, "pk", one) for one in asked])

    return compare


def shown(page):
    return [column.one("a", href=True, class_=None).text for column in columns(page)]


def columns(page):
    return page.all("th", scope="col")


def test_services_stand_side_by_side_in_the_order_chosen(kivivuori, vake, compare):
    club = cast.service("Perhekerho", kivivuori, cost="free", age_min=0, age_max=6, waiting_time_fi="Ei jonoa")
    work = cast.service("Perhetyö", vake, cost="varies", professional_access_fi="Soita tiimiin.")
    page = compare(work, club)
    assert [column["data-service-id"] for column in columns(page)] == [str(work.public_id), str(club.public_id)]
    assert [column["data-sector"] for column in columns(page)] == ["county", "ngo"]
    assert columns(page)[0].all("a", href=cast.record_url(work))
    rows = [[cell.text for cell in row.all("td")] for row in page.one("tbody").all("tr")]
    assert all(len(row) == 2 for row in rows)
    told = [" ".join(row[n] for row in rows) for n in range(2)]
    assert "Soita tiimiin." in told[0] and "Soita tiimiin." not in told[1]
    assert "Ei jonoa" in told[1] and "0–6" in told[1]


def test_every_row_and_column_has_a_heading(kivivuori, compare):
    page = compare(cast.service("Perhekerho", kivivuori))
    assert all(row.one("th", scope="row").text for row in page.one("tbody").all("tr"))


def test_table_that_scrolls_can_be_reached_and_has_a_name(kivivuori, compare):
    around = compare(cast.service("Perhekerho", kivivuori)).one("table").closest("div")
    assert (around["tabindex"], around["role"]) == ("0", "region")
    assert around["aria-label"]


def test_each_can_be_taken_away(kivivuori, compare, open_page):
    club, work = cast.services(2, kivivuori)
    page = compare(club, work)
    (away,) = [link for link in columns(page)[0].all("a") if link["href"].startswith("?")]
    left = open_page(page.path + away["href"])
    assert [column["data-service-id"] for column in columns(left)] == [str(work.public_id)]


@pytest.mark.parametrize("asked", [[], [999_999], ["x", "-1", "", "2" * 30, "٢"]])
def test_nothing_to_compare_says_what_to_do(db, compare, asked):
    page = compare(*asked)
    assert columns(page) == []
    assert page.main.all(class_="notice")


def test_unknown_and_unpublished_ones_are_ignored(kivivuori, compare):
    club = cast.service("Perhekerho", kivivuori)
    draft = cast.service("Luonnos", kivivuori, status="draft")
    page = compare(club, draft, 999_999, "x", club)
    assert len(columns(page)) == 1
    assert "Luonnos" not in page.text


def test_those_beyond_the_fourth_are_named(kivivuori, compare):
    made = cast.services(6, kivivuori)
    page = compare(*made)
    assert len(columns(page)) == 4
    named = [link["href"] for link in page.one(class_="notice").all("a")]
    assert named == [cast.record_url(one) for one in made[4:]]


def test_service_that_has_ended_says_so(kivivuori, compare):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    page = compare(cast.service("Perhekerho", kivivuori, valid_until=yesterday))
    assert columns(page)[0].all(class_="badge-when")


def test_more_services_take_no_more_queries(kivivuori, vake, compare):
    def queries(*asked):
        with CaptureQueriesContext(connection) as captured:
            compare(*asked)
        return len(captured)

    house = cast.location("Perhetalo", kivivuori)
    made = [cast.service(f"Palvelu {n}", by, places=[house]) for n, by in enumerate([kivivuori, vake] * 2)]
    assert queries(*made) == queries(made[0])


# Choosing, in the results


def test_results_have_boxes_and_a_button_that_lead_there(kivivuori, find):
    club = cast.service("Perhekerho", kivivuori)
    page = find()
    form = page.one("form", id="compare")
    assert form["action"] == cast.view_url("finding:compare")
    assert form.all("button", type="submit")
    box = page.one("input", name="s")
    assert (box["value"], box["form"]) == (str(club.pk), "compare")
    assert "Perhekerho" in box.closest("label").text


def test_cards_elsewhere_have_none(kivivuori, visit):
    cast.service("Perhekerho", kivivuori)
    assert not visit("finding:home").all("input", name="s")


def test_table_stays_a_table_where_its_rows_are_laid_out_otherwise(kivivuori, compare):
    """On a phone its style lays rows out as grids; only said roles keep rows and headings to a screen reader."""
    table = compare(*cast.services(2, kivivuori)).one("table")
    assert table["role"] == "table"
    assert {row["role"] for row in table.all("tr")} == {"row"}
    assert {head["role"] for head in table.all("th", scope="row")} == {"rowheader"}
    assert {head["role"] for head in table.all("th", scope="col")} == {"columnheader"}
    assert {cell["role"] for cell in table.all("td")} == {"cell"}
