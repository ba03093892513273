"""Keep the rows by which queries find categories in step with the taxonomy."""

import math
from collections import Counter, defaultdict

from django.db import transaction

from services.models import (
    Category,
    CategoryTerm,
    SearchPhrase,
    SearchPhraseTerm,
    SearchTerm,
    Synonym,
)
from services.models.category import Kind
from services.search import ranking, terms
from services.search.analysis import LANGUAGES, words

from .index_terms import add_to_counts, ids_of

# How much a phrase says about what services of its category look like.
NAME, ANSWERED, ASKED = 3.0, 2.0, 0.5
# The most typical terms of a category; their weights add up to 1.
TYPICAL, TOGETHER = 60, 8


@transaction.atomic
def index_taxonomy() -> int:
    """Make the phrases and typical terms of all categories anew; returns how many phrases there are."""
    phrases, typical = _gather()
    known = ids_of(
        {term for *_phrase, found in phrases for word in found for term in word}
        | {term for found in typical.values() for term in found},
        {},
    )
    SearchPhrase.objects.all().delete()
    CategoryTerm.objects.all().delete()
    SearchTerm.objects.exclude(phrases=0).update(phrases=0)
    occurrences = Counter(
        term for *_phrase, found in phrases for term in {term for word in found for term in word}
    )
    _write_phrases(phrases, occurrences, known)
    add_to_counts("phrases", Counter({known[term]: number for term, number in occurrences.items()}))
    _write_typical(typical, known)
    return len(phrases)


def _gather():
    """(category, text, words as {term: weight}) of what people say, and the weighted terms of each category."""
    phrases = []
    typical: dict[int, Counter] = defaultdict(Counter)
    texts = [
        (category.pk, language, getattr(category, f"name_{language}") or "", NAME)
        for category in Category.objects.in_use()
        for language in LANGUAGES
    ]
    shares = {Kind.ASKED: ASKED, Kind.ANSWERED: ANSWERED}
    texts += [
        (category, language, text, shares[kind])
        for category, language, text, kind in Synonym.objects.filter(
            is_active=True, category__replaced_by__isnull=True
        ).values_list("category", "language", "text", "kind")
    ]
    for category, language, text, share in texts:
        for name, count in terms.counts(text, language).items():
            typical[category][name] += share * count
        found = [_word_terms(word, language) for word in words(text, language)]
        if found:
            phrases.append((category, text, Kind.ANSWERED if share == ANSWERED else Kind.ASKED, found))
    return phrases, typical


def _word_terms(word, language: str) -> dict[str, float]:
    return {
        **{terms.term(language, part): terms.PART for part in word.parts},
        **{terms.term(language, text): 1.0 for text in word.terms},
    }


def _write_phrases(phrases, occurrences: Counter, known: dict[str, int]) -> None:
    total = len(phrases)
    rows, held = [], []
    for category, text, kind, found in phrases:
        best = [{t: w * ranking.rarity(occurrences[t], total) for t, w in word.items()} for word in found]
        rows.append(SearchPhrase(category_id=category, text=text, kind=kind, norm=sum(max(word.values()) for word in best)))
        held.append(best)
    SearchPhrase.objects.bulk_create(rows, batch_size=2000)
    SearchPhraseTerm.objects.bulk_create(
        [
            SearchPhraseTerm(phrase=row, term_id=known[term], word=number, weight=weight)
            for row, best in zip(rows, held, strict=True)
            for number, word in enumerate(best)
            for term, weight in word.items()
        ],
        batch_size=5000,
    )


def _write_typical(typical: dict[int, Counter], known: dict[str, int]) -> None:
    """A term that many categories share says little about each of them."""
    spread = Counter(term for found in typical.values() for term in found)
    rows = []
    for category, found in typical.items():
        weighed = {
            term: math.log1p(amount) * ranking.rarity(spread[term], len(typical)) for term, amount in found.items()
        }
        best = sorted(weighed.items(), key=lambda item: -item[1])[:TYPICAL]
        norm = sum(weight for _term, weight in best[:TOGETHER]) or 1
        rows += [CategoryTerm(category_id=category, term_id=known[t], weight=w / norm) for t, w in best]
    CategoryTerm.objects.bulk_create(rows, batch_size=5000)
