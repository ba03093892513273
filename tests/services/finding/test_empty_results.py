"""Where nothing is found, the page says what would be: near subjects, fewer filters, the whole country, people."""

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


class Offers:
    """What an empty page offers: by the heading's id, {address of a search: number it promises}."""

    def __init__(self, page):
        assert (page.total, page.names) == (0, [])
        self.whole = page.main.one(class_="nothing")

    def __getattr__(self, heading):
        """The links of the list that follows a heading."""
        following = self.whole.children
        headings = self.whole.all(id=heading)
        if not headings:
            return {}
        after = following[following.index(headings[0]) + 1 :]
        listing = next(element for element in after if not isinstance(element, str))
        return {Search(link["href"]): int(link.parent.one(class_="count").text.split()[0]) for link in listing.all("a")}


class Search(frozenset):
    """The address of a search; in which order it names what it asks for does not matter."""

    def __new__(cls, address):
        made = super().__new__(cls, parse_qsl(urlsplit(address).query))
        made.address = address
        return made


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


def test_each_filter_that_would_help_when_taken_away(advice, find):
    offers = Offers(find(q="velka", municipality=VANTAA, local="1", age=5))
    assert offers.fewer == {
        search(q="velka", municipality=VANTAA, local=1): 1,  # whatever the age
        search(q="velka", municipality=VANTAA, age=5): 2,  # nationwide ones too
        search(q="velka", age=5): 2,  # in all of Finland
        search(q="velka"): 3,
    }


def test_every_number_is_what_the_link_finds(advice, find, client):
    searches = [
        {"q": "velka", "municipality": VANTAA, "local": "1", "age": 5},
        {"q": "velka Kerava", "cost": "fee", "local": "1"},
        {"q": "velka Vantaalla", "cost": "fee", "age": 5, "sort": "name"},
        {"q": "velka Kerava", "municipality": ESPOO, "sector": "county"},
        {"q": "velka Kerava", "place": "off", "sector": "county", "cost": "free"},
        {"category": "debts", "sector": ["county", "state"], "municipality": ESPOO},
    ]
    for query in searches:
        offers = Offers(find(**query))
        promised = {**offers.near, **offers.fewer, **offers.elsewhere}
        assert promised
        assert promised == {link: Page(client.get(link.address)).total for link in promised}, query


def test_most_helpful_comes_first_and_losing_the_need_comes_late(advice, kivivuori, find):
    cast.services(4, kivivuori, name="Kahvila", cost="fee", works_in="Vantaa")
    offers = Offers(find(q="velka", cost="fee", municipality=VANTAA))
    assert list(offers.fewer) == [
        search(q="velka", municipality=VANTAA),
        search(cost="fee", municipality=VANTAA),
        search(q="velka"),
    ]


def test_place_of_the_words_is_kept_or_dropped_with_the_area(advice, find):
    offers = Offers(find(q="velka Keravalla", cost="fee", local="1"))
    assert search(q="velka") in offers.fewer
    assert all("place" not in dict(link) for link in offers.fewer)
    offers = Offers(find(q="velka Keravalla", local="1"))
    assert offers.fewer[search(q="velka")] == 3


def test_filters_without_words(advice, find):
    offers = Offers(find(municipality=ESPOO, local="1"))
    assert offers.fewer == {search(): 3, search(municipality=ESPOO): 2}


# Near subjects


def test_subject_of_the_words_with_its_number_in_the_area(advice, find):
    cast.service("Muualla", cast.organisation("Espoo ry", works_in="Espoo"), tags=[])
    offers = Offers(find(q="rahat loppu", sector="county", municipality=VANTAA))
    assert offers.near == {search(category="debts", municipality=VANTAA): 3}


def test_subject_that_the_area_has_none_of_leads_to_the_whole_country(debts, kivivuori, find):
    cast.service("Velkaneuvonta", kivivuori, tags=[debts], works_in="Vantaa")
    offers = Offers(find(q="rahat loppu Espoossa"))
    assert offers.near == {search(category="debts"): 1}


def test_subject_that_is_only_a_small_part_of_the_words(advice, find):
    typed = "naapurin papukaija huutaa aamuisin parvekkeella kovaa sinisen auton vieressä sateessa lauluja velat"
    assert not find(q=typed).all(class_="suggested")
    offers = Offers(find(q=typed, sector="county"))
    assert search(category="debts") in offers.near


def test_words_that_mean_nothing_point_nowhere(advice, find):
    offers = Offers(find(q="qqxxqq"))
    assert (offers.near, offers.fewer, offers.elsewhere) == ({}, {}, {})
    assert offers.whole.all("a", href=cast.view_url("finding:home"))


def test_category_that_holds_less_than_half_a_phrase_is_not_near(db):
    cast.category("Ero", words=["lapsen tapaaminen valvotusti"])
    near = SearchPhrase.objects.nearest_categories
    assert near(parse_query("tapaaminen", "fi"), 4) == []
    assert len(near(parse_query("valvotusti tapaaminen huomenna torilla", "fi"), 4)) == 1
    assert near(parse_query("mitä jos", "fi"), 4) == []


def test_category_without_any_service_is_named_with_the_nearest_above(advice, find, debts):
    cast.category("Pikavipit", code="payday-loans", under=debts)
    page = find(category="payday-loans")
    offers = Offers(page)
    assert "”Pikavipit”" in offers.whole.text or "“Pikavipit”" in offers.whole.text
    assert search(category="debts") in [Search(link["href"]) for link in offers.whole.all("a")]
    assert "Raha" not in offers.whole.text


def test_category_with_services_elsewhere_is_not_called_empty(advice, find):
    assert "Velat" not in " ".join(p.text for p in Offers(find(category="debts", sector="county")).whole.all("p"))


# A sure subject without services, though something was found


def test_results_tell_that_the_sure_subject_has_no_services(kivivuori, find):
    eating = cast.category("Syömisen pulmat", words=["ei syö mitään"])
    cast.service("Ruokapiiri", kivivuori, summary_fi="Kun lapsi ei syö.")
    page = find(q="ei syö mitään")
    assert page.names == ["Ruokapiiri"]
    assert "Syömisen pulmat" in page.one(class_="unfiled").text
    cast.service("Syömisen tuki", kivivuori, tags=[eating])
    index_taxonomy(category=eating)
    assert not find(q="ei syö mitään").all(class_="unfiled")
    assert not find(q="ei syö mitään", sector="ngo", municipality=VANTAA).all(class_="unfiled")


def test_two_subjects_without_services_are_told_in_one_line(kivivuori, find):
    cast.category("Ero", words=["erosimme"])
    cast.category("Eron jälkeen", words=["erosimme"])
    cast.service("Ryhmä", kivivuori, summary_fi="Kun me erosimme.")
    told = find(q="erosimme").one(class_="unfiled").text
    assert told == "Aiheissa ”Ero”, ”Eron jälkeen” ei ole vielä palveluja. Tässä ovat lähimmät."


def test_unsure_subject_is_not_complained_about(kivivuori, find):
    cast.category("Syömisen pulmat", words=["ei syö mitään"])
    cast.service("Ruokapiiri", kivivuori, summary_fi="Kun lapsi ei syö ja isä suree.")
    assert not find(q="ei syö suree").all(class_="unfiled")


# From anywhere


def test_nationwide_services_and_of_them_those_at_a_distance(advice, find, open_page):
    offers = Offers(find(q="velka Keravalla", cost="fee", age=30))
    assert sorted(offers.elsewhere.values()) == [1, 2]
    assert all("municipality" not in dict(link) for link in offers.elsewhere)
    remote = next(link for link, count in offers.elsewhere.items() if count == 1)
    assert open_page(remote.address).names == ["Velkapuhelin"]


def test_nationwide_can_be_chosen_by_itself(advice, find):
    page = find(nationwide="1")
    assert sorted(page.names) == ["Velkapuhelin", "Velkatapaaminen"]
    assert page.boxes["nationwide", "1"].checked
    assert ("nationwide", "1") not in find(q="velka", local="1", municipality=VANTAA).boxes


# People


@pytest.fixture
def people(vake, kivivuori, city):
    cast.contact("Kirjaamo", vake, purposes=["general"], phone="09 000 1001")
    cast.contact("Ohjaaja", vake, name="Olli Ohjaaja", purposes=["referrals"], email="olli@vake.example")
    cast.contact("Vantaan ohjaaja", vake, purposes=["referrals"], covers=["Vantaa"])
    cast.contact("Sisäinen ohjaus", vake, purposes=["referrals"], visibility="professionals")
    cast.contact("Viestintä", vake, purposes=["press"])
    cast.contact("Uimahalli", city, purposes=["general"])
    cast.contact("Toimisto", kivivuori, purposes=["referrals"])


def contact_names(offers):
    (contacts,) = offers.whole.all("ul", class_="contacts") or [None]
    return [item.all("p")[0].text.split(" · ")[0] for item in contacts.all("li")] if contacts else []


def test_contacts_of_the_county_that_cover_the_municipality(people, find):
    assert contact_names(Offers(find(q="qqxxqq", municipality=KERAVA))) == ["Olli Ohjaaja , Ohjaaja", "Kirjaamo"]
    assert contact_names(Offers(find(q="qqxxqq Keravalla"))) == ["Olli Ohjaaja , Ohjaaja", "Kirjaamo"]
    vantaa = contact_names(Offers(find(q="qqxxqq", municipality=VANTAA)))
    assert vantaa == ["Olli Ohjaaja , Ohjaaja", "Vantaan ohjaaja", "Kirjaamo"]


def test_contacts_of_a_whole_county(people, find):
    assert contact_names(Offers(find(q="qqxxqq", county="04"))) == ["Olli Ohjaaja , Ohjaaja", "Kirjaamo"]


def test_contact_with_its_phone_and_mail(people, find):
    whole = Offers(find(q="qqxxqq", municipality=KERAVA)).whole
    assert whole.all("a", href="tel:090001001")
    assert whole.all("a", href="mailto:olli@vake.example")


def test_professionals_see_their_contacts(people, pirjo_client):
    page = Page(pirjo_client.get(search(q="qqxxqq", municipality=KERAVA).address))
    assert "Sisäinen ohjaus" in " ".join(contact_names(Offers(page)))


def test_nobody_known_leaves_the_page_of_contacts(people, find):
    for query, address in (
        ({"municipality": ESPOO}, cast.view_url("profiles:contacts", municipality=ESPOO)),
        ({"county": "08"}, cast.view_url("profiles:contacts", county="08")),
        ({}, cast.view_url("profiles:contacts")),
    ):
        offers = Offers(find(q="qqxxqq", **query))
        assert contact_names(offers) == []
        assert offers.whole.all("a", href=address)


# Cost


def test_helps_take_the_same_statements_whatever_they_hold(advice, people, kivivuori, find):
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


def test_page_with_results_asks_for_no_help(advice, find):
    with CaptureQueriesContext(connection) as captured:
        assert find(q="velka", municipality=VANTAA).total
    asked = " ".join(query["sql"] for query in captured)
    assert "organisations_contact" not in asked
    assert 'COUNT("services_listing' not in asked
