""" "Did you mean": the query with corrected spelling."""

from dataclasses import dataclass

from services.search.analysis import WORD_PATTERN, normalise_text, surface_words
from services.search.query import QueryWord, parse_query
from services.search.terms import fold_letters

from .filters import Filters


@dataclass(frozen=True)
class SpellingCorrection:
    """The corrected text, and the query string of its search with the same filters."""

    text: str
    query: str


def did_you_mean(filters: Filters) -> SpellingCorrection | None:
    """A correction of words that no or few texts contain; None without a close match."""
    query = parse_query(filters.text, filters.language)
    corrections = filters.plan.corrections
    if corrections:
        places = _municipality_words(filters)
        corrections = {
            w.surface: corrections[w.surface]
            for w in query.words
            if w.surface in corrections and not _word_forms(w) & places
        }
    if not corrections:
        return None
    text = WORD_PATTERN.sub(
        lambda word: corrections.get("".join(surface_words(word.group())), word.group()), normalise_text(filters.text)
    )
    return SpellingCorrection(text, filters.query_string(text=text))


def _municipality_words(filters: Filters) -> set[str]:
    """Words in names of municipalities, which are never corrected."""
    return {
        fold_letters(word)
        for place in filters.reference_data.municipalities.values()
        for name in (place.name_fi, place.name_sv, place.name_en)
        for word in surface_words(name or "")
    }


def _word_forms(word: QueryWord) -> set[str]:
    """A word and its base forms, without their language."""
    return {word.folded, *(fold_letters(term[3:]) for term in word.terms)}
