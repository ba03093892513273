"""Keep the rows that search reads in step with the services: listings, postings and fits."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import connection, transaction

from organisations.models import Municipality
from services.models import Category, Listing, SearchPosting, Service
from services.search import facets, terms
from services.search.analysis import LANGUAGES

from .index_taxonomy import index_taxonomy
from .index_terms import add_to_counts, fit, ids_of

BATCH = 1000
# Any number will do, as long as all writers of search rows take the same one.
LOCK = 0x696E646578
NO_LIMIT = 32_767  # of the ages: a service without an upper age limit serves everybody


@transaction.atomic
def index_services(*, service_ids: Iterable[int] | None = None, progress=None) -> int:
    """Make the search rows of the given services, or of all, anew; returns how many are listed.

    Services that are not published lose their rows. `progress` is called with the number of each batch done.
    """
    _take_turns()
    services = Service.objects.published()
    stale = Listing.objects.all()
    if service_ids is not None:
        service_ids = list(service_ids)
        services = services.filter(pk__in=service_ids)
        stale = stale.filter(pk__in=service_ids)
    listed = list(services.order_by("pk").values_list("pk", flat=True))
    gone = set(stale.values_list("pk", flat=True)) - set(listed)
    Listing.objects.filter(pk__in=gone).delete()
    change = _write_postings({pk: {} for pk in gone}, {})
    taxonomy, areas, known = _Taxonomy(), _Areas(), {}
    for number, start in enumerate(range(0, len(listed), BATCH), start=1):
        ids = listed[start : start + BATCH]
        change.update(_index_batch(ids, taxonomy, areas, known))
        # Statistics of half as many rows still make good plans.
        fit(services=ids, grown=number.bit_count() == 1)
        if progress:
            progress(len(ids))
    # Once for all batches: the commonest terms are in every one of them.
    add_to_counts("services", change)
    return len(listed)


def _take_turns() -> None:
    """Whoever makes search rows waits here for whoever does, and not later for single rows, maybe in a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def index_services_of(*, organisation) -> int:
    """Index all services of an organisation, for instance after its name or area has changed."""
    return index_services(service_ids=organisation.services.values_list("pk", flat=True))


def index_services_in(*, category: Category) -> int:
    """Index a category and all services tagged with it or with one below it; returns how many are listed.

    For changes of its name, words, place in the tree or replacement. Services that fit it by their text alone are
    compared with it anew.
    """
    index_taxonomy(category=category)
    below = Category.objects.descendants(category, include_self=True)
    ids = Service.objects.filter(categories__in=below).distinct().values_list("pk", flat=True)
    listed = index_services(service_ids=ids)
    fit(category=category.pk)
    return listed


def _index_batch(ids: list[int], taxonomy: "_Taxonomy", areas: "_Areas", known: dict[str, int]) -> Counter:
    """Write listings and postings; returns by how many services each term was gained (or lost)."""
    services = (
        Service.objects.filter(pk__in=ids)
        .select_related("organisation")
        .prefetch_related(
            "categories",
            "municipalities",
            "counties",
            "organisation__municipalities",
            "organisation__counties",
            "locations",
        )
    )
    listings, weights = [], {}
    for service in services:
        tags = taxonomy.with_ancestors(service.categories.all())
        listings.append(_listing(service, tags, areas))
        weights[service.pk] = terms.weigh(_fields(service))
    Listing.objects.bulk_create(
        listings,
        update_conflicts=True,
        unique_fields=["service"],
        update_fields=[f.name for f in Listing._meta.fields if not f.primary_key],
    )
    return _write_postings(weights, known)


def _listing(service: Service, tags: list[Category], areas: "_Areas") -> Listing:
    tokens = {facets.token("sector", service.organisation.sector)}
    tokens |= {facets.token(tag.scheme, tag.code) for tag in tags}
    tokens |= facets.choice_tokens("channel", service.channels)
    tokens |= facets.choice_tokens("language", service.languages)
    tokens |= facets.choice_tokens("route", service.access_routes)
    tokens |= facets.choice_tokens("cost", [service.cost])
    tokens |= facets.choice_tokens("accessibility", service.accessibility)
    tokens |= {facets.token(flag, "yes") for flag in facets.FLAGS if getattr(service, flag)}
    for location in service.locations.all():
        if not location.archived:
            tokens |= facets.choice_tokens("accessibility", location.accessibility)
    tokens |= facets.area_tokens(areas.of(service), areas.county_of, areas.municipalities_of)
    return Listing(
        service=service,
        facets=sorted(tokens),
        age_min=service.age_min or 0,
        age_max=NO_LIMIT if service.age_max is None else service.age_max,
        valid_from=service.valid_from,
        valid_until=service.valid_until,
        assured_at=service.assured_at,
        name_fi=service.name_fi or "",
        name_sv=service.name_sv or "",
        name_en=service.name_en or "",
    )


# Field, weight, and the number of words it usually has: where a word stands tells how much it says.
FIELDS = (
    ("name", 5.0, 4),
    ("search_words", 3.0, 12),
    ("summary", 2.0, 15),
    ("eligibility", 1.0, 15),
    ("description", 1.0, 60),
    ("client_access", 0.5, 40),
    ("requirements", 0.5, 40),
)
ORGANISATION_NAME = (1.0, 4)


def _fields(service: Service):
    for language in LANGUAGES:
        for field, weight, usual in FIELDS:
            yield getattr(service, f"{field}_{language}") or "", language, weight, usual
        yield getattr(service.organisation, f"name_{language}") or "", language, *ORGANISATION_NAME
    yield service.organisation.abbreviation, "fi", *ORGANISATION_NAME


def _write_postings(weights: dict[int, dict[str, float]], known: dict[str, int]) -> Counter:
    """Replace the postings of some services; returns by how many services each term was gained (or lost)."""
    ids = ids_of({text for found in weights.values() for text in found}, known)
    stored = SearchPosting.objects.filter(service__in=list(weights))
    change = Counter()
    for term, _service in stored.values_list("term_id", "service_id"):
        change[term] -= 1
    stored._raw_delete(stored.db)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY services_searchposting (term_id, service_id, weight) FROM STDIN") as copy,
    ):
        # In the order of the table's key, where neighbours are written together.
        for row in sorted((ids[text], service, weight) for service, f in weights.items() for text, weight in f.items()):
            copy.write_row(row)
            change[row[0]] += 1
    return change


class _Taxonomy:
    """All categories, read once for many services."""

    def __init__(self):
        self.categories = {category.pk: category for category in Category.objects.all()}

    def with_ancestors(self, tags: Iterable[Category]) -> list[Category]:
        found = {}
        for tag in tags:
            node = self._current(tag)
            while node is not None and node.pk not in found:
                found[node.pk] = node
                node = self.categories.get(node.parent_id)
        return list(found.values())

    def _current(self, tag: Category) -> Category:
        """The category that a merged one ended in, over several mergers if need be."""
        seen = set()
        while tag.replaced_by_id and tag.pk not in seen:
            seen.add(tag.pk)
            tag = self.categories[tag.replaced_by_id]
        return tag


class _Areas:
    """Which municipality lies in which county, read once for many services."""

    def __init__(self):
        self.county_of = dict(Municipality.objects.values_list("code", "county"))
        self.municipalities_of = defaultdict(list)
        for municipality, county in self.county_of.items():
            self.municipalities_of[county].append(municipality)

    def of(self, service: Service) -> facets.Area:
        """The service's own area, or that of its organisation where it has none."""
        for record in (service, service.organisation):
            municipalities = frozenset(m.pk for m in record.municipalities.all())
            counties = frozenset(c.pk for c in record.counties.all())
            if record.nationwide or municipalities or counties:
                return facets.Area(record.nationwide, municipalities, counties)
        return facets.Area(False, frozenset(), frozenset())
