"""Keep the rows that search reads in step with the services: listings, postings and fits."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet

from organisations.models import Municipality, WellbeingCounty
from services.content.completeness import completeness
from services.content.facets import facet_tokens
from services.indexing.lock import lock_search_index, turn
from services.models import Category, Listing, Scheme, Service, ServiceLocation, ServicePhone
from services.search import facets, terms
from services.search.analysis import LANGUAGES
from services.search.category_scoring import Postings

from .bulk_replace import FITS_TABLE, POSTINGS_TABLE
from .category_fit import fit_category, fit_services
from .suggestions import index_organisation_suggestions, index_service_suggestions
from .taxonomy import index_categories, index_taxonomy
from .terms import (
    add_to_term_counts,
    count_holders,
    gather_written,
    rebuild_spelling_index,
    remove_orphaned_rows,
    store_written_forms,
    term_ids,
    write_anew,
)

# How many services are indexed in one transaction, at most and to begin with, and for how many seconds one may last:
# others wait for its end. In a transaction of the caller's they wait for the end of that one anyway.
BATCH_SIZE, FIRST_BATCH, LONGEST = 500, 20, 0.3
WRONG_BITS = """
SELECT token, block FROM services_facetbits AS stored FULL JOIN services_facetbits_wanted AS wanted USING (token, block)
WHERE coalesce(stored.bits, B'0'::bit(8192)) <> coalesce(wanted.bits, B'0'::bit(8192))
"""
REBUILD_FACET_BITS_SQL = """
WITH given AS (SELECT * FROM unnest(%(tokens)s::text[], %(blocks)s::int[]) AS given(token, block)),
gone AS (DELETE FROM services_facetbits WHERE (token, block) IN (SELECT * FROM given))
SELECT dimension, token, block, bits FROM services_facetbits_wanted WHERE (token, block) IN (SELECT * FROM given)
"""
NO_AGE_LIMIT = 32_767  # of the ages: a service without an upper age limit serves everybody


def index_services(
    *, service_ids: Iterable[int] | None = None, progress=None, written: dict[str, str] | None = None
) -> int:
    """Make the search rows of the given services, or of all, anew; returns how many are listed.

    Services that are not published lose their rows. Each batch is a transaction of its own: others write in between,
    and what is done stays done if a later batch fails. Within a transaction of the caller's, all is part of that one.
    `progress` is called with the number of services in each batch done; `written` gathers a whole word for each term.
    Raises LockTimeout.
    """
    chosen = Service.objects.values_list("pk", flat=True) if service_ids is None else service_ids
    ids, listed = sorted(chosen), 0
    size = BATCH_SIZE if connection.in_atomic_block else min(BATCH_SIZE, FIRST_BATCH)
    while ids:
        batch, ids = ids[:size], ids[size:]
        with turn():
            start = time.monotonic()
            listed += _index_batch(batch, written)
        if not connection.in_atomic_block:
            size = _next_size(len(batch), time.monotonic() - start)
        if progress:
            progress(len(batch))
    return listed


def _next_size(size: int, seconds: float) -> int:
    """Of a batch, by how long one of so many services has taken."""
    return max(1, min(BATCH_SIZE, 2 * size, int(size * LONGEST / max(seconds, 0.001))))


@transaction.atomic
def remove_services_from_index(*, service_ids: Iterable[int]) -> None:
    """Take the search rows of services away; also before they are deleted, as terms count their services."""
    ids = list(service_ids)
    if not ids:
        return
    lock_search_index()
    Listing.objects.filter(pk__in=ids).delete()
    _postings, change = _write_postings({pk: {} for pk in ids}, {})
    add_to_term_counts("services", change)
    FITS_TABLE.replace({pk: {} for pk in ids})
    index_service_suggestions([], instead_of=ids)


def reindex(*, progress=None) -> int:
    """Make all search rows of the taxonomy and of the services anew, and weigh anew how rare terms are.

    On a site in use: no step holds the lock for long, searches read the earlier rows until a step is committed, and
    whoever publishes meanwhile is not overwritten, since each step reads the records once it has the lock. If it is
    interrupted, `check_index` tells what is left to do, and the next run does all of it. Raises LockTimeout.
    """
    written: dict[str, str] = {}
    rebuild_spelling_index()
    remove_orphaned_rows()
    index_categories(written)
    listed = index_services(progress=progress, written=written)
    count_holders()
    write_anew(written)
    _remake_bits()
    return listed


def _remake_bits() -> None:
    """Triggers keep the bits; only what was written past these is put right by this."""
    with connection.cursor() as cursor:
        cursor.execute(WRONG_BITS)
        if wrong := cursor.fetchall():
            tokens, blocks = map(list, zip(*wrong, strict=True))
            with turn():
                cursor.execute(REBUILD_FACET_BITS_SQL, {"tokens": tokens, "blocks": blocks})
                rows = cursor.fetchall()
                cursor.executemany(
                    "INSERT INTO services_facetbits (dimension, token, block, bits) VALUES (%s, %s, %s, %s)", rows
                )


def index_organisation(*, organisation) -> int:
    """Index an organisation and all its services, for instance after its name or area has changed."""
    index_organisation_suggestions(organisation_ids=[organisation.pk])
    return index_services(service_ids=organisation.services.values_list("pk", flat=True))


@transaction.atomic
def index_category(*, category: Category) -> int:
    """Index a category, and those services whose tags mean something else now; returns how many these are.

    For changes of its name, words, place in the tree or replacement. How well all services fit it is computed anew.
    """
    index_taxonomy(category=category)
    listed = index_services(service_ids=_services_with_changed_tags(service_ids_tagged_below(categories=[category])))
    fit_category(category.pk)
    return listed


def service_ids_tagged_below(*, categories: Iterable[Category]) -> set[int]:
    """The ids of services whose tags mean something else when these categories change."""
    dependents = Category.tree().dependents(category.pk for category in categories)
    return set(Service.objects.filter(categories__in=dependents).values_list("pk", flat=True))


def _services_with_changed_tags(ids: Iterable[int]) -> list[int]:
    """Those of the listed services that are not listed under the categories that their tags mean."""
    taxonomy, tags = CategoryTree(), defaultdict(list)
    tagged = Service.categories.through.objects.filter(service__in=ids)
    for service, category in tagged.values_list("service_id", "category_id"):
        tags[service].append(category)
    schemes = tuple(facets.token(scheme, "") for scheme in Scheme.values)
    return [
        service
        for service, tokens in Listing.objects.filter(pk__in=ids).values_list("pk", "facets").iterator()
        if {token for token in tokens if token.startswith(schemes)} != taxonomy.tokens(tags[service])
    ]


def _index_batch(ids: list[int], written: dict[str, str] | None = None) -> int:
    """Index services in a transaction that has the lock; returns how many are listed."""
    listed = list(Service.objects.published().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    remove_services_from_index(service_ids=set(ids) - set(listed))
    if not listed:
        return 0
    rows = build_service_rows(listed, CategoryTree(), AreaLookup())
    Listing.objects.bulk_create(
        rows.listings,
        update_conflicts=True,
        unique_fields=["service"],
        update_fields=[f.name for f in Listing._meta.fields if not f.primary_key],
    )
    known: dict[str, int] = {}
    postings, change = _write_postings(rows.weights, known)
    store_written_forms(rows.written, known)
    index_service_suggestions(rows.services, instead_of=listed)
    fit_services({listing.pk: (postings[listing.pk], listing.facets) for listing in rows.listings})
    add_to_term_counts("services", change)
    if written is not None:
        gather_written(rows.written, written)
    return len(listed)


@dataclass(frozen=True)
class ServiceRows:
    """Services with their listings, how much each term says about each and stands in its name, and whole words."""

    services: list[Service]
    listings: list[Listing]
    weights: dict[int, dict[str, tuple[float, float]]]
    written: dict[str, str]


def build_service_rows(ids: Iterable[int], taxonomy: "CategoryTree", areas: "AreaLookup") -> ServiceRows:
    """What the rows of services are by the records as they are now."""
    services = list(
        Service.objects.filter(pk__in=ids).select_related("organisation").prefetch_related(*_prefetched_relations())
    )
    listings, weights, written = [], {}, {}
    for service in services:
        listings.append(_listing(service, taxonomy.tokens(category.pk for category in service.categories.all()), areas))
        names = terms.name_weights(_names_with_language(service))
        weights[service.pk] = {
            term: (weight, names.get(term, 0.0))
            for term, weight in terms.weigh_terms(_weighted_texts(service), written).items()
        }
    return ServiceRows(services, listings, weights, written)


def _prefetched_relations() -> list[Prefetch]:
    """What belongs to services, read plainly: wrapped for translation it takes longer than all the rest."""
    parts = {
        "categories": Category,
        "locations": ServiceLocation,
        "phones": ServicePhone,
        "municipalities": Municipality,
        "counties": WellbeingCounty,
        "organisation__municipalities": Municipality,
        "organisation__counties": WellbeingCounty,
    }
    return [Prefetch(name, QuerySet(model)) for name, model in parts.items()]


def _listing(service: Service, tags: set[str], areas: "AreaLookup") -> Listing:
    tokens = facet_tokens(service) | tags
    tokens |= facets.area_tokens(areas.of(service), areas.county_of, areas.municipalities_of)
    return Listing(
        service=service,
        completeness=completeness(service),
        kind=terms.name_fingerprint(*next(_names_with_language(service), (f"#{service.pk}", "fi"))),
        facets=sorted(tokens),
        age_min=service.age_min or 0,
        age_max=NO_AGE_LIMIT if service.age_max is None else service.age_max,
        valid_from=service.valid_from,
        valid_until=service.valid_until,
        assured_at=service.assured_at,
        unconfirmed_from=service.term.unconfirmed_from,
        name_fi=service.name_fi or "",
        name_sv=service.name_sv or "",
        name_en=service.name_en or "",
    )


# Field, weight, and the number of words it usually has: where a word stands tells how much it says.
INDEXED_TEXT_FIELDS = (
    ("name", 5.0, 4),
    ("search_words", 3.0, 12),
    ("summary", 2.0, 15),
    ("eligibility", 1.0, 15),
    ("description", 1.0, 60),
    ("client_access", 0.5, 40),
    ("requirements", 0.5, 40),
)
ORGANISATION_NAME_WEIGHT_AND_LENGTH = (1.0, 4)


def _names_with_language(service: Service) -> Iterator[tuple[str, str]]:
    """The names of a service with their languages, Finnish first."""
    for language in LANGUAGES:
        if name := getattr(service, f"name_{language}"):
            yield name, language


def _weighted_texts(service: Service):
    for language in LANGUAGES:
        for field, weight, usual in INDEXED_TEXT_FIELDS:
            yield getattr(service, f"{field}_{language}") or "", language, weight, usual
        yield getattr(service.organisation, f"name_{language}") or "", language, *ORGANISATION_NAME_WEIGHT_AND_LENGTH
    yield service.organisation.abbreviation, "fi", *ORGANISATION_NAME_WEIGHT_AND_LENGTH


def _write_postings(
    weights: dict[int, dict[str, tuple[float, float]]], known: dict[str, int]
) -> tuple[dict[int, Postings], Counter]:
    """Replace the postings of some services.

    Returns them by the terms' ids, and by how many services each term was gained (or lost).
    """
    ids = term_ids({text for found in weights.values() for text in found}, known)
    postings = {service: {ids[text]: said for text, said in found.items()} for service, found in weights.items()}
    return postings, POSTINGS_TABLE.replace(postings)


class CategoryTree:
    """All categories, read once for many services."""

    def __init__(self):
        self.categories = {category.pk: category for category in Category.objects.all()}
        self.tree = Category.tree()

    def tokens(self, tags: Iterable[int]) -> set[str]:
        """What tags mean: the categories that they are or were merged into, and all above these."""
        meant = (self.categories[pk] for tag in tags for pk in self.tree.lineage(tag))
        return {facets.token(category.scheme, category.code) for category in meant}


class AreaLookup:
    """Which municipality lies in which county, read once for many services."""

    def __init__(self):
        self.county_of = dict(Municipality.objects.values_list("code", "county"))
        self.municipalities_of = defaultdict(list)
        for municipality, county in self.county_of.items():
            self.municipalities_of[county].append(municipality)

    def of(self, service: Service) -> facets.ServedArea:
        """The service's own area, or that of its organisation where it has none."""
        for record in (service, service.organisation):
            municipalities = frozenset(m.pk for m in record.municipalities.all())
            counties = frozenset(c.pk for c in record.counties.all())
            if record.nationwide or municipalities or counties:
                return facets.ServedArea(record.nationwide, municipalities, counties)
        return facets.ServedArea(False, frozenset(), frozenset())
