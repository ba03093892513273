"""Stores how well services answer categories, as `services.search.category_scoring` computes it from stored rows."""

from collections.abc import Iterator

from django.db import connection

from services.models import Category, CategoryFit, Listing
from services.models.category import SynonymKind
from services.search.category_scoring import CategoryScorer, Postings, ServiceEvidence
from services.search.facets import token

from .bulk_replace import FITS_TABLE

# What people say counts less than what services are called.
ASKED_PHRASE_WEIGHT = 0.4

# No joins: they are planned badly where the rows are of this transaction.
_PHRASE_TERMS_SQL = "SELECT term_id, phrase_id, word, weight FROM services_searchphraseterm"
_PHRASES_SQL = f"""
SELECT id, category_id, CASE kind WHEN '{SynonymKind.ASKED.value}' THEN {ASKED_PHRASE_WEIGHT} ELSE 1 END / norm
FROM services_searchphrase
"""
# They are never changed but made anew, together with all that belongs to them, under numbers that do not return.
_PHRASES_FINGERPRINT_SQL = "SELECT count(*), bit_xor(hashint8extended(id, 0)) FROM services_searchphrase"
_TYPICAL_TERMS_SQL = "SELECT term_id, category_id, language, weight FROM services_categoryterm"


# Kept by this process, with what tells that they are still true.
_cached_scorer: tuple[tuple, CategoryScorer] | None = None


def scorer_for_all_categories() -> CategoryScorer:
    """What speaks for the fits of any service to any category, as it is stored."""
    global _cached_scorer
    kept, tags = _cached_scorer, _category_ids_by_token()
    now = (connection.settings_dict["NAME"], _fetch_rows(_PHRASES_FINGERPRINT_SQL), tags)
    if kept is None or kept[0] != now:
        kept = _cached_scorer = (
            now,
            CategoryScorer(
                phrases=_fetch_rows(_PHRASES_SQL),
                words=_fetch_rows(_PHRASE_TERMS_SQL),
                typical=_fetch_rows(_TYPICAL_TERMS_SQL),
                tags=tags,
            ),
        )
    return kept[1]


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


def _category_ids_by_token(**which: int) -> dict[str, int]:
    found = Category.objects.filter(**which).values_list("pk", "scheme", "code")
    return {token(scheme, code): pk for pk, scheme, code in found}


def _fetch_rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def fit_services(said: ServiceEvidence) -> None:
    """Store how well services answer all categories."""
    wanted: dict[int, dict[int, tuple[float]]] = {service: {} for service in said}
    for category, service, weight in scorer_for_all_categories().rows(said):
        wanted[service][category] = (weight,)
    FITS_TABLE.replace(wanted)


def fit_category(category: int) -> None:
    """Compute anew how all services fit the category."""
    stored = CategoryFit.objects.filter(category=category)
    stored._raw_delete(stored.db)
    answers = _scorer_for_category(category)
    FITS_TABLE.add(
        (category, service, weight)
        for service, postings, facets in _services_with_evidence(answers)
        for weight in answers.fits(postings, facets).values()
    )


def _services_with_evidence(answers: CategoryScorer) -> Iterator[tuple[int, Postings, list[str]]]:
    """Services that hold any of the terms or tags, as they are stored."""
    tagged = dict(Listing.objects.filter(facets__overlap=list(answers.tags)).values_list("pk", "facets"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, array_agg(term_id), array_agg(weight), array_agg(named) "
            "FROM services_searchposting WHERE term_id = ANY(%s) GROUP BY service_id",
            [sorted(answers.terms)],
        )
        for service, terms, weights, named in cursor:
            said = dict(zip(terms, zip(weights, named, strict=True), strict=True))
            yield service, said, tagged.pop(service, [])
    for service, facets in tagged.items():
        yield service, {}, facets
