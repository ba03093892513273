"""Keep the rows that search reads in step with the services: listings, postings and fits."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet

from organisations.models import Municipality, WellbeingCounty
from services.content.completeness import completeness
from services.models import Category, Listing, Scheme, Service, ServiceLocation, ServicePhone
from services.search import facets, terms
from services.search.analysis import LANGUAGES
from services.search.category_scoring import Postings, ServiceTerms

from .bulk_replace import FITS_TABLE, POSTINGS_TABLE
from .category_fit import fit_category, fit_writer
from .suggestions import index_organisation_suggestions, index_service_suggestions
from .taxonomy import index_taxonomy
from .terms import (
    add_to_term_counts,
    rebuild_spelling_index,
    recount_services,
    remove_orphaned_rows,
    store_written_forms,
    term_ids,
)

BATCH_SIZE = 500
# Any number will do, as long as all writers of search rows take the same one.
LOCK_ID = 0x696E646578
# Triggers keep the bits; only what was written past these is put right by this.
REBUILD_FACET_BITS_SQL = """
DELETE FROM services_facetbits;
INSERT INTO services_facetbits (dimension, token, block, bits)
SELECT dimension, token, block, bits FROM services_facetbits_wanted
"""
NO_AGE_LIMIT = 32_767  # of the ages: a service without an upper age limit serves everybody


@transaction.atomic
def index_services(*, service_ids: Iterable[int] | None = None, progress=None) -> int:
    """Make the search rows of the given services, or of all, anew; returns how many are listed.

    Services that are not published lose their rows. `progress` is called with the number of each batch done.
    """
    lock_search_index()
    chosen = Service.objects.all()
    if service_ids is not None:
        chosen = chosen.filter(pk__in=list(service_ids))
    listed = list(chosen.published().order_by("pk").values_list("pk", flat=True))
    remove_services_from_index(service_ids=set(chosen.values_list("pk", flat=True)) - set(listed))
    taxonomy, areas, known, change = CategoryTree(), AreaLookup(), {}, Counter()
    with fit_writer(len(listed)) as fit:
        for start in range(0, len(listed), BATCH_SIZE):
            ids = listed[start : start + BATCH_SIZE]
            said, gained = _index_batch(ids, taxonomy, areas, known)
            fit(said)
            change.update(gained)
            if progress:
                progress(len(ids))
    # Once for all batches: the commonest terms are in every one of them.
    if service_ids is None:
        recount_services()
    else:
        add_to_term_counts("services", change)
    return len(listed)


def lock_search_index() -> None:
    """Whoever makes search rows waits here for whoever does, and not later for single rows, maybe in a circle.

    First in a transaction that writes what search rows are made of: before the records themselves are locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_ID])


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


@transaction.atomic
def reindex(*, progress=None) -> int:
    """Make all search rows of the taxonomy and of the services anew, and weigh anew how rare terms are."""
    rebuild_spelling_index()
    remove_orphaned_rows()
    index_taxonomy()
    listed = index_services(progress=progress)
    with connection.cursor() as cursor:
        cursor.execute(REBUILD_FACET_BITS_SQL)
    return listed


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


def _index_batch(
    ids: list[int], taxonomy: "CategoryTree", areas: "AreaLookup", known: dict[str, int]
) -> tuple[ServiceTerms, Counter]:
    """Write all rows but the fits; returns what these are made of, and how many services gained (or lost) each term."""
    rows = build_service_rows(ids, taxonomy, areas)
    Listing.objects.bulk_create(
        rows.listings,
        update_conflicts=True,
        unique_fields=["service"],
        update_fields=[f.name for f in Listing._meta.fields if not f.primary_key],
    )
    postings, change = _write_postings(rows.weights, known)
    store_written_forms(rows.written, known)
    index_service_suggestions(rows.services, instead_of=ids)
    return {listing.pk: (postings[listing.pk], listing.facets) for listing in rows.listings}, change


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
    tokens = {facets.token("sector", service.organisation.sector)} | tags
    tokens |= facets.choice_tokens("channel", service.channels)
    tokens |= facets.choice_tokens("language", service.languages)
    tokens |= facets.choice_tokens("route", service.access_routes)
    tokens |= facets.choice_tokens("cost", [service.cost])
    tokens |= facets.choice_tokens("accessibility", service.accessibility)
    tokens |= {facets.token(flag, "yes") for flag in facets.FLAG_FIELDS if getattr(service, flag)}
    for location in service.locations.all():
        if not location.archived:
            tokens |= facets.choice_tokens("accessibility", location.accessibility)
    tokens |= facets.area_tokens(areas.of(service), areas.county_of, areas.municipalities_of)
    return Listing(
        service=service,
        completeness=completeness(service),
        kind=terms.name_kind(*next(_names_with_language(service), (f"#{service.pk}", "fi"))),
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
ORGANISATION_NAME_WEIGHT = (1.0, 4)


def _names_with_language(service: Service) -> Iterator[tuple[str, str]]:
    """The names of a service with their languages, Finnish first."""
    for language in LANGUAGES:
        if name := getattr(service, f"name_{language}"):
            yield name, language


def _weighted_texts(service: Service):
    for language in LANGUAGES:
        for field, weight, usual in INDEXED_TEXT_FIELDS:
            yield getattr(service, f"{field}_{language}") or "", language, weight, usual
        yield getattr(service.organisation, f"name_{language}") or "", language, *ORGANISATION_NAME_WEIGHT
    yield service.organisation.abbreviation, "fi", *ORGANISATION_NAME_WEIGHT


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
