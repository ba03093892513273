"""Suggestions follow what is saved at the desk and imported, and are found by an index."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from organisations.models import Municipality, Organisation
from services.indexing.services import index_organisation
from services.models import Category, Suggestion
from services.search import suggestions
from tests import cast
from tests.admin_client import formset_rows
from tests.services.exchange.importers import ptv_pages


@pytest.fixture
def names(visit):
    """The names suggested for a text, of all kinds."""

    def names(text):
        return [option.one(class_="name").own_text for option in visit("finding:suggest", q=text).all(role="option")]

    return names


def rows_kept():
    return list(
        Suggestion.objects.order_by("kind", "language", "rank", "start", "text").values(
            "kind",
            "language",
            "rank",
            "start",
            "text",
            "service",
            "organisation",
            "category",
            "municipality",
            "ends_on",
        )
    )


def test_service_saved_at_the_desk(kaisa_admin, kivivuori, names):
    club = cast.service("Sählykerho", kivivuori)
    kaisa_admin.change(club, name_fi="Keramiikkapaja")
    assert (names("sähly"), names("kerami")) == ([], ["Keramiikkapaja"])
    kaisa_admin.run_action("archive", club)
    assert names("kerami") == []


def test_service_deleted_at_the_desk(sirkka_admin, kivivuori, names):
    sirkka_admin.delete(cast.service("Sählykerho", kivivuori))
    assert names("sähly") == []


def test_organisation_without_services_saved_at_the_desk(kaisa_admin, names, db):
    assert kaisa_admin.add(Organisation, name_fi="Lumikellot", sector="ngo", status="published").errors == {}
    assert names("lumik") == ["Lumikellot"]
    kaisa_admin.change(Organisation.objects.get(), name_fi="Sinivuokot", abbreviation="SVK")
    assert (names("lumik"), names("siniv")) == ([], ["Sinivuokot"])
    assert names("svk")
    kaisa_admin.run_action("archive", Organisation.objects.get())
    assert names("siniv") == []


def test_organisation_indexed_with_its_services(kivivuori, names):
    Organisation.objects.update(name_fi="Sinivuokot")
    index_organisation(organisation=kivivuori)
    assert names("siniv") == ["Sinivuokot"]


def test_category_and_its_words_saved_at_the_desk(kaisa_admin, names, db):
    kaisa_admin.add(
        Category,
        name_fi="Velat",
        code="debts",
        scheme="theme",
        order="1",
        **formset_rows(
            "synonyms", {"language": "fi", "text": "ulosotto", "kind": "asked", "source": "curator", "is_active": "1"}
        ),
    )
    assert (names("vela"), names("uloso")) == (["Velat"], ["Velat (ulosotto)"])
    kaisa_admin.change(Category.objects.get(), name_fi="Talous")
    assert (names("vela"), names("uloso")) == ([], ["Talous (ulosotto)"])


@pytest.mark.parametrize("name", ["service", "organisation", "category"])
def test_derived_rows_puzzle_nobody_who_deletes_something(sirkka_admin, kivivuori, name):
    record = {
        "service": lambda: cast.service("Sählykerho", kivivuori),
        "organisation": lambda: cast.organisation("Lumikellot"),
        "category": lambda: cast.category("Velat", words=["ulosotto"]),
    }[name]()
    meta = record._meta
    page = sirkka_admin.open(f"{meta.app_label}_{meta.model_name}_delete", record.pk)
    assert not re.search(r"suggestion|search|categoryfit|category term|category fit", page.main.text, re.IGNORECASE)


def test_reindexing_makes_all_anew(kivivuori, capsys):
    cast.service("Sählykerho", kivivuori, valid_until=timezone.localdate())
    cast.category("Velat", words={"fi": ["ulosotto"], "sv": ["skuld"]})
    before = rows_kept()
    assert {row["kind"] for row in before} == set(suggestions.KINDS)
    Suggestion.objects.all().delete()
    call_command("reindex")
    assert rows_kept() == before
    call_command("reindex")
    assert rows_kept() == before


def test_every_municipality_is_there_from_the_beginning(db):
    assert set(Suggestion.objects.values_list("municipality", flat=True)) == set(
        Municipality.objects.values_list("code", flat=True)
    )


@pytest.fixture
def explain(kivivuori):
    """The plan of a statement; few rows are read fastest from end to end, so that is forbidden."""
    cast.services(3, kivivuori, name="Velkaneuvonta")

    def explain(sql, params):
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute("ANALYZE services_suggestion, services_searchterm")
            cursor.execute(f"EXPLAIN {sql}", params)
            return "\n".join(row[0] for row in cursor.fetchall())

    return explain


def test_beginnings_are_found_by_their_index_alone(explain):
    plan = explain(
        *suggestions.matches_sql(suggestions.TypedText.read("ero velk").prefixes, "fi", timezone.localdate())
    )
    conditions = [line for line in plan.splitlines() if "Index Cond" in line and "start" in line]
    assert len(conditions) == 3
    assert "Sort Key: row" not in plan
    assert "on services_suggestion" not in plan.replace("using suggestion_beginning on services_suggestion", "")


def test_imported_organisation_and_its_services(tmp_path, names, db):
    def import_(town, *services):
        written = [ptv_pages.service(name) for name in services]
        folder = ptv_pages.write_pages(tmp_path, organisations=[ptv_pages.organisation(**town)], services=written)
        call_command("import_ptv", str(folder), stdout=StringIO(), stderr=StringIO())

    import_({}, "Vertaisryhmä")
    assert (names("kevätp"), names("vertais")) == (["Kevätpuron kaupunki"], ["Vertaisryhmä"])
    import_({"organizationNames": ptv_pages.localised_texts("Syyspuron kaupunki", type="Name")}, "Vertaisryhmä")
    assert (names("kevätp"), names("syysp")) == ([], ["Syyspuron kaupunki"])
