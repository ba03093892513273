"""Up to four services side by side, by their ids in the URL."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast


@pytest.fixture
def compare(visit):
    """The comparison of services, or of any values in the URL: compare(club, work)."""

    def compare(*services, lang="fi"):
        return visit("finding:compare", lang=lang, s=[getattr(service, "pk", service) for service in services])

    return compare


def column_names(page):
    return [column.one("a", href=True, class_=None).text for column in columns(page)]


def columns(page):
    return page.all("th", scope="col")


def test_services_are_side_by_side_in_the_order_of_the_url(kivivuori, vake, compare):
    club = cast.service("Perhekerho", kivivuori, cost="free", age_min=0, age_max=6, waiting_time_fi="Ei jonoa")
    work = cast.service("Perhetyö", vake, cost="varies", professional_access_fi="Soita tiimiin.")
    page = compare(work, club)
    assert [column["data-service-id"] for column in columns(page)] == [str(work.public_id), str(club.public_id)]
    assert [column["data-sector"] for column in columns(page)] == ["county", "ngo"]
    assert columns(page)[0].all("a", href=cast.record_url(work))
    rows = [[cell.text for cell in row.all("td")] for row in page.one("tbody").all("tr")]
    assert all(len(row) == 2 for row in rows)
    column_texts = [" ".join(row[n] for row in rows) for n in range(2)]
    assert "Soita tiimiin." in column_texts[0] and "Soita tiimiin." not in column_texts[1]
    assert "Ei jonoa" in column_texts[1] and "0–6" in column_texts[1]


def test_every_row_and_column_has_a_header(kivivuori, compare):
    page = compare(cast.service("Perhekerho", kivivuori))
    assert all(row.one("th", scope="row").text for row in page.one("tbody").all("tr"))


def test_scrollable_table_is_focusable_and_has_a_name(kivivuori, compare):
    around = compare(cast.service("Perhekerho", kivivuori)).one("table").closest("div")
    assert (around["tabindex"], around["role"]) == ("0", "region")
    assert around["aria-label"]


def test_each_service_can_be_removed(kivivuori, compare, open_page):
    club, work = cast.services(2, kivivuori)
    page = compare(club, work)
    (away,) = [link for link in columns(page)[0].all("a") if link["href"].startswith("?")]
    left = open_page(page.path + away["href"])
    assert [column["data-service-id"] for column in columns(left)] == [str(work.public_id)]


@pytest.mark.parametrize("services", [[], [999_999], ["x", "-1", "", "2" * 30, "٢"]])
def test_empty_comparison_explains_what_to_do(db, compare, services):
    page = compare(*services)
    assert columns(page) == []
    assert page.main.all(class_="notice")


def test_unknown_and_unpublished_services_are_ignored(kivivuori, compare):
    club = cast.service("Perhekerho", kivivuori)
    draft = cast.service("Luonnos", kivivuori, status="draft")
    page = compare(club, draft, 999_999, "x", club)
    assert len(columns(page)) == 1
    assert "Luonnos" not in page.text


def test_services_beyond_the_fourth_are_listed_as_omitted(kivivuori, compare):
    services = cast.services(6, kivivuori)
    page = compare(*services)
    assert len(columns(page)) == 4
    omitted = [link["href"] for link in page.one(class_="notice").all("a")]
    assert omitted == [cast.record_url(service) for service in services[4:]]


def test_ended_service_is_marked(kivivuori, compare):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    page = compare(cast.service("Perhekerho", kivivuori, valid_until=yesterday))
    assert columns(page)[0].all(class_="badge-when")


def test_number_of_queries_does_not_grow_with_services(kivivuori, vake, compare):
    def queries(*services):
        with CaptureQueriesContext(connection) as captured:
            compare(*services)
        return len(captured)

    house = cast.location("Perhetalo", kivivuori)
    services = [cast.service(f"Palvelu {n}", by, places=[house]) for n, by in enumerate([kivivuori, vake] * 2)]
    assert queries(*services) == queries(services[0])


# Selection in the results


def test_results_have_checkboxes_and_a_button_for_comparison(kivivuori, find):
    club = cast.service("Perhekerho", kivivuori)
    page = find()
    form = page.one("form", id="compare")
    assert form["action"] == cast.view_url("finding:compare")
    assert form.all("button", type="submit")
    box = page.one("input", name="s")
    assert (box["value"], box["form"]) == (str(club.pk), "compare")
    assert "Perhekerho" in box.closest("label").text


def test_cards_on_other_pages_have_no_compare_checkbox(kivivuori, visit):
    cast.service("Perhekerho", kivivuori)
    assert not visit("finding:home").all("input", name="s")


def test_table_has_explicit_roles(kivivuori, compare):
    """On narrow screens the rows are grids: without explicit roles screen readers lose the table."""
    table = compare(*cast.services(2, kivivuori)).one("table")
    assert table["role"] == "table"
    assert {row["role"] for row in table.all("tr")} == {"row"}
    assert {head["role"] for head in table.all("th", scope="row")} == {"rowheader"}
    assert {head["role"] for head in table.all("th", scope="col")} == {"columnheader"}
    assert {cell["role"] for cell in table.all("td")} == {"cell"}
