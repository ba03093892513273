"""Synchronise the search rows of services: listings, postings and category fits."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet

from organisations.models import Municipality, Organisation, WellbeingCounty
from services.content.completeness import completeness
from services.content.facets import facet_tokens
from services.content.service_texts import SEARCHED_TEXTS
from services.indexing.lock import lock_search_index, turn
from services.models import Category, Listing, Scheme, Service, ServiceLocation, ServicePhone
from services.search import facets, terms
from services.search.analysis import LANGUAGES
from services.search.category_scoring import Postings

from .bulk_replace import FITS_TABLE, POSTINGS_TABLE
from .category_fit import fit_category, fit_services
from .progress import BatchProgress
from .suggestions import index_organisation_suggestions, index_service_suggestions
from .taxonomy import index_categories, index_taxonomy
from .terms import (
    add_to_term_counts,
    correct_term_counts,
    gather_written,
    rebuild_spelling_index,
    remove_orphaned_rows,
    replace_written_forms,
    store_written_forms,
    term_ids,
)

# Services per transaction: the maximum, and the number in the first one. Other writers wait for the end of a
# transaction, so the number is adjusted to a target duration, unless the caller has a transaction open.
BATCH_SIZE, FIRST_BATCH_SIZE, TARGET_BATCH_SECONDS = 500, 20, 0.3
WRONG_FACET_BITS_SQL = """
SELECT token, block FROM services_facetbits AS stored FULL JOIN services_facetbits_wanted AS wanted USING (token, block)
WHERE coalesce(stored.bits, B'0'::bit(8192)) <> coalesce(wanted.bits, B'0'::bit(8192))
"""
REBUILD_FACET_BITS_SQL = """
WITH given AS (SELECT * FROM unnest(%(tokens)s::text[], %(blocks)s::int[]) AS given(token, block)),
gone AS (DELETE FROM services_facetbits WHERE (token, block) IN (SELECT * FROM given))
SELECT dimension, token, block, bits FROM services_facetbits_wanted WHERE (token, block) IN (SELECT * FROM given)
"""
NO_AGE_LIMIT = 32_767  # the maximum age of services without one


def index_services(
    *,
    service_ids: Iterable[int] | None = None,
    progress: BatchProgress | None = None,
    written: dict[str, str] | None = None,
) -> int:
    """Rebuild the search rows of the given services, or of all; return the number of listed ones.

    Services that are not published lose their rows. Each batch is a separate transaction, unless the caller has one
    open: other writers can work in between, and finished batches stay committed if a later one fails. `written`
    collects a whole word for each term. Raises LockTimeout.
    """
    pks = Service.objects.values_list("pk", flat=True) if service_ids is None else service_ids
    ids, listed = sorted(pks), 0
    size = BATCH_SIZE if connection.in_atomic_block else min(BATCH_SIZE, FIRST_BATCH_SIZE)
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
    """Return the size of the next batch from the size and duration in seconds of the last one."""
    return max(1, min(BATCH_SIZE, 2 * size, int(size * TARGET_BATCH_SECONDS / max(seconds, 0.001))))


@transaction.atomic
def remove_services_from_index(*, service_ids: Iterable[int]) -> None:
    """Delete the search rows of services. Call it also before deleting services, to keep the counts of terms."""
    ids = list(service_ids)
    if not ids:
        return
    lock_search_index()
    Listing.objects.filter(pk__in=ids).delete()
    _stored, change = _write_postings({pk: {} for pk in ids}, {})
    add_to_term_counts("services", change)
    FITS_TABLE.replace({pk: {} for pk in ids})
    index_service_suggestions([], instead_of=ids)


def reindex(*, progress: BatchProgress | None = None) -> int:
    """Rebuild all search rows of taxonomy and services, and the rarity of terms; return the number of listed services.

    Safe on a live site: no step holds the lock for long, searches read the old rows until a step commits, and each
    step reads the records after taking the lock, so concurrent edits are not overwritten. After an interruption
    `check_index` reports what is out of date, and the next run rebuilds all of it. Raises LockTimeout.
    """
    written: dict[str, str] = {}
    rebuild_spelling_index()
    remove_orphaned_rows()
    index_categories(written)
    listed = index_services(progress=progress, written=written)
    correct_term_counts()
    replace_written_forms(written)
    _correct_facet_bits()
    return listed


def _correct_facet_bits() -> None:
    """Correct facet bits that were written without the triggers that maintain them."""
    with connection.cursor() as cursor:
        cursor.execute(WRONG_FACET_BITS_SQL)
        if outdated := cursor.fetchall():
            tokens, blocks = map(list, zip(*outdated, strict=True))
            with turn():
                cursor.execute(REBUILD_FACET_BITS_SQL, {"tokens": tokens, "blocks": blocks})
                rows = cursor.fetchall()
                cursor.executemany(
                    "INSERT INTO services_facetbits (dimension, token, block, bits) VALUES (%s, %s, %s, %s)", rows
                )


def index_organisation(*, organisation: Organisation) -> int:
    """Index an organisation and its services, for instance after its name or area has changed.

    Returns the number of listed services. Raises LockTimeout.
    """
    index_organisation_suggestions(organisation_ids=[organisation.pk])
    return index_services(service_ids=organisation.services.values_list("pk", flat=True))


@transaction.atomic
def index_category(*, category: Category) -> int:
    """Index a category and the services whose tags have another meaning now; return the number of these.

    Call it when its name, synonyms, parent or replacement changes. Recomputes how well all services fit it.
    """
    index_taxonomy(category)
    listed = index_services(service_ids=_services_with_changed_tags(service_ids_tagged_below(categories=[category])))
    fit_category(category.pk)
    return listed


def service_ids_tagged_below(*, categories: Iterable[Category]) -> set[int]:
    """Return the ids of services whose tags have another meaning when these categories change."""
    dependents = Category.tree().dependents(category.pk for category in categories)
    return set(Service.objects.filter(categories__in=dependents).values_list("pk", flat=True))


def _services_with_changed_tags(ids: Iterable[int]) -> list[int]:
    """Return the services whose listing does not have the tokens of their tags."""
    taxonomy = TagResolver()
    tags: dict[int, list[int]] = defaultdict(list)
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
    """Index services; return the number of listed ones. The caller holds the lock and a transaction."""
    listed = list(Service.objects.published().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    remove_services_from_index(service_ids=set(ids) - set(listed))
    if not listed:
        return 0
    rows = build_service_rows(listed, TagResolver(), AreaLookup())
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
    """The search rows of services.

    `weights` are {service id: {term: (weight in all texts, weight in the name)}}; `written` has a whole word for each
    term.
    """

    services: list[Service]
    listings: list[Listing]
    weights: dict[int, dict[str, tuple[float, float]]]
    written: dict[str, str]


def build_service_rows(ids: Iterable[int], taxonomy: "TagResolver", areas: "AreaLookup") -> ServiceRows:
    """Compute the search rows of services from the current records."""
    services = list(
        Service.objects.filter(pk__in=ids).select_related("organisation").prefetch_related(*_prefetched_relations())
    )
    listings: list[Listing] = []
    weights: dict[int, dict[str, tuple[float, float]]] = {}
    written: dict[str, str] = {}
    for service in services:
        listings.append(_listing(service, taxonomy.tokens(category.pk for category in service.categories.all()), areas))
        names = terms.name_weights(_names_with_language(service))
        weights[service.pk] = {
            term: (weight, names.get(term, 0.0))
            for term, weight in terms.weigh_terms(_weighted_texts(service), written).items()
        }
    return ServiceRows(services, listings, weights, written)


def _prefetched_relations() -> list[Prefetch]:
    """Return prefetches with plain querysets, which are much faster than those of modeltranslation."""
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


ORGANISATION_NAME_WEIGHT_AND_LENGTH = (1.0, 4)


def _names_with_language(service: Service) -> Iterator[tuple[str, str]]:
    """Yield the names of a service with their languages, Finnish first."""
    for language in LANGUAGES:
        if name := getattr(service, f"name_{language}"):
            yield name, language


def _weighted_texts(service: Service) -> Iterator[tuple[str, str, float, int]]:
    """Yield (text, language, weight, usual number of words) of the texts of a service."""
    for language in LANGUAGES:
        for text in SEARCHED_TEXTS:
            yield getattr(service, f"{text.name}_{language}") or "", language, text.search_weight, text.usual_words
        yield getattr(service.organisation, f"name_{language}") or "", language, *ORGANISATION_NAME_WEIGHT_AND_LENGTH
    yield service.organisation.abbreviation, "fi", *ORGANISATION_NAME_WEIGHT_AND_LENGTH


def _write_postings(
    weights: dict[int, dict[str, tuple[float, float]]], known: dict[str, int]
) -> tuple[dict[int, Postings], Counter[int]]:
    """Replace the postings of services.

    Returns {service id: {term id: weights}}, and the change of the number of services with each term.
    """
    ids = term_ids({text for term_weights in weights.values() for text in term_weights}, known)
    postings = {
        service: {ids[text]: weight for text, weight in term_weights.items()}
        for service, term_weights in weights.items()
    }
    return postings, POSTINGS_TABLE.replace(postings)


class TagResolver:
    """The categories that tags refer to, read once for many services."""

    def __init__(self) -> None:
        self.categories = {category.pk: category for category in Category.objects.all()}
        self.tree = Category.tree()

    def tokens(self, tags: Iterable[int]) -> set[str]:
        """Return facet tokens of tagged categories, or of their replacements, and of all ancestors."""
        categories = (self.categories[pk] for tag in tags for pk in self.tree.lineage(tag))
        return {facets.token(category.scheme, category.code) for category in categories}


class AreaLookup:
    """The counties of municipalities, read once for many services."""

    def __init__(self) -> None:
        self.county_of: dict[str, str] = dict(Municipality.objects.values_list("code", "county"))
        self.municipalities_of: dict[str, list[str]] = defaultdict(list)
        for municipality, county in self.county_of.items():
            self.municipalities_of[county].append(municipality)

    def of(self, service: Service) -> facets.ServedArea:
        """Return the area of the service, or that of its organisation if the service has none."""
        for record in (service, service.organisation):
            municipalities = frozenset(m.pk for m in record.municipalities.all())
            counties = frozenset(c.pk for c in record.counties.all())
            if record.nationwide or municipalities or counties:
                return facets.ServedArea(record.nationwide, municipalities, counties)
        return facets.ServedArea(False, frozenset(), frozenset())
