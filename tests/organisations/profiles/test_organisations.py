"""The list of all organisations."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast


def test_by_sector_in_alphabetical_order(kivivuori, vake, visit):
    cast.organisation("Äidit ry")
    cast.organisation("Aamu ry")
    page = visit("profiles:organisations")
    assert [link.text for link in page.section("ngo").all("a")] == [
        "Aamu ry",
        "Kivivuoren perhetalo",
        "Äidit ry",
    ]
    assert [link.text for link in page.section("county").all("a")] == [cast.VAKE]
    assert not page.has_section("parish")


def test_how_many_services_each_has(kivivuori, vake, visit):
    cast.services(3, kivivuori)
    cast.service("Luonnos", kivivuori, status="draft")
    page = visit("profiles:organisations")
    assert "3" in page.section("ngo").one("li").text
    assert "0" in page.section("county").one("li").text


def test_names_in_the_readers_language(visit, db):
    cast.organisation({"fi": "Perhetalo", "sv": "Familjehuset"})
    cast.organisation("Vain suomeksi")
    section = visit("profiles:organisations", lang="sv").section("ngo")
    assert [link.text for link in section.all("a")] == ["Familjehuset", "Vain suomeksi"]
    assert section.one(lang="fi").text == "Vain suomeksi"


def test_empty_directory_says_so(visit, db):
    assert visit("profiles:organisations").main.all(class_="notice")


def test_more_organisations_take_no_more_queries(kivivuori, visit):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            visit("profiles:organisations")
        return len(captured)

    few = queries()
    for n in range(10):
        cast.organisation(f"Yhdistys {n}", "parish")
    assert queries() == few
