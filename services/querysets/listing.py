"""Reads of published services by the rows made for search."""

from django.db import connection, models
from django.db.models import Count, F, Q, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber

from organisations.ordering import alphabetical
from services.search import ranking
from services.search.facets import NATIONWIDE, token
from services.search.ranking import Plan

from .service import not_ended


class ListingQuerySet(models.QuerySet):
    """Reads of published services by the rows made for search."""

    def on_offer(self, today):
        """Services that have not ended; one that starts later takes people in now."""
        return self.filter(not_ended(today))

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


def carrying(dimension: str, values: list[str], *, every: bool = False) -> Q:
    """Listings with any (or every) of the values of a dimension."""
    tokens = [token(dimension, value) for value in values]
    return Q(facets__contains=tokens) if every else Q(facets__overlap=tokens)
