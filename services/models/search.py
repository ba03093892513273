"""The rows that text search reads, all derived: `services.indexing.services` and `index_taxonomy` make them.

A term is a word's base form or stem with its language ("fi:perhe"). Postings say how much a service's text says about
a term, fits how well a service answers a category, phrases what people say when they mean a category.

Postings and fits are many (a hundred thousand services have twelve million) and only derived: the database does not
check their foreign keys, which would take longer than making them.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models

from services.search import ranking, spelling
from services.search.analysis import LANGUAGES, analyse
from services.search.query import QueryWord, TextQuery
from services.search.query import query_word as parse_word
from services.search.ranking import CategoryGuess, QueryPlan
from services.search.spelling import SimilarWord
from services.search.terms import fold_letters, name_fingerprint

from .category import Category, SynonymKind
from .service import Service


class SearchPhraseQuerySet(models.QuerySet):
    """What people say when they mean a category."""

    def nearest_categories(self, query: TextQuery, most: int) -> list[int]:
        """Ids of the categories of which the query holds at least half a phrase, nearest first.

        Less than what a plan asks for: however much else the query says.
        """
        asked = [
            (text, number, weight)
            for number, word in enumerate(query.words)
            for text, weight in {**word.parts, **word.terms}.items()
        ]
        if not asked:
            return []
        sql = """
            WITH hits AS (
              SELECT held.phrase_id, asked.word, max(asked.weight * held.weight) AS evidence
              FROM unnest(%s::text[], %s::int[], %s::float[]) AS asked(text, word, weight)
              JOIN services_searchterm AS term ON term.text = asked.text
              JOIN services_searchphraseterm AS held ON held.term_id = term.id
              GROUP BY held.phrase_id, asked.word
            ), phrases AS (
              SELECT phrase.category_id, phrase.norm, sum(hits.evidence) AS evidence
              FROM hits JOIN services_searchphrase AS phrase ON phrase.id = hits.phrase_id AND phrase.kind = 'asked'
              GROUP BY phrase.id
            )
            SELECT category_id FROM phrases WHERE evidence >= 0.5 * norm
            GROUP BY category_id ORDER BY max(evidence * evidence / norm) DESC, category_id LIMIT %s
        """
        with connection.cursor() as cursor:
            cursor.execute(sql, [*map(list, zip(*asked, strict=True)), most])
            return [category for (category,) in cursor.fetchall()]


class SearchTermQuerySet(models.QuerySet):
    """Resolve text queries against the indexed terms."""

    def plan(self, query: TextQuery) -> QueryPlan:
        """The terms and categories by which a query is searched, in six statements whatever its length."""
        if not query:
            return QueryPlan()
        known = self._indexed_terms(query)
        # Other terms are used by vocabularies only.
        used = {text: number for text, (_pk, number) in known.items() if number}
        ids = {text: known[text][0] for text in used}
        near, meant = self._similar_words(query, used)
        mended = {} if query.exact else _corrected_words(query, ids, meant)
        # By word: {term id: (weight, whether a part)}.
        found = [_term_weights(word, ids, [] if query.exact else near) for word in query.words]
        alike = _only_similar_words(query, found, ids)
        if not query.exact:
            self._add_concept_terms(found, query, known, mended)
        counts, written = self._term_counts(found, mended)
        services, phrases = self._index_totals()
        terms, ideal = [], 0.0
        for number, weights in enumerate(found):
            rare = {
                pk: w * ranking.rarity(counts[pk][0], services) for pk, (w, _part) in weights.items() if counts[pk][0]
            }
            terms += [(pk, number, weights[pk][1], weight) for pk, weight in rare.items()]
            ideal += max(rare.values(), default=ranking.UNKNOWN_WORD_FACTOR * ranking.rarity(0, services))
        return QueryPlan(
            terms=tuple(terms),
            words=len(query.words),
            best_text_score=ideal,
            exact=query.exact,
            names=_name_fingerprints(query, mended),
            also=_extra_words(query, alike.union(ids.values()), found, written),
            alike=bool(alike),
            categories=() if query.exact else self._categories(found, counts, phrases),
            meant={surface: other.written for surface, other in meant.items()},
        )

    def _indexed_terms(self, query: TextQuery) -> dict[str, tuple[int, int]]:
        """Of the query's own terms: (id, how many services and phrases hold it)."""
        texts = {text for word in query.words for text in (*word.terms, *word.parts)}
        rows = self.filter(text__in=texts).values_list("text", "pk", "services", "phrases")
        return {text: (pk, services + phrases) for text, pk, services, phrases in rows}

    def _add_concept_terms(self, found, query: TextQuery, known, mended) -> None:
        """Add to what was found by word what other words there are for the concepts that the query names."""
        own = {
            number: [known[text][0] for text in word.terms if text in known]
            + ([mended[number][0]] if number in mended else [])
            for number, word in enumerate(query.words)
        }
        for concept in self._recognised_concepts(own):
            for number in concept.words:
                for pk, weight in concept.terms:
                    found[number].setdefault(pk, (ranking.CONCEPT_WEIGHT * weight, False))

    def _term_counts(self, found, mended) -> tuple[dict[int, tuple[int, int]], dict[int, str]]:
        """How many services and phrases hold each term that was found, and its whole word where services hold it.

        Adds to what was found the terms of words that were meant.
        """
        held = {pk for weights in found for pk in weights}
        spelt = {text for _pk, word in mended.values() for text in (*word.terms, *word.parts)}
        asked = self.filter(models.Q(pk__in=held) | models.Q(text__in=spelt))
        rows = list(asked.values_list("pk", "text", "services", "phrases", "written"))
        ids = {text: pk for pk, text, services, phrases, _written in rows if services + phrases}
        for number, (_pk, word) in mended.items():
            for pk, (weight, part) in _term_weights(word, ids, []).items():
                weight *= ranking.CORRECTED_WORD_WEIGHT
                if weight > found[number].get(pk, (0.0, False))[0]:
                    found[number][pk] = (weight, part)
        return (
            {pk: (services, phrases) for pk, _text, services, phrases, _written in rows},
            {pk: word for pk, _text, services, _phrases, word in rows if services and word},
        )

    def _recognised_concepts(self, own: dict[int, list[int]]):
        """The vocabulary concepts that the query names."""
        return self.model._meta.apps.get_model("services", "Concept").objects.recognised(own)

    def _index_totals(self) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM services_listing), (SELECT count(*) FROM services_searchphrase)"
            )
            return cursor.fetchone()

    def _similar_words(
        self, query: TextQuery, used: dict[str, int]
    ) -> tuple[list[SimilarWord], dict[str, SimilarWord]]:
        """Indexed terms spelt like the words, and probable corrections of misspelt words."""
        occurrences = {word.surface: max((used.get(text, 0) for text in word.terms), default=0) for word in query.words}
        doubtful = {
            word.surface: occurrences[word.surface]
            for word in query.words
            if spelling.is_doubtful(word, occurrences[word.surface])
        }
        unknown = [word for word in query.words if doubtful.get(word.surface) == 0]
        repairable = spelling.repair_candidates(unknown, query.language)
        least = [
            (word, spelling.MIN_SIMILARITY if word.surface in doubtful else ranking.MIN_SIMILARITY)
            for word in query.words
            if len(word.folded) > 3 and not any(c.isdigit() for c in word.surface)
        ]
        with connection.cursor() as cursor:
            cursor.execute(*spelling.similar_words_sql(least, query.language, spelling.candidate_terms(repairable)))
            near = [SimilarWord(*row) for row in cursor.fetchall()]
        meant = spelling.probable_words([*near, *spelling.indexed_repairs(near, repairable)], query.language, doubtful)
        return near, meant

    def _categories(self, found, counts, phrases: int) -> tuple[CategoryGuess, ...]:
        """The categories whose phrases are most like the query, over the words' rarity."""
        own = 0.0
        rows: list[tuple[int, int, float]] = []
        for number, weights in enumerate(found):
            rarities = [(pk, weight, ranking.rarity(counts[pk][1], phrases)) for pk, (weight, _part) in weights.items()]
            own += max(
                (r for pk, w, r in rarities if w >= 0.8 and counts[pk][1]),
                default=ranking.UNKNOWN_WORD_FACTOR * ranking.rarity(0, phrases),
            )
            rows += [(pk, number, weight) for pk, weight, _r in rarities if counts[pk][1]]
        if not rows:
            return ()
        sql = """
            WITH hits AS (
              SELECT held.phrase_id, asked.word, max(asked.weight * held.weight) AS evidence
              FROM unnest(%s::int[], %s::int[], %s::float[]) AS asked(term, word, weight)
              JOIN services_searchphraseterm AS held ON held.term_id = asked.term
              GROUP BY held.phrase_id, asked.word
            ), phrases AS (
              SELECT phrase.category_id, phrase.text, sum(hits.evidence) / (%s + %s * phrase.norm) AS sure,
                     array_agg(hits.word ORDER BY hits.word) AS held
              FROM hits JOIN services_searchphrase AS phrase ON phrase.id = hits.phrase_id AND phrase.kind = 'asked'
              GROUP BY phrase.id
            )
            SELECT DISTINCT ON (category_id) category_id, least(sure, 1), text, held FROM phrases
            WHERE sure >= %s ORDER BY category_id, sure DESC
        """
        terms, words, weights = zip(*rows, strict=True)
        with connection.cursor() as cursor:
            beside = ranking.EXTRA_QUERY_WORDS_SHARE
            cursor.execute(
                sql, [list(terms), list(words), list(weights), beside * own, 1 - beside, ranking.MIN_SURENESS]
            )
            guesses = sorted((CategoryGuess(*row) for row in cursor.fetchall()), key=lambda guess: -guess.confidence)
        return ranking.likely_guesses(guesses)


def _term_weights(word: QueryWord, ids: dict[str, int], near: list[SimilarWord]) -> dict[int, tuple[float, bool]]:
    """The indexed terms of a word and similarly spelt ones: {term id: (weight, whether a part)}."""
    weights = {ids[text]: (weight, True) for text, weight in word.parts.items() if text in ids}
    weights |= {ids[text]: (weight, False) for text, weight in word.terms.items() if text in ids}
    # A word that nobody wrote is a misspelling, or close to what is meant: its likes are all there is.
    share, least = (
        (ranking.SIMILAR_WORD_WEIGHT, ranking.MIN_SIMILARITY) if weights else (1.0, ranking.MIN_MISSPELT_SIMILARITY)
    )
    likes = [other for other in near if (other.surface, other.folded) == (word.surface, word.folded)]
    for other in likes[: ranking.MAX_SIMILAR_WORDS]:
        if other.alike >= least:
            weights.setdefault(other.pk, (float(share * other.alike**2), False))
    return weights


def _corrected_words(
    query: TextQuery, ids: dict[str, int], meant: dict[str, SimilarWord]
) -> dict[int, tuple[int, QueryWord]]:
    """What the misspelt words that no text holds are searched by: {number: (term id, the word that was meant)}.

    A word of the dictionary is searched by as it stands, unless nothing but its dots was left out.
    """
    return {
        number: (other.pk, parse_word(other.written, other.term[:2], denied=word.denied))
        for number, word in enumerate(query.words)
        if (other := meant.get(word.surface))
        and not ids.keys() & word.terms.keys()
        and (fold_letters(other.written) == word.folded or not analyse(word.surface, "fi").is_known)
    }


def _name_fingerprints(query: TextQuery, mended: dict[int, tuple[int, QueryWord]]) -> tuple[int, ...]:
    """Fingerprints of names that equal the query, in any inflection and word order."""
    text = " ".join(mended[at][1].surface if at in mended else word.surface for at, word in enumerate(query.words))
    return tuple({name_fingerprint(text, code) for code in LANGUAGES})


def _only_similar_words(query: TextQuery, found, ids: dict[str, int]) -> set[int]:
    """The terms searched for only because they are spelt like an indexed word."""
    known = [{ids[text] for text in (*word.terms, *word.parts) if text in ids} for word in query.words]
    return {pk for weights, own in zip(found, known, strict=True) if own for pk in weights if pk not in own}


def _extra_words(
    query: TextQuery, untold: set[int], found: list[dict[int, tuple[float, bool]]], written: dict[int, str]
):
    """The words that were not typed but searched for most, as somebody wrote them.

    Those that are merely spelt like a word that texts hold would be too odd to tell.
    """
    weights: dict[str, float] = {}
    for one in found:
        for pk, (weight, _part) in one.items():
            if pk in written and pk not in untold:
                weights[written[pk]] = max(weight, weights.get(written[pk], 0.0))
    typed = {word.surface for word in query.words}
    best = sorted((-weight, word) for word, weight in weights.items() if word not in typed)
    return tuple(word for _weight, word in best[: ranking.MAX_SHOWN_EXTRA_WORDS])


class SearchTerm(models.Model):
    """A term, in how many services and phrases it occurs, and how rare it is among phrases and among categories.

    The rarities are those of the last reindexing, or of the term's first phrase after it: what is stored of one
    category does not depend on what happens to others. `written` is a whole word that the term stands for.
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
    """The weights of a term in all texts of a service and in its name, both from 0 to 1."""

    pk = models.CompositePrimaryKey("term_id", "service_id")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", db_constraint=False)
    weight = models.FloatField()
    named = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} in {self.service_id}"


class SearchPhrase(models.Model):
    """Something people say when they mean a category: its name, a synonym, or what its services are called."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    text = models.TextField()
    kind = models.CharField(max_length=8, choices=SynonymKind)
    # The weights of its words together.
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
    """How typical a term is of a category; the weights of its most typical terms of a language add up to 1."""

    pk = models.CompositePrimaryKey("term_id", "category_id")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    language = models.CharField(max_length=2)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} of category {self.category_id}"


class CategoryFit(models.Model):
    """How well a service fits a category, by its text and its tags."""

    pk = models.CompositePrimaryKey("category_id", "service_id")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", db_constraint=False)
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["category", "-weight"], name="category_fit_best")]

    def __str__(self) -> str:
        return f"{self.service_id} for category {self.category_id}"
