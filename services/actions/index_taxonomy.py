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

from .index_suggestions import suggest_categories
from .index_terms import add_to_counts, ids_of, note_written

# How much a phrase says about what services of its category look like.
NAME, ANSWERED, ASKED = 3.0, 2.0, 0.5
# How many terms of a category are kept, and how many of one language together make a whole.
TYPICAL, TOGETHER = 60, 4


@transaction.atomic
def index_taxonomy(*, category: Category | None = None) -> int:
    """Make the phrases and typical terms of a category, or of all, anew; returns how many phrases were made."""
    phrases, typical, written = _gather(category)
    known = ids_of(
        {term for *_phrase, found in phrases for word in found for term in word}
        | {term for found in typical.values() for term in found},
        {},
    )
    _forget(category)
    gained = Counter(known[term] for *_phrase, found in phrases for term in {term for word in found for term in word})
    add_to_counts("phrases", gained)
    _write_phrases(phrases, known)
    _write_typical(typical, known)
    note_written(written, known)
    suggest_categories(category)
    return len(phrases)


def _forget(category: Category | None) -> None:
    """Take away the old rows, and their terms from the counts."""
    phrases, typical = SearchPhrase.objects.all(), CategoryTerm.objects.all()
    if category is not None:
        phrases, typical = phrases.filter(category=category), typical.filter(category=category)
    held = SearchPhraseTerm.objects.filter(phrase__in=phrases).values_list("term_id", "phrase_id").distinct()
    add_to_counts("phrases", Counter({term: -number for term, number in Counter(t for t, _p in held).items()}))
    phrases.delete()
    typical.delete()


def _gather(category: Category | None):
    """(category, text, kind, words as {term: weight}) of all phrases, the weighted terms of each category, and whole
    words for the terms.
    """
    categories = Category.objects.in_use()
    if category is not None:
        categories = categories.filter(pk=category.pk)
    phrases, written = [], {}
    typical: dict[int, Counter] = defaultdict(Counter)
    texts = [
        (found.pk, language, getattr(found, f"name_{language}") or "", NAME)
        for found in categories
        for language in LANGUAGES
    ]
    shares = {Kind.ASKED: ASKED, Kind.ANSWERED: ANSWERED}
    texts += [
        (owner, language, text, shares[kind])
        for owner, language, text, kind in Synonym.objects.filter(is_active=True, category__in=categories).values_list(
            "category", "language", "text", "kind"
        )
    ]
    for owner, language, text, share in texts:
        for name, count in terms.counts(text, language, written).items():
            typical[owner][name] += share * count
        found = [terms.of_word(word, language) for word in words(text, language)]
        if found:
            phrases.append((owner, text, Kind.ANSWERED if share == ANSWERED else Kind.ASKED, found))
    return phrases, typical, written


def _write_phrases(phrases, known: dict[str, int]) -> None:
    """Phrases and their words, each weighed by how rare it is among all phrases."""
    total = SearchPhrase.objects.count() + len(phrases)
    wanted = {known[term] for *_phrase, found in phrases for word in found for term in word}
    occurrences = dict(SearchTerm.objects.filter(pk__in=wanted).values_list("pk", "phrases"))
    rows, held = [], []
    for category, text, kind, found in phrases:
        best = [{t: w * ranking.rarity(occurrences[known[t]], total) for t, w in word.items()} for word in found]
        norm = sum(max(word.values()) for word in best)
        rows.append(SearchPhrase(category_id=category, text=text, kind=kind, norm=norm))
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
    categories = Category.objects.in_use().count()
    language_of = {pk: text.split(":")[0] for text, pk in known.items()}
    spread = Counter(CategoryTerm.objects.values_list("term_id", flat=True))
    spread.update(known[term] for found in typical.values() for term in found)
    rows = []
    for category, found in typical.items():
        weighed = {
            known[term]: math.log1p(amount) * ranking.rarity(min(spread[known[term]], categories), categories)
            for term, amount in found.items()
        }
        best = sorted(weighed.items(), key=lambda item: -item[1])[:TYPICAL]
        for language in LANGUAGES:
            own = [(term, weight) for term, weight in best if language_of[term] == language]
            norm = sum(weight for _term, weight in own[:TOGETHER]) or 1
            rows += [
                CategoryTerm(category_id=category, term_id=term, language=language, weight=weight / norm)
                for term, weight in own
            ]
    CategoryTerm.objects.bulk_create(rows, batch_size=5000)
