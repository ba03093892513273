"""Guess the categories of an unpublished text, from the same evidence as search."""

from collections.abc import Mapping

from services.content.service_texts import SEARCHED_TEXTS
from services.models import Category, SearchTerm
from services.search import terms
from services.search.analysis import LANGUAGES

from .category_fit import scorer_for_all_categories

MAX_GUESSES = 8


def guess_categories(values: Mapping) -> list[Category]:
    """The categories that a service with these texts would fit best: at most eight, best first."""
    fields = [
        (values.get(f"{text.name}_{language}") or "", language, text.search_weight, text.usual_words)
        for text in SEARCHED_TEXTS
        for language in LANGUAGES
    ]
    names = [(text, language) for text, language, *_rest in fields[: len(LANGUAGES)] if text]
    weights, named = terms.weigh_terms(fields), terms.name_weights(names)
    if not weights:
        return []
    ids = dict(SearchTerm.objects.filter(text__in=weights).values_list("text", "pk"))
    postings = {ids[text]: (weight, named.get(text, 0.0)) for text, weight in weights.items() if text in ids}
    fits = scorer_for_all_categories().fits(postings, ())
    best = sorted(fits, key=lambda pk: (-fits[pk], pk))[:MAX_GUESSES]
    categories = Category.objects.in_use().select_related("parent").in_bulk(best)
    return [categories[pk] for pk in best if pk in categories]
