"""Keep the rows by which queries find concepts in step with the vocabularies."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Case, Value, When

from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptPhraseTerm, ConceptTerm
from services.models.vocabulary import LabelKind
from services.search import vocabulary

from .terms import term_ids

# Two that write rows of the same concepts wait for each other; any number will do.
LOCK_ID = 0x564F4341
# From how many concepts on it pays to count rows.
ANALYSE_TABLES_FROM = 100
BroaderLinks = dict[int, list[int]]


@transaction.atomic
def index_vocabulary(*, concepts: Iterable[int] | None = None, progress=None) -> int:
    """Make the phrases and terms of the given concepts, or of all, anew; returns how many phrases were made.

    Concepts directly below the given ones are made anew too: they are widened by what stands above them. `progress`
    is called with the number of concepts done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_ID])
    wanted, phrases, weights = concept_rows(concepts, progress)
    known = term_ids(
        {term for *_phrase, said in phrases for word in said for term in word}
        | {term for found in weights.values() for term in found},
        {},
    )
    _remove_concept_rows(None if concepts is None else wanted)
    _write_phrases(phrases, known)
    _copy_rows(
        ConceptTerm, ((pk, known[term], weight) for pk, found in weights.items() for term, weight in found.items())
    )
    if len(wanted) >= ANALYSE_TABLES_FROM:
        # Without statistics of rows so new, queries read whole tables until the database counts them by itself.
        with connection.cursor() as cursor:
            for model in (ConceptPhrase, ConceptPhraseTerm, ConceptTerm):
                cursor.execute(f"ANALYZE {model._meta.db_table}")
    return len(phrases)


def concept_rows(concepts: Iterable[int] | None = None, progress=None):
    """The concepts to make anew, (concept, text, preferred, words) of their phrases, and {concept: {term: weight}}."""
    wanted, above = _concepts_to_index(concepts)
    labels = _labels_by_concept(wanted, above)
    phrases = [(concept, *said) for concept in wanted for said in _phrases_by_concept(labels[concept])]
    return wanted, phrases, _weights_by_concept(wanted, above, labels, progress)


def _concepts_to_index(concepts: Iterable[int] | None) -> tuple[list[int], BroaderLinks]:
    """The concepts to make anew, in order, and the directly broader ones of each."""
    links = Concept.broader.through.objects
    if concepts is None:
        wanted = set(Concept.objects.values_list("pk", flat=True))
        pairs = links.all()
    else:
        given = list(concepts)
        wanted = set(Concept.objects.filter(pk__in=given).values_list("pk", flat=True))
        wanted |= set(links.filter(to_concept__in=given).values_list("from_concept", flat=True))
        pairs = links.filter(from_concept__in=wanted)
    above: BroaderLinks = defaultdict(list)
    for narrower, broader in pairs.values_list("from_concept", "to_concept"):
        above[narrower].append(broader)
    return sorted(wanted), above


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


def _remove_concept_rows(concepts: list[int] | None) -> None:
    phrases, terms = ConceptPhrase.objects.all(), ConceptTerm.objects.all()
    if concepts is not None:
        phrases, terms = phrases.filter(concept__in=concepts), terms.filter(concept__in=concepts)
    held = ConceptPhraseTerm.objects.filter(phrase__in=phrases)
    for rows in (held, phrases, terms):
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
