"""Every read of services that has a name."""

from collections.abc import Iterable, Mapping

from django.db import connection, models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, RowNumber
from django.utils.translation import get_language
from tree_queries.query import TreeQuerySet

from organisations.ordering import alphabetical
from services.search import ranking
from services.search.facets import NATIONWIDE, token
from services.search.query import TextQuery
from services.search.ranking import CategoryGuess, Plan
from services.search.vocabulary import MOST_CONCEPTS, MOST_TERMS, Recognised


class CategoryQuerySet(TreeQuerySet):
    def in_use(self):
        """Categories that were not merged into others."""
        return self.filter(replaced_by__isnull=True)


class ConceptQuerySet(models.QuerySet):
    def named(self):
        """With `name`: the vocabulary's name in the reader's language, or else in Finnish, Swedish or English."""
        labels = self.model._meta.get_field("labels").related_model.objects
        languages = dict.fromkeys([(get_language() or "fi")[:2], "fi", "sv", "en"])
        rank = Case(*(When(language=code, then=Value(place)) for place, code in enumerate(languages)))
        names = labels.filter(concept=OuterRef("pk"), kind="preferred").order_by(rank, "text")
        return self.annotate(name=Subquery(names.values("text")[:1]))

    def recognised(self, term_ids_by_word: Mapping[int, Iterable[int]]) -> list[Recognised]:
        """The concepts that a query names, in one statement; those of which no service has a term are left out.

        Given for each word of the query, by number, the ids of its own terms: also of terms that neither services
        nor phrases of categories hold. A concept is named by all words of one of its labels, in any order. A label
        among the words of a longer one that was found does not count; longer labels come first, then names.
        """
        asked = [(term, word) for word, ids in term_ids_by_word.items() for term in ids]
        if not asked:
            return []
        terms, words = zip(*asked, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_RECOGNISED, [list(terms), list(words), MOST_TERMS, MOST_CONCEPTS])
            return [
                Recognised(concept, phrase, tuple(covered), tuple(zip(ids, weights, strict=True)))
                for concept, phrase, covered, ids, weights in cursor.fetchall()
            ]


_RECOGNISED = """
WITH found AS (
  SELECT phrase.concept_id, phrase.text, phrase.words, phrase.preferred,
         array_agg(DISTINCT asked.word ORDER BY asked.word) AS covered
  FROM unnest(%s::int[], %s::int[]) AS asked(term, word)
  JOIN services_conceptphraseterm AS held ON held.term_id = asked.term
  JOIN services_conceptphrase AS phrase ON phrase.id = held.phrase_id
  GROUP BY phrase.id
  HAVING count(DISTINCT held.word) = phrase.words AND count(DISTINCT asked.word) >= phrase.words
), named AS (
  SELECT DISTINCT ON (concept_id) * FROM found
  WHERE NOT EXISTS (
    SELECT FROM found AS longer WHERE longer.covered @> found.covered AND longer.words > found.words
  )
  ORDER BY concept_id, words DESC, preferred DESC, text
)
SELECT named.concept_id, named.text, named.covered, terms.ids, terms.weights
FROM named CROSS JOIN LATERAL (
  SELECT array_agg(term_id ORDER BY weight DESC, term_id) AS ids,
         array_agg(weight ORDER BY weight DESC, term_id) AS weights
  FROM (
    SELECT held.term_id, held.weight
    FROM services_conceptterm AS held JOIN services_searchterm AS term ON term.id = held.term_id
    WHERE held.concept_id = named.concept_id AND term.services > 0
    ORDER BY held.weight DESC, term.services, held.term_id LIMIT %s
  ) AS best
) AS terms
WHERE terms.ids IS NOT NULL
ORDER BY named.words DESC, named.preferred DESC, named.concept_id LIMIT %s
"""


class ConceptLabelQuerySet(models.QuerySet):
    def of_concepts_called(self, said: Iterable[tuple[str, str]]):
        """All labels of the concepts that have one of these as a label: (language, text), whatever its capitals."""
        texts: dict[str, list] = {}
        for language, text in said:
            texts.setdefault(language, []).append(Lower(Value(text)))
        same = Q(pk__in=[])
        for language, letters in texts.items():
            same |= Q(language=language, letters__in=letters)
        called = self.model.objects.alias(letters=Lower("text")).filter(same)
        return self.filter(concept__in=called.values("concept"))


class ServiceQuerySet(models.QuerySet):
    def published(self):
        """What the public may see: the service and its organisation are both published."""
        return self.filter(status="published", organisation__status="published")

    def on_offer(self, today):
        """Services that have not ended; one that starts later takes people in now."""
        return self.filter(_not_ended(today))

    def for_cards(self):
        """With everything that a result card shows, in a constant number of queries."""
        return self.select_related("organisation").prefetch_related(
            "municipalities", "counties", "organisation__municipalities", "organisation__counties"
        )

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")


class LocationQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(archived=False)

    def for_page(self):
        """With hours and phones, in Finnish alphabetical order."""
        return (
            self.in_use()
            .select_related("municipality")
            .prefetch_related("schedules", "schedule_exceptions", "phones")
            .order_by(alphabetical("name"), "pk")
        )


class ListingQuerySet(models.QuerySet):
    """Reads of published services by the rows made for search."""

    def on_offer(self, today):
        """Services that have not ended; one that starts later takes people in now."""
        return self.filter(_not_ended(today))

    def matching(self, plan: Plan):
        """What a resolved text query finds."""
        sql, params = ranking.scores(plan)
        return self.filter(pk__in=RawSQL(f"SELECT service_id FROM ({sql}) AS found", params))

    def ranked(self, plan: Plan):
        """What a resolved text query finds, best match first, then the freshest."""
        sql, params = ranking.scores(plan)
        score = RawSQL(
            f"SELECT score FROM ({sql}) AS found WHERE found.service_id = services_listing.service_id",
            params,
            output_field=models.FloatField(),
        )
        return self.annotate(score=score).order_by("-score", *_FRESHEST)

    def freshest(self):
        return self.order_by(*_FRESHEST)

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")

    def for_age(self, years: int):
        return self.filter(age_min__lte=years, age_max__gte=years)

    def complementing(self, listing, dimensions: tuple[str, ...], *, per_sector: int):
        """Services of other sectors that share a category of `dimensions` and an area; most shared first.

        At most `per_sector` of each sector, so that none crowds out the others.
        """
        tags = [facet for facet in listing.facets if facet.split(":")[0] in dimensions]
        areas = [facet for facet in listing.facets if facet.startswith("municipality:")]
        sector = [facet for facet in listing.facets if facet.startswith("sector:")]
        nearby = Q() if NATIONWIDE in listing.facets else Q(facets__overlap=[*areas, NATIONWIDE])
        shared = RawSQL(
            "SELECT count(*) FROM unnest(services_listing.facets) AS tag WHERE tag = ANY(%s)",
            [tags],
            output_field=models.IntegerField(),
        )
        return (
            self.filter(nearby, facets__overlap=tags)
            .exclude(facets__overlap=sector)
            .annotate(shared=shared)
            .annotate(
                place=Window(
                    RowNumber(),
                    partition_by="service__organisation__sector",
                    order_by=["-shared", *_FRESHEST],
                )
            )
            .filter(place__lte=per_sector)
            .order_by("-shared", *_FRESHEST)
        )

    def counts(self, conditions: dict[str, list[Q]]) -> dict[str, list[int]]:
        """How many listings meet each condition, in one statement."""
        asked = {
            f"{name}_{number}": Count("pk", filter=condition)
            for name, group in conditions.items()
            for number, condition in enumerate(group)
        }
        found = self.aggregate(**asked) if asked else {}
        return {name: [found[f"{name}_{number}"] for number in range(len(group))] for name, group in conditions.items()}

    def facet_counts(self, selections: dict[str, Q], *, narrowing: frozenset[str] = frozenset()) -> dict[str, int]:
        """How many listings carry each token, under all selections but those of the token's own dimension.

        Where values narrow each other (all that are ticked must hold), the own dimension's selection counts too.
        One statement, whatever the number of dimensions. The key "" holds the total under all selections.
        Municipalities are left out: no facet lists them.
        """
        chosen = Q(*selections.values())
        replaceable = [dimension for dimension in selections if dimension not in narrowing]
        statements, params = [], []

        def count(queryset, condition: str, dimensions: list[str]) -> None:
            inner, inner_params = queryset.order_by().values("facets").query.sql_with_params()
            statements.append(
                f"SELECT token, count(*) FROM ({inner}) AS listed, unnest(listed.facets) AS token "
                f"WHERE {condition} GROUP BY token"
            )
            params.extend([*inner_params, dimensions])

        count(
            self.filter(chosen),
            "token NOT LIKE 'municipality:%%' AND split_part(token, ':', 1) <> ALL(%s)",
            replaceable,
        )
        for dimension in replaceable:
            others = Q(*(q for name, q in selections.items() if name != dimension))
            count(self.filter(others), "split_part(token, ':', 1) = ANY(%s)", [dimension])
        total, total_params = self.filter(chosen).order_by().values("pk").query.sql_with_params()
        statements.append(f"SELECT '', count(*) FROM ({total}) AS listed")
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(statements), [*params, *total_params])
            return dict(cursor.fetchall())


_FRESHEST = (F("assured_at").desc(nulls_last=True), "pk")


def _not_ended(today) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gte=today)


def carrying(dimension: str, values: list[str], *, every: bool = False) -> Q:
    """Listings with any (or every) of the values of a dimension."""
    tokens = [token(dimension, value) for value in values]
    return Q(facets__contains=tokens) if every else Q(facets__overlap=tokens)


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

    def plan(self, query: TextQuery) -> Plan:
        """The terms and categories by which a query is searched, in five statements whatever its length."""
        if not query:
            return Plan()
        alike = {} if query.exact else self._alike([word.folded for word in query.words])
        texts = {text for word in query.words for text in (*word.terms, *word.parts)}
        known = {
            text: (pk, bool(services or phrases))
            for text, pk, services, phrases in self.filter(text__in=texts).values_list(
                "text", "pk", "services", "phrases"
            )
        }
        # Others are held by vocabularies alone.
        ids = {text: pk for text, (pk, used) in known.items() if used}
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
        counts = {pk: (s, p) for pk, s, p in self.filter(pk__in=held).values_list("pk", "services", "phrases")}
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

    def _alike(self, words: list[str]) -> dict[str, list[tuple[int, float]]]:
        """Indexed terms that are spelt like the words, with their trigram similarity."""
        sql = """
            SELECT word, term.id, term.alike
            FROM unnest(%s::text[]) AS word
            CROSS JOIN LATERAL (
              SELECT id, similarity(folded, word) AS alike FROM services_searchterm
              WHERE folded %% word AND services + phrases > 0
              ORDER BY alike DESC, id LIMIT %s
            ) AS term WHERE term.alike >= %s
        """
        found: dict[str, list[tuple[int, float]]] = {}
        with connection.cursor() as cursor:
            cursor.execute(sql, [[w for w in words if len(w) > 3], ranking.MOST_ALIKE, ranking.LEAST_ALIKE])
            for word, pk, similarity in cursor.fetchall():
                found.setdefault(word, []).append((pk, similarity))
        return found

    def _categories(self, found, counts, phrases: int) -> tuple[CategoryGuess, ...]:
        """The categories whose phrases are most like the query (Dice over the words' rarity)."""
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
              SELECT phrase.category_id, phrase.text, 2 * sum(hits.evidence) / (%s + phrase.norm) AS sure
              FROM hits JOIN services_searchphrase AS phrase ON phrase.id = hits.phrase_id AND phrase.kind = 'asked'
              GROUP BY phrase.id
            )
            SELECT DISTINCT ON (category_id) category_id, least(sure, 1), text FROM phrases
            WHERE sure >= %s ORDER BY category_id, sure DESC
        """
        terms, words, weights = zip(*rows, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(terms), list(words), list(weights), own, ranking.LEAST_SURE])
            guesses = sorted((CategoryGuess(*row) for row in cursor.fetchall()), key=lambda guess: -guess.sureness)
        return ranking.likely(guesses)
