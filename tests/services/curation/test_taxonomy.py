"""Coordinators shape the taxonomy: the tree, a category, its words, its order, and mergers that can be undone."""

import pytest
from django.test import Client

from services.models import Category, SavedSearch, ServicePath, Synonym
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url


class Desk:
    """The browser of a coordinator."""

    def __init__(self, user):
        self.browser = Client()
        self.browser.force_login(user)

    def open(self, name, *args, status=200, **query):
        return Page(self.browser.get(view_url(name, *args, **query)), status)

    def edit(self, category):
        return form_values(self.open("taxonomy:category", category.pk).one("form", class_="service-form"))

    def send(self, name, *args, status=200, **form):
        return Page(self.browser.post(view_url(name, *args), form, follow=True), status)

    def save(self, category, form, status=200):
        return self.send("taxonomy:category", category.pk, status=status, **form)

    def add_words(self, category, *words, language="fi", kind="asked"):
        lines = "\n".join(words)
        return self.send("taxonomy:words", category.pk, add="1", words=lines, language=language, kind=kind)

    def words_of(self, category):
        """{text: whether it is in use} as the page shows them."""
        chips = self.open("taxonomy:category", category.pk).all("ul", class_="word-chips")
        labels = [label for chip in chips for label in chip.all("label")]
        return {label.own_text: "word-off" not in label.classes for label in labels}

    def notices(self, page):
        return [notice.text for notice in page.all(class_="notice")]


@pytest.fixture
def desk(kaisa):
    return Desk(kaisa)


@pytest.fixture
def family_life(db):
    return cast.category("Perheen arki", code="family-life")


@pytest.fixture
def separation(family_life):
    return cast.category({"fi": "Ero", "sv": "Separation"}, code="separation", under=family_life, words=["avioero"])


@pytest.fixture
def divorce(family_life):
    return cast.category("Avioeron jälkeen", code="divorce", under=family_life, words=["exä", "avioero"])


def rows(page):
    """{name: (services, organisations, words)} of the tree."""
    table = page.one("table", class_="tree").one("tbody")
    return {
        row.one("th").one("a").text: tuple(int(cell.text.split()[0]) for cell in row.all("td"))
        for row in table.all("tr")
    }


class TestTree:
    def test_shows_what_hangs_on_each_category_with_all_below(self, desk, separation, divorce, kivivuori):
        cast.service("Eroneuvonta", kivivuori, tags=[separation])
        cast.service("Eroryhmä", kivivuori, tags=[divorce, separation])
        kivivuori.categories.add(divorce)
        assert rows(desk.open("taxonomy:tree")) == {
            "Perheen arki": (2, 1, 0),
            "Ero": (2, 0, 1),
            "Avioeron jälkeen": (1, 1, 2),
        }

    def test_finds_by_name_code_and_word(self, desk, separation, divorce):
        for text, names in (
            ("exä", ["Avioeron jälkeen"]),
            ("SEPARATION", ["Ero"]),
            ("avioero", ["Ero", "Avioeron jälkeen"]),
        ):
            assert list(rows(desk.open("taxonomy:tree", q=text))) == names
        assert list(rows(desk.open("taxonomy:tree", q="ero"))) == ["Ero"]  # not "avioero"
        assert not desk.open("taxonomy:tree", q="(eks*[").all("table", class_="tree")
        assert "Millään luokalla ei ole tätä nimeä tai sanaa." in desk.open("taxonomy:tree", q="auto").main.text

    def test_shows_one_scheme_at_a_time(self, desk, separation):
        cast.category("Uupumus", scheme="life-situation")
        assert list(rows(desk.open("taxonomy:tree", scheme="life-situation"))) == ["Uupumus"]
        assert "Uupumus" not in rows(desk.open("taxonomy:tree", scheme="nonsense"))

    def test_number_of_queries_does_not_grow(self, desk, separation, django_assert_max_num_queries):
        def queries():
            with django_assert_max_num_queries(20) as captured:
                desk.open("taxonomy:tree")
            return len(captured)

        few = queries()
        for number in range(5):
            cast.category(f"Luokka {number}", under=separation, words=[f"sana {number}"])
        assert queries() == few


class TestCategory:
    def test_new_name_is_found_at_once(self, desk, separation, kivivuori, find):
        cast.service("Neuvonta", kivivuori, tags=[separation])
        assert find(q="puhutaanko").names == []
        page = desk.save(separation, desk.edit(separation) | {"name_fi": "Puhutaanko"})
        assert desk.notices(page) == ["Tallennettu: haku käyttää tätä nyt."]
        assert find(q="puhutaanko").names == ["Neuvonta"]

    def test_branch_moves_with_its_services(self, desk, separation, kivivuori, find):
        other = cast.category("Oikeudet", code="rights")
        cast.service("Neuvonta", kivivuori, tags=[separation])
        desk.save(separation, desk.edit(separation) | {"parent": other.pk})
        assert find(category="rights").names == ["Neuvonta"]
        assert find(category="family-life").names == []

    def test_category_is_not_put_below_itself(self, desk, family_life, separation):
        page = desk.save(family_life, desk.edit(family_life) | {"parent": separation.pk})
        assert page.all(class_="errors")
        family_life.refresh_from_db()
        assert family_life.parent is None

    def test_category_without_a_finnish_name_is_refused_beside_the_field(self, desk, separation):
        page = desk.save(separation, desk.edit(separation) | {"name_fi": "", "note_fi": "Ero ja erotilanteet"})
        assert page.one(id="id_name_fi_error")
        assert page.one("textarea", name="note_fi").text == "Ero ja erotilanteet"

    def test_of_two_coordinators_the_second_sees_what_the_first_did(self, desk, separation):
        hers, his = desk.edit(separation), desk.edit(separation)
        desk.save(separation, hers | {"name_fi": "Ero perheessä", "note_fi": "Myös sovittelu"})
        page = desk.save(separation, his | {"name_fi": "Erot"}, status=409)
        assert "Toinen kirjoitti: ”Ero perheessä”." in page.one(id="id_name_fi_error").text
        assert page.one("textarea", name="note_fi").text == "Myös sovittelu"
        separation.refresh_from_db()
        assert separation.name_fi == "Ero perheessä"

    def test_new_category_has_a_code_from_its_name(self, desk, family_life):
        form = form_values(desk.open("taxonomy:add", "theme").one("form", class_="service-form"))
        for _time in range(2):  # sent twice, made once
            desk.send("taxonomy:add", "theme", **form | {"name_fi": "Isovanhemmat", "parent": family_life.pk})
        category = Category.objects.get(name_fi="Isovanhemmat")
        assert (category.code, category.parent) == ("isovanhemmat", family_life)

    def test_code_of_another_category_is_refused(self, desk, separation):
        page = desk.send("taxonomy:add", "theme", name_fi="Toinen ero", code="separation")
        assert page.one(id="id_code_error").text == "Toisella luokalla on tämä tunnus."

    def test_siblings_change_places(self, desk, separation, divorce):
        desk.send("taxonomy:move", divorce.pk, to="up")
        assert list(rows(desk.open("taxonomy:tree"))) == ["Perheen arki", "Avioeron jälkeen", "Ero"]
        desk.send("taxonomy:move", divorce.pk, to="up")  # first already
        desk.send("taxonomy:move", divorce.pk, to="down")
        assert list(rows(desk.open("taxonomy:tree"))) == ["Perheen arki", "Ero", "Avioeron jälkeen"]


class TestWords:
    def test_pasted_words_find_the_services_of_the_category(self, desk, separation, kivivuori, find):
        cast.service("Neuvonta", kivivuori, tags=[separation])
        assert find(q="lusikat jakoon").names == []
        page = desk.add_words(separation, "lusikat jakoon", "", "  yhteenmuutto   loppui ")
        assert desk.notices(page) == ["2 sanaa lisättiin."]
        assert find(q="lusikat jakoon").names == ["Neuvonta"]
        assert desk.words_of(separation) == {"avioero": True, "lusikat jakoon": True, "yhteenmuutto loppui": True}

    def test_known_words_and_those_of_other_categories_are_named(self, desk, separation, divorce):
        page = desk.add_words(separation, "Avioero", "exä", "x" * 121)
        assert desk.notices(page) == [
            "1 sana lisättiin.",
            "Luokalla oli jo nämä: Avioero.",
            f"Liian pitkiä, ei lisätty: {'x' * 121}.",
            "Myös luokan ”Avioeron jälkeen” sanoja: exä.",
        ]

    def test_words_are_switched_off_and_on_and_removed(self, desk, separation, kivivuori, find):
        cast.service("Neuvonta", kivivuori, tags=[separation])
        word = Synonym.objects.get(category=separation).pk
        desk.send("taxonomy:words", separation.pk, word=word, off="1")
        assert desk.words_of(separation) == {"avioero": False}
        assert find(q="avioero").names == []
        desk.send("taxonomy:words", separation.pk, word=word, on="1")
        assert find(q="avioero").names == ["Neuvonta"]
        desk.send("taxonomy:words", separation.pk, word=word, remove="1")
        assert desk.words_of(separation) == {}

    def test_words_of_other_categories_are_not_touched(self, desk, separation, divorce):
        others = list(Synonym.objects.filter(category=divorce).values_list("pk", flat=True))
        desk.send("taxonomy:words", separation.pk, word=others, remove="1")
        assert Synonym.objects.filter(category=divorce).count() == 2

    def test_too_many_lines_are_refused_and_not_lost(self, desk, separation):
        lines = [f"sana {n}" for n in range(501)]
        page = desk.add_words(separation, *lines)
        assert "Rivejä on 501. Lisää enintään 500 kerralla." in page.main.text
        assert page.one("textarea", name="words").text.endswith("sana 500")

    def test_category_with_many_words_is_one_small_form(self, desk, separation):
        Synonym.objects.bulk_create(Synonym(category=separation, language="fi", text=f"sana {n}") for n in range(3000))
        page = desk.open("taxonomy:category", separation.pk)
        assert len(page.all("input", name="word")) == 3001
        first = page.all("input", name="word")[0]["value"]
        assert desk.notices(desk.send("taxonomy:words", separation.pk, word=first, off="1")) == ["1 sana muutettiin."]


class TestMerging:
    @pytest.fixture(autouse=True)
    def tagged(self, separation, divorce, kivivuori):
        cast.service("Eroneuvonta", kivivuori, tags=[separation])
        cast.service("Eroryhmä", kivivuori, tags=[divorce])
        cast.service("Perheryhmä", kivivuori, tags=[divorce, separation])
        kivivuori.categories.add(divorce)

    def test_preview_says_exactly_what_moves(self, desk, separation, divorce, pirjo):
        cast.category("Uusperhe", under=divorce)
        ServicePath.objects.create(name_fi="Eron polku", category=divorce)
        SavedSearch.objects.create(
            user=pirjo, name="Erot", query="category=divorce&age=5", language="fi", checked_at="2026-11-01T00:00Z"
        )
        page = desk.open("taxonomy:merge", divorce.pk, into=separation.pk)
        lines = [
            item.own_text or item.text
            for item in page.one("ul", class_="measure").children
            if not isinstance(item, str)
        ]
        assert lines[:2] == ["2 palvelua siirtyy (1 kuuluu molempiin)", "1 organisaatio siirtyy"]
        assert [word.text for word in page.one("ul", class_="word-chips").all("li")] == ["Avioeron jälkeen", "exä"]
        assert "Sen alle tulevat: Uusperhe" in page.main.text
        assert "Palvelupolut: Eron polku" in page.main.text
        assert "1 tallennettu haku löytää molempien palvelut" in page.main.text
        divorce.refresh_from_db()
        assert divorce.replaced_by is None

    def test_merged_services_and_words_are_found_by_the_other_category(self, desk, separation, divorce, find):
        desk.send("taxonomy:merge", divorce.pk, into=separation.pk)
        assert sorted(find(category="separation").names) == ["Eroneuvonta", "Eroryhmä", "Perheryhmä"]
        assert sorted(find(category="divorce").names) == ["Eroneuvonta", "Eroryhmä", "Perheryhmä"]
        assert "Eroneuvonta" in find(q="exä").names
        assert desk.words_of(separation) == {"avioero": True, "exä": True, "Avioeron jälkeen": True}
        assert list(rows(desk.open("taxonomy:tree"))) == ["Perheen arki", "Ero"]

    def test_undoing_brings_tags_and_words_back(self, desk, separation, divorce, kivivuori, find):
        desk.send("taxonomy:merge", divorce.pk, into=separation.pk)
        later = cast.service("Uusi ryhmä", kivivuori, tags=[separation])
        desk.send("taxonomy:undo-merger", divorce.pk)
        assert sorted(find(category="divorce").names) == ["Eroryhmä", "Perheryhmä"]
        assert sorted(find(category="separation").names) == ["Eroneuvonta", "Perheryhmä", later.name]
        assert desk.words_of(separation) == {"avioero": True}
        assert desk.words_of(divorce) == {"avioero": True, "exä": True}

    def test_category_is_not_merged_into_one_below_it_nor_twice(self, desk, family_life, separation, divorce):
        offered = [o["value"] for o in desk.open("taxonomy:merge", family_life.pk).one("select").all("option")]
        assert offered == [""]
        desk.send("taxonomy:merge", family_life.pk, into=separation.pk)
        family_life.refresh_from_db()
        assert family_life.replaced_by is None
        desk.send("taxonomy:merge", divorce.pk, into=separation.pk)
        page = desk.send("taxonomy:merge", divorce.pk, into=family_life.pk)
        assert "Tämä luokka on jo yhdistetty." in desk.notices(page)
        divorce.refresh_from_db()
        assert divorce.replaced_by == separation
