"""Synchronise the rows by which queries match concepts with the vocabularies."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Case, Value, When

from organisations.core.locks import lock
from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptPhraseTerm, ConceptTerm
from services.models.vocabulary import LabelKind
from services.search import vocabulary

from .terms import batched, term_ids

# Arbitrary id of the advisory lock that serialises writers of these rows.
LOCK_ID = 0x564F4341
# Concepts per transaction.
BATCH = 200
# The smallest number of concepts after which tables are analysed.
ANALYSE_TABLES_FROM = 100
BroaderLinks = dict[int, list[int]]


def index_vocabulary(*, concepts: Iterable[int] | None = None, progress=None) -> int:
    """Rebuild the phrases and terms of the given concepts, or of all; returns how many phrases were written.

    Includes directly narrower concepts, whose terms include those of broader concepts. Each batch is a separate
    transaction, unless the caller has one open. `progress` is called with the number of concepts done.
    Raises LockTimeout.
    """
    pks, phrase_count = _with_narrower(concepts), 0
    for batch in batched(pks, BATCH):
        phrase_count += _index_batch(batch, progress)
    if len(pks) >= ANALYSE_TABLES_FROM:
        # Without statistics for the new rows, queries scan whole tables until autovacuum analyses them.
        with connection.cursor() as cursor:
            for model in (ConceptPhrase, ConceptPhraseTerm, ConceptTerm):
                cursor.execute(f"ANALYZE {model._meta.db_table}")
    return phrase_count


@transaction.atomic
def _index_batch(ids: list[int], progress) -> int:
    lock(LOCK_ID)
    concepts, phrases, weights = concept_rows(ids, progress)
    known = term_ids(
        {term for *_phrase, words in phrases for word in words for term in word}
        | {term for term_weights in weights.values() for term in term_weights},
        {},
    )
    _remove_concept_rows(concepts)
    _write_phrases(phrases, known)
    _copy_rows(
        ConceptTerm,
        ((pk, known[term], weight) for pk, term_weights in weights.items() for term, weight in term_weights.items()),
    )
    return len(phrases)


def concept_rows(concepts: Iterable[int] | None = None, progress=None):
    """Ids of the existing concepts, (concept id, text, preferred, words) of phrases, {concept id: {term: weight}}."""
    pks, broader = _with_broader(concepts)
    labels = _labels_by_concept(pks, broader)
    phrases = [(concept, *phrase) for concept in pks for phrase in _phrases_by_concept(labels[concept])]
    return pks, phrases, _weights_by_concept(pks, broader, labels, progress)


def _with_narrower(concepts: Iterable[int] | None) -> list[int]:
    """The ids of the concepts and of directly narrower ones, in order."""
    if concepts is None:
        return list(Concept.objects.order_by("pk").values_list("pk", flat=True))
    pks = list(concepts)
    narrower = Concept.broader.through.objects.filter(to_concept__in=pks)
    return sorted({*pks, *narrower.values_list("from_concept", flat=True)})


def _with_broader(concepts: Iterable[int] | None) -> tuple[list[int], BroaderLinks]:
    """The ids of the existing concepts, in order, and the directly broader ones of each."""
    existing, links = Concept.objects.order_by("pk"), Concept.broader.through.objects.all()
    if concepts is not None:
        existing, links = existing.filter(pk__in=concepts), links.filter(from_concept__in=concepts)
    above: BroaderLinks = defaultdict(list)
    for narrower, broader in links.values_list("from_concept", "to_concept"):
        above[narrower].append(broader)
    return list(existing.values_list("pk", flat=True)), above


def _labels_by_concept(concepts: list[int], broader_of: BroaderLinks) -> dict[int, list[tuple[str, str, str]]]:
    """(text, language, kind) of the active labels of these concepts and of broader ones, preferred labels first."""
    pks = {*concepts, *(broader for links in broader_of.values() for broader in links)}
    rank = Case(*(When(kind=kind, then=Value(i)) for i, kind in enumerate(LabelKind.values)))
    rows = ConceptLabel.objects.filter(is_active=True, concept__in=pks).order_by("concept", rank, "pk")
    labels = defaultdict(list)
    for concept, *label in rows.values_list("concept", "text", "language", "kind"):
        labels[concept].append(tuple(label))
    return labels


def _phrases_by_concept(labels: list[tuple[str, str, str]]) -> list[tuple[str, bool, tuple[frozenset[str], ...]]]:
    """(text, whether preferred, words) of a concept; labels with the same words are merged."""
    phrases = {}
    for text, language, kind in labels:
        words = vocabulary.label_phrase(text, language)
        if words:
            phrases.setdefault(frozenset(words), (text, kind == LabelKind.PREFERRED, words))
    return list(phrases.values())


def _weights_by_concept(concepts: list[int], broader_of: BroaderLinks, labels, progress) -> dict[int, dict[str, float]]:
    own_weights = {
        pk: vocabulary.expansion_terms((text, language) for text, language, _kind in labels[pk]) for pk in list(labels)
    }
    weights = {}
    for concept in concepts:
        term_weights = weights[concept] = dict(own_weights.get(concept, {}))
        for broader in broader_of.get(concept, ()):
            for term, weight in own_weights.get(broader, {}).items():
                term_weights[term] = max(term_weights.get(term, 0.0), weight * vocabulary.BROADER_WEIGHT)
        if progress:
            progress(1)
    return weights


def _remove_concept_rows(concepts: list[int]) -> None:
    phrases = ConceptPhrase.objects.filter(concept__in=concepts)
    phrase_terms = ConceptPhraseTerm.objects.filter(phrase__in=list(phrases.values_list("pk", flat=True)))
    for rows in (phrase_terms, phrases, ConceptTerm.objects.filter(concept__in=concepts)):
        rows._raw_delete(rows.db)


def _write_phrases(phrases, known: dict[str, int]) -> None:
    rows = ConceptPhrase.objects.bulk_create(
        [
            ConceptPhrase(concept_id=concept, text=text, words=len(said), preferred=preferred)
            for concept, text, preferred, said in phrases
        ],
        batch_size=5000,
    )
    _copy_rows(
        ConceptPhraseTerm,
        (
            (known[term], row.pk, number)
            for row, (*_phrase, said) in zip(rows, phrases, strict=True)
            for number, word in enumerate(said)
            for term in word
        ),
    )


def _copy_rows(model, rows: Iterable[tuple]) -> None:
    columns = ", ".join(field.column for field in model._meta.local_concrete_fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
