"""The line above the results that tells how the words were understood."""

from django.template.loader import render_to_string

from services.search.ranking import QueryPlan
from tests import cast


def line(page):
    return page.one(class_="suggested").text


def test_words_by_which_a_subject_was_understood(kivivuori, find):
    drink = cast.category("Päihteet", code="substances", words=["juo liikaa"])
    cast.service("Päihdeklinikka", kivivuori, tags=[drink])
    assert "”juo liikaa”" in line(find(q="mies juo liikaa"))
    assert "juo liikaa" in line(find(q="mies juo liikaa Vantaalla"))


def test_words_are_not_told_where_they_are_obvious(kivivuori, find, visit):
    drink = cast.category({"fi": "Päihteet", "sv": "Rusmedel"}, words=["juo liikaa"])
    cast.service("Päihdeklinikka", kivivuori, tags=[drink])
    assert "(" not in line(find(q="juo liikaa"))  # just what was typed
    assert "(" not in line(find(q="päihde päihteet"))  # the subject's own name
    assert "(" not in line(visit("finding:results", lang="sv", q="päihteet nu"))


def test_subjects_of_one_name_are_told_once(kivivuori, find):
    for scheme in ("theme", "target-group"):
        cast.service(f"Klubi {scheme}", kivivuori, tags=[cast.category("Nuoret", scheme=scheme)])
    subjects = find(q="nuoret").one(class_="suggested").all("a")
    assert [link.text for link in subjects[:-1]] == ["Nuoret"]


def test_link_to_a_subject_keeps_the_place(kivivuori, find, open_page):
    debts = cast.category("Velat", code="debts", words=["rahat loppu"])
    cast.service("Velkaneuvonta", kivivuori, tags=[debts], works_in="Vantaa")
    cast.service("Talousneuvonta", kivivuori, tags=[debts], works_in="Kerava")
    page = find(q="rahat loppu Keravalla")
    subject = page.one(class_="suggested").all("a")[0]
    assert open_page(page.path + subject["href"]).names == ["Talousneuvonta"]


def test_words_that_are_merely_spelt_alike_are_not_told_by_name(kivivuori, find):
    cast.service("Turva arkeen", kivivuori)
    cast.service("Turvata arki", kivivuori)
    told = find(q="turva").one(class_="suggested")
    assert "turvata" not in told.text
    assert "lähes samoin" in told.text
    assert "exact=1" in told.one("a")["href"]


class FakeSearch:
    """As much of a search as the line asks about."""

    def __init__(self, *also):
        self.plan = QueryPlan(extra_words=also)


def test_words_that_were_searched_as_well():
    def told(*also):
        return render_to_string(
            "services/finding/_query_explanation.html", {"filters": FakeSearch(*also), "exact": "?exact=1"}
        )

    assert "velka, <luotto>".replace("<", "&lt;").replace(">", "&gt;") in told("velka", "<luotto>")
    assert 'href="?exact=1"' in told("velka")
    assert told().strip() == ""
