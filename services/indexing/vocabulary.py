"""Synchronise the rows by which queries match concepts with the vocabularies."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Case, Model, Value, When

from organisations.core.locks import lock
from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptPhraseTerm, ConceptTerm
from services.models.vocabulary import LabelKind
from services.search import vocabulary

from .progress import BatchProgress
from .terms import batched, term_ids

# Arbitrary id of the advisory lock that serialises writers of these rows.
LOCK_ID = 0x564F4341
# Concepts per transaction.
BATCH_SIZE = 200
# Minimum number of concepts after which tables are analysed.
MIN_CONCEPTS_TO_ANALYSE = 100
BroaderLinks = dict[int, list[int]]
# (text, language, kind)
Label = tuple[str, str, str]
# (text, whether the label is preferred, the terms of each word)
LabelPhrase = tuple[str, bool, tuple[frozenset[str], ...]]
# (concept id, text, whether the label is preferred, the terms of each word)
ConceptPhraseRow = tuple[int, str, bool, tuple[frozenset[str], ...]]


def index_vocabulary(*, concepts: Iterable[int] | None = None, progress: BatchProgress | None = None) -> int:
    """Rebuild the phrases and terms of the given concepts, or of all; return the number of written phrases.

    Includes directly narrower concepts, because their terms include those of broader ones. Each batch is a separate
    transaction, unless the caller has one open. Raises LockTimeout.
    """
    pks, phrase_count = _with_narrower(concepts), 0
    for batch in batched(pks, BATCH_SIZE):
        phrase_count += _index_batch(batch, progress)
    if len(pks) >= MIN_CONCEPTS_TO_ANALYSE:
        # Without statistics for the new rows, queries scan whole tables until autovacuum analyses them.
        with connection.cursor() as cursor:
            for model in (ConceptPhrase, ConceptPhraseTerm, ConceptTerm):
                cursor.execute(f"ANALYZE (SKIP_LOCKED) {model._meta.db_table}")
    return phrase_count


@transaction.atomic
def _index_batch(ids: list[int], progress: BatchProgress | None) -> int:
    lock(LOCK_ID)
    concepts, phrases, weights = concept_rows(ids, progress)
    known = term_ids(
        {term for _concept, _text, _preferred, words in phrases for word in words for term in word}
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


def concept_rows(
    concepts: Iterable[int] | None = None, progress: BatchProgress | None = None
) -> tuple[list[int], list[ConceptPhraseRow], dict[int, dict[str, float]]]:
    """Return the ids of the existing concepts, their phrases, and {concept id: {term: weight}}."""
    pks, broader = _with_broader(concepts)
    labels = _labels_by_concept(pks, broader)
    phrases = [(concept, *phrase) for concept in pks for phrase in _label_phrases(labels[concept])]
    return pks, phrases, _weights_by_concept(pks, broader, labels, progress)


def _with_narrower(concepts: Iterable[int] | None) -> list[int]:
    """Return the ids of the concepts and of directly narrower ones, in order."""
    if concepts is None:
        return list(Concept.objects.order_by("pk").values_list("pk", flat=True))
    pks = list(concepts)
    narrower = Concept.broader.through.objects.filter(to_concept__in=pks)
    return sorted({*pks, *narrower.values_list("from_concept", flat=True)})


def _with_broader(concepts: Iterable[int] | None) -> tuple[list[int], BroaderLinks]:
    """Return the ids of the existing concepts, in order, and the directly broader ones of each."""
    existing, links = Concept.objects.order_by("pk"), Concept.broader.through.objects.all()
    if concepts is not None:
        existing, links = existing.filter(pk__in=concepts), links.filter(from_concept__in=concepts)
    broader_of: BroaderLinks = defaultdict(list)
    for narrower, broader in links.values_list("from_concept", "to_concept"):
        broader_of[narrower].append(broader)
    return list(existing.values_list("pk", flat=True)), broader_of


def _labels_by_concept(concepts: list[int], broader_of: BroaderLinks) -> dict[int, list[Label]]:
    """Return the active labels of these concepts and of broader ones, preferred labels first."""
    pks = {*concepts, *(broader for links in broader_of.values() for broader in links)}
    rank = Case(*(When(kind=kind, then=Value(i)) for i, kind in enumerate(LabelKind.values)))
    rows = ConceptLabel.objects.filter(is_active=True, concept__in=pks).order_by("concept", rank, "pk")
    labels: dict[int, list[Label]] = defaultdict(list)
    for concept, text, language, kind in rows.values_list("concept", "text", "language", "kind"):
        labels[concept].append((text, language, kind))
    return labels


def _label_phrases(labels: list[Label]) -> list[LabelPhrase]:
    """Return the phrases of a concept; labels of the same words have one."""
    phrases: dict[frozenset[frozenset[str]], LabelPhrase] = {}
    for text, language, kind in labels:
        words = vocabulary.label_phrase(text, language)
        if words:
            phrases.setdefault(frozenset(words), (text, kind == LabelKind.PREFERRED, words))
    return list(phrases.values())


def _weights_by_concept(
    concepts: list[int],
    broader_of: BroaderLinks,
    labels: dict[int, list[Label]],
    progress: BatchProgress | None,
) -> dict[int, dict[str, float]]:
    """Return the weights of the terms of concepts, including those of directly broader concepts."""
    own_weights = {
        pk: vocabulary.expansion_terms((text, language) for text, language, _kind in labels[pk]) for pk in list(labels)
    }
    weights: dict[int, dict[str, float]] = {}
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


def _write_phrases(phrases: list[ConceptPhraseRow], known: dict[str, int]) -> None:
    rows = ConceptPhrase.objects.bulk_create(
        [
            ConceptPhrase(concept_id=concept, text=text, words=len(words), preferred=preferred)
            for concept, text, preferred, words in phrases
        ],
        batch_size=5000,
    )
    _copy_rows(
        ConceptPhraseTerm,
        (
            (known[term], row.pk, number)
            for row, (_concept, _text, _preferred, words) in zip(rows, phrases, strict=True)
            for number, word in enumerate(words)
            for term in word
        ),
    )


def _copy_rows(model: type[Model], rows: Iterable[tuple]) -> None:
    columns = ", ".join(field.column for field in model._meta.local_concrete_fields if field.column)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
