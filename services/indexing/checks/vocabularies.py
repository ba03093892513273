"""Compare the rows that are derived from categories, concepts, organisations and places with these records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from organisations.models import Organisation
from services.indexing import suggestions as index_suggestions
from services.indexing.taxonomy import CategoryPhrase, TermRarity, collect_phrases, stored_rarities, weigh_typical
from services.indexing.vocabulary import concept_rows
from services.models import (
    Category,
    CategoryTerm,
    ConceptPhrase,
    ConceptPhraseTerm,
    ConceptTerm,
    SearchPhrase,
    SearchPhraseTerm,
    SearchTerm,
    Suggestion,
)
from services.search.suggestions import CATEGORY, ORGANISATION, PLACE

from .differences import ComparedRows, IndexDifference, compare_rows, count_rows


def category_differences() -> Iterator[IndexDifference]:
    """Yield differences of phrases, typical terms and suggestions; rarities are taken as stored."""
    codes = dict(Category.objects.values_list("pk", "code"))
    rarities = _DefaultRarities(stored_rarities(SearchTerm.objects.all()))
    phrases, evidence = collect_phrases()
    yield from compare_rows("phrase", "category", _stored_phrases(codes), _expected_phrases(phrases, rarities, codes))
    stored: ComparedRows = defaultdict(dict)
    rows = CategoryTerm.objects.values_list("category_id", "term__text", "language", "weight")
    for category, term, language, weight in rows:
        stored[codes[category]][term] = (language, weight)
    expected = {
        codes[category]: {term: (term[:2], weight) for term, weight in weigh_typical(amounts, rarities).items()}
        for category, amounts in evidence.items()
    }
    yield from compare_rows("typical term", "category", stored, expected)
    in_use = Category.objects.in_use()
    for kind, suggestions, record in (
        (CATEGORY, index_suggestions.category_suggestions(in_use), "category_id"),
        (ORGANISATION, index_suggestions.organisation_suggestions(Organisation.objects.published()), "organisation_id"),
        (PLACE, index_suggestions.place_suggestions(), "municipality_id"),
    ):
        stored = suggestion_counts(Suggestion.objects.filter(kind=kind), record)
        yield from compare_rows("suggestion", kind, stored, suggestion_counts(suggestions, record))


def suggestion_counts(rows: Iterable[Suggestion], record: str) -> ComparedRows:
    """Return the number of equal suggestions by the id of their target, which is in the column `record`."""
    return count_rows(
        (getattr(row, record), f"{row.language} {row.rank} {row.start!r} {row.text!r} {row.ends_on}") for row in rows
    )


class _DefaultRarities(dict[str, TermRarity]):
    """Rarities with a default for terms without one, which are in no stored phrase."""

    def __missing__(self, term: str) -> TermRarity:
        return TermRarity(1.0, 1.0)


def _expected_phrases(
    phrases: list[CategoryPhrase], rarities: Mapping[str, TermRarity], codes: dict[int, str]
) -> ComparedRows:
    expected: ComparedRows = defaultdict(dict)
    for phrase in phrases:
        norm, words = phrase.weigh(rarities)
        terms = {(number, term): weight for number, word in enumerate(words) for term, weight in word.items()}
        _add_phrase(expected[codes[phrase.category]], phrase.kind, phrase.text, norm, terms)
    return expected


def _stored_phrases(codes: dict[int, str]) -> ComparedRows:
    terms_by_phrase: dict[int, dict[tuple[int, str], float]] = defaultdict(dict)
    rows = SearchPhraseTerm.objects.values_list("phrase_id", "word", "term__text", "weight")
    for pk, number, term, weight in rows:
        terms_by_phrase[pk][number, term] = weight
    stored: ComparedRows = defaultdict(dict)
    for phrase in SearchPhrase.objects.all():
        terms = terms_by_phrase[phrase.pk]
        _add_phrase(stored[codes[phrase.category_id]], phrase.kind, phrase.text, phrase.norm, terms)
    return stored


def _add_phrase(
    phrases: dict[str, tuple], kind: str, text: str, norm: float, terms: dict[tuple[int, str], float]
) -> None:
    """Add a phrase by its words, with the number of equal phrases: a name and a synonym may be the same."""
    key = f"{kind} {text!r} {' '.join(term for _number, term in sorted(terms))}"
    count = phrases[key][0] + 1 if key in phrases else 1
    phrases[key] = (count, norm, *(terms[term] for term in sorted(terms)))


def concept_differences() -> Iterator[IndexDifference]:
    """Yield differences of phrases and terms of the concepts of vocabularies."""
    _concepts, phrases, weights = concept_rows()
    expected = count_rows(
        (concept, _phrase_text(text, preferred, words)) for concept, text, preferred, words in phrases
    )
    word_terms: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pk, number, term in ConceptPhraseTerm.objects.values_list("phrase_id", "word", "term__text"):
        word_terms[pk][number].add(term)
    stored = count_rows(
        (
            phrase.concept_id,
            _phrase_text(phrase.text, phrase.preferred, [word_terms[phrase.pk][n] for n in range(phrase.words)]),
        )
        for phrase in ConceptPhrase.objects.all()
    )
    yield from compare_rows("phrase", "concept", stored, expected)
    terms: ComparedRows = defaultdict(dict)
    for concept, term, weight in ConceptTerm.objects.values_list("concept_id", "term__text", "weight"):
        terms[concept][term] = weight
    yield from compare_rows("term", "concept", terms, {**weights})


def _phrase_text(text: str, preferred: bool, words: Iterable[Iterable[str]]) -> str:
    return f"{'name' if preferred else 'label'} {text!r} {' + '.join('/'.join(sorted(word)) for word in words)}"
