"""Keep the rows by which queries find concepts in step with the vocabularies."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Case, Value, When

from organisations.core.locks import lock
from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptPhraseTerm, ConceptTerm
from services.models.vocabulary import LabelKind
from services.search import vocabulary

from .terms import batched, term_ids

# Two that write rows of the same concepts wait for each other; any number will do.
LOCK_ID = 0x564F4341
# How many concepts are indexed in one transaction.
BATCH = 200
# From how many concepts on it pays to count rows.
ANALYSE_TABLES_FROM = 100
BroaderLinks = dict[int, list[int]]


def index_vocabulary(*, concepts: Iterable[int] | None = None, progress=None) -> int:
    """Make the phrases and terms of the given concepts, or of all, anew; returns how many phrases were made.

    Concepts directly below the given ones are made anew too: they are widened by what stands above them. Each batch is
    a transaction of its own, unless in one of the caller's. `progress` is called with the number of concepts done.
    Raises LockTimeout.
    """
    wanted, made = _with_narrower(concepts), 0
    for batch in batched(wanted, BATCH):
        made += _index_batch(batch, progress)
    if len(wanted) >= ANALYSE_TABLES_FROM:
        # Without statistics of rows so new, queries read whole tables until the database counts them by itself.
        with connection.cursor() as cursor:
            for model in (ConceptPhrase, ConceptPhraseTerm, ConceptTerm):
                cursor.execute(f"ANALYZE {model._meta.db_table}")
    return made


@transaction.atomic
def _index_batch(ids: list[int], progress) -> int:
    lock(LOCK_ID)
    concepts, phrases, weights = concept_rows(ids, progress)
    known = term_ids(
        {term for *_phrase, said in phrases for word in said for term in word}
        | {term for found in weights.values() for term in found},
        {},
    )
    _remove_concept_rows(concepts)
    _write_phrases(phrases, known)
    _copy_rows(
        ConceptTerm, ((pk, known[term], weight) for pk, found in weights.items() for term, weight in found.items())
    )
    return len(phrases)


def concept_rows(concepts: Iterable[int] | None = None, progress=None):
    """The given concepts, or all, with (concept, text, preferred, words) of their phrases, and
    {concept: {term: weight}}."""
    wanted, above = _with_broader(concepts)
    labels = _labels_by_concept(wanted, above)
    phrases = [(concept, *said) for concept in wanted for said in _phrases_by_concept(labels[concept])]
    return wanted, phrases, _weights_by_concept(wanted, above, labels, progress)


def _with_narrower(concepts: Iterable[int] | None) -> list[int]:
    """The concepts to make anew, in order."""
    if concepts is None:
        return list(Concept.objects.order_by("pk").values_list("pk", flat=True))
    given = list(concepts)
    narrower = Concept.broader.through.objects.filter(to_concept__in=given)
    return sorted({*given, *narrower.values_list("from_concept", flat=True)})


def _with_broader(concepts: Iterable[int] | None) -> tuple[list[int], BroaderLinks]:
    """Those of the concepts that are there, in order, and the directly broader ones of each."""
    found, links = Concept.objects.order_by("pk"), Concept.broader.through.objects.all()
    if concepts is not None:
        found, links = found.filter(pk__in=concepts), links.filter(from_concept__in=concepts)
    above: BroaderLinks = defaultdict(list)
    for narrower, broader in links.values_list("from_concept", "to_concept"):
        above[narrower].append(broader)
    return list(found.values_list("pk", flat=True)), above


def _labels_by_concept(wanted: list[int], above: BroaderLinks) -> dict[int, list[tuple[str, str, str]]]:
    """(text, language, kind) of the labels in use of all these concepts, names first."""
    read = {*wanted, *(broader for links in above.values() for broader in links)}
    rank = Case(*(When(kind=kind, then=Value(i)) for i, kind in enumerate(LabelKind.values)))
    rows = ConceptLabel.objects.filter(is_active=True, concept__in=read).order_by("concept", rank, "pk")
    found = defaultdict(list)
    for concept, *label in rows.values_list("concept", "text", "language", "kind"):
        found[concept].append(tuple(label))
    return found


def _phrases_by_concept(labels: list[tuple[str, str, str]]) -> list[tuple[str, bool, tuple[frozenset[str], ...]]]:
    """(text, whether preferred, words) of a concept; forms of the same words count once."""
    found = {}
    for text, language, kind in labels:
        said = vocabulary.label_phrase(text, language)
        if said:
            found.setdefault(frozenset(said), (text, kind == LabelKind.PREFERRED, said))
    return list(found.values())


def _weights_by_concept(wanted: list[int], above: BroaderLinks, labels, progress) -> dict[int, dict[str, float]]:
    own = {
        pk: vocabulary.expansion_terms((text, language) for text, language, _kind in labels[pk]) for pk in list(labels)
    }
    weights = {}
    for concept in wanted:
        found = weights[concept] = dict(own.get(concept, {}))
        for broader in above.get(concept, ()):
            for term, weight in own.get(broader, {}).items():
                found[term] = max(found.get(term, 0.0), weight * vocabulary.BROADER_WEIGHT)
        if progress:
            progress(1)
    return weights


def _remove_concept_rows(concepts: list[int]) -> None:
    phrases = ConceptPhrase.objects.filter(concept__in=concepts)
    held = ConceptPhraseTerm.objects.filter(phrase__in=list(phrases.values_list("pk", flat=True)))
    for rows in (held, phrases, ConceptTerm.objects.filter(concept__in=concepts)):
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
