"""`check_index` reports every difference between the search index and the records, and no write leaves any."""

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from palvelukartta import taxonomy
from services.indexing.services import reindex
from services.indexing.suggestions import index_organisation_suggestions
from services.models import (
    Category,
    CategoryFit,
    CategoryTerm,
    Listing,
    SearchPhrase,
    SearchPhraseTerm,
    SearchPosting,
    SearchTerm,
    Service,
    ServiceLocation,
    Synonym,
)
from tests import cast
from tests.admin_client import formset_rows


@pytest.fixture
def family(db):
    return cast.category("Perhe", code="family", words={"fi": ["perheen arki", "lasten arki"], "en": ["family life"]})


@pytest.fixture
def separation(family):
    return cast.category("Ero", code="separation", under=family, words=["perheen ero", "avioero", "lasten ero"])


@pytest.fixture
def money(db):
    return cast.category("Raha", code="money", words=["perheen velat", "ulosotto", "arjen rahat"])


@pytest.fixture
def house(kivivuori):
    return cast.location("Perhetalo", kivivuori, accessibility=["step-free"])


@pytest.fixture
def group(separation, kivivuori, house):
    return cast.service("Eroryhmä", kivivuori, tags=[separation], places=[house], summary="Avioero perheessä.")


@pytest.fixture
def advice(family, money, vake):
    return cast.service({"fi": "Velkaneuvonta", "en": "Debt advice"}, vake, tags=[money], summary="Perheen arki.")


@pytest.fixture
def depression(db):
    return cast.concept("masennus", "alakulo", under=[cast.concept("sairaudet")], sv=["depression"])


@pytest.fixture
def everything(group, advice, kivivuori, depression):
    """Records of every kind; the draft is not indexed."""
    cast.service("Luonnos", kivivuori, status="draft", summary="Perheen ero.")
    index_organisation_suggestions()
    return group, advice


def check():
    """Return whether the index is up to date, and the output of the command."""
    output = StringIO()
    try:
        call_command("check_index", stdout=output, stderr=StringIO())
    except CommandError as error:
        return False, output.getvalue() + str(error)
    return True, output.getvalue()


def assert_up_to_date():
    assert check() == (True, "The index is up to date.\n")


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount


# Differences are reported


def test_new_records_are_indexed(everything):
    assert_up_to_date()
    reindex()
    assert_up_to_date()


def test_an_index_built_in_several_batches_is_complete(everything, monkeypatch):
    monkeypatch.setattr("services.indexing.services.BATCH_SIZE", 1)
    CategoryFit.objects.all().delete()
    reindex()
    assert_up_to_date()
    assert CategoryFit.objects.exists()


def test_an_empty_directory_has_an_empty_index(db):
    assert_up_to_date()


def test_a_name_changed_without_an_action_is_reported(everything, group):
    sql("UPDATE services_service SET name_fi = 'Kerho' WHERE id = %s", group.pk)
    is_up_to_date, output = check()
    assert not is_up_to_date
    assert f"listing: service {group.pk}\n" in output
    assert "    name_fi: 'Eroryhmä' is stored, 'Kerho' is expected\n" in output
    assert f"posting: service {group.pk}\n" in output
    assert "fi:eroryhmä" in output
    assert "listing 1, posting 1, suggestion 1" in output


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("posting", "DELETE FROM services_searchposting WHERE ctid = (SELECT min(ctid) FROM services_searchposting)"),
        ("posting", "UPDATE services_searchposting SET weight = weight + 0.001"),
        ("posting", "UPDATE services_searchposting SET named = named / 2"),
        ("count", "UPDATE services_searchterm SET services = services + 1 WHERE text = 'fi:arki'"),
        ("count", "UPDATE services_searchterm SET phrases = 0 WHERE text = 'fi:arki'"),
        ("spelling", "UPDATE services_searchterm SET folded = 'arkki' WHERE text = 'fi:arki'"),
        ("listing", "UPDATE services_listing SET age_max = 3"),
        ("listing", "UPDATE services_listing SET facets = facets[2:]"),
        ("listing", "DELETE FROM services_listing"),
        ("bits", "DELETE FROM services_facetbits WHERE token = 'sector:ngo'"),
        ("bits", "UPDATE services_facetbits SET bits = bits >> 1 WHERE token = 'sector:ngo'"),
        ("fit", "UPDATE services_categoryfit SET weight = weight - 0.001"),
        ("fit", "DELETE FROM services_categoryfit"),
        (
            "fit",
            "INSERT INTO services_categoryfit (category_id, service_id, weight) "
            "SELECT category_id, -service_id, weight FROM services_categoryfit",
        ),
        (
            "posting",
            "INSERT INTO services_searchposting (term_id, service_id, weight, named) "
            "SELECT term_id, -service_id, weight, named FROM services_searchposting",
        ),
        ("phrase", "UPDATE services_searchphrase SET norm = norm + 1"),
        ("phrase", "UPDATE services_searchphraseterm SET weight = weight * 2"),
        ("phrase", "UPDATE services_synonym SET is_active = false WHERE text = 'avioero'"),
        ("phrase", "UPDATE services_synonym SET kind = 'answered' WHERE text = 'avioero'"),
        ("phrase", "DELETE FROM services_searchphraseterm"),
        ("typical term", "UPDATE services_categoryterm SET weight = weight + 0.001"),
        ("typical term", "DELETE FROM services_categoryterm"),
        ("typical term", "UPDATE services_categoryterm SET language = 'sv' WHERE language = 'fi'"),
        ("phrase", "DELETE FROM services_conceptphraseterm"),
        ("phrase", "UPDATE services_conceptlabel SET is_active = false WHERE text = 'alakulo'"),
        ("term", "UPDATE services_conceptterm SET weight = weight / 2"),
        ("suggestion", "DELETE FROM services_suggestion WHERE kind = 'service'"),
        ("suggestion", "UPDATE services_suggestion SET rank = rank + 1 WHERE kind = 'organisation'"),
        ("suggestion", "UPDATE services_synonym SET is_active = false WHERE text = 'avioero'"),
        ("suggestion", "UPDATE organisations_municipality SET name_fi = 'Vantaanjoki' WHERE code = '092'"),
    ],
)
def test_each_kind_of_row_is_compared_and_rebuilt(everything, kind, statement):
    sql(statement)
    is_up_to_date, output = check()
    assert not is_up_to_date
    assert f"{kind}: " in output
    call_command("reindex", stdout=StringIO())
    assert_up_to_date()


def test_rows_of_an_unpublished_service_are_reported(everything, group):
    Service.objects.filter(pk=group.pk).update(status="archived")
    is_up_to_date, output = check()
    assert not is_up_to_date
    assert f"posting: service {group.pk}" in output


def test_rounding_differences_are_ignored(everything):
    sql("UPDATE services_categoryfit SET weight = weight + 1e-9")
    sql("UPDATE services_searchposting SET weight = weight - 1e-9")
    sql("UPDATE services_searchphraseterm SET weight = weight - 1e-9")
    assert_up_to_date()


def test_only_some_of_many_differences_are_listed(kivivuori):
    cast.services(30, kivivuori)
    index_organisation_suggestions()
    Service.objects.update(name_fi="Kerho")
    is_up_to_date, output = check()
    assert not is_up_to_date
    assert [output.count(f"{kind}: service") for kind in ("listing", "posting", "suggestion")] == [5, 5, 5]
    assert "listing 30, posting 30, suggestion 30" in output


def test_the_check_writes_nothing(everything):
    sql("UPDATE services_searchposting SET weight = weight + 1")
    before = list(SearchPosting.objects.order_by("pk").values())
    check()
    assert list(SearchPosting.objects.order_by("pk").values()) == before


def test_reindexing_corrects_everything(everything, group, find):
    for model in (Listing, CategoryFit, CategoryTerm, SearchPhraseTerm, SearchPhrase):
        model.objects.all().delete()
    sql("UPDATE services_searchterm SET services = 7, phrases = 9")
    sql("UPDATE services_searchposting SET weight = 3")
    Service.objects.filter(pk=group.pk).update(status="archived")
    call_command("reindex", stdout=StringIO(), stderr=StringIO())
    assert_up_to_date()
    assert SearchTerm.objects.get(text="fi:eroryhmä").services == 0


# Edits in the admin keep the index up to date


def test_a_service_is_added_edited_published_archived_and_deleted(everything, group, kaisa_admin, kivivuori, money):
    page = kaisa_admin.add(
        Service, organisation=kivivuori.pk, name_fi="Perheilta", status="published", categories=[money.pk]
    )
    assert page.errors == {}
    assert_up_to_date()
    kaisa_admin.change(group, name_fi="Lasten eroryhmä", categories=[money.pk])
    assert_up_to_date()
    for action in ("archive", "publish", "confirm"):
        kaisa_admin.run_action(action, group)
        assert_up_to_date()
    kaisa_admin.delete(group)
    assert not Service.objects.filter(pk=group.pk).exists()
    assert_up_to_date()
    kaisa_admin.run_action("delete_selected", *Service.objects.all(), post="yes")
    assert not Service.objects.exists()
    assert_up_to_date()


def test_an_organisation_is_renamed_moved_and_archived(everything, kivivuori, kaisa_admin, kerava):
    assert kaisa_admin.change(kivivuori, name_fi="Perhetalo Pihlaja", municipalities=[kerava.pk]).errors == {}
    assert_up_to_date()
    for action in ("archive", "publish"):
        kaisa_admin.run_action(action, kivivuori)
        assert_up_to_date()


def test_a_place_is_changed_and_deleted(everything, house, kaisa_admin):
    assert kaisa_admin.change(house, accessibility=["accessible-toilet"]).errors == {}
    assert_up_to_date()
    kaisa_admin.delete(house)
    assert not ServiceLocation.objects.exists()
    assert_up_to_date()


def test_a_category_is_renamed(everything, family, kaisa_admin):
    """The rarity of words in other categories does not change."""
    assert kaisa_admin.change(family, name_fi="Velat ja arki").errors == {}
    assert_up_to_date()


def test_a_synonym_is_added_and_disabled(everything, separation, kaisa_admin):
    new = {"language": "fi", "text": "perheen velat ja arki", "source": "curator", "is_active": "on"}
    assert kaisa_admin.change(separation, **formset_rows("synonyms", new, after=3)).errors == {}
    assert_up_to_date()
    kaisa_admin.change(separation, **{"synonyms-0-is_active": [], "synonyms-1-is_active": []})
    assert Synonym.objects.filter(is_active=False).count() == 2
    assert_up_to_date()


def test_a_category_is_added_moved_merged_unmerged_and_deleted(everything, family, separation, money, kaisa_admin):
    page = kaisa_admin.add(Category, scheme="theme", name_fi="Perheen arki", code="everyday", parent=family.pk)
    assert page.errors == {}
    assert_up_to_date()
    kaisa_admin.change(separation, parent=money.pk)
    assert_up_to_date()
    kaisa_admin.change(money, replaced_by=family.pk)
    assert_up_to_date()
    kaisa_admin.change(money, replaced_by="")
    assert_up_to_date()
    kaisa_admin.delete(separation)
    assert not Category.objects.filter(pk=separation.pk).exists()
    assert_up_to_date()
    kaisa_admin.run_action("delete_selected", money, Category.objects.get(code="everyday"), post="yes")
    assert Category.objects.count() == 1
    assert_up_to_date()


def test_a_label_of_a_concept_is_disabled(everything, depression, kaisa_admin):
    assert kaisa_admin.change(depression, **{"labels-1-is_active": []}).errors == {}
    assert depression.labels.filter(is_active=False).exists()
    assert_up_to_date()


# Loaded records are indexed


def test_categories_loaded_after_services_are_indexed(everything, tmp_path, monkeypatch):
    # A part of the starter taxonomy loads like the whole, which takes a minute.
    for name in ("theme-02-relationship-and-separation.yaml", "target-group.yaml"):
        shutil.copy(taxonomy.DATA_FOLDER / name, tmp_path)
    monkeypatch.setattr(taxonomy, "DATA_FOLDER", tmp_path)
    assert taxonomy.load_taxonomy()
    assert_up_to_date()
