"""The line above the results that shows how the text was interpreted."""

from django.template.loader import render_to_string

from services.search.ranking import QueryPlan
from tests import cast


def line(page):
    return page.one(class_="suggested").text


def test_phrase_that_matched_a_category_is_shown(kivivuori, find):
    drink = cast.category("Päihteet", code="substances", words=["juo liikaa"])
    cast.service("Päihdeklinikka", kivivuori, tags=[drink])
    assert "”juo liikaa”" in line(find(q="mies juo liikaa"))
    assert "juo liikaa" in line(find(q="mies juo liikaa Vantaalla"))


def test_redundant_phrase_is_not_shown(kivivuori, find, visit):
    drink = cast.category({"fi": "Päihteet", "sv": "Rusmedel"}, words=["juo liikaa"])
    cast.service("Päihdeklinikka", kivivuori, tags=[drink])
    assert "(" not in line(find(q="juo liikaa"))  # the text itself
    assert "(" not in line(find(q="päihde päihteet"))  # the name of the category
    assert "(" not in line(visit("finding:results", lang="sv", q="päihteet nu"))


def test_categories_with_the_same_name_are_shown_once(kivivuori, find):
    for scheme in ("theme", "target-group"):
        cast.service(f"Klubi {scheme}", kivivuori, tags=[cast.category("Nuoret", scheme=scheme)])
    subjects = find(q="nuoret").one(class_="suggested").all("a")
    assert [link.text for link in subjects[:-1]] == ["Nuoret"]


def test_category_link_keeps_the_area(kivivuori, find, open_page):
    debts = cast.category("Velat", code="debts", words=["rahat loppu"])
    cast.service("Velkaneuvonta", kivivuori, tags=[debts], works_in="Vantaa")
    cast.service("Talousneuvonta", kivivuori, tags=[debts], works_in="Kerava")
    page = find(q="rahat loppu Keravalla")
    subject = page.one(class_="suggested").all("a")[0]
    assert open_page(page.path + subject["href"]).names == ["Talousneuvonta"]


def test_similarly_spelt_words_are_not_listed(kivivuori, find):
    cast.service("Turva arkeen", kivivuori)
    cast.service("Turvata arki", kivivuori)
    explanation = find(q="turva").one(class_="suggested")
    assert "turvata" not in explanation.text
    assert "lähes samoin" in explanation.text
    assert "exact=1" in explanation.one("a")["href"]


class FakeSearch:
    """The attributes of `Filters` that the line reads."""

    def __init__(self, *also):
        self.plan = QueryPlan(extra_words=also)


def test_expansions_are_listed():
    def explanation(*also):
        return render_to_string(
            "services/finding/_query_explanation.html", {"filters": FakeSearch(*also), "exact_link": "?exact=1"}
        )

    assert "velka, <luotto>".replace("<", "&lt;").replace(">", "&gt;") in explanation("velka", "<luotto>")
    assert 'href="?exact=1"' in explanation("velka")
    assert explanation().strip() == ""
