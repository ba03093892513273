"""Nothing that search reads drifts from the records: whatever is written here, `check_index` finds all in step."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from palvelukartta.demo.loading import load_demo
from palvelukartta.taxonomy import load_taxonomy
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
    """A little of all; the draft is in no row."""
    cast.service("Luonnos", kivivuori, status="draft", summary="Perheen ero.")
    index_organisation_suggestions()
    return group, advice


def check():
    """What the command says, and whether it is content."""
    output = StringIO()
    try:
        call_command("check_index", stdout=output, stderr=StringIO())
    except CommandError as error:
        return False, output.getvalue() + str(error)
    return True, output.getvalue()


def assert_in_step():
    assert check() == (True, "in step\n")


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount


# It tells what is out of step


def test_it_is_content_with_what_was_just_made(everything):
    assert_in_step()
    reindex()
    assert_in_step()


def test_it_is_content_with_what_several_batches_made(everything, monkeypatch):
    monkeypatch.setattr("services.indexing.services.BATCH_SIZE", 1)
    CategoryFit.objects.all().delete()
    reindex()
    assert_in_step()
    assert CategoryFit.objects.exists()


def test_it_is_content_with_nothing(db):
    assert_in_step()


def test_a_name_that_was_changed_past_the_actions(everything, group):
    sql("UPDATE services_service SET name_fi = 'Kerho' WHERE id = %s", group.pk)
    content, said = check()
    assert not content
    assert f"listing: service {group.pk}\n" in said
    assert "    name_fi: 'Eroryhmä' is stored, 'Kerho' is right\n" in said
    assert f"posting: service {group.pk}\n" in said
    assert "fi:eroryhmä" in said
    assert "listing 1, posting 1, suggestion 1" in said


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
def test_each_kind_of_row_is_compared_and_made_anew(everything, kind, statement):
    sql(statement)
    content, said = check()
    assert not content
    assert f"{kind}: " in said
    call_command("reindex", stdout=StringIO())
    assert_in_step()


def test_rows_of_a_service_that_nobody_may_see(everything, group):
    Service.objects.filter(pk=group.pk).update(status="archived")
    content, said = check()
    assert not content
    assert f"posting: service {group.pk}" in said


def test_a_difference_in_rounding_is_none(everything):
    sql("UPDATE services_categoryfit SET weight = weight + 1e-9")
    sql("UPDATE services_searchposting SET weight = weight - 1e-9")
    sql("UPDATE services_searchphraseterm SET weight = weight - 1e-9")
    assert_in_step()


def test_not_all_of_many_differences_are_named(kivivuori):
    cast.services(30, kivivuori)
    index_organisation_suggestions()
    Service.objects.update(name_fi="Kerho")
    content, said = check()
    assert not content
    assert said.count("listing: service") == said.count("posting: service") == said.count("suggestion: service") == 5
    assert "listing 30, posting 30, suggestion 30" in said


def test_it_writes_nothing(everything):
    sql("UPDATE services_searchposting SET weight = weight + 1")
    before = list(SearchPosting.objects.order_by("pk").values())
    check()
    assert list(SearchPosting.objects.order_by("pk").values()) == before


def test_reindexing_mends_everything(everything, group, find):
    for model in (Listing, CategoryFit, CategoryTerm, SearchPhraseTerm, SearchPhrase):
        model.objects.all().delete()
    sql("UPDATE services_searchterm SET services = 7, phrases = 9")
    sql("UPDATE services_searchposting SET weight = 3")
    Service.objects.filter(pk=group.pk).update(status="archived")
    call_command("reindex", stdout=StringIO(), stderr=StringIO())
    assert_in_step()
    assert SearchTerm.objects.get(text="fi:eroryhmä").services == 0


# What people do at the desk leaves all in step


def test_a_service_is_added_edited_published_archived_and_deleted(everything, group, kaisa_admin, kivivuori, money):
    page = kaisa_admin.add(
        Service, organisation=kivivuori.pk, name_fi="Perheilta", status="published", categories=[money.pk]
    )
    assert page.errors == {}
    assert_in_step()
    kaisa_admin.change(group, name_fi="Lasten eroryhmä", categories=[money.pk])
    assert_in_step()
    for action in ("archive", "publish", "confirm"):
        kaisa_admin.run_action(action, group)
        assert_in_step()
    kaisa_admin.delete(group)
    assert not Service.objects.filter(pk=group.pk).exists()
    assert_in_step()
    kaisa_admin.run_action("delete_selected", *Service.objects.all(), post="yes")
    assert not Service.objects.exists()
    assert_in_step()


def test_an_organisation_is_renamed_moved_and_archived(everything, kivivuori, kaisa_admin, kerava):
    assert kaisa_admin.change(kivivuori, name_fi="Perhetalo Pihlaja", municipalities=[kerava.pk]).errors == {}
    assert_in_step()
    for action in ("archive", "publish"):
        kaisa_admin.run_action(action, kivivuori)
        assert_in_step()


def test_a_place_is_changed_and_deleted(everything, house, kaisa_admin):
    assert kaisa_admin.change(house, accessibility=["accessible-toilet"]).errors == {}
    assert_in_step()
    kaisa_admin.delete(house)
    assert not ServiceLocation.objects.exists()
    assert_in_step()


def test_a_category_is_renamed(everything, family, kaisa_admin):
    """Also the rarity of words in other categories stays as it was weighed."""
    assert kaisa_admin.change(family, name_fi="Velat ja arki").errors == {}
    assert_in_step()


def test_a_word_is_added_and_put_out_of_use(everything, separation, kaisa_admin):
    new = {"language": "fi", "text": "perheen velat ja arki", "source": "curator", "is_active": "on"}
    assert kaisa_admin.change(separation, **formset_rows("synonyms", new, after=3)).errors == {}
    assert_in_step()
    kaisa_admin.change(separation, **{"synonyms-0-is_active": [], "synonyms-1-is_active": []})
    assert Synonym.objects.filter(is_active=False).count() == 2
    assert_in_step()


def test_a_category_is_added_moved_merged_parted_again_and_deleted(everything, family, separation, money, kaisa_admin):
    page = kaisa_admin.add(Category, scheme="theme", name_fi="Perheen arki", code="everyday", parent=family.pk)
    assert page.errors == {}
    assert_in_step()
    kaisa_admin.change(separation, parent=money.pk)
    assert_in_step()
    kaisa_admin.change(money, replaced_by=family.pk)
    assert_in_step()
    kaisa_admin.change(money, replaced_by="")
    assert_in_step()
    kaisa_admin.delete(separation)
    assert not Category.objects.filter(pk=separation.pk).exists()
    assert_in_step()
    kaisa_admin.run_action("delete_selected", money, Category.objects.get(code="everyday"), post="yes")
    assert Category.objects.count() == 1
    assert_in_step()


def test_a_label_of_a_concept_is_switched_off(everything, depression, kaisa_admin):
    assert kaisa_admin.change(depression, **{"labels-1-is_active": []}).errors == {}
    assert depression.labels.filter(is_active=False).exists()
    assert_in_step()


# And so does what is loaded


def test_categories_that_are_loaded_after_services(everything):
    assert load_taxonomy()
    assert_in_step()


def test_the_demonstration(db):
    load_demo()
    assert_in_step()
