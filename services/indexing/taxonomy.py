"""Synchronise the rows by which queries match categories with the taxonomy."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from services.indexing.lock import lock_search_index, turn
from services.models import Category, CategoryTerm, SearchPhrase, SearchPhraseTerm, SearchTerm, Synonym
from services.models.category import SynonymKind
from services.search import ranking, terms
from services.search.analysis import LANGUAGES, meaningful_words, negated_words

from .bulk_replace import copy_rows
from .suggestions import index_category_suggestions
from .terms import add_to_term_counts, batched, gather_written, store_rarities, store_written_forms, term_ids

# Weight of a phrase as evidence of the terms that are typical of services in its category.
NAME_WEIGHT, ANSWERED_SYNONYM_WEIGHT, ASKED_SYNONYM_WEIGHT = 3.0, 2.0, 0.5
# How many terms of a category are stored, and how many of the best of one language add up to weight 1.
MAX_TYPICAL_TERMS, FULL_EVIDENCE_TERMS = 60, 4
# Terms per transaction when rarities are recomputed, and categories per transaction when they are indexed.
BATCH_SIZE, CATEGORY_BATCH_SIZE = 1000, 20
# By id of a category: the amount of evidence for each term.
EvidenceByCategory = dict[int, dict[str, float]]


@transaction.atomic
def index_taxonomy(*categories: Category, written: dict[str, str] | None = None) -> int:
    """Rebuild the phrases, typical terms and suggestions of categories; return the number of their phrases.

    Does not update the fits of services. `written` collects a whole word for each term. Raises LockTimeout.
    """
    lock_search_index()
    ids = [category.pk for category in categories]
    words_written: dict[str, str] = {}
    phrases, evidence = collect_phrases(ids, words_written)
    known = term_ids({term for phrase in phrases for term in phrase.terms}, {})
    outdated = _outdated_categories(ids, phrases, evidence, known)
    if outdated:
        _write(
            outdated,
            [phrase for phrase in phrases if phrase.category in outdated],
            {owner: amounts for owner, amounts in evidence.items() if owner in outdated},
            known,
        )
    store_written_forms(words_written, known)
    index_category_suggestions(ids)
    if written is not None:
        gather_written(words_written, written)
    return len(phrases)


def _outdated_categories(
    ids: Collection[int], phrases: list["CategoryPhrase"], evidence: EvidenceByCategory, known: dict[str, int]
) -> set[int]:
    """The categories whose stored rows differ. Unchanged rows keep their ids, so cached scorers stay valid."""
    rarities = stored_rarities(SearchTerm.objects.filter(pk__in=known.values()))
    outdated: set[int] = set()
    expected: dict[int, Counter[tuple]] = {pk: Counter() for pk in ids}
    for phrase in phrases:
        if not phrase.terms <= rarities.keys():
            outdated.add(phrase.category)
            continue
        norm, words = phrase.weigh(rarities)
        word_terms = {
            (number, known[term], weight) for number, word in enumerate(words) for term, weight in word.items()
        }
        expected[phrase.category][phrase.text, phrase.kind.value, norm, frozenset(word_terms)] += 1
    stored_terms: dict[int, set[tuple]] = {pk: set() for pk in ids}
    rows = CategoryTerm.objects.filter(category__in=ids).values_list("category_id", "term_id", "language", "weight")
    for pk, *row in rows:
        stored_terms[pk].add(tuple(row))
    for pk, stored in _stored_phrases(ids).items():
        if pk in outdated:
            continue
        weights = weigh_typical(evidence[pk], rarities) if pk in evidence else {}
        typical = {(known[term], term[:2], weight) for term, weight in weights.items()}
        if stored != expected[pk] or stored_terms[pk] != typical:
            outdated.add(pk)
    return outdated


def _stored_phrases(ids: Collection[int]) -> dict[int, Counter[tuple]]:
    """Count the stored phrases of each category by (text, kind, norm, terms of their words)."""
    rows = SearchPhrase.objects.filter(category__in=ids).values_list("pk", "category_id", "text", "kind", "norm")
    attributes = {pk: (owner, (text, kind, norm)) for pk, owner, text, kind, norm in rows}
    word_terms: dict[int, set[tuple[int, int, float]]] = {pk: set() for pk in attributes}
    phrase_terms = SearchPhraseTerm.objects.filter(phrase__in=list(attributes))
    for pk, number, term_id, weight in phrase_terms.values_list("phrase_id", "word", "term_id", "weight"):
        word_terms[pk].add((number, term_id, weight))
    stored: dict[int, Counter[tuple]] = {pk: Counter() for pk in ids}
    for pk, (owner, values) in attributes.items():
        stored[owner][*values, frozenset(word_terms[pk])] += 1
    return stored


def _write(
    ids: Collection[int], phrases: list["CategoryPhrase"], evidence: EvidenceByCategory, known: dict[str, int]
) -> None:
    remove_category_rows(ids)
    add_to_term_counts("phrases", Counter(known[term] for phrase in phrases for term in phrase.terms))
    rarities = _rarities(phrases, evidence, known)
    _write_phrases(phrases, rarities, known)
    copy_rows(
        CategoryTerm,
        ("category_id", "term_id", "language", "weight"),
        [
            (owner, known[term], term[:2], weight)
            for owner, amounts in evidence.items()
            for term, weight in weigh_typical(amounts, rarities).items()
        ],
    )


def index_categories(written: dict[str, str] | None = None) -> None:
    """Recompute the rarity of terms, then index all categories, each batch in a separate transaction."""
    _recompute_rarities()
    for batch in batched(Category.objects.order_by("pk"), CATEGORY_BATCH_SIZE):
        index_taxonomy(*batch, written=written)


def _recompute_rarities() -> None:
    """Recompute rarities. Counting takes no lock, so a term that is added meanwhile keeps its first rarity."""
    phrases, evidence = collect_phrases()
    phrase_counts = Counter(term for phrase in phrases for term in phrase.terms)
    category_counts = Counter(term for amounts in evidence.values() for term in amounts)
    categories = Category.objects.in_use().count()
    with turn():
        SearchTerm.objects.filter(phrases=0, phrase_rarity__isnull=False).update(
            phrase_rarity=None, category_rarity=None
        )
    known: dict[str, int] = {}
    for batch in batched(sorted(phrase_counts), BATCH_SIZE):
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


def remove_category_rows(ids: Collection[int]) -> None:
    """Delete the rows of categories and subtract their terms from the counts. Call it also before deleting them."""
    phrases = SearchPhrase.objects.filter(category__in=ids)
    # By ids: the planner has no statistics for rows of the current transaction, and plans a join badly.
    phrase_terms = SearchPhraseTerm.objects.filter(phrase__in=list(phrases.values_list("pk", flat=True)))
    numbers = Counter(term for term, _phrase in phrase_terms.values_list("term_id", "phrase_id").distinct())
    add_to_term_counts("phrases", Counter({term: -number for term, number in numbers.items()}))
    for rows in (phrase_terms, phrases, CategoryTerm.objects.filter(category__in=ids)):
        rows._raw_delete(rows.db)


@dataclass(frozen=True)
class CategoryPhrase:
    """A name or synonym of a category; `words` are the weights of the terms of each word."""

    category: int
    text: str
    kind: SynonymKind
    words: list[dict[str, float]]

    @property
    def terms(self) -> set[str]:
        return {term for word in self.words for term in word}

    def weigh(self, rarities: Mapping[str, "TermRarity"]) -> tuple[float, list[dict[str, float]]]:
        """Return the total weight of the words, and the words with terms weighted by their rarity among phrases."""
        words = [{term: weight * rarities[term].phrases for term, weight in word.items()} for word in self.words]
        return sum(max(word.values()) for word in words), words


@dataclass(frozen=True)
class TermRarity:
    """How rare a term is among phrases and among categories."""

    phrases: float
    categories: float


def stored_rarities(search_terms: QuerySet[SearchTerm]) -> dict[str, TermRarity]:
    """Return the stored rarities of terms by their text; terms without any are left out."""
    rows = search_terms.exclude(phrase_rarity=None).values_list("text", "phrase_rarity", "category_rarity")
    return {
        text: TermRarity(phrases, categories)
        for text, phrases, categories in rows
        if phrases is not None and categories is not None
    }


def collect_phrases(
    ids: Collection[int] | None = None, written: dict[str, str] | None = None
) -> tuple[list[CategoryPhrase], EvidenceByCategory]:
    """Return the phrases of these categories, or of all, by the current records, and the evidence for typical terms.

    `written`, if given, collects a whole word for each term.
    """
    categories = Category.objects.in_use()
    if ids is not None:
        categories = categories.filter(pk__in=ids)
    phrases: list[CategoryPhrase] = []
    evidence: EvidenceByCategory = defaultdict(lambda: defaultdict(float))
    texts = [
        (record.pk, language, getattr(record, f"name_{language}") or "", NAME_WEIGHT)
        for record in categories
        for language in LANGUAGES
    ]
    synonym_weights: dict[str, float] = {
        SynonymKind.ASKED: ASKED_SYNONYM_WEIGHT,
        SynonymKind.ANSWERED: ANSWERED_SYNONYM_WEIGHT,
    }
    texts += [
        (owner, language, text, synonym_weights[kind])
        for owner, language, text, kind in Synonym.objects.filter(is_active=True, category__in=categories).values_list(
            "category", "language", "text", "kind"
        )
    ]
    for owner, language, text, share in texts:
        for name, count in terms.term_counts(text, language, written).items():
            evidence[owner][name] += share * count
        negated = negated_words(text, language)
        words = [
            terms.word_terms(word, language, negated=word.surface in negated)
            for word in meaningful_words(text, language)
        ]
        if words:
            phrases.append(
                CategoryPhrase(
                    owner, text, SynonymKind.ANSWERED if share == ANSWERED_SYNONYM_WEIGHT else SynonymKind.ASKED, words
                )
            )
    return phrases, evidence


def weigh_typical(amounts: Mapping[str, float], rarities: Mapping[str, TermRarity]) -> dict[str, float]:
    """Return the weights of the most typical terms of a category, from the amount of evidence for each term.

    Terms of many categories weigh little.
    """
    weighed = {term: math.log1p(amount) * rarities[term].categories for term, amount in amounts.items()}
    best = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:MAX_TYPICAL_TERMS]
    weights: dict[str, float] = {}
    for language in LANGUAGES:
        language_terms = [(term, weight) for term, weight in best if term[:2] == language]
        norm = sum(weight for _term, weight in language_terms[:FULL_EVIDENCE_TERMS]) or 1
        weights |= {term: weight / norm for term, weight in language_terms}
    return weights


def _rarities(
    phrases: list[CategoryPhrase], evidence: EvidenceByCategory, known: dict[str, int]
) -> dict[str, TermRarity]:
    """Return the rarities of terms: stored ones, and those of new terms from current counts, which are then stored."""
    total, categories = SearchPhrase.objects.count() + len(phrases), Category.objects.in_use().count()
    rows = SearchTerm.objects.filter(pk__in={known[term] for phrase in phrases for term in phrase.terms})
    rarities: dict[str, TermRarity] = {}
    new: dict[int, SearchTerm] = {}
    for term in rows:
        if term.phrase_rarity is None or term.category_rarity is None:
            new[term.pk] = term
        else:
            rarities[term.text] = TermRarity(term.phrase_rarity, term.category_rarity)
    category_counts = Counter(CategoryTerm.objects.filter(term__in=new).values_list("term_id", flat=True))
    category_counts.update(known[term] for amounts in evidence.values() for term in amounts)
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
    copy_rows(
        SearchPhraseTerm,
        ("phrase_id", "term_id", "word", "weight"),
        [
            (row.pk, known[term], number, weight)
            for row, words in zip(rows, words_of_phrases, strict=True)
            for number, word in enumerate(words)
            for term, weight in word.items()
        ],
    )
