"""A change of a category makes those rows anew that it touches, and no others."""

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
    """Ten in each: tagged with money, with debts below it, with the family, and not at all."""
    tags = {"money": [money], "debts": [debts], "family": [family], "none": []}
    return {
        name: {
            service.pk
            for service in cast.services(10, by, name=f"Neuvonta {name}", tags=tagged, summary="Raha-asiat ja arki.")
        }
        for by, (name, tagged) in zip([kivivuori, vake] * 2, tags.items(), strict=True)
    }


class RowChanges:
    """Which services got new rows while a change was indexed, and of which categories they got new fits."""

    def __enter__(self):
        self._before = self._places()
        return self

    def __exit__(self, *exception):
        new = {table: rows - self._before[table] for table, rows in self._places().items()}
        self.services = {service for table in ("listing", "searchposting") for service, _place in new[table]}
        self.fits = {category for category, _service, _place in new["categoryfit"]}

    def _places(self):
        """Where each row lies: a row that is written anew lies elsewhere."""
        found = {}
        with connection.cursor() as cursor:
            for table, keys in (
                ("listing", "service_id"),
                ("searchposting", "service_id"),
                ("categoryfit", "category_id, service_id"),
            ):
                cursor.execute(f"SELECT {keys}, ctid::text FROM services_{table}")
                found[table] = set(cursor.fetchall())
        return found


def index(category):
    with RowChanges() as rewritten:
        index_category(category=category)
    assert list(index_differences()) == []
    return rewritten


def change(record, **values):
    type(record).objects.filter(pk=record.pk).update(**values)


def test_another_name_touches_no_service_but_how_it_fits(services, money):
    change(money, name_fi="Raha-asiat")
    rewritten = index(money)
    assert rewritten.services == set()
    assert rewritten.fits == {money.pk}


def test_another_word_touches_no_service_but_how_it_fits(services, debts):
    Synonym.objects.create(category=debts, language="fi", text="arki ilman rahaa")
    rewritten = index(debts)
    assert rewritten.services == set()
    assert rewritten.fits == {debts.pk}


def test_a_merger_touches_the_services_of_the_category_that_goes(services, money, debts, family):
    change(debts, parent=None, replaced_by=family)
    rewritten = index(debts)
    assert rewritten.services == services["debts"]
    assert not CategoryFit.objects.filter(category=debts).exists()


def test_a_move_in_the_tree_touches_the_services_of_the_category_and_below_it(services, money, debts, family):
    peer = cast.category("Vertaisvelat", under=debts)
    below = cast.service("Vertaisneuvonta", Service.objects.first().organisation, tags=[peer])
    change(debts, parent=family)
    assert index(debts).services == services["debts"] | {below.pk}


def test_services_of_a_merged_category_are_reached_over_the_one_that_stays(services, money, debts, family):
    """Also over several mergers: their tags mean whatever lies above the last one."""
    first = cast.category("Pikavipit", replaced_by=debts)
    second = cast.category("Luotot", replaced_by=first)
    merged = {
        cast.service("Luottoneuvonta", Service.objects.first().organisation, tags=[tag]).pk for tag in (first, second)
    }
    change(debts, parent=family)
    assert index(debts).services == services["debts"] | merged


def test_a_category_that_nothing_is_tagged_with_touches_no_service(services):
    new = cast.category("Velkaneuvonta", words=["raha-asiat"])
    rewritten = index(new)
    assert rewritten.services == set()
    assert rewritten.fits == {new.pk}


def test_saving_at_the_desk_does_no_more(services, kaisa_admin, money):
    with RowChanges() as rewritten:
        assert kaisa_admin.change(money, name_fi="Raha-asiat").errors == {}
    assert Category.objects.get(pk=money.pk).name_fi == "Raha-asiat"
    assert rewritten.services == set()
    assert rewritten.fits == {money.pk}
