"""Rows that the text search reads; all are derived by `services.indexing.services` and `services.indexing.taxonomy`.

A term is a base form or stem of a word with its language ("fi:perhe"). Postings store how much the text of a service is
about a term, fits how well a service matches a category, and phrases what people say when they mean a category.

Postings and fits are many: a hundred thousand services have twelve million. Their foreign keys have no database
constraints, because checking them would take longer than writing the rows.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models

from services.search import ranking, typo_corrections
from services.search.analysis import LANGUAGES, analyse
from services.search.query import QueryWord, TextQuery
from services.search.query import query_word as parse_word
from services.search.ranking import CategoryGuess, QueryPlan
from services.search.terms import fold_letters, name_fingerprint
from services.search.typo_corrections import SimilarWord
from services.search.vocabulary import RecognisedConcept

from .category import Category, SynonymKind
from .service import Service

if TYPE_CHECKING:
    from .vocabulary import Concept

# By term id: (weight, whether the term is a part of a compound).
TermWeights = dict[int, tuple[float, bool]]
# By number of a misspelt word in the query: (term id, the corrected word).
CorrectedWords = dict[int, tuple[int, QueryWord]]


class SearchPhraseQuerySet(models.QuerySet["SearchPhrase"]):
    def nearest_categories(self, query: TextQuery, limit: int) -> list[int]:
        """Return the ids of categories of which the query has at least half a phrase, nearest first.

        This finds more than `SearchTermQuerySet.plan`, because further words of the query do not count.
        """
        weighted_terms = [
            (text, number, weight)
            for number, word in enumerate(query.words)
            for text, weight in {**word.parts, **word.terms}.items()
        ]
        if not weighted_terms:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_NEAREST_CATEGORIES_SQL, [*map(list, zip(*weighted_terms, strict=True)), limit])
            return [category for (category,) in cursor.fetchall()]


_NEAREST_CATEGORIES_SQL = """
WITH hits AS (
  SELECT phrase_term.phrase_id, query_term.word, max(query_term.weight * phrase_term.weight) AS evidence
  FROM unnest(%s::text[], %s::int[], %s::float[]) AS query_term(text, word, weight)
  JOIN services_searchterm AS term ON term.text = query_term.text
  JOIN services_searchphraseterm AS phrase_term ON phrase_term.term_id = term.id
  GROUP BY phrase_term.phrase_id, query_term.word
), phrases AS (
  SELECT phrase.category_id, phrase.norm, sum(hits.evidence) AS evidence
  FROM hits JOIN services_searchphrase AS phrase ON phrase.id = hits.phrase_id AND phrase.kind = 'asked'
  GROUP BY phrase.id
)
SELECT category_id FROM phrases WHERE evidence >= 0.5 * norm
GROUP BY category_id ORDER BY max(evidence * evidence / norm) DESC, category_id LIMIT %s
"""


class SearchTermQuerySet(models.QuerySet["SearchTerm"]):
    """Resolves text queries against the indexed terms."""

    def plan(self, query: TextQuery) -> QueryPlan:
        """Return the terms and categories that a query searches for, in six statements whatever its length."""
        if not query:
            return QueryPlan()
        indexed = self._indexed_terms(query)
        # Other terms are used by vocabularies only.
        occurrences = {text: count for text, (_pk, count) in indexed.items() if count}
        ids = {text: indexed[text][0] for text in occurrences}
        similar_words, corrections = self._similar_words(query, occurrences)
        corrected_words = {} if query.exact else _corrected_words(query, ids, corrections)
        weights_by_word = [_term_weights(word, ids, [] if query.exact else similar_words) for word in query.words]
        similar_only = _similar_only_terms(query, weights_by_word, ids)
        if not query.exact:
            self._add_concept_terms(weights_by_word, query, indexed, corrected_words)
        counts, written_forms = self._term_counts(weights_by_word, corrected_words)
        service_count, phrase_count = self._index_totals()
        terms, best_text_score = [], 0.0
        for number, weights in enumerate(weights_by_word):
            rarity_weights = {
                pk: weight * ranking.rarity(counts[pk][0], service_count)
                for pk, (weight, _is_part) in weights.items()
                if counts[pk][0]
            }
            terms += [(pk, number, weights[pk][1], weight) for pk, weight in rarity_weights.items()]
            best_text_score += max(
                rarity_weights.values(), default=ranking.UNKNOWN_WORD_FACTOR * ranking.rarity(0, service_count)
            )
        return QueryPlan(
            terms=tuple(terms),
            word_count=len(query.words),
            best_text_score=best_text_score,
            exact=query.exact,
            name_fingerprints=_name_fingerprints(query, corrected_words),
            extra_words=_extra_words(query, similar_only.union(ids.values()), weights_by_word, written_forms),
            has_similar_words=bool(similar_only),
            categories=() if query.exact else self._categories(query, weights_by_word, counts, phrase_count),
            corrections={surface: similar.written for surface, similar in corrections.items()},
        )

    def _indexed_terms(self, query: TextQuery) -> dict[str, tuple[int, int]]:
        """Return (id, number of services and phrases) of the indexed terms among the terms of the query."""
        texts = {text for word in query.words for text in (*word.terms, *word.parts)}
        rows = self.filter(text__in=texts).values_list("text", "pk", "services", "phrases")
        return {text: (pk, services + phrases) for text, pk, services, phrases in rows}

    def _add_concept_terms(
        self,
        weights_by_word: list[TermWeights],
        query: TextQuery,
        indexed: dict[str, tuple[int, int]],
        corrected_words: CorrectedWords,
    ) -> None:
        """Add the other terms of the vocabulary concepts that the query names."""
        own_terms = {
            number: [indexed[text][0] for text in word.terms if text in indexed]
            + ([corrected_words[number][0]] if number in corrected_words else [])
            for number, word in enumerate(query.words)
        }
        for concept in self._recognised_concepts(own_terms):
            for number in concept.words:
                for pk, weight in concept.terms:
                    weights_by_word[number].setdefault(pk, (ranking.CONCEPT_WEIGHT * weight, False))

    def _term_counts(
        self, weights_by_word: list[TermWeights], corrected_words: CorrectedWords
    ) -> tuple[dict[int, tuple[int, int]], dict[int, str]]:
        """Return the numbers of services and of phrases with each term, and the written forms of those in services.

        Adds the terms of the corrected words to `weights_by_word`.
        """
        pks = {pk for weights in weights_by_word for pk in weights}
        texts = {text for _pk, word in corrected_words.values() for text in (*word.terms, *word.parts)}
        terms = self.filter(models.Q(pk__in=pks) | models.Q(text__in=texts))
        rows = list(terms.values_list("pk", "text", "services", "phrases", "written"))
        ids = {text: pk for pk, text, services, phrases, _written in rows if services + phrases}
        for number, (_pk, word) in corrected_words.items():
            for pk, (weight, is_part) in _term_weights(word, ids, []).items():
                weight *= ranking.CORRECTED_WORD_WEIGHT
                if weight > weights_by_word[number].get(pk, (0.0, False))[0]:
                    weights_by_word[number][pk] = (weight, is_part)
        return (
            {pk: (services, phrases) for pk, _text, services, phrases, _written in rows},
            {pk: written for pk, _text, services, _phrases, written in rows if services and written},
        )

    def _recognised_concepts(self, term_ids_by_word: dict[int, list[int]]) -> list[RecognisedConcept]:
        """Return the vocabulary concepts that the query names."""
        concepts: type[Concept] = apps.get_model("services", "Concept")
        return concepts.objects.recognised(term_ids_by_word)

    def _index_totals(self) -> tuple[int, int]:
        """Return the numbers of listed services and of phrases."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM services_listing), (SELECT count(*) FROM services_searchphrase)"
            )
            return cursor.fetchone()

    def _similar_words(
        self, query: TextQuery, occurrences: dict[str, int]
    ) -> tuple[list[SimilarWord], dict[str, SimilarWord]]:
        """Return indexed terms spelt like the words of the query, and probable corrections of misspelt words."""
        word_occurrences = {
            word.surface: max((occurrences.get(text, 0) for text in word.terms), default=0) for word in query.words
        }
        doubtful = {
            word.surface: word_occurrences[word.surface]
            for word in query.words
            if typo_corrections.is_doubtful(word, word_occurrences[word.surface])
        }
        unknown = [word for word in query.words if doubtful.get(word.surface) == 0]
        repairs = typo_corrections.repair_candidates(unknown, query.language)
        min_similarities = [
            (word, typo_corrections.MIN_SIMILARITY if word.surface in doubtful else ranking.MIN_SIMILARITY)
            for word in query.words
            if len(word.folded) > 3 and not any(c.isdigit() for c in word.surface)
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                *typo_corrections.similar_words_sql(
                    min_similarities, query.language, typo_corrections.candidate_terms(repairs)
                )
            )
            similar_words = [SimilarWord(*row) for row in cursor.fetchall()]
        candidates = [*similar_words, *typo_corrections.indexed_repairs(similar_words, repairs)]
        return similar_words, typo_corrections.probable_words(candidates, query.language, doubtful)

    def _categories(
        self,
        query: TextQuery,
        weights_by_word: list[TermWeights],
        counts: dict[int, tuple[int, int]],
        phrase_count: int,
    ) -> tuple[CategoryGuess, ...]:
        """Return the categories whose phrases are most like the query, with its words weighted by their rarity.

        A phrase that is typed word for word is certain: "I want to die" has one word that weighs anything.
        """
        query_norm = 0.0
        rows: list[tuple[int, int, float]] = []
        for number, weights in enumerate(weights_by_word):
            rarities = [
                (pk, weight, ranking.rarity(counts[pk][1], phrase_count)) for pk, (weight, _part) in weights.items()
            ]
            query_norm += max(
                (rarity for pk, weight, rarity in rarities if weight >= 0.8 and counts[pk][1]),
                default=ranking.UNKNOWN_WORD_FACTOR * ranking.rarity(0, phrase_count),
            )
            rows += [(pk, number, weight) for pk, weight, _rarity in rarities if counts[pk][1]]
        if not rows:
            return ()
        terms, words, term_weights = zip(*rows, strict=True)
        share = ranking.EXTRA_QUERY_WORDS_SHARE
        query_terms, typed = [list(terms), list(words), list(term_weights)], query.text.strip(" .!?").lower()
        parameters: list[Any] = [*query_terms, typed, share * query_norm, 1 - share, ranking.MIN_SURENESS]
        with connection.cursor() as cursor:
            cursor.execute(ranking.CATEGORY_GUESSES_SQL, parameters)
            guesses = sorted((CategoryGuess(*row) for row in cursor.fetchall()), key=lambda guess: -guess.confidence)
        return ranking.likely_guesses(guesses)


def _term_weights(word: QueryWord, ids: dict[str, int], similar_words: Iterable[SimilarWord]) -> TermWeights:
    """Return the weights of the indexed terms of a word, and of similarly spelt ones."""
    weights = {ids[text]: (weight, True) for text, weight in word.parts.items() if text in ids}
    weights |= {ids[text]: (weight, False) for text, weight in word.terms.items() if text in ids}
    # A word that no text has is misspelt or a rare form, so similar words have their full weight.
    share, min_similarity = (
        (ranking.SIMILAR_WORD_WEIGHT, ranking.MIN_SIMILARITY) if weights else (1.0, ranking.MIN_MISSPELT_SIMILARITY)
    )
    similar = [other for other in similar_words if (other.surface, other.folded) == (word.surface, word.folded)]
    for other in similar[: ranking.MAX_SIMILAR_WORDS]:
        if other.similarity >= min_similarity:
            weights.setdefault(other.pk, (float(share * other.similarity**2), False))
    return weights


def _corrected_words(query: TextQuery, ids: dict[str, int], corrections: dict[str, SimilarWord]) -> CorrectedWords:
    """Return the corrections of misspelt words that no text has.

    A word of the dictionary is corrected only if it lacks nothing but diacritics.
    """
    return {
        number: (other.pk, parse_word(other.written, other.term[:2], denied=word.denied))
        for number, word in enumerate(query.words)
        if (other := corrections.get(word.surface))
        and not ids.keys() & word.terms.keys()
        and (fold_letters(other.written) == word.folded or not analyse(word.surface, "fi").is_known)
    }


def _name_fingerprints(query: TextQuery, corrected_words: CorrectedWords) -> tuple[int, ...]:
    """Return fingerprints of names that equal the query, in any inflection and word order."""
    text = " ".join(
        corrected_words[number][1].surface if number in corrected_words else word.surface
        for number, word in enumerate(query.words)
    )
    return tuple({name_fingerprint(text, code) for code in LANGUAGES})


def _similar_only_terms(query: TextQuery, weights_by_word: list[TermWeights], ids: dict[str, int]) -> set[int]:
    """Return the terms that are searched for only because they are spelt like an indexed word of the query."""
    own_terms = [{ids[text] for text in (*word.terms, *word.parts) if text in ids} for word in query.words]
    return {
        pk for weights, own in zip(weights_by_word, own_terms, strict=True) if own for pk in weights if pk not in own
    }


def _extra_words(
    query: TextQuery, excluded: set[int], weights_by_word: list[TermWeights], written_forms: dict[int, str]
) -> tuple[str, ...]:
    """Return the written forms of the heaviest terms that were not typed.

    `excluded` are terms of the query, and terms whose only likeness to it is their spelling, which readers would not
    expect.
    """
    weights: dict[str, float] = {}
    for term_weights in weights_by_word:
        for pk, (weight, _is_part) in term_weights.items():
            if pk in written_forms and pk not in excluded:
                weights[written_forms[pk]] = max(weight, weights.get(written_forms[pk], 0.0))
    typed = {word.surface for word in query.words}
    best = sorted((-weight, word) for word, weight in weights.items() if word not in typed)
    return tuple(word for _weight, word in best[: ranking.MAX_SHOWN_EXTRA_WORDS])


class SearchTerm(models.Model):
    """A term with the numbers of services and of phrases that have it, and its rarity among phrases and categories.

    Rarities are set by `reindex`, or with the term's first phrase after it, so that the rows of a category do not
    depend on changes of other categories. `written` is a whole word that the term represents.
    """

    id = models.AutoField(primary_key=True)
    text = models.TextField(unique=True)
    folded = models.TextField()
    written = models.TextField(default="")
    services = models.IntegerField(default=0)
    phrases = models.IntegerField(default=0)
    phrase_rarity = models.FloatField(null=True)
    category_rarity = models.FloatField(null=True)

    objects = SearchTermQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["folded"], name="search_term_letters", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.text


class SearchPosting(models.Model):
    """The weights (0 to 1) of a term in all texts of a service (`weight`) and in its name (`named`)."""

    pk = models.CompositePrimaryKey("term_id", "service_id")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", db_constraint=False)
    weight = models.FloatField()
    named = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} in {self.service_id}"


class SearchPhrase(models.Model):
    """A phrase that means a category: its name, a synonym, or a name of its services."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    text = models.TextField()
    kind = models.CharField(max_length=8, choices=SynonymKind)
    # The sum of the weights of its words.
    norm = models.FloatField()

    objects = SearchPhraseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


class SearchPhraseTerm(models.Model):
    """A term that matches a word of a phrase; words are numbered."""

    pk = models.CompositePrimaryKey("term_id", "phrase_id", "word")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False)
    phrase = models.ForeignKey(SearchPhrase, models.CASCADE, related_name="+")
    word = models.SmallIntegerField()
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} in phrase {self.phrase_id}"


class CategoryTerm(models.Model):
    """The weight of a term that is typical of a category; the heaviest ones of a language add up to 1."""

    pk = models.CompositePrimaryKey("term_id", "category_id")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    language = models.CharField(max_length=2)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} of category {self.category_id}"


class CategoryFit(models.Model):
    """How well a service fits a category (0.35 and more), by its text and its tags."""

    pk = models.CompositePrimaryKey("category_id", "service_id")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", db_constraint=False)
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["category", "-weight"], name="category_fit_best")]

    def __str__(self) -> str:
        return f"{self.service_id} for category {self.category_id}"
