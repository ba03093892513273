"""Admin of vocabularies: read-only, except that labels can be disabled."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptTerm
from tests import cast
from tests.html_page import Page, view_url


@pytest.fixture
def depression(db):
    illness = cast.concept("sairaudet")
    return cast.concept("masennus", "alakulo", under=[illness], sv=["depression"])


def switch_off(label):
    """Form data with the box of a label unticked; labels are ordered by language, names first."""
    return {f"labels-{label}-is_active": []}


def recognisable(concept):
    return sorted(ConceptPhrase.objects.filter(concept=concept).values_list("text", flat=True))


# Switching labels off and on


def test_disabled_label_leaves_the_search_until_enabled_again(kaisa_admin, depression):
    assert recognisable(depression) == ["alakulo", "depression", "masennus"]
    assert kaisa_admin.change(depression, **switch_off(1)).errors == {}
    assert recognisable(depression) == ["depression", "masennus"]
    assert not ConceptTerm.objects.filter(concept=depression, term__text="fi:alakulo").exists()
    kaisa_admin.change(depression, **{"labels-1-is_active": "on"})
    assert recognisable(depression) == ["alakulo", "depression", "masennus"]


def test_disabled_label_no_longer_widens_narrower_concepts(kaisa_admin, depression):
    postpartum = cast.concept("synnytysmasennus", under=[depression])
    terms = ConceptTerm.objects.filter(concept=postpartum, term__text="fi:alakulo")
    assert terms.exists()
    kaisa_admin.change(depression, **switch_off(1))
    assert not terms.exists()


def test_other_fields_of_a_concept_are_read_only(kaisa_admin, sirkka_admin, depression):
    values = {
        "scheme": "x",
        "uri": "http://x",
        "labels-0-text": "x",
        "labels-0-language": "en",
        "labels-0-kind": "hidden",
    }
    before = list(ConceptLabel.objects.order_by("pk").values())
    for desk in (kaisa_admin, sirkka_admin):
        assert desk.change(depression, **values).errors == {}
        assert desk.open("services_concept_change", depression.pk).all(name="labels-0-DELETE") == []
        desk.open("services_concept_delete", depression.pk, status=403)
        desk.open("services_concept_add", status=403)
    assert list(ConceptLabel.objects.order_by("pk").values()) == before
    assert Concept.objects.get(pk=depression.pk).uri == depression.uri


def test_label_cannot_be_added(kaisa_admin, depression):
    kaisa_admin.change(depression, **{"labels-TOTAL_FORMS": "4", "labels-3-text": "x", "labels-3-language": "fi"})
    assert depression.labels.count() == 3


def test_saving_without_a_change_rebuilds_no_rows(kaisa_admin, depression):
    before = list(ConceptPhrase.objects.values_list("pk", flat=True))
    kaisa_admin.change(depression)
    assert list(ConceptPhrase.objects.values_list("pk", flat=True)) == before


def test_concept_shows_its_labels_and_links_to_related_concepts(kaisa_admin, depression):
    page = kaisa_admin.open("services_concept_change", depression.pk)
    words = [(cell.one("span")["lang"], cell.text) for cell in page.all("td", class_="field-label_text")]
    assert words == [("fi", "masennus"), ("fi", "alakulo"), ("sv", "depression")]
    assert page.one("div", class_="field-address").one("a")["href"] == depression.uri
    link = page.one("div", class_="field-broader_concepts").one("a")
    assert link.text == "sairaudet"
    above = Page(kaisa_admin.browser.get(link["href"]))
    assert above.path == view_url("admin:services_concept_change", depression.broader.get().pk)
    assert "masennus" in [heading.text for heading in page.all("h2")]


def test_concepts_require_a_coordinator(pirjo_client, kaisa_admin, kaisa, depression):
    assert pirjo_client.get("/fi/admin/services/concept/").status_code == 403
    kaisa.groups.remove(Group.objects.get(name="coordinators"))
    kaisa_admin.open("services_concept_changelist", status=403)


# The list


def test_concepts_are_ordered_by_vocabulary_and_name(kaisa_admin):
    cast.concept("öljy")
    cast.concept("äiti")
    cast.concept("Zumba", "aatu")
    cast.concept("aamu", scheme="juho")
    assert kaisa_admin.list(Concept) == ["aamu", "Zumba", "äiti", "öljy"]
    assert kaisa_admin.list(Concept, scheme="tero") == ["Zumba", "äiti", "öljy"]


def test_concept_name_is_in_the_readers_language_if_possible(kaisa_admin):
    cast.concept("äiti", sv=["mor"])
    cast.concept("isä")
    cast.concept(en=["grandmother"])
    kaisa_admin.lang = "sv"
    assert kaisa_admin.list(Concept) == ["grandmother", "isä", "mor"]


@pytest.mark.parametrize("q", ["masennus", "ALA kulo", "depress"])
def test_concepts_are_searched_by_all_their_labels(kaisa_admin, depression, q):
    assert kaisa_admin.list(Concept, q=q) == ["masennus"]


def test_list_counts_disabled_labels(kaisa_admin, depression):
    depression.labels.filter(text="alakulo").update(is_active=False)
    assert kaisa_admin.list(Concept, off="yes") == ["masennus"]
    assert kaisa_admin.list(Concept, off="no") == ["sairaudet"]
    page = kaisa_admin.open("services_concept_changelist", q="masennus")
    assert page.one("td", class_="field-label_count").text == "3"
    assert page.one("td", class_="field-inactive_label_count").text == "1"


# Beside a category


def vocabulary_words(desk, category):
    """The texts of the cells of a category's table of matching concepts."""
    tables = desk.open("services_category_change", category.pk).all("table", class_="words")
    return (
        [[cell.text for cell in row.all() if cell.tag in ("td", "th")] for row in tables[0].all("tr")[1:]]
        if tables
        else []
    )


def texts(desk, category):
    return [row[-3] for row in vocabulary_words(desk, category)]


def test_category_shows_the_labels_of_matching_concepts(kaisa_admin, depression):
    mood = cast.category("Mieliala", words=["ALAKULO"])
    first, second, third = vocabulary_words(kaisa_admin, mood)
    assert first[:2] == ["masennus", "tero"]
    assert [first[3], second[1], third[1]] == ["masennus", "alakulo", "depression"]


def test_match_may_be_a_name_or_a_synonym(kaisa_admin, depression):
    named = cast.category({"fi": "Mieli", "sv": "Depression"})
    assert texts(kaisa_admin, named) == ["masennus", "alakulo", "depression"]
    answered = cast.category("Apu")
    answered.synonyms.create(language="fi", text="masennus", kind="answered")
    assert texts(kaisa_admin, answered) == ["masennus", "alakulo", "depression"]


def test_same_text_in_another_language_is_not_a_match(kaisa_admin, depression):
    assert texts(kaisa_admin, cast.category("Depression")) == []


def test_part_of_a_word_is_not_a_match(kaisa_admin, depression):
    assert texts(kaisa_admin, cast.category("Masennus ja ahdistus", words=["alakulo tänään"])) == []


def test_label_links_to_its_concept(kaisa_admin, depression):
    mood = cast.category("Masennus")
    table = kaisa_admin.open("services_category_change", mood.pk).one("table", class_="words")
    shown = Page(kaisa_admin.browser.get(table.one("a")["href"]))
    assert shown.path == view_url("admin:services_concept_change", depression.pk)
    before = vocabulary_words(kaisa_admin, mood)[1][-1]
    kaisa_admin.change(depression, **switch_off(1))
    assert vocabulary_words(kaisa_admin, mood)[1][-1] != before


def test_new_category_has_no_matches(kaisa_admin):
    assert kaisa_admin.open("services_category_add").all("div", class_="field-vocabulary_words") == []


# Queries


def count_queries(desk, *page):
    with CaptureQueriesContext(connection) as statements:
        desk.open(*page)
    return len(statements)


def test_query_count_does_not_grow_with_concepts(kaisa_admin, depression):
    mood = cast.category("Masennus")
    pages = [
        ("services_concept_changelist",),
        ("services_concept_change", depression.pk),
        ("services_category_change", mood.pk),
    ]
    few = [count_queries(kaisa_admin, *page) for page in pages]
    for number in range(5):
        above = cast.concept(f"yläkäsite {number}")
        cast.concept(f"alakäsite {number}", "masennus", under=[depression])
        depression.broader.add(above)
    ConceptLabel.objects.bulk_create(
        ConceptLabel(concept=depression, language="fi", text=f"sana {number}", kind="hidden") for number in range(5)
    )
    assert [count_queries(kaisa_admin, *page) for page in pages] == few
