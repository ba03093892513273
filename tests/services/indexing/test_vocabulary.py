"""Queries name concepts by labels; a concept adds the terms of its labels in all languages."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from services.indexing.vocabulary import index_vocabulary
from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptTerm, SearchTerm
from services.search.query import parse_query
from tests import cast

pytestmark = pytest.mark.django_db


def named_concepts(query, lang="fi"):
    """Return the concepts that a query names, which takes one statement."""
    words = parse_query(query, lang).words
    texts_by_word = [[text for text, weight in word.terms.items() if weight == 1] for word in words]
    texts = [text for texts in texts_by_word for text in texts]
    ids = dict(SearchTerm.objects.filter(text__in=texts).values_list("text", "pk"))
    ids_by_word = {number: [ids[text] for text in texts if text in ids] for number, texts in enumerate(texts_by_word)}
    with CaptureQueriesContext(connection) as statements:
        concepts = Concept.objects.recognised(ids_by_word)
    assert len(statements) <= 1
    return concepts


def recognised(query, lang="fi"):
    """Return the named concepts in order, as {phrase: (words of the query, {term: weight})}."""
    words = parse_query(query, lang).words
    texts = dict(SearchTerm.objects.values_list("pk", "text"))
    return {
        concept.phrase: (
            [words[number].surface for number in concept.words],
            {texts[term]: round(weight, 2) for term, weight in concept.terms},
        )
        for concept in named_concepts(query, lang)
    }


@pytest.fixture
def themed_services(kivivuori):
    """Create a service with these words, because only terms of services expand queries."""

    def create(**texts):
        return cast.service("Palvelu", kivivuori, **{f"description_{lang}": text for lang, text in texts.items()})

    return create


# What a query names


def test_a_label_in_any_form_names_its_concept(themed_services):
    themed_services(fi="masennus", en="depression")
    cast.concept("masennus", "alakulo", en=["depression"])
    for query, lang in (("masennusta", "fi"), ("alakuloinen masennuksesta", "fi"), ("Depression", "en")):
        assert len(recognised(query, lang)) == 1, query
    assert recognised("alakulosta") == {"alakulo": (["alakulosta"], {"fi:masennus": 1, "en:depress": 1})}


def test_a_query_has_all_words_of_a_label_in_any_order(themed_services):
    themed_services(fi="huolto lapsi")
    cast.concept("lapsen huolto")
    assert list(recognised("kuka saa huollon kun lapsi muuttaa")) == ["lapsen huolto"]
    assert recognised("huolto") == recognised("lapsi") == {}


def test_a_word_of_a_query_matches_one_word_of_a_label(themed_services):
    themed_services(fi="lapsi")
    cast.concept("lasten lapset")
    assert recognised("lapset") == {}


def test_a_label_inside_a_longer_one_does_not_count(themed_services):
    themed_services(fi="synnytys masennus jälkeinen väsymys")
    cast.concept("masennus")
    cast.concept("synnytyksen jälkeinen masennus")
    cast.concept("väsymys")
    assert list(recognised("synnytyksen jälkeinen masennus ja väsymys")) == [
        "synnytyksen jälkeinen masennus",
        "väsymys",
    ]
    assert list(recognised("masennus")) == ["masennus"]


def test_a_qualifier_in_parentheses_is_optional(themed_services):
    themed_services(fi="haava käytösoire")
    cast.concept("haavat (vammat (iho))")
    assert recognised("haava") == {"haavat (vammat (iho))": (["haava"], {"fi:haava": 1})}


def test_a_disabled_label_names_nothing(themed_services):
    themed_services(fi="masennus alakulo")
    depression = cast.concept("masennus", "alakulo")
    depression.labels.filter(text="alakulo").update(is_active=False)
    index_vocabulary(concepts=[depression.pk])
    assert recognised("alakulo") == {}
    assert recognised("masennus") == {"masennus": (["masennus"], {"fi:masennus": 1})}


def test_an_abbreviation_is_not_read_as_a_word(themed_services):
    themed_services(fi="sydän")
    cast.concept("sydämen ultraäänitutkimus", "TEE")
    assert recognised("mitä tehdä sydämelle") == {}
    assert list(recognised("tee sydämelle")) == ["TEE"]


def test_a_label_of_stop_words_names_nothing():
    cast.concept("ja", "tai")
    assert not ConceptPhrase.objects.exists()


def test_an_empty_query_names_nothing():
    assert Concept.objects.recognised({}) == Concept.objects.recognised({0: []}) == []


def test_names_come_before_other_labels(themed_services):
    themed_services(fi="ero riita")
    quarrel, separation = cast.concept("riita", "ero"), cast.concept("ero")
    assert [concept.concept for concept in named_concepts("ero")] == [separation.pk, quarrel.pk]


# What a concept gives


def test_words_of_long_labels_and_parts_of_compounds_weigh_less(themed_services):
    themed_services(fi="päihdekuntoutus päihde kuntoutus hoito riippuvuus")
    cast.concept("päihdekuntoutus", "riippuvuuden hoito")
    assert recognised("päihdekuntoutus")["päihdekuntoutus"][1] == {
        "fi:päihdekuntoutus": 1,
        "fi:riippuvuus": 0.5,
        "fi:hoito": 0.5,
        "fi:päihde": 0.5,
        "fi:kuntoutus": 0.5,
    }


def test_a_term_has_the_weight_of_its_best_label(themed_services):
    themed_services(fi="hoito riippuvuus")
    cast.concept("riippuvuuden hoito", "hoito")
    assert recognised("hoito")["hoito"][1] == {"fi:hoito": 1, "fi:riippuvuus": 0.5}


def test_terms_of_directly_broader_concepts_weigh_a_third(themed_services):
    themed_services(fi="sairaus anoreksia laihuus", sv="sjukdom")
    illness = cast.concept("sairaus", sv=["sjukdom"])
    anorexia = cast.concept("anoreksia", under=[illness])
    cast.concept("laihuus", under=[anorexia])
    assert recognised("anoreksia")["anoreksia"][1] == {"fi:anoreksia": 1, "fi:sairaus": 0.33, "sv:sjukdom": 0.33}
    assert recognised("laihuus")["laihuus"][1] == {"fi:laihuus": 1, "fi:anoreksia": 0.33}


def test_a_new_label_updates_directly_narrower_concepts(themed_services):
    themed_services(fi="häiriö anoreksia vaiva")
    disorder = cast.concept("häiriö")
    cast.concept("anoreksia", under=[disorder])
    ConceptLabel.objects.create(concept=disorder, language="fi", text="vaiva", kind="alternative")
    index_vocabulary(concepts=[disorder.pk])
    assert recognised("anoreksia")["anoreksia"][1]["fi:vaiva"] == 0.33


def test_only_terms_of_services_are_returned_and_concepts_without_any_are_left_out(kivivuori, themed_services):
    cast.concept("masennus", "alakulo", en=["depression"])
    assert recognised("masennus") == {}
    themed_services(en="depression")
    assert recognised("masennus") == {"masennus": (["masennus"], {"en:depress": 1})}


def test_the_numbers_of_concepts_and_terms_are_limited(themed_services):
    names = [f"nimi{chr(97 + first)}{chr(97 + second)}" for first in range(5) for second in range(10)]
    themed_services(fi=" ".join(names))
    for start in range(8):
        cast.concept("yhteinen", *names[start:])
    term_ids = SearchTerm.objects.filter(text="fi:yhteinen").values_list("pk", flat=True)
    assert [len(concept.terms) for concept in Concept.objects.recognised({0: term_ids})] == [40] * 6


# Terms are shared with services and the taxonomy


def test_concepts_do_not_count_as_phrases_of_the_taxonomy(themed_services):
    cast.category("Masennus")
    counts = list(SearchTerm.objects.order_by("pk").values("text", "services", "phrases"))
    cast.concept("masennus", "alakulo")
    terms = SearchTerm.objects.filter(text__in=[row["text"] for row in counts]).order_by("pk")
    assert list(terms.values(*counts[0])) == counts
    assert SearchTerm.objects.get(text="fi:alakulo").phrases == 0


def test_a_term_of_concepts_only_cannot_be_deleted():
    cast.concept("alakulo")
    with pytest.raises(ProtectedError), transaction.atomic():
        SearchTerm.objects.get(text="fi:alakulo").delete()


def test_words_of_concepts_only_are_not_corrections(kivivuori, find):
    cast.service("Kerho", kivivuori)
    cast.concept("alakulo")
    assert find(q="alakuloo").names == []


# Again and again


def rows():
    return (
        list(ConceptPhrase.objects.order_by("concept", "text").values_list("concept", "text", "words", "preferred")),
        list(ConceptTerm.objects.order_by("concept", "term").values_list("concept", "term", "weight")),
    )


def test_indexing_again_changes_nothing():
    cast.concept("häiriö")
    cast.concept("syömishäiriö", "anoreksia", under=Concept.objects.all(), en=["eating disorder"])
    before = rows()
    assert index_vocabulary() == 4
    assert rows() == before


def test_the_command_rebuilds_all_rows():
    cast.concept("alakulo")
    before = rows()
    ConceptTerm.objects.all().delete()
    call_command("reindex", stdout=StringIO())
    assert rows() == before


def test_indexing_an_empty_list_indexes_nothing():
    cast.concept("alakulo")
    ConceptTerm.objects.all().delete()
    assert index_vocabulary(concepts=[]) == 0
    assert not ConceptTerm.objects.exists()


def test_progress_is_reported():
    for name in ("ero", "riita"):
        cast.concept(name)
    done = []
    index_vocabulary(progress=done.append)
    assert sum(done) == 2


def test_the_number_of_statements_does_not_grow_with_the_concepts():
    def statements(names):
        for name in names:
            cast.concept(name)
        with CaptureQueriesContext(connection) as captured:
            index_vocabulary()
        return len(captured)

    assert statements(["ero", "riita"]) == statements([f"sana{chr(97 + n)}" for n in range(20)])
