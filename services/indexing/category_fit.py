"""Store how well services fit categories, as `services.search.category_scoring` computes it from stored rows."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from services.models import Category, CategoryFit, Listing
from services.models.category import SynonymKind
from services.search.category_scoring import CategoryScorer, Postings, ServiceEvidence
from services.search.facets import token

from .bulk_replace import FITS_TABLE

# Phrases that people use weigh less than names of services.
ASKED_PHRASE_WEIGHT = 0.4

# No joins: the planner has no statistics for rows of the current transaction.
_PHRASE_TERMS_SQL = "SELECT term_id, phrase_id, word, weight FROM services_searchphraseterm"
_PHRASES_SQL = f"""
SELECT id, category_id, CASE kind WHEN '{SynonymKind.ASKED.value}' THEN {ASKED_PHRASE_WEIGHT} ELSE 1 END / norm
FROM services_searchphrase
"""
# Phrases are replaced, never updated, and their ids are not reused: the set of ids identifies their content.
_PHRASES_FINGERPRINT_SQL = "SELECT count(*), bit_xor(hashint8extended(id, 0)) FROM services_searchphrase"
_TYPICAL_TERMS_SQL = "SELECT term_id, category_id, language, weight FROM services_categoryterm"

# Per-process cache of the scorer, with the fingerprint of the rows it was built from.
_cached_scorer: tuple[tuple, CategoryScorer] | None = None


def scorer_for_all_categories() -> CategoryScorer:
    """Return the scorer for all categories, which is cached until the stored phrases or categories change."""
    global _cached_scorer
    cached, tags = _cached_scorer, _category_ids_by_token()
    fingerprint = (connection.settings_dict["NAME"], _fetch_rows(_PHRASES_FINGERPRINT_SQL), tags)
    if cached is None or cached[0] != fingerprint:
        cached = _cached_scorer = (
            fingerprint,
            CategoryScorer(
                phrases=_fetch_rows(_PHRASES_SQL),
                words=_fetch_rows(_PHRASE_TERMS_SQL),
                typical=_fetch_rows(_TYPICAL_TERMS_SQL),
                tags=tags,
            ),
        )
    return cached[1]


def _scorer_for_category(category: int) -> CategoryScorer:
    phrases = _fetch_rows(f"{_PHRASES_SQL} WHERE category_id = %s", category)
    return CategoryScorer(
        phrases=phrases,
        words=_fetch_rows(
            f"{_PHRASE_TERMS_SQL} WHERE phrase_id = ANY(%s::int8[])", [phrase for phrase, *_rest in phrases]
        ),
        typical=_fetch_rows(f"{_TYPICAL_TERMS_SQL} WHERE category_id = %s", category),
        tags=_category_ids_by_token(pk=category),
    )


def _category_ids_by_token(**filters: int) -> dict[str, int]:
    categories = Category.objects.filter(**filters).values_list("pk", "scheme", "code")
    return {token(scheme, code): pk for pk, scheme, code in categories}


def _fetch_rows(sql: str, *params: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def fit_services(evidence: ServiceEvidence) -> None:
    """Store how well these services fit all categories."""
    fits: dict[int, dict[int, tuple[float, ...]]] = {service: {} for service in evidence}
    for category, service, weight in scorer_for_all_categories().rows(evidence):
        fits[service][category] = (weight,)
    FITS_TABLE.replace(fits)


def fit_category(category: int) -> None:
    """Recompute how well all services fit the category."""
    stored = CategoryFit.objects.filter(category=category)
    stored._raw_delete(stored.db)
    scorer = _scorer_for_category(category)
    FITS_TABLE.add(
        (category, service, weight)
        for service, postings, facets in _services_with_evidence(scorer)
        for weight in scorer.fits(postings, facets).values()
    )


def _services_with_evidence(scorer: CategoryScorer) -> Iterator[tuple[int, Postings, list[str]]]:
    """Yield (service id, postings, facets) of services that have any of the scorer's terms or tags."""
    tagged = dict(Listing.objects.filter(facets__overlap=list(scorer.tags)).values_list("pk", "facets"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, array_agg(term_id), array_agg(weight), array_agg(named) "
            "FROM services_searchposting WHERE term_id = ANY(%s) GROUP BY service_id",
            [sorted(scorer.terms)],
        )
        for service, terms, weights, named in cursor:
            postings = dict(zip(terms, zip(weights, named, strict=True), strict=True))
            yield service, postings, tagged.pop(service, [])
    for service, facets in tagged.items():
        yield service, {}, facets
