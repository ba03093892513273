"""Pages accept any URL parameters and show which values they ignored."""

from itertools import cycle
from urllib.parse import quote

import pytest

from services.content.facets import CHOICE_LABELS
from services.finding.filters import FLAG_LABELS
from tests import cast
from tests.html_page import Page, view_url

UNDERSTOOD = [
    *CHOICE_LABELS,
    *FLAG_LABELS,
    "category",
    "municipality",
    "county",
    "local",
    "exact",
    "place",
    "age",
    "sort",
    "page",
]
# Percent-encoded, as in a URL.
MALFORMED_VALUES = {
    "nothing": "",
    "NUL": "%00",
    "NUL inside": "09%002",
    "broken UTF-8": "%ff%fe",
    "half a surrogate": "%ed%a0%80",
    "overlong UTF-8": "%c0%af",
    "control characters": "%01%1b%7f%0d%0aSet-Cookie:x",
    "10,000 characters": "a" * 10_000,
    "10,000 words": "ero+" * 2_500,
    "negative": "-1",
    "huge": "9" * 40,
    "beyond 64 bits": str(2**63),
    "float": "1e309",
    "digits of another script": quote("٣"),
    "unknown code": "qwertyuiop",
    "SQL": quote("'; DROP TABLE services_service; --"),
    "tsquery": quote("' & | ! ( ) : * \\ <-> "),
    "format strings": quote("%s %(x)s {0} {{ x }} {% x %} $1"),
    "HTML": quote("<script>alert('x')</script>"),
    "path": quote("../../etc/passwd"),
    "emoji and accents": quote("🙂 ﷽ ä̤́ İ ß"),
    "right to left": quote("\u202eabc\u202c"),
    "JSON": quote('{"$ne": null}'),
}


PARAMETERS = ["q", "refused", "purpose", "nonsense", *UNDERSTOOD]


@pytest.fixture
def club(kivivuori):
    return cast.service("Kerho", kivivuori)


@pytest.mark.parametrize(
    ("lang", "value"), list(zip(cycle(["fi", "sv", "en"]), MALFORMED_VALUES.values())), ids=MALFORMED_VALUES
)
def test_search_pages_accept_any_value(club, client, lang, value):
    for view in ("finding:results", "profiles:contacts"):
        query = "&".join(f"{name}={value}" for name in PARAMETERS)
        page = Page(client.get(f"{view_url(view, lang=lang)}?{query}"))  # checks the HTML
        assert page.language == lang
        assert not page.response.cookies


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_every_page_accepts_all_parameters_at_once(club, kivivuori, client, lang):
    pages = [view_url(view, lang=lang) for view in ("finding:home", "profiles:organisations", "about")]
    pages += [cast.record_url(record, lang) for record in (club, kivivuori)]
    query = "&".join(f"{name}={value}" for name in PARAMETERS for value in MALFORMED_VALUES.values())
    for path in [*pages, "/robots.txt"]:
        assert client.get(f"{path}?{query}").status_code == 200, path
    assert client.get(f"/?{query}").status_code == 302


@pytest.mark.parametrize("value", ["qwertyuiop", "-1", "1e309", quote("'; DROP"), "9" * 40, "%00x"])
def test_ignored_value_is_shown(kivivuori, client, value):
    cast.service("Kerho", kivivuori)
    page = Page(client.get(f"{view_url('finding:results')}?{'&'.join(f'{name}={value}' for name in UNDERSTOOD)}"))
    assert [name for name in UNDERSTOOD if f"{name}=" not in page.notices] == []
    assert page.names == ["Kerho"]
    assert page.chips == {}


def test_ignored_value_is_shortened(client, db):
    page = Page(client.get(f"{view_url('finding:results')}?sector={'a' * 10_000}"))
    assert len(page.notices) < 200


def test_other_filters_still_apply(kivivuori, vake, find):
    cast.service("Kerho", kivivuori)
    cast.service("Neuvola", vake)
    page = find(sector=["ngo", "circus"], age="vanha", municipality="092")
    assert page.names == ["Kerho"]
    assert "sector=circus" in page.notices
    assert "age=vanha" in page.notices
    assert "municipality=" not in page.notices


@pytest.mark.parametrize("view", ["finding:results", "finding:map"])
@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ({"municipality": ["092", "245"]}, "Kerava"),
        ({"municipality": "092", "county": "03"}, "Länsi-Uudenmaan hyvinvointialue"),
    ],
)
def test_second_area_is_shown_as_omitted(db, visit, view, query, left_out):
    notices = visit(view, **query).notices
    assert left_out in notices
    assert "Vantaa," not in notices


def test_county_of_the_selected_municipality_is_not_omitted(db, visit):
    assert visit("finding:results", municipality="092", county="04").notices == ""


def test_second_municipality_is_shown_as_omitted_from_organisations(db, visit):
    assert "Kerava" in visit("profiles:organisations", municipality=["092", "245"]).notices


def test_no_notice_if_all_values_are_valid(kivivuori, find):
    cast.service("Kerho", kivivuori)
    assert find(q="kerho", sector="ngo", age=5, sort="name", utm_source="x").notices == ""
    assert find(q="", sector="", age="", municipality="", page="").notices == ""


def test_text_beyond_300_characters_is_cut_with_a_notice(kivivuori, find):
    cast.service("Kerho", kivivuori)
    page = find(q="kerho" + " x" * 200)
    assert page.notices
    assert len(page.one("input", id="q")["value"]) == 300
    assert not find(q="k" * 300).notices


def test_repeated_value_is_one_filter(kivivuori, find):
    cast.service("Kerho", kivivuori)
    assert len(find(sector=["ngo", "ngo"]).chips) == 1


def test_false_value_does_not_set_a_flag(kivivuori, find):
    cast.service("Kerho", kivivuori)
    for value in ("0", "no", "false"):
        page = find(anonymous=value)
        assert (page.names, page.chips) == (["Kerho"], {})


@pytest.mark.parametrize(
    "path",
    [
        "/fi/%00",
        "/fi/%ff%fe/",
        "/%ff",
        "/fi/" + "a" * 10_000,
        "/fi/' OR 1=1 --/",
        "/fi/../../etc/passwd",
        "/fi/{services}-/",
        "/fi/{services}1x-kerho/",
        "/fi/{services}1%00-kerho/",
        "/fi/{services}999999999999999999999999999999-kerho/",
        "/sv/{services}1%ff-kerho/",
        "/xx/",
        "/favicon.ico",
    ],
)
def test_unknown_paths_are_404(client, db, path):
    services = view_url("finding:results").removeprefix("/fi/")
    Page(client.get(path.replace("{services}", services)), 404)


def test_odd_path_has_no_external_links(client, db):
    page = Page(client.get("/", PATH_INFO="//evil.example/fi/"), 404)
    assert all(link["href"].startswith(("/fi/", "/sv/", "/en/", "#")) for link in page.all("a"))


def test_too_many_parameters_are_a_bad_request(client, db):
    response = client.get(view_url("finding:results") + "?" + "&".join(["sector=ngo"] * 1_500))
    assert response.status_code == 200
