"""Queries name concepts by their labels; a concept gives the terms of its labels in all languages."""

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


def named(query, lang="fi"):
    """The concepts that a query names, asked for in one statement."""
    words = parse_query(query, lang).words
    own = [[text for text, weight in word.terms.items() if weight == 1] for word in words]
    ids = dict(SearchTerm.objects.filter(text__in=[text for texts in own for text in texts]).values_list("text", "pk"))
    asked = {number: [ids[text] for text in texts if text in ids] for number, texts in enumerate(own)}
    with CaptureQueriesContext(connection) as statements:
        found = Concept.objects.recognised(asked)
    assert len(statements) <= 1
    return found


def recognised(query, lang="fi"):
    """By which phrases, with which words and terms: {phrase: (words of the query, {term: weight})}, in order."""
    words = parse_query(query, lang).words
    texts = dict(SearchTerm.objects.values_list("pk", "text"))
    return {
        one.phrase: (
            [words[number].surface for number in one.words],
            {texts[term]: round(weight, 2) for term, weight in one.terms},
        )
        for one in named(query, lang)
    }


@pytest.fixture
def themed_services(kivivuori):
    """A service whose text holds all these words: only such terms widen a query."""

    def offered(**texts):
        return cast.service("Palvelu", kivivuori, **{f"description_{lang}": text for lang, text in texts.items()})

    return offered


# What a query names


def test_a_label_in_any_form_names_its_concept(themed_services):
    themed_services(fi="masennus", en="depression")
    cast.concept("masennus", "alakulo", en=["depression"])
    for query, lang in (("masennusta", "fi"), ("alakuloinen masennuksesta", "fi"), ("Depression", "en")):
        assert len(recognised(query, lang)) == 1, query
    assert recognised("alakulosta") == {"alakulo": (["alakulosta"], {"fi:masennus": 1, "en:depress": 1})}


def test_all_words_of_a_label_must_be_there_in_any_order(themed_services):
    themed_services(fi="huolto lapsi")
    cast.concept("lapsen huolto")
    assert list(recognised("kuka saa huollon kun lapsi muuttaa")) == ["lapsen huolto"]
    assert recognised("huolto") == recognised("lapsi") == {}


def test_one_word_of_a_query_is_not_two_of_a_label(themed_services):
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


def test_what_tells_namesakes_apart_is_not_asked_for(themed_services):
    themed_services(fi="haava käytösoire")
    cast.concept("haavat (vammat (iho))")
    assert recognised("haava") == {"haavat (vammat (iho))": (["haava"], {"fi:haava": 1})}


def test_a_label_that_is_switched_off_names_nothing(themed_services):
    themed_services(fi="masennus alakulo")
    depression = cast.concept("masennus", "alakulo")
    depression.labels.filter(text="alakulo").update(is_active=False)
    index_vocabulary(concepts=[depression.pk])
    assert recognised("alakulo") == {}
    assert recognised("masennus") == {"masennus": (["masennus"], {"fi:masennus": 1})}


def test_an_abbreviation_is_no_form_of_a_word(themed_services):
    themed_services(fi="sydän")
    cast.concept("sydämen ultraäänitutkimus", "TEE")
    assert recognised("mitä tehdä sydämelle") == {}
    assert list(recognised("tee sydämelle")) == ["TEE"]


def test_a_label_of_function_words_alone_names_nothing():
    cast.concept("ja", "tai")
    assert not ConceptPhrase.objects.exists()


def test_no_words_name_nothing():
    assert Concept.objects.recognised({}) == Concept.objects.recognised({0: []}) == []


def test_names_come_before_other_labels(themed_services):
    themed_services(fi="ero riita")
    quarrel, separation = cast.concept("riita", "ero"), cast.concept("ero")
    assert [one.concept for one in named("ero")] == [separation.pk, quarrel.pk]


# What a concept gives


def test_words_of_long_labels_and_parts_of_compounds_say_less(themed_services):
    themed_services(fi="päihdekuntoutus päihde kuntoutus hoito riippuvuus")
    cast.concept("päihdekuntoutus", "riippuvuuden hoito")
    assert recognised("päihdekuntoutus")["päihdekuntoutus"][1] == {
        "fi:päihdekuntoutus": 1,
        "fi:riippuvuus": 0.5,
        "fi:hoito": 0.5,
        "fi:päihde": 0.5,
        "fi:kuntoutus": 0.5,
    }


def test_of_several_labels_the_best_counts(themed_services):
    themed_services(fi="hoito riippuvuus")
    cast.concept("riippuvuuden hoito", "hoito")
    assert recognised("hoito")["hoito"][1] == {"fi:hoito": 1, "fi:riippuvuus": 0.5}


def test_what_is_directly_broader_says_a_third(themed_services):
    themed_services(fi="sairaus anoreksia laihuus", sv="sjukdom")
    illness = cast.concept("sairaus", sv=["sjukdom"])
    anorexia = cast.concept("anoreksia", under=[illness])
    cast.concept("laihuus", under=[anorexia])
    assert recognised("anoreksia")["anoreksia"][1] == {"fi:anoreksia": 1, "fi:sairaus": 0.33, "sv:sjukdom": 0.33}
    assert recognised("laihuus")["laihuus"][1] == {"fi:laihuus": 1, "fi:anoreksia": 0.33}


def test_a_new_label_reaches_what_is_directly_below(themed_services):
    themed_services(fi="häiriö anoreksia vaiva")
    disorder = cast.concept("häiriö")
    cast.concept("anoreksia", under=[disorder])
    ConceptLabel.objects.create(concept=disorder, language="fi", text="vaiva", kind="alternative")
    index_vocabulary(concepts=[disorder.pk])
    assert recognised("anoreksia")["anoreksia"][1]["fi:vaiva"] == 0.33


def test_only_terms_of_services_are_given_and_concepts_without_any_are_left_out(kivivuori, themed_services):
    cast.concept("masennus", "alakulo", en=["depression"])
    assert recognised("masennus") == {}
    themed_services(en="depression")
    assert recognised("masennus") == {"masennus": (["masennus"], {"en:depress": 1})}


def test_no_more_concepts_and_terms_than_a_search_can_bear(themed_services):
    names = [f"nimi{chr(97 + first)}{chr(97 + second)}" for first in range(5) for second in range(10)]
    themed_services(fi=" ".join(names))
    for start in range(8):
        cast.concept("yhteinen", *names[start:])
    found = Concept.objects.recognised({0: SearchTerm.objects.filter(text="fi:yhteinen").values_list("pk", flat=True)})
    assert [len(one.terms) for one in found] == [40] * 6


# Terms are shared with services and the taxonomy


def test_concepts_do_not_count_among_phrases_of_the_taxonomy(themed_services):
    cast.category("Masennus")
    counted = list(SearchTerm.objects.order_by("pk").values("text", "services", "phrases"))
    cast.concept("masennus", "alakulo")
    assert (
        list(SearchTerm.objects.filter(text__in=[row["text"] for row in counted]).order_by("pk").values(*counted[0]))
        == counted
    )
    assert SearchTerm.objects.get(text="fi:alakulo").phrases == 0


def test_a_term_that_only_concepts_hold_stays():
    cast.concept("alakulo")
    with pytest.raises(ProtectedError), transaction.atomic():
        SearchTerm.objects.get(text="fi:alakulo").delete()


def test_words_that_only_concepts_hold_are_no_spelling_to_search_by(kivivuori, find):
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


def test_the_command_makes_all_rows_anew():
    cast.concept("alakulo")
    before = rows()
    ConceptTerm.objects.all().delete()
    call_command("reindex", stdout=StringIO())
    assert rows() == before


def test_indexing_none_is_no_indexing_of_all():
    cast.concept("alakulo")
    ConceptTerm.objects.all().delete()
    assert index_vocabulary(concepts=[]) == 0
    assert not ConceptTerm.objects.exists()


def test_progress_is_told():
    for name in ("ero", "riita"):
        cast.concept(name)
    done = []
    index_vocabulary(progress=done.append)
    assert sum(done) == 2


def test_many_concepts_take_no_more_statements_than_few():
    def statements(names):
        for name in names:
            cast.concept(name)
        with CaptureQueriesContext(connection) as captured:
            index_vocabulary()
        return len(captured)

    assert statements(["ero", "riita"]) == statements([f"sana{chr(97 + n)}" for n in range(20)])
