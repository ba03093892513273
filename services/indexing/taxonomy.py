"""Synchronise the rows by which queries match categories with the taxonomy."""

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

# Weight of a phrase as evidence of the terms that are typical of services in its category.
NAME_WEIGHT, ANSWERED_SYNONYM_WEIGHT, ASKED_SYNONYM_WEIGHT = 3.0, 2.0, 0.5
# How many terms of a category are stored, and how many of the best of one language add up to weight 1.
MAX_TYPICAL_TERMS, FULL_EVIDENCE_TERMS = 60, 4
# Terms per transaction when rarities are recomputed.
BATCH = 1000


@transaction.atomic
def index_taxonomy(*, category: Category, written: dict[str, str] | None = None) -> int:
    """Rebuild the phrases and typical terms of a category; returns how many phrases it has.

    Does not update the fits of services. `written` collects a whole word for each term. Raises LockTimeout.
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
    """Whether the stored rows are up to date. Unchanged rows keep their ids, so cached scorers stay valid."""
    weighed = SearchTerm.objects.filter(pk__in=known.values()).exclude(phrase_rarity=None)
    rarities = {
        text: TermRarity(*rarity) for text, *rarity in weighed.values_list("text", "phrase_rarity", "category_rarity")
    }
    if len(rarities) < len(known):
        return False
    expected = Counter()
    for phrase in phrases:
        norm, words = phrase.weigh(rarities)
        word_terms = {
            (number, known[term], weight) for number, word in enumerate(words) for term, weight in word.items()
        }
        expected[phrase.text, phrase.kind.value, norm, frozenset(word_terms)] += 1
    rows = SearchPhrase.objects.filter(category=category).values_list("pk", "text", "kind", "norm")
    stored = {pk: (attributes, set()) for pk, *attributes in rows}
    terms = SearchPhraseTerm.objects.filter(phrase__in=list(stored))
    for phrase, *word_terms in terms.values_list("phrase_id", "word", "term_id", "weight"):
        stored[phrase][1].add(tuple(word_terms))
    if Counter((*attributes, frozenset(word_terms)) for attributes, word_terms in stored.values()) != expected:
        return False
    weights = weigh_typical(typical[category.pk], rarities) if category.pk in typical else {}
    stored_terms = CategoryTerm.objects.filter(category=category).values_list("term_id", "language", "weight")
    return {*stored_terms} == {(known[term], term[:2], weight) for term, weight in weights.items()}


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
            for owner, amounts in typical.items()
            for term, weight in weigh_typical(amounts, rarities).items()
        ],
        batch_size=5000,
    )


def index_categories(written: dict[str, str] | None = None) -> None:
    """Recompute the rarity of terms, then index each category in a separate transaction."""
    _weigh_anew()
    for category in Category.objects.order_by("pk"):
        index_taxonomy(category=category, written=written)


def _weigh_anew() -> None:
    """Recompute rarities. Counting takes no lock: a term added meanwhile keeps the rarity it was added with."""
    phrases, typical = collect_phrases()
    phrase_counts = Counter(term for phrase in phrases for term in phrase.terms)
    category_counts = Counter(term for amounts in typical.values() for term in amounts)
    categories = Category.objects.in_use().count()
    with turn():
        SearchTerm.objects.filter(phrases=0, phrase_rarity__isnull=False).update(
            phrase_rarity=None, category_rarity=None
        )
    known: dict[str, int] = {}
    for batch in batched(sorted(phrase_counts), BATCH):
        with turn():
            term_ids(batch, known)
            store_rarities(
                [
                    (
                        known[term],
                        ranking.rarity(phrase_counts[term], len(phrases)),
                        ranking.rarity(min(category_counts[term], categories), categories),
                    )
                    for term in batch
                ]
            )


def remove_category_rows(category: Category) -> None:
    """Delete the rows of a category and subtract their terms from the counts. Call it also before deleting it."""
    phrases = SearchPhrase.objects.filter(category=category)
    # By ids: the planner has no statistics for rows of the current transaction, and plans a join badly.
    phrase_terms = SearchPhraseTerm.objects.filter(phrase__in=list(phrases.values_list("pk", flat=True)))
    numbers = Counter(term for term, _phrase in phrase_terms.values_list("term_id", "phrase_id").distinct())
    add_to_term_counts("phrases", Counter({term: -number for term, number in numbers.items()}))
    for rows in (phrase_terms, phrases, CategoryTerm.objects.filter(category=category)):
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
        """The total weight of the words, and the words with each term weighted by its rarity among phrases."""
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
    """Phrases of the current records, and {category id: {term: amount of evidence}}.

    `written`, if given, collects a whole word for each term.
    """
    categories = Category.objects.in_use()
    if category is not None:
        categories = categories.filter(pk=category.pk)
    phrases = []
    typical: dict[int, Counter] = defaultdict(Counter)
    texts = [
        (record.pk, language, getattr(record, f"name_{language}") or "", NAME_WEIGHT)
        for record in categories
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
        words = [
            terms.word_terms(word, language, negated=word.surface in denied)
            for word in meaningful_words(text, language)
        ]
        if words:
            phrases.append(
                CategoryPhrase(
                    owner, text, SynonymKind.ANSWERED if share == ANSWERED_SYNONYM_WEIGHT else SynonymKind.ASKED, words
                )
            )
    return phrases, typical


def weigh_typical(amounts: Counter, rarities: dict[str, TermRarity]) -> dict[str, float]:
    """The most typical terms of a category with their weights; terms that many categories share weigh little."""
    weighed = {term: math.log1p(amount) * rarities[term].categories for term, amount in amounts.items()}
    best = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:MAX_TYPICAL_TERMS]
    weights = {}
    for language in LANGUAGES:
        language_terms = [(term, weight) for term, weight in best if term[:2] == language]
        norm = sum(weight for _term, weight in language_terms[:FULL_EVIDENCE_TERMS]) or 1
        weights |= {term: weight / norm for term, weight in language_terms}
    return weights


def _rarities(
    phrases: list[CategoryPhrase], typical: dict[int, Counter], known: dict[str, int]
) -> dict[str, TermRarity]:
    """The rarities of terms: the stored ones, and for new terms from the current counts, which are then stored."""
    total, categories = SearchPhrase.objects.count() + len(phrases), Category.objects.in_use().count()
    rows = SearchTerm.objects.filter(pk__in={known[term] for phrase in phrases for term in phrase.terms})
    rarities, new = {}, {}
    for term in rows:
        if term.phrase_rarity is None:
            new[term.pk] = term
        else:
            rarities[term.text] = TermRarity(term.phrase_rarity, term.category_rarity)
    category_counts = Counter(CategoryTerm.objects.filter(term__in=new).values_list("term_id", flat=True))
    category_counts.update(known[term] for amounts in typical.values() for term in amounts)
    weighed = []
    for pk, term in new.items():
        rarity = TermRarity(
            ranking.rarity(term.phrases, total), ranking.rarity(min(category_counts[pk], categories), categories)
        )
        rarities[term.text] = rarity
        weighed.append((pk, rarity.phrases, rarity.categories))
    store_rarities(weighed)
    return rarities


def _write_phrases(phrases: list[CategoryPhrase], rarities: dict[str, TermRarity], known: dict[str, int]) -> None:
    rows, words_of_phrases = [], []
    for phrase in phrases:
        norm, words = phrase.weigh(rarities)
        rows.append(SearchPhrase(category_id=phrase.category, text=phrase.text, kind=phrase.kind, norm=norm))
        words_of_phrases.append(words)
    SearchPhrase.objects.bulk_create(rows, batch_size=2000)
    SearchPhraseTerm.objects.bulk_create(
        [
            SearchPhraseTerm(phrase=row, term_id=known[term], word=number, weight=weight)
            for row, words in zip(rows, words_of_phrases, strict=True)
            for number, word in enumerate(words)
            for term, weight in word.items()
        ],
        batch_size=5000,
    )
