"""Merging a category with subcategories keeps its services findable."""

import pytest

from services.models import Service
from tests import cast
from tests.services.stewardship.editing.service_form import EditorClient


@pytest.fixture
def family(db):
    return cast.category("Perhe", code="family")


@pytest.fixture
def separation(family):
    return cast.category("Ero", code="separation", under=family)


@pytest.fixture
def divorce(db):
    """A theme with a subtheme."""
    return cast.category("Avioero", code="divorce")


@pytest.fixture
def custody(divorce):
    return cast.category("Huoltajuus", code="custody", under=divorce)


@pytest.fixture
def mediation(kivivuori, custody):
    return cast.service("Huoltajuussovittelu", kivivuori, tags=[custody])


@pytest.fixture
def merged(mediation, divorce, separation, kaisa_admin):
    assert kaisa_admin.change(divorce, replaced_by=separation.pk).errors == {}


def test_services_of_subcategories_are_found_by_the_replacement_and_its_ancestors(merged, find):
    for code in ("custody", "separation", "family", "divorce"):
        assert find(category=code).names == ["Huoltajuussovittelu"], code


def test_subcategory_is_shown_below_the_replacement(merged, find):
    def offered(**query):
        return [value for name, value in find(**query).boxes if name == "category"]

    assert offered() == ["family"]
    assert offered(category="separation") == ["family", "separation", "custody"]
    # A subcategory narrows its ancestors, as elsewhere in the tree.
    assert list(find(category=["family", "custody"]).chips) == ["Huoltajuus"]


def test_subcategory_is_still_offered_in_the_form(merged, satu, kivivuori, separation, custody):
    boxes = [box["value"] for box in EditorClient(satu).new(kivivuori).main.all("input", name="categories")]
    assert boxes.index(str(custody.pk)) == boxes.index(str(separation.pk)) + 1


def test_undoing_the_merger_restores_the_search(merged, divorce, kaisa_admin, find):
    assert kaisa_admin.change(divorce, replaced_by="").errors == {}
    assert find(category="divorce").names == ["Huoltajuussovittelu"]
    assert find(category="separation").names == find(category="family").names == []


def test_subcategory_follows_when_the_replacement_moves(merged, separation, kaisa_admin, find):
    rights = cast.category("Oikeudet", code="rights")
    assert kaisa_admin.change(separation, parent=rights.pk).errors == {}
    assert find(category="rights").names == ["Huoltajuussovittelu"]
    assert find(category="family").names == []


@pytest.mark.parametrize("begun", ["before", "after"])
def test_service_keeps_its_subject_when_it_is_saved_after_a_merger(
    begun, satu, mediation, divorce, separation, kaisa_admin
):
    """The service has the merged category; the form offers only the replacement."""
    mediation.categories.set([divorce])
    writer = EditorClient(satu)
    page = writer.edit(mediation)
    kaisa_admin.change(divorce, replaced_by=separation.pk)
    if begun == "after":
        page = writer.edit(mediation)
    writer.send(page, "publish", summary_fi="Sovitaan yhdessä.")
    assert list(mediation.categories.all()) == [separation]
    assert Service.objects.get().summary_fi == "Sovitaan yhdessä."


def test_draft_keeps_its_subject_over_a_merger(satu, mediation, divorce, separation, kaisa_admin):
    writer = EditorClient(satu)
    mediation.categories.set([])
    writer.send(writer.edit(mediation), "save", categories=[divorce.pk])
    kaisa_admin.change(divorce, replaced_by=separation.pk)
    writer.send(writer.edit(mediation), "publish")
    assert list(mediation.categories.all()) == [separation]
