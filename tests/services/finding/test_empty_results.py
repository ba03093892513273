"""Suggestions without results: similar categories, fewer filters, nationwide services, contacts."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.indexing.taxonomy import index_taxonomy
from services.models import SearchPhrase
from services.search.query import parse_query
from tests import cast
from tests.html_page import Page

VANTAA, KERAVA, ESPOO = "092", "245", "049"


class Suggestions:
    """The suggestions of an empty page by heading id: {search: number of results}."""

    def __init__(self, page):
        assert (page.total, page.names) == (0, [])
        self.section = page.main.one(class_="nothing")

    def __getattr__(self, heading):
        """The links of the list that follows a heading."""
        following = self.section.children
        headings = self.section.all(id=heading)
        if not headings:
            return {}
        after = following[following.index(headings[0]) + 1 :]
        listing = next(element for element in after if not isinstance(element, str))
        return {Search(link["href"]): int(link.parent.one(class_="count").text.split()[0]) for link in listing.all("a")}


class Search(frozenset):
    """The URL of a search, compared without the order of its parameters."""

    def __new__(cls, address):
        search = super().__new__(cls, parse_qsl(urlsplit(address).query))
        search.address = address
        return search


def search(**query):
    return Search(cast.view_url("finding:results", **query))


@pytest.fixture
def debts(db):
    money = cast.category("Raha", code="money")
    return cast.category("Velat", code="debts", under=money, words=["rahat loppu"])


@pytest.fixture
def advice(debts, kivivuori, helpline):
    """Advice on debts in Vantaa for adults, and nationwide by phone and by visit."""
    cast.service("Velkaneuvonta", kivivuori, tags=[debts], works_in="Vantaa", cost="free", age_min=18)
    cast.service("Velkapuhelin", helpline, tags=[debts], channels=["phone"], cost="free")
    cast.service("Velkatapaaminen", helpline, tags=[debts], channels=["on-site"], cost="free")


# Fewer filters


def test_suggests_the_search_without_each_filter(advice, find):
    suggestions = Suggestions(find(q="velka", municipality=VANTAA, local="1", age=5))
    assert suggestions.fewer == {
        search(q="velka", municipality=VANTAA, local=1): 1,  # any age
        search(q="velka", municipality=VANTAA, age=5): 2,  # nationwide ones too
        search(q="velka", age=5): 2,  # in all of Finland
        search(q="velka"): 3,
    }


def test_counts_match_the_results_of_the_links(advice, find, client):
    searches = [
        {"q": "velka", "municipality": VANTAA, "local": "1", "age": 5},
        {"q": "velka Kerava", "cost": "fee", "local": "1"},
        {"q": "velka Vantaalla", "cost": "fee", "age": 5, "sort": "name"},
        {"q": "velka Kerava", "municipality": ESPOO, "sector": "county"},
        {"q": "velka Kerava", "place": "off", "sector": "county", "cost": "free"},
        {"category": "debts", "sector": ["county", "state"], "municipality": ESPOO},
    ]
    for query in searches:
        suggestions = Suggestions(find(**query))
        counts = {**suggestions.near, **suggestions.fewer, **suggestions.elsewhere}
        assert counts
        assert counts == {link: Page(client.get(link.address)).total for link in counts}, query


def test_most_results_come_first_and_search_without_words_last(advice, kivivuori, find):
    cast.services(4, kivivuori, name="Kahvila", cost="fee", works_in="Vantaa")
    suggestions = Suggestions(find(q="velka", cost="fee", municipality=VANTAA))
    assert list(suggestions.fewer) == [
        search(q="velka", municipality=VANTAA),
        search(cost="fee", municipality=VANTAA),
        search(q="velka"),
    ]


def test_area_in_the_text_is_kept_or_dropped_as_an_area(advice, find):
    suggestions = Suggestions(find(q="velka Keravalla", cost="fee", local="1"))
    assert search(q="velka") in suggestions.fewer
    assert all("place" not in dict(link) for link in suggestions.fewer)
    suggestions = Suggestions(find(q="velka Keravalla", local="1"))
    assert suggestions.fewer[search(q="velka")] == 3


def test_fewer_filters_without_a_text(advice, find):
    suggestions = Suggestions(find(municipality=ESPOO, local="1"))
    assert suggestions.fewer == {search(): 3, search(municipality=ESPOO): 2}


# Similar categories


def test_matched_category_with_its_count_in_the_area(advice, find):
    cast.service("Muualla", cast.organisation("Espoo ry", works_in="Espoo"), tags=[])
    suggestions = Suggestions(find(q="rahat loppu", sector="county", municipality=VANTAA))
    assert suggestions.near == {search(category="debts", municipality=VANTAA): 3}


def test_category_without_services_in_the_area_links_nationwide(debts, kivivuori, find):
    cast.service("Velkaneuvonta", kivivuori, tags=[debts], works_in="Vantaa")
    suggestions = Suggestions(find(q="rahat loppu Espoossa"))
    assert suggestions.near == {search(category="debts"): 1}


def test_category_matched_by_a_small_part_of_the_text(advice, find):
    typed = "naapurin papukaija huutaa aamuisin parvekkeella kovaa sinisen auton vieressä sateessa lauluja velat"
    assert not find(q=typed).all(class_="suggested")
    suggestions = Suggestions(find(q=typed, sector="county"))
    assert search(category="debts") in suggestions.near


def test_unmatched_words_suggest_no_category(advice, find):
    suggestions = Suggestions(find(q="qqxxqq"))
    assert (suggestions.near, suggestions.fewer, suggestions.elsewhere) == ({}, {}, {})
    assert suggestions.section.all("a", href=cast.view_url("finding:home"))


def test_category_that_matches_less_than_half_a_phrase_is_not_similar(db):
    cast.category("Ero", words=["lapsen tapaaminen valvotusti"])
    near = SearchPhrase.objects.nearest_categories
    assert near(parse_query("tapaaminen", "fi"), 4) == []
    assert len(near(parse_query("valvotusti tapaaminen huomenna torilla", "fi"), 4)) == 1
    assert near(parse_query("mitä jos", "fi"), 4) == []


def test_empty_category_is_stated_with_its_nearest_nonempty_ancestor(advice, find, debts):
    cast.category("Pikavipit", code="payday-loans", under=debts)
    page = find(category="payday-loans")
    suggestions = Suggestions(page)
    assert "”Pikavipit”" in suggestions.section.text or "“Pikavipit”" in suggestions.section.text
    assert search(category="debts") in [Search(link["href"]) for link in suggestions.section.all("a")]
    assert "Raha" not in suggestions.section.text


def test_category_with_services_in_other_areas_is_not_empty(advice, find):
    section = Suggestions(find(category="debts", sector="county")).section
    assert "Velat" not in " ".join(p.text for p in section.all("p"))


# Confident categories without services, with results


def test_results_state_that_a_confident_category_is_empty(kivivuori, find):
    eating = cast.category("Syömisen pulmat", words=["ei syö mitään"])
    cast.service("Ruokapiiri", kivivuori, summary_fi="Kun lapsi ei syö.")
    page = find(q="ei syö mitään")
    assert page.names == ["Ruokapiiri"]
    assert "Syömisen pulmat" in page.one(class_="empty-categories").text
    cast.service("Syömisen tuki", kivivuori, tags=[eating])
    index_taxonomy(eating)
    assert not find(q="ei syö mitään").all(class_="empty-categories")
    assert not find(q="ei syö mitään", sector="ngo", municipality=VANTAA).all(class_="empty-categories")


def test_two_empty_categories_are_stated_in_one_sentence(kivivuori, find):
    cast.category("Ero", words=["erosimme"])
    cast.category("Eron jälkeen", words=["erosimme"])
    cast.service("Ryhmä", kivivuori, summary_fi="Kun me erosimme.")
    sentence = find(q="erosimme").one(class_="empty-categories").text
    assert sentence == "Aiheissa ”Ero”, ”Eron jälkeen” ei ole vielä palveluja. Tässä ovat lähimmät."


def test_uncertain_category_is_not_stated(kivivuori, find):
    cast.category("Syömisen pulmat", words=["ei syö mitään"])
    cast.service("Ruokapiiri", kivivuori, summary_fi="Kun lapsi ei syö ja isä suree.")
    assert not find(q="ei syö suree").all(class_="empty-categories")


# Nationwide


def test_suggests_nationwide_and_remote_services(advice, find, open_page):
    suggestions = Suggestions(find(q="velka Keravalla", cost="fee", age=30))
    assert sorted(suggestions.elsewhere.values()) == [1, 2]
    assert all("municipality" not in dict(link) for link in suggestions.elsewhere)
    remote = next(link for link, count in suggestions.elsewhere.items() if count == 1)
    assert open_page(remote.address).names == ["Velkapuhelin"]


def test_nationwide_is_a_filter_of_its_own(advice, find):
    page = find(nationwide="1")
    assert sorted(page.names) == ["Velkapuhelin", "Velkatapaaminen"]
    assert page.boxes["nationwide", "1"].checked
    assert ("nationwide", "1") not in find(q="velka", local="1", municipality=VANTAA).boxes


# Contacts


@pytest.fixture
def people(vake, kivivuori, city):
    cast.contact("Kirjaamo", vake, purposes=["general"], phone="09 000 1001")
    cast.contact("Ohjaaja", vake, name="Olli Ohjaaja", purposes=["referrals"], email="olli@vake.example")
    cast.contact("Vantaan ohjaaja", vake, purposes=["referrals"], covers=["Vantaa"])
    cast.contact("Sisäinen ohjaus", vake, purposes=["referrals"], visibility="professionals")
    cast.contact("Viestintä", vake, purposes=["press"])
    cast.contact("Uimahalli", city, purposes=["general"])
    cast.contact("Toimisto", kivivuori, purposes=["referrals"])


def contact_names(suggestions):
    (contacts,) = suggestions.section.all("ul", class_="contacts") or [None]
    return [item.all("p")[0].text.split(" · ")[0] for item in contacts.all("li")] if contacts else []


def test_county_contacts_that_cover_the_municipality(people, find):
    assert contact_names(Suggestions(find(q="qqxxqq", municipality=KERAVA))) == ["Olli Ohjaaja , Ohjaaja", "Kirjaamo"]
    assert contact_names(Suggestions(find(q="qqxxqq Keravalla"))) == ["Olli Ohjaaja , Ohjaaja", "Kirjaamo"]
    vantaa = contact_names(Suggestions(find(q="qqxxqq", municipality=VANTAA)))
    assert vantaa == ["Olli Ohjaaja , Ohjaaja", "Vantaan ohjaaja", "Kirjaamo"]


def test_contacts_of_a_whole_county(people, find):
    assert contact_names(Suggestions(find(q="qqxxqq", county="04"))) == ["Olli Ohjaaja , Ohjaaja", "Kirjaamo"]


def test_contact_has_phone_and_email(people, find):
    whole = Suggestions(find(q="qqxxqq", municipality=KERAVA)).section
    assert whole.all("a", href="tel:090001001")
    assert whole.all("a", href="mailto:olli@vake.example")


def test_professionals_see_contacts_for_professionals(people, pirjo_client):
    page = Page(pirjo_client.get(search(q="qqxxqq", municipality=KERAVA).address))
    assert "Sisäinen ohjaus" in " ".join(contact_names(Suggestions(page)))


def test_link_to_the_contacts_page_without_contacts(people, find):
    for query, address in (
        ({"municipality": ESPOO}, cast.view_url("profiles:contacts", municipality=ESPOO)),
        ({"county": "08"}, cast.view_url("profiles:contacts", county="08")),
        ({}, cast.view_url("profiles:contacts")),
    ):
        suggestions = Suggestions(find(q="qqxxqq", **query))
        assert contact_names(suggestions) == []
        assert suggestions.section.all("a", href=address)


# Queries


def test_number_of_queries_is_constant(advice, people, kivivuori, find):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            page = find(q="velka Keravalla", cost="fee", age=30, sector=["ngo", "state"])
        assert page.total == 0
        return len(captured)

    few = statements()
    for n in range(5):
        cast.service(f"Velkapalvelu {n}", kivivuori, tags=[cast.category(f"Velka-apu {n}", words=["velkaneuvonta"])])
        cast.contact(f"Ohjaaja {n}", cast.organisation(f"Alue {n}", "county", works_in=cast.VAKE), purposes=["general"])
    assert statements() == few


def test_page_with_results_runs_no_queries_for_suggestions(advice, find):
    with CaptureQueriesContext(connection) as captured:
        assert find(q="velka", municipality=VANTAA).total
    sql = " ".join(query["sql"] for query in captured)
    assert "organisations_contact" not in sql
    assert 'COUNT("services_listing' not in sql
