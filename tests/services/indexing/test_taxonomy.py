"""A change of a category rewrites only the rows that it affects."""

import pytest
from django.db import connection

from services.indexing.checks.check_index import index_differences
from services.indexing.services import index_category
from services.models import Category, CategoryFit, Service, Synonym
from tests import cast


@pytest.fixture
def money(db):
    return cast.category("Raha", code="money", words=["rahat loppu"])


@pytest.fixture
def debts(money):
    return cast.category("Velat", code="debts", under=money, words=["ulosotto"])


@pytest.fixture
def family(db):
    return cast.category("Perhe", code="family", words=["arki"])


@pytest.fixture
def services(money, debts, family, kivivuori, vake):
    """Ten services each: tagged with money, with debts below it, with the family, and without a tag."""
    tags = {"money": [money], "debts": [debts], "family": [family], "none": []}
    return {
        name: {
            service.pk
            for service in cast.services(10, by, name=f"Neuvonta {name}", tags=tagged, summary="Raha-asiat ja arki.")
        }
        for by, (name, tagged) in zip([kivivuori, vake] * 2, tags.items(), strict=True)
    }


class RowChanges:
    """The services that got new rows while a change was indexed, and the categories of new fits."""

    def __enter__(self):
        self._before = self._row_positions()
        return self

    def __exit__(self, *exception):
        new = {table: rows - self._before[table] for table, rows in self._row_positions().items()}
        self.services = {service for table in ("listing", "searchposting") for service, _position in new[table]}
        self.fits = {category for category, _service, _position in new["categoryfit"]}

    def _row_positions(self):
        """Return the physical positions of rows, which change when a row is changes."""
        positions = {}
        with connection.cursor() as cursor:
            for table, keys in (
                ("listing", "service_id"),
                ("searchposting", "service_id"),
                ("categoryfit", "category_id, service_id"),
            ):
                cursor.execute(f"SELECT {keys}, ctid::text FROM services_{table}")
                positions[table] = set(cursor.fetchall())
        return positions


def index(category):
    with RowChanges() as changes:
        index_category(category=category)
    assert list(index_differences()) == []
    return changes


def change(record, **values):
    type(record).objects.filter(pk=record.pk).update(**values)


def test_a_new_name_of_a_category_changes_only_fits_of_services(services, money):
    change(money, name_fi="Raha-asiat")
    changes = index(money)
    assert changes.services == set()
    assert changes.fits == {money.pk}


def test_a_new_synonym_changes_only_fits_of_services(services, debts):
    Synonym.objects.create(category=debts, language="fi", text="arki ilman rahaa")
    changes = index(debts)
    assert changes.services == set()
    assert changes.fits == {debts.pk}


def test_a_merger_reindexes_the_services_of_the_merged_category(services, money, debts, family):
    change(debts, parent=None, replaced_by=family)
    changes = index(debts)
    assert changes.services == services["debts"]
    assert not CategoryFit.objects.filter(category=debts).exists()


def test_a_new_parent_reindexes_the_services_of_the_category_and_its_descendants(services, money, debts, family):
    peer = cast.category("Vertaisvelat", under=debts)
    below = cast.service("Vertaisneuvonta", Service.objects.first().organisation, tags=[peer])
    change(debts, parent=family)
    assert index(debts).services == services["debts"] | {below.pk}


def test_services_of_a_merged_category_are_reindexed_with_its_replacement(services, money, debts, family):
    """Also over several mergers: their tags mean whatever lies above the last one."""
    first = cast.category("Pikavipit", replaced_by=debts)
    second = cast.category("Luotot", replaced_by=first)
    merged = {
        cast.service("Luottoneuvonta", Service.objects.first().organisation, tags=[tag]).pk for tag in (first, second)
    }
    change(debts, parent=family)
    assert index(debts).services == services["debts"] | merged


def test_a_category_without_services_reindexes_no_service(services):
    new = cast.category("Velkaneuvonta", words=["raha-asiat"])
    changes = index(new)
    assert changes.services == set()
    assert changes.fits == {new.pk}


def test_saving_in_the_admin_reindexes_no_more(services, kaisa_admin, money):
    with RowChanges() as changes:
        assert kaisa_admin.change(money, name_fi="Raha-asiat").errors == {}
    assert Category.objects.get(pk=money.pk).name_fi == "Raha-asiat"
    assert changes.services == set()
    assert changes.fits == {money.pk}
