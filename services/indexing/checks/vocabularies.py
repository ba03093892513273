"""Compare the rows that are made of categories, concepts, organisations and places with these records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from organisations.models import Organisation
from services.indexing import suggestions as index_suggestions
from services.indexing.taxonomy import CategoryPhrase, TermRarity, collect_phrases, weigh_typical
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
    """Phrases, typical terms and suggestions; the rarity of terms is taken as it was weighed."""
    codes = dict(Category.objects.values_list("pk", "code"))
    weighed = SearchTerm.objects.exclude(phrase_rarity=None)
    rarities = _DefaultRarities(
        (text, TermRarity(*rarity)) for text, *rarity in weighed.values_list("text", "phrase_rarity", "category_rarity")
    )
    phrases, typical = collect_phrases()
    yield from compare_rows("phrase", "category", _stored_phrases(codes), _wanted_phrases(phrases, rarities, codes))
    stored: ComparedRows = defaultdict(dict)
    for category, term, *held in CategoryTerm.objects.values_list("category_id", "term__text", "language", "weight"):
        stored[codes[category]][term] = tuple(held)
    wanted = {
        codes[category]: {term: (term.split(":")[0], weight) for term, weight in weigh_typical(found, rarities).items()}
        for category, found in typical.items()
    }
    yield from compare_rows("typical term", "category", stored, wanted)
    in_use = Category.objects.in_use()
    for kind, rows, record in (
        (CATEGORY, index_suggestions.category_suggestions(in_use), "category_id"),
        (ORGANISATION, index_suggestions.organisation_suggestions(Organisation.objects.published()), "organisation_id"),
        (PLACE, index_suggestions.place_suggestions(), "municipality_id"),
    ):
        stored = suggestion_counts(Suggestion.objects.filter(kind=kind), record)
        yield from compare_rows("suggestion", kind, stored, suggestion_counts(rows, record))


def suggestion_counts(rows: Iterable[Suggestion], record: str) -> ComparedRows:
    """Suggestions by the record that they lead to."""
    return count_rows(
        (getattr(row, record), f"{row.language} {row.rank} {row.start!r} {row.text!r} {row.ends_on}") for row in rows
    )


class _DefaultRarities(dict):
    """A term that was never weighed is in no phrase that is stored."""

    def __missing__(self, term: str) -> TermRarity:
        return TermRarity(1.0, 1.0)


def _wanted_phrases(
    phrases: list[CategoryPhrase], rarities: dict[str, TermRarity], codes: dict[int, str]
) -> ComparedRows:
    wanted: ComparedRows = defaultdict(dict)
    for phrase in phrases:
        norm, words = phrase.weigh(rarities)
        terms = {(number, term): weight for number, word in enumerate(words) for term, weight in word.items()}
        _add_phrase(wanted[codes[phrase.category]], phrase.kind, phrase.text, norm, terms)
    return wanted


def _stored_phrases(codes: dict[int, str]) -> ComparedRows:
    found: dict[int, dict] = defaultdict(dict)
    held = SearchPhraseTerm.objects.values_list("phrase_id", "word", "term__text", "weight")
    for phrase, number, term, weight in held:
        found[phrase][number, term] = weight
    stored: ComparedRows = defaultdict(dict)
    for phrase in SearchPhrase.objects.all():
        _add_phrase(stored[codes[phrase.category_id]], phrase.kind, phrase.text, phrase.norm, found[phrase.pk])
    return stored


def _add_phrase(phrases: dict[str, tuple], kind: str, text: str, norm: float, terms: dict) -> None:
    """A phrase by its words; a name and a synonym of a category may be the same."""
    key = f"{kind} {text!r} {' '.join(term for _number, term in sorted(terms))}"
    times = phrases[key][0] + 1 if key in phrases else 1
    phrases[key] = (times, norm, *(terms[term] for term in sorted(terms)))


def concept_differences() -> Iterator[IndexDifference]:
    """Phrases and terms of the concepts of vocabularies."""
    _concepts, phrases, weights = concept_rows()
    wanted = count_rows((concept, _described(text, preferred, words)) for concept, text, preferred, words in phrases)
    words: dict[int, dict[int, set]] = defaultdict(lambda: defaultdict(set))
    for phrase, number, term in ConceptPhraseTerm.objects.values_list("phrase_id", "word", "term__text"):
        words[phrase][number].add(term)
    stored = count_rows(
        (
            phrase.concept_id,
            _described(phrase.text, phrase.preferred, [words[phrase.pk][n] for n in range(phrase.words)]),
        )
        for phrase in ConceptPhrase.objects.all()
    )
    yield from compare_rows("phrase", "concept", stored, wanted)
    terms: ComparedRows = defaultdict(dict)
    for concept, term, weight in ConceptTerm.objects.values_list("concept_id", "term__text", "weight"):
        terms[concept][term] = weight
    yield from compare_rows("term", "concept", terms, weights)


def _described(text: str, preferred: bool, words: Iterable[Iterable[str]]) -> str:
    return f"{'name' if preferred else 'label'} {text!r} {' + '.join('/'.join(sorted(word)) for word in words)}"
