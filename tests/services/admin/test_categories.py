"""Admin of the taxonomy."""

import pytest
from django.urls import reverse

from services.models import Category, Scheme
from tests import cast
from tests.admin_client import FormResponsePage, form_values, formset_rows
from tests.html_page import Page


@pytest.fixture
def relationship(db):
    return cast.category({"fi": "Parisuhde ja ero", "sv": "Parförhållande"}, code="relationship")


@pytest.fixture
def separation(relationship):
    return cast.category("Ero", code="separation", under=relationship, words=["avioero"])


def words(*texts, after=0, language="fi"):
    """Form data of new synonyms, after the existing ones."""
    return formset_rows(
        "synonyms",
        *({"language": language, "text": text, "source": "curator", "is_active": "on"} for text in texts),
        after=after,
    )


@pytest.fixture
def choices(kaisa_admin):
    """The choices that a select box offers for a term."""

    def offered(term="", **query):
        with_language = reverse("admin:services_category_choices").replace("/en/", "/fi/")
        answer = kaisa_admin.browser.get(with_language, {"term": term, **query}).json()
        return [one["text"] for one in answer["results"]]

    return offered


# Categories and their words


def test_new_category_is_saved_with_its_synonyms(kaisa_admin, relationship, kivivuori, find):
    page = kaisa_admin.add(
        Category,
        scheme="theme",
        name_fi="Etävanhemmuus",
        code="distant-parent",
        parent=relationship.pk,
        **words("viikonloppuisä", "tapaava vanhempi"),
        **formset_rows("external_codes", {"system": "ptv", "code": "P4.1", "match": "close"}),
    )
    assert page.errors == {}
    category = Category.objects.get(code="distant-parent")
    assert category.external_codes.get().code == "P4.1"
    kaisa_admin.change(cast.service("Isien ilta", kivivuori), categories=[category.pk])
    assert find(q="viikonloppuisä").names == ["Isien ilta"]


def test_new_synonym_finds_the_services_of_the_category_at_once(kaisa_admin, separation, kivivuori, find):
    cast.service("Vertaisryhmä", kivivuori, tags=[separation])
    assert find(q="bänks").names == []
    assert kaisa_admin.change(separation, **words("bänks", after=1)).errors == {}
    assert find(q="bänks").names == ["Vertaisryhmä"]


def test_new_name_finds_the_services_of_descendant_categories(kaisa_admin, relationship, separation, kivivuori, find):
    cast.service("Vertaisryhmä", kivivuori, tags=[separation])
    kaisa_admin.change(relationship, name_fi="Puolisot")
    assert find(q="puolisot").names == ["Vertaisryhmä"]


def test_inactive_synonym_finds_nothing(kaisa_admin, separation, kivivuori, find):
    cast.service("Vertaisryhmä", kivivuori, tags=[separation])
    # An unticked box is not submitted.
    kaisa_admin.change(separation, **{"synonyms-0-is_active": []})
    assert find(q="avioero").names == []


def test_synonym_just_added_by_a_colleague_is_a_duplicate(kaisa_admin, separation):
    form = form_values(kaisa_admin.open("services_category_change", separation.pk).one("form", novalidate=True))
    separation.synonyms.create(language="fi", text="bänks")
    answer = kaisa_admin.browser.post(
        f"/fi/admin/services/category/{separation.pk}/change/", form | words("Bänks", after=1)
    )
    page = FormResponsePage(answer)
    # The colleague's change is reported as well, and stands before the row that was typed.
    assert list(page.errors) == ["", "synonyms-2-text"]
    assert [page.form_values[f"synonyms-{row}-text"] for row in (1, 2)] == ["bänks", "Bänks"]


@pytest.mark.parametrize("texts", [["bänks", "Bänks"], ["AVIOERO"]])
def test_duplicate_synonym_is_an_error(kaisa_admin, separation, texts):
    page = kaisa_admin.change(separation, **words(*texts, after=1))
    assert [field.split("-")[-1] for field in page.errors] == ["text"]
    assert page.form_values["synonyms-1-text"] == texts[0]


def test_synonyms_cannot_be_swapped_in_one_save(kaisa_admin, relationship):
    couple = cast.category("Pari", under=relationship, words=["avoliitto", "avioliitto"])
    first, second = couple.synonyms.order_by("text")
    page = kaisa_admin.change(couple, **{"synonyms-0-text": second.text, "synonyms-1-text": first.text})
    assert page.errors


def test_same_synonym_is_allowed_in_two_languages(kaisa_admin, separation):
    assert kaisa_admin.change(separation, **words("avioero", after=1, language="sv")).errors == {}


def test_code_cannot_be_changed(kaisa_admin, separation):
    kaisa_admin.change(separation, code="something-else")
    separation.refresh_from_db()
    assert separation.code == "separation"


def test_code_is_unique(kaisa_admin, separation):
    page = kaisa_admin.add(Category, scheme="theme", name_fi="Ero", code="separation", order="1")
    assert list(page.errors) == ["code"]


# The tree


def test_category_cannot_be_its_own_descendant(kaisa_admin, relationship, separation):
    divorce = cast.category("Avioero", under=separation)
    for below in (relationship, separation, divorce):
        page = kaisa_admin.change(relationship, parent=below.pk, name_fi="Uusi nimi")
        assert list(page.errors) == ["parent"]
        assert page.form_values["name_fi"] == "Uusi nimi"
    relationship.refresh_from_db()
    assert relationship.parent is None


def test_tree_has_a_single_scheme(kaisa_admin, relationship, separation):
    men = cast.category("Miehet", scheme="target-group")
    assert list(kaisa_admin.change(separation, parent=men.pk).errors) == ["parent"]
    assert list(kaisa_admin.change(relationship, scheme="target-group").errors) == ["scheme"]


def test_new_category_is_placed_last(kaisa_admin, relationship):
    cast.category("Ero", under=relationship, order=4)
    kaisa_admin.add(Category, scheme="theme", name_fi="Arki", code="a", parent=relationship.pk)
    assert kaisa_admin.list(Category) == ["Parisuhde ja ero", "Ero", "Arki"]


def test_moved_category_is_found_under_its_new_parent(kaisa_admin, separation, kivivuori, find):
    cast.service("Vertaisryhmä", kivivuori, tags=[separation])
    crisis = cast.category("Kriisit", code="crisis")
    kaisa_admin.change(separation, parent=crisis.pk)
    assert find(category="crisis").names == ["Vertaisryhmä"]
    assert find(category="relationship").names == []


def test_the_list_shows_schemes_as_trees(kaisa_admin, relationship, separation):
    cast.category("Miehet", scheme="target-group", order=0)
    cast.category("Raha", order=9)
    cast.category("Parisuhteen hoito", under=relationship, order=9)
    names = ["Parisuhde ja ero", "Ero", "Parisuhteen hoito", "Raha", "Miehet"]
    assert kaisa_admin.list(Category) == names
    assert kaisa_admin.list(Category, scheme__exact="theme") == names[:-1]


@pytest.mark.parametrize("q", ["ero", "Parförh", "separ", "avioero", "AVIO ero"])
def test_categories_are_searched_by_name_code_and_synonym(kaisa_admin, separation, q):
    cast.category("Raha")
    names = kaisa_admin.list(Category, q=q)
    assert names
    assert "Raha" not in names


def test_list_links_to_the_services_of_each_category(kaisa_admin, separation, kivivuori):
    cast.services(2, kivivuori, tags=[separation])
    cast.service("Muu", kivivuori)
    page = kaisa_admin.open("services_category_changelist", q="separation")
    link = page.one("td", class_="field-service_count").one("a")
    assert link.text == "2"
    shown = Page(kaisa_admin.browser.get(link["href"]))
    assert len(shown.one(id="result_list").one("tbody").all("tr")) == 2


# Merging and deleting


def test_services_of_a_merged_category_are_found_under_its_replacement(kaisa_admin, separation, kivivuori, find):
    divorce = cast.category("Avioero", code="divorce")
    cast.service("Vertaisryhmä", kivivuori, tags=[divorce])
    kaisa_admin.change(divorce, replaced_by=separation.pk)
    assert find(category="separation").names == ["Vertaisryhmä"]
    # What the one that stays is called later reaches them too.
    kaisa_admin.change(separation, name_fi="Bänks")
    assert find(q="bänks").names == ["Vertaisryhmä"]


def test_mergers_are_not_circular_or_across_schemes(kaisa_admin, separation):
    divorce = cast.category("Avioero", replaced_by=separation)
    men = cast.category("Miehet", scheme="target-group")
    for target in (separation, divorce, men):
        assert list(kaisa_admin.change(separation, replaced_by=target.pk).errors) == ["replaced_by"]


def test_deletion_page_counts_the_services_that_lose_the_category(kaisa_admin, separation, kivivuori, find):
    cast.services(2, kivivuori, tags=[separation])
    page = kaisa_admin.open("services_category_delete", separation.pk)
    assert ": 2" in page.main.text
    assert "object (" not in page.main.text
    kaisa_admin.delete(separation)
    assert find(q="avioero").names == []
    assert len(find().names) == 2


def test_bulk_deletion(kaisa_admin, separation, kivivuori, find):
    money = cast.category("Raha")
    cast.service("Vertaisryhmä", kivivuori, tags=[separation, money])
    kaisa_admin.run_action("delete_selected", separation, money)
    assert Category.objects.filter(pk=money.pk).exists()
    kaisa_admin.run_action("delete_selected", separation, money, post="yes")
    assert find(q="avioero").names == find(q="raha").names == []


def test_category_with_children_is_not_deleted(kaisa_admin, relationship, separation):
    kaisa_admin.delete(relationship)
    assert Category.objects.filter(pk=relationship.pk).exists()


# Choosing


def test_names_come_before_synonyms_and_show_scheme_and_parent(choices, separation):
    cast.category("Arki", words=["erouhka"])
    cast.category("Olemme eroamassa", scheme=Scheme.LIFE_SITUATION)
    first, *others, last = choices("ero")
    assert first.startswith("Parisuhde ja ero › Ero (")
    assert any(one.startswith("Olemme eroamassa (") for one in others)
    assert last.startswith("Arki (")


def test_parent_choices_are_of_the_same_scheme_without_descendants(kaisa_admin, relationship, separation, choices):
    cast.category("Miehet", scheme="target-group")
    cast.category("Raha")
    page = kaisa_admin.open("services_category_change", relationship.pk)
    url = page.one("select", name="parent")["data-ajax--url"]
    assert url.endswith(f"?scheme=theme&without={relationship.pk}")
    offered = choices(scheme="theme", without=str(relationship.pk))
    assert [one.split(" (")[0] for one in offered] == ["Raha"]


def test_merged_categories_are_not_offered(choices, separation):
    cast.category("Avioero", replaced_by=separation)
    assert [one for one in choices("avioero") if one.startswith("Avioero")] == []


@pytest.mark.parametrize("query", [{"without": "x"}, {"without": "9" * 40}, {"scheme": "x"}])
def test_malformed_queries_are_accepted(choices, separation, query):
    assert choices(**query)


def test_choices_require_access_to_the_admin(pirjo_client, client):
    for browser, status in ((pirjo_client, 403), (client, 302)):
        assert browser.get("/fi/admin/services/category/choices/").status_code == status
