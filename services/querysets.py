"""Every read of services that has a name."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Q, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber
from django.utils.translation import get_language
from tree_queries.query import TreeQuerySet

from organisations.ordering import alphabetical
from services.search import counting, ranking
from services.search.analysis import LANGUAGES
from services.search.counting import Conditions
from services.search.facets import NATIONWIDE, token
from services.search.query import TextQuery
from services.search.ranking import CategoryGuess, Plan


class CategoryQuerySet(TreeQuerySet):
    def in_use(self):
        """Categories that were not merged into others."""
        return self.filter(replaced_by__isnull=True)


class ServiceQuerySet(models.QuerySet):
    def published(self):
        """What the public may see: the service and its organisation are both published."""
        return self.filter(status="published", organisation__status="published")

    def on_offer(self, today):
        """Services that have not ended; one that starts later takes people in now."""
        return self.filter(_not_ended(today))

    def for_cards(self):
        """With everything that a result card shows, in one query.

        `own_areas` and `organisation_areas` are the names of counties and municipalities, in the reader's language.
        """
        return self.select_related("organisation").annotate(
            own_areas=_area_names("services_service", "service", "services_service.id"),
            organisation_areas=_area_names(
                "organisations_organisation", "organisation", "services_service.organisation_id"
            ),
        )

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")


def _area_names(table: str, record: str, key: str) -> RawSQL:
    """The names of the counties and municipalities of a record; four queries less than by prefetching."""
    language = next(code for code in (get_language() or "fi", "fi") if code in LANGUAGES)
    name = f"coalesce(nullif(area.name_{language}, ''), area.name_fi)"
    return RawSQL(
        f"""ARRAY(
          SELECT name FROM (
            SELECT 1 AS kind, area.code, {name} AS name FROM {table}_counties AS link
            JOIN organisations_wellbeingcounty AS area ON area.code = link.wellbeingcounty_id
            WHERE link.{record}_id = {key}
            UNION ALL
            SELECT 2, area.code, {name} FROM {table}_municipalities AS link
            JOIN organisations_municipality AS area ON area.code = link.municipality_id
            WHERE link.{record}_id = {key}
          ) AS areas ORDER BY kind, code
        )""",
        [],
        output_field=ArrayField(models.TextField()),
    )


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

    def facet_counts(self, asked: "Asked") -> dict[str, int]:
        """How many listings carry each token, under all selections but those of the token's own dimension.

        Where values narrow each other (all that are ticked must hold), the own dimension's selection counts too.
        One statement, whatever the number of dimensions. The key "" holds the total under all selections.
        Municipalities and counties are left out: no facet lists them.
        """
        with connection.cursor() as cursor:
            cursor.execute(*counting.counts(asked.conditions(), asked.replaceable, asked.matching()))
            return {token: number for token, number, *_of_page in cursor.fetchall()}

    def best_page(self, asked: "Asked", *, page: int, size: int) -> tuple[dict[str, int], list[tuple[int, float]]]:
        """Facet counts of a text query, and (id, score) of a page of it, best match first, then the freshest.

        One statement, as finding is costly. A page beyond the last is the last.
        """
        with connection.cursor() as cursor:
            cursor.execute(*counting.counts(asked.conditions(), asked.replaceable, asked.matching(), page=(page, size)))
            rows = cursor.fetchall()
        counts = {token: number for token, number, place, _score in rows if not place}
        found = sorted((place, pk, score) for _token, pk, place, score in rows if place)
        return counts, [(pk, score) for _place, pk, score in found]


@dataclass(frozen=True)
class Asked:
    """A search as it is counted: conditions over tokens by dimension, and what else listings must meet."""

    selections: dict[str, Q]
    today: date
    age: int | None = None
    plan: Plan | None = None
    # Dimensions in which all that is chosen must hold.
    narrowing: frozenset[str] = frozenset()

    @property
    def replaceable(self) -> list[str]:
        """Dimensions in which another value could be chosen instead."""
        return [dimension for dimension in self.selections if dimension not in self.narrowing]

    def matching(self) -> tuple[str, list] | None:
        """SQL of what the text finds, with its parameters; None where there is no text."""
        return None if self.plan is None else ranking.scores(self.plan)

    def conditions(self) -> Conditions:
        found = Conditions()
        found.on_offer(self.today)
        if self.age is not None:
            found.for_age(self.age)
        for dimension, condition in self.selections.items():
            for lookup, tokens in condition.children:
                if lookup == "facets__overlap":
                    found.any_of(dimension, tokens)
                else:
                    for wanted in tokens:
                        found.any_of(f"{dimension} {wanted}", [wanted])
        return found


_FRESHEST = (F("assured_at").desc(nulls_last=True), "pk")


def _not_ended(today) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gte=today)


def carrying(dimension: str, values: list[str], *, every: bool = False) -> Q:
    """Listings with any (or every) of the values of a dimension."""
    tokens = [token(dimension, value) for value in values]
    return Q(facets__contains=tokens) if every else Q(facets__overlap=tokens)


class SearchTermQuerySet(models.QuerySet):
    """Resolves text queries against the terms that are indexed."""

    def plan(self, query: TextQuery) -> Plan:
        """The terms and categories by which a query is searched, in five statements whatever its length."""
        if not query:
            return Plan()
        alike = {} if query.exact else self._alike([word.folded for word in query.words])
        texts = {text for word in query.words for text in (*word.terms, *word.parts)}
        ids = dict(self.filter(text__in=texts).exclude(services=0, phrases=0).values_list("text", "pk"))
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
        held = {pk for weights in found for pk in weights}
        counts = {pk: (s, p) for pk, s, p in self.filter(pk__in=held).values_list("pk", "services", "phrases")}
        services, phrases = self._totals()
        terms = tuple(
            (pk, number, part, weight * ranking.rarity(counts[pk][0], services))
            for number, weights in enumerate(found)
            for pk, (weight, part) in weights.items()
            if counts[pk][0]
        )
        categories = () if query.exact else self._categories(found, counts, phrases)
        return Plan(terms=terms, words=len(query.words), categories=categories)

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
