"""Keep the rows by which queries find categories in step with the taxonomy."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import transaction

from services.indexing.lock import lock_search_index, turn
from services.models import Category, CategoryTerm, SearchPhrase, SearchPhraseTerm, SearchTerm, Synonym
from services.models.category import SynonymKind
from services.search import ranking, terms
from services.search.analysis import LANGUAGES, meaningful_words, negated_words

from .suggestions import index_category_suggestions
from .terms import add_to_term_counts, batched, gather_written, store_rarities, store_written_forms, term_ids

# How much a phrase says about what services of its category look like.
NAME_WEIGHT, ANSWERED_SYNONYM_WEIGHT, ASKED_SYNONYM_WEIGHT = 3.0, 2.0, 0.5
# How many terms of a category are kept, and how many of one language together make a whole.
MAX_TYPICAL_TERMS, FULL_EVIDENCE_TERMS = 60, 4
# How many terms are weighed anew in one transaction.
BATCH = 1000


@transaction.atomic
def index_taxonomy(*, category: Category, written: dict[str, str] | None = None) -> int:
    """Make the phrases and typical terms of a category anew; returns how many phrases were made.

    The fits of services do not follow. `written` gathers a whole word for each term. Raises LockTimeout.
    """
    lock_search_index()
    words_written: dict[str, str] = {}
    phrases, typical = collect_phrases(category, words_written)
    known = term_ids({term for phrase in phrases for term in phrase.terms}, {})
    if not _is_in_step(category, phrases, typical, known):
        _write(category, phrases, typical, known)
    store_written_forms(words_written, known)
    index_category_suggestions(category)
    if written is not None:
        gather_written(words_written, written)
    return len(phrases)


def _is_in_step(
    category: Category, phrases: list["CategoryPhrase"], typical: dict[int, Counter], known: dict[str, int]
) -> bool:
    """Whether the rows say so already. Those that stay keep their numbers, by which every process knows its answers."""
    weighed = SearchTerm.objects.filter(pk__in=known.values()).exclude(phrase_rarity=None)
    rarities = {
        text: TermRarity(*found) for text, *found in weighed.values_list("text", "phrase_rarity", "category_rarity")
    }
    if len(rarities) < len(known):
        return False
    wanted = Counter()
    for phrase in phrases:
        norm, words = phrase.weigh(rarities)
        held = {(number, known[term], weight) for number, word in enumerate(words) for term, weight in word.items()}
        wanted[phrase.text, phrase.kind.value, norm, frozenset(held)] += 1
    rows = SearchPhrase.objects.filter(category=category).values_list("pk", "text", "kind", "norm")
    stored = {pk: (about, set()) for pk, *about in rows}
    terms = SearchPhraseTerm.objects.filter(phrase__in=list(stored))
    for phrase, *held in terms.values_list("phrase_id", "word", "term_id", "weight"):
        stored[phrase][1].add(tuple(held))
    if Counter((*about, frozenset(held)) for about, held in stored.values()) != wanted:
        return False
    weights = weigh_typical(typical[category.pk], rarities) if category.pk in typical else {}
    there = CategoryTerm.objects.filter(category=category).values_list("term_id", "language", "weight")
    return {*there} == {(known[term], term[:2], weight) for term, weight in weights.items()}


def _write(
    category: Category, phrases: list["CategoryPhrase"], typical: dict[int, Counter], known: dict[str, int]
) -> None:
    remove_category_rows(category)
    add_to_term_counts("phrases", Counter(known[term] for phrase in phrases for term in phrase.terms))
    rarities = _rarities(phrases, typical, known)
    _write_phrases(phrases, rarities, known)
    CategoryTerm.objects.bulk_create(
        [
            CategoryTerm(category_id=owner, term_id=known[term], language=term[:2], weight=weight)
            for owner, found in typical.items()
            for term, weight in weigh_typical(found, rarities).items()
        ],
        batch_size=5000,
    )


def index_categories(written: dict[str, str] | None = None) -> None:
    """Weigh anew how rare terms are, and then index each category by it, in a transaction of its own."""
    _weigh_anew()
    for category in Category.objects.order_by("pk"):
        index_taxonomy(category=category, written=written)


def _weigh_anew() -> None:
    """Counted without the lock. A term that a coordinator adds meanwhile keeps the rarity it got then."""
    phrases, typical = collect_phrases()
    held = Counter(term for phrase in phrases for term in phrase.terms)
    spread = Counter(term for found in typical.values() for term in found)
    categories = Category.objects.in_use().count()
    with turn():
        SearchTerm.objects.filter(phrases=0, phrase_rarity__isnull=False).update(
            phrase_rarity=None, category_rarity=None
        )
    known: dict[str, int] = {}
    for batch in batched(sorted(held), BATCH):
        with turn():
            term_ids(batch, known)
            store_rarities(
                [
                    (
                        known[term],
                        ranking.rarity(held[term], len(phrases)),
                        ranking.rarity(min(spread[term], categories), categories),
                    )
                    for term in batch
                ]
            )


def remove_category_rows(category: Category) -> None:
    """Take away the rows of a category, and their terms from the counts; also before it is deleted."""
    phrases = SearchPhrase.objects.filter(category=category)
    # By numbers: a join is planned badly where the rows are of this transaction.
    held = SearchPhraseTerm.objects.filter(phrase__in=list(phrases.values_list("pk", flat=True)))
    numbers = Counter(term for term, _phrase in held.values_list("term_id", "phrase_id").distinct())
    add_to_term_counts("phrases", Counter({term: -number for term, number in numbers.items()}))
    for rows in (held, phrases, CategoryTerm.objects.filter(category=category)):
        rows._raw_delete(rows.db)


@dataclass(frozen=True)
class CategoryPhrase:
    """A name or synonym with the terms of each of its words, each with its weight."""

    category: int
    text: str
    kind: str
    words: list[dict[str, float]]

    @property
    def terms(self) -> set[str]:
        return {term for word in self.words for term in word}

    def weigh(self, rarities: dict[str, "TermRarity"]) -> tuple[float, list[dict[str, float]]]:
        """The weights of all words together, and the words, each term weighed by how rare it is among all phrases."""
        words = [{term: weight * rarities[term].phrases for term, weight in word.items()} for word in self.words]
        return sum(max(word.values()) for word in words), words


@dataclass(frozen=True)
class TermRarity:
    """How rare a term is among phrases and among categories."""

    phrases: float
    categories: float


def collect_phrases(
    category: Category | None = None, written: dict[str, str] | None = None
) -> tuple[list[CategoryPhrase], dict[int, Counter]]:
    """All phrases, and how much each term says about each category, as the records are now.

    `written`, if given, takes a whole word for each term.
    """
    categories = Category.objects.in_use()
    if category is not None:
        categories = categories.filter(pk=category.pk)
    phrases = []
    typical: dict[int, Counter] = defaultdict(Counter)
    texts = [
        (found.pk, language, getattr(found, f"name_{language}") or "", NAME_WEIGHT)
        for found in categories
        for language in LANGUAGES
    ]
    shares = {SynonymKind.ASKED: ASKED_SYNONYM_WEIGHT, SynonymKind.ANSWERED: ANSWERED_SYNONYM_WEIGHT}
    texts += [
        (owner, language, text, shares[kind])
        for owner, language, text, kind in Synonym.objects.filter(is_active=True, category__in=categories).values_list(
            "category", "language", "text", "kind"
        )
    ]
    for owner, language, text, share in texts:
        for name, count in terms.term_counts(text, language, written).items():
            typical[owner][name] += share * count
        denied = negated_words(text, language)
        found = [
            terms.word_terms(word, language, negated=word.surface in denied)
            for word in meaningful_words(text, language)
        ]
        if found:
            phrases.append(
                CategoryPhrase(
                    owner, text, SynonymKind.ANSWERED if share == ANSWERED_SYNONYM_WEIGHT else SynonymKind.ASKED, found
                )
            )
    return phrases, typical


def weigh_typical(found: Counter, rarities: dict[str, TermRarity]) -> dict[str, float]:
    """The terms that say most about a category; one that many categories share says little about each of them."""
    weighed = {term: math.log1p(amount) * rarities[term].categories for term, amount in found.items()}
    best = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:MAX_TYPICAL_TERMS]
    weights = {}
    for language in LANGUAGES:
        own = [(term, weight) for term, weight in best if term[:2] == language]
        norm = sum(weight for _term, weight in own[:FULL_EVIDENCE_TERMS]) or 1
        weights |= {term: weight / norm for term, weight in own}
    return weights


def _rarities(
    phrases: list[CategoryPhrase], typical: dict[int, Counter], known: dict[str, int]
) -> dict[str, TermRarity]:
    """How rare the terms are: as it was weighed once, and by today's counts where that is still to be done."""
    total, categories = SearchPhrase.objects.count() + len(phrases), Category.objects.in_use().count()
    rows = SearchTerm.objects.filter(pk__in={known[term] for phrase in phrases for term in phrase.terms})
    rarities, new = {}, {}
    for term in rows:
        if term.phrase_rarity is None:
            new[term.pk] = term
        else:
            rarities[term.text] = TermRarity(term.phrase_rarity, term.category_rarity)
    spread = Counter(CategoryTerm.objects.filter(term__in=new).values_list("term_id", flat=True))
    spread.update(known[term] for found in typical.values() for term in found)
    weighed = []
    for pk, term in new.items():
        rarity = TermRarity(
            ranking.rarity(term.phrases, total), ranking.rarity(min(spread[pk], categories), categories)
        )
        rarities[term.text] = rarity
        weighed.append((pk, rarity.phrases, rarity.categories))
    store_rarities(weighed)
    return rarities


def _write_phrases(phrases: list[CategoryPhrase], rarities: dict[str, TermRarity], known: dict[str, int]) -> None:
    rows, held = [], []
    for phrase in phrases:
        norm, words_held = phrase.weigh(rarities)
        rows.append(SearchPhrase(category_id=phrase.category, text=phrase.text, kind=phrase.kind, norm=norm))
        held.append(words_held)
    SearchPhrase.objects.bulk_create(rows, batch_size=2000)
    SearchPhraseTerm.objects.bulk_create(
        [
            SearchPhraseTerm(phrase=row, term_id=known[term], word=number, weight=weight)
            for row, words_held in zip(rows, held, strict=True)
            for number, word in enumerate(words_held)
            for term, weight in word.items()
        ],
        batch_size=5000,
    )
