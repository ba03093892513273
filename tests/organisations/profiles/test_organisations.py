"""The list of organisations and its search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from organisations.models import Organisation
from organisations.models.organisation import Sector
from organisations.profiles import organisation_search
from tests import cast

LIST, VANTAA = "profiles:organisations", "092"


@pytest.fixture
def organisation_list(visit):
    """Return the listed names and the page: listed(q="talo")."""

    def listed(**query):
        page = visit(LIST, **query)
        return [link.text for section in page.all("section") for link in section.all("a")], page

    return listed


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


def test_number_of_services_of_each_organisation(kivivuori, vake, visit):
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


# Search


@pytest.mark.parametrize("typed", ["perhetalo", "PERHE kivi", "  kivivuoren   perhetalo ", "familjehus", "kpt"])
def test_search_by_part_of_a_name_in_any_language_or_by_abbreviation(kivivuori, vake, organisation_list, typed):
    kivivuori.name_sv, kivivuori.abbreviation = "Stenbergets familjehus", "KPT"
    kivivuori.save()
    names, page = organisation_list(q=typed)
    assert names == ["Kivivuoren perhetalo"]
    assert page.one(id="q")["value"] == " ".join(typed.split())
    assert "noindex" in page.one("meta", name="robots")["content"]


def test_drafts_are_not_found(organisation_list, db):
    cast.organisation("Piilossa ry", status="draft")
    assert organisation_list(q="piilossa")[0] == []


def test_filters_by_sector_and_municipality_can_be_removed(kivivuori, vake, organisation_list):
    cast.organisation("Rovaniemen kerho", works_in="Rovaniemi")
    names, page = organisation_list(municipality=VANTAA)
    assert names == [cast.VAKE, "Kivivuoren perhetalo"]
    ngo = next(link for link in page.one(class_="sectors").all("a") if "ärjestö" in link.text)
    assert "1" in ngo.text
    names, page = organisation_list(municipality=VANTAA, sector="ngo")
    assert names == ["Kivivuoren perhetalo"]
    assert [chip.text for chip in page.all(class_="chip")] == ["Poista rajaus: Järjestö ×", "Poista rajaus: Vantaa ×"]
    assert page.one("input", name="sector")["value"] == "ngo"
    assert page.all(class_="chip")[1]["href"] == "?sector=ngo"


@pytest.mark.parametrize(
    "query", [{"sector": "klubi"}, {"municipality": "x\0"}, {"page": "-1"}, {"page": "9" * 30}, {"q": "\0 "}]
)
def test_invalid_filters_are_ignored(kivivuori, organisation_list, query):
    assert organisation_list(**query)[0] == ["Kivivuoren perhetalo"]


def test_a_long_list_has_pages_that_keep_the_filters(kivivuori, vake, organisation_list, monkeypatch):
    monkeypatch.setattr(organisation_search, "PAGE_SIZE", 2)
    for name in ("Aamu ry", "Ilta ry", "Yö ry"):
        cast.organisation(name)
    names, page = organisation_list()
    assert names == [cast.VAKE, "Aamu ry"]
    assert "4" in page.section("ngo").one("h2").text
    assert organisation_list(page="3")[0] == ["Yö ry"]
    assert organisation_list(page="99")[0] == ["Yö ry"]
    _names, page = organisation_list(q="ry", sector="ngo")
    assert page.one("a", rel="next")["href"] == "?q=ry&sector=ngo&page=2"


def test_a_misspelt_name_suggests_similar_names_and_a_service_search(kivivuori, organisation_list):
    names, page = organisation_list(q="Kivivoren perhtalo")
    assert names == []
    links = {link.text: link["href"] for link in page.main.all("a")}
    assert links["Kivivuoren perhetalo"] == cast.record_url(kivivuori)
    assert links["Etsi palveluja hakusanalla ”Kivivoren perhtalo”"].endswith("?q=Kivivoren%20perhtalo")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_page_of_the_list_is_read_from_the_index(db, language):
    Organisation.objects.bulk_create(
        Organisation(name_fi=f"Yhdistys {number}", sector="ngo", status="published") for number in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE organisations_organisation")
    with override(language):
        page = Organisation.objects.published().by_sector(Sector.values).values_list("pk", flat=True)[100:200]
        assert f"organisation_list_{language}" in page.explain()


def test_invalid_values_are_reported(kivivuori, visit):
    page = visit(LIST, sector="klubi", municipality="999")
    notice = page.one(class_="notice", role="status").text
    assert "klubi" in notice and "999" in notice
