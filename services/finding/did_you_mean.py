"""Did you mean: the search with its misspelt words put right."""

from dataclasses import dataclass

from services.search.analysis import WORD_PATTERN, normalise_text, surface_words
from services.search.query import QueryWord, parse_query
from services.search.terms import fold_letters

from .filters import Filters


@dataclass(frozen=True)
class SpellingCorrection:
    """What was probably meant, and the query of that search under the same filters."""

    text: str
    query: str


def did_you_mean(filters: Filters) -> SpellingCorrection | None:
    """The search with other words for those that no text holds, or hardly any; None where nothing is near enough."""
    query = parse_query(filters.text, filters.language)
    meant = filters.plan.meant
    if meant:
        places = _municipality_words(filters)
        meant = {w.surface: meant[w.surface] for w in query.words if w.surface in meant and not _word_forms(w) & places}
    if not meant:
        return None
    text = WORD_PATTERN.sub(
        lambda word: meant.get("".join(surface_words(word.group())), word.group()), normalise_text(filters.text)
    )
    return SpellingCorrection(text, filters.query_string(text=text))


def _municipality_words(filters: Filters) -> set[str]:
    """Words in names of municipalities, which are right whether or not a text holds them."""
    return {
        fold_letters(word)
        for place in filters.known.municipalities.values()
        for name in (place.name_fi, place.name_sv, place.name_en)
        for word in surface_words(name or "")
    }


def _word_forms(word: QueryWord) -> set[str]:
    """A word and its base forms, without their language."""
    return {word.folded, *(fold_letters(term[3:]) for term in word.terms)}
