"""Reads that resolve what somebody typed."""

from django.db import connection, models

from services.search import ranking, spelling
from services.search.query import TextQuery
from services.search.ranking import CategoryGuess, Plan


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
    """Resolves text queries against the terms that are indexed."""

    def corrections(self, query: TextQuery) -> dict[str, str]:
        """What misspelt words of a query were probably meant to be, in one statement."""
        words = spelling.doubtful(query)
        if not words:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(*spelling.alike(words, query.language))
            return spelling.corrections([spelling.Alike(*row) for row in cursor.fetchall()], query.language)

    def plan(self, query: TextQuery) -> Plan:
        """The terms and categories by which a query is searched, in five statements whatever its length."""
        if not query:
            return Plan()
        texts = {text for word in query.words for text in (*word.terms, *word.parts)}
        known = {
            text: (pk, bool(services or phrases))
            for text, pk, services, phrases in self.filter(text__in=texts).values_list(
                "text", "pk", "services", "phrases"
            )
        }
        # Others are held by vocabularies alone.
        ids = {text: pk for text, (pk, used) in known.items() if used}
        alike = {} if query.exact else self._alike(query, ids)
        # By word: {term id: (weight, whether a part)}.
        found: list[dict[int, tuple[float, bool]]] = []
        for word in query.words:
            weights = {ids[text]: (weight, True) for text, weight in word.parts.items() if text in ids}
            weights |= {ids[text]: (weight, False) for text, weight in word.terms.items() if text in ids}
            # A word that nobody wrote is a misspelling, or close to what is meant: its likes are all there is.
            share = ranking.ALIKE if weights else 1.0
            for pk, similarity in alike.get(word.folded, ()):
                weights.setdefault(pk, (float(share * similarity**2), False))
            found.append(weights)
        for concept in () if query.exact else self._concepts(query, known):
            for number in concept.words:
                for pk, weight in concept.terms:
                    found[number].setdefault(pk, (ranking.CONCEPT * weight, False))
        held = {pk for weights in found for pk in weights}
        rows = self.filter(pk__in=held).values_list("pk", "services", "phrases", "written")
        counts = {pk: (s, p) for pk, s, p, _written in rows}
        written = {pk: word for pk, s, _p, word in rows if s and word}
        services, phrases = self._totals()
        terms, ideal = [], 0.0
        for number, weights in enumerate(found):
            rare = {
                pk: w * ranking.rarity(counts[pk][0], services) for pk, (w, _part) in weights.items() if counts[pk][0]
            }
            terms += [(pk, number, weights[pk][1], weight) for pk, weight in rare.items()]
            ideal += max(rare.values(), default=ranking.UNHEARD * ranking.rarity(0, services))
        return Plan(
            terms=tuple(terms),
            words=len(query.words),
            ideal=ideal,
            exact=query.exact,
            also=_also(query, set(ids.values()), found, written),
            categories=() if query.exact else self._categories(found, counts, phrases),
        )

    def _concepts(self, query: TextQuery, known: dict[str, tuple[int, bool]]):
        """The concepts of vocabularies that the query names."""
        concepts = self.model._meta.apps.get_model("services", "Concept").objects
        return concepts.recognised(
            {
                number: [known[text][0] for text in word.terms if text in known]
                for number, word in enumerate(query.words)
            }
        )

    def _totals(self) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM services_listing), (SELECT count(*) FROM services_searchphrase)"
            )
            return cursor.fetchone()

    def _alike(self, query: TextQuery, ids: dict[str, int]) -> dict[str, list[tuple[int, float]]]:
        """Indexed terms that are spelt like the words, with their trigram similarity.

        The operator % reads its threshold from a setting, which is set anew for each word on the outer side of the
        join before the index is read for it.
        """
        sql = """
            SELECT word, term.id, term.alike
            FROM (
              SELECT word, set_config('pg_trgm.similarity_threshold', least::text, true)
              FROM unnest(%s::text[], %s::float[]) AS asked(word, least)
            ) AS word
            CROSS JOIN LATERAL (
              SELECT id, similarity(folded, word) AS alike FROM services_searchterm
              WHERE folded %% word AND services + phrases > 0
              ORDER BY alike DESC, id LIMIT %s
            ) AS term
        """
        # A word that nobody wrote may be misspelt badly.
        least = {
            word.folded: ranking.LEAST_ALIKE if ids.keys() & (word.terms | word.parts) else ranking.LEAST_MISSPELT
            for word in query.words
            if len(word.folded) > 3
        }
        found: dict[str, list[tuple[int, float]]] = {}
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(least), list(least.values()), ranking.MOST_ALIKE])
            for word, pk, similarity in cursor.fetchall():
                found.setdefault(word, []).append((pk, similarity))
        return found

    def _categories(self, found, counts, phrases: int) -> tuple[CategoryGuess, ...]:
        """The categories whose phrases are most like the query, over the words' rarity."""
        own = 0.0
        rows: list[tuple[int, int, float]] = []
        for number, weights in enumerate(found):
            rarities = [(pk, weight, ranking.rarity(counts[pk][1], phrases)) for pk, (weight, _part) in weights.items()]
            own += max(
                (r for pk, w, r in rarities if w >= 0.8 and counts[pk][1]),
                default=ranking.UNHEARD * ranking.rarity(0, phrases),
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
              SELECT phrase.category_id, phrase.text, sum(hits.evidence) / (%s + %s * phrase.norm) AS sure
              FROM hits JOIN services_searchphrase AS phrase ON phrase.id = hits.phrase_id AND phrase.kind = 'asked'
              GROUP BY phrase.id
            )
            SELECT DISTINCT ON (category_id) category_id, least(sure, 1), text FROM phrases
            WHERE sure >= %s ORDER BY category_id, sure DESC
        """
        terms, words, weights = zip(*rows, strict=True)
        with connection.cursor() as cursor:
            beside = ranking.BESIDE
            cursor.execute(sql, [list(terms), list(words), list(weights), beside * own, 1 - beside, ranking.LEAST_SURE])
            guesses = sorted((CategoryGuess(*row) for row in cursor.fetchall()), key=lambda guess: -guess.sureness)
        return ranking.likely(guesses)


def _also(query: TextQuery, own: set[int], found: list[dict[int, tuple[float, bool]]], written: dict[int, str]):
    """The words that were not typed but searched for most, as somebody wrote them."""
    weights: dict[str, float] = {}
    for one in found:
        for pk, (weight, _part) in one.items():
            if pk in written and pk not in own:
                weights[written[pk]] = max(weight, weights.get(written[pk], 0.0))
    typed = {word.surface for word in query.words}
    best = sorted((-weight, word) for word, weight in weights.items() if word not in typed)
    return tuple(word for _weight, word in best[: ranking.MOST_TOLD])
