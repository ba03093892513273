"""Filter by category, including descendants and merged categories."""

import pytest

from services.models import Category
from tests import cast


@pytest.fixture
def money(db):
    return cast.category("Raha", code="money")


@pytest.fixture
def debts(money):
    return cast.category("Velat", code="debts", under=money)


@pytest.fixture
def seizure(debts):
    return cast.category("Ulosotto", code="seizure", under=debts)


@pytest.fixture
def advice(kivivuori, money, debts, seizure):
    """One service at each level."""
    cast.service("Raha-asiat", kivivuori, tags=[money])
    cast.service("Velkaneuvonta", kivivuori, tags=[debts])
    cast.service("Ulosottoapu", kivivuori, tags=[seizure])
    cast.service("Vauvakahvila", kivivuori, tags=[cast.category("Vauvat", code="babies")])


def test_category_includes_its_descendants(advice, find):
    assert sorted(find(category="money").names) == ["Raha-asiat", "Ulosottoapu", "Velkaneuvonta"]
    assert sorted(find(category="debts").names) == ["Ulosottoapu", "Velkaneuvonta"]
    assert find(category="seizure").names == ["Ulosottoapu"]


def test_several_categories_of_a_scheme_widen_the_search(advice, find):
    assert sorted(find(category=["seizure", "babies"]).names) == ["Ulosottoapu", "Vauvakahvila"]


def test_subtheme_narrows_its_theme(advice, find):
    page = find(category=["money", "debts"])
    assert page.names == find(category="debts").names
    assert list(page.chips) == ["Velat"]
    assert list(find(category=["seizure", "money", "babies"]).chips) == ["Ulosotto", "Vauvat"]


def test_categories_of_different_schemes_must_all_match(advice, kivivuori, debts, find):
    crisis = cast.category("Kriisi", code="crisis", scheme="life-situation")
    cast.service("Kriisiapu veloissa", kivivuori, tags=[crisis, debts])
    cast.service("Kriisiapu", kivivuori, tags=[crisis])
    assert find(category=["money", "crisis"]).names == ["Kriisiapu veloissa"]


def test_checked_category_shows_its_children(advice, find):
    def visible_codes(**query):
        return {value for name, value in find(**query).boxes if name == "category"}

    assert visible_codes() == {"money", "babies"}
    assert visible_codes(category="money") == {"money", "babies", "debts"}
    assert visible_codes(category="debts") == {"money", "babies", "debts", "seizure"}


def test_unused_category_is_hidden_unless_checked(advice, find):
    cast.category("Tyhjä", code="empty")
    assert ("category", "empty") not in find().boxes
    box = find(category="empty").boxes["category", "empty"]
    assert (box.checked, box.count) == (True, 0)


def test_link_to_a_merged_category_finds_its_replacement(advice, debts, find):
    cast.category("Velkaantuminen", code="indebtedness", replaced_by=debts)
    page = find(category="indebtedness")
    assert page.names == find(category="debts").names
    assert list(page.chips) == ["Velat"]
    assert page.notices == ""
    assert page.boxes["category", "debts"].checked


def test_link_follows_several_mergers(advice, debts, find):
    older = cast.category("Velkaantuminen", code="indebtedness", replaced_by=debts)
    cast.category("Ylivelkaantuminen", code="over-indebtedness", replaced_by=older)
    assert find(category="over-indebtedness").names == find(category="debts").names


def test_merged_category_and_its_replacement_are_one_filter(advice, debts, find):
    cast.category("Velkaantuminen", code="indebtedness", replaced_by=debts)
    assert list(find(category=["indebtedness", "debts"]).chips) == ["Velat"]


def test_merged_category_is_not_in_the_panel(advice, money, debts, visit, find):
    cast.category("Velkaantuminen", code="indebtedness", replaced_by=debts)
    assert ("category", "indebtedness") not in find(category=["money", "indebtedness"]).boxes
    assert not visit("finding:home").all("a", href=cast.view_url("finding:results", category="indebtedness"))


def test_cycle_of_mergers_does_not_break_the_page(advice, money, debts, find):
    Category.objects.filter(pk=money.pk).update(replaced_by=debts)
    Category.objects.filter(pk=debts.pk).update(replaced_by=money)
    find(category="money")


def test_category_names_are_in_the_language_of_the_page(kivivuori, visit):
    debts = cast.category({"fi": "Velat", "sv": "Skulder"}, code="debts")
    cast.service("Velkaneuvonta", kivivuori, tags=[debts])
    page = visit("finding:results", lang="sv", category="debts")
    assert list(page.chips) == ["Skulder"]
    assert page.boxes["category", "debts"].label == "Skulder"


def test_renamed_category_appears_with_its_new_name_at_once(kivivuori, find):
    debts = cast.category("Velat", code="debts")
    cast.service("Talousneuvonta", kivivuori, tags=[debts])
    assert "Velat" in find(theme="debts").main.text
    Category.objects.filter(pk=debts.pk).update(name_fi="Rahahuolet")
    text = find(theme="debts").main.text
    assert "Rahahuolet" in text
    assert "Velat" not in text
