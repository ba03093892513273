"""Keep the rows that search reads in step with the records.

Weight classes: A the name; B category names and search words; C summary and who it is for; D everything else.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from organisations.models import Municipality
from services.models import Category, Listing, SearchText, Service, Synonym
from services.search import documents, facets
from services.search.analysis import LANGUAGES

BATCH = 500
NO_LIMIT = 32_767  # of the ages: a service without an upper age limit serves everybody


@transaction.atomic
def index_services(*, service_ids: Iterable[int] | None = None, progress=None) -> int:
    """Make the search rows of the given services, or of all, anew; returns how many are listed.

    Services that are not published lose their rows. `progress` is called with the number of each batch done.
    """
    services = Service.objects.published()
    stale = Listing.objects.all()
    if service_ids is not None:
        service_ids = list(service_ids)
        services = services.filter(pk__in=service_ids)
        stale = stale.filter(pk__in=service_ids)
    listed = list(services.order_by("pk").values_list("pk", flat=True))
    gone = set(stale.values_list("pk", flat=True)) - set(listed)
    Listing.objects.filter(pk__in=gone).delete()
    SearchText.objects.filter(service__in=gone).delete()
    taxonomy, areas = _Taxonomy(), _Areas()
    for start in range(0, len(listed), BATCH):
        _index_batch(listed[start : start + BATCH], taxonomy, areas)
        if progress:
            progress(len(listed[start : start + BATCH]))
    return len(listed)


def index_services_of(*, organisation) -> int:
    """Index all services of an organisation, for instance after its name or area has changed."""
    return index_services(service_ids=organisation.services.values_list("pk", flat=True))


def index_services_in(*, category) -> int:
    """Index all services tagged with a category or with one below it, after its name or synonyms have changed."""
    below = Category.objects.descendants(category, include_self=True)
    ids = Service.objects.filter(categories__in=below).distinct().values_list("pk", flat=True)
    return index_services(service_ids=ids)


def _index_batch(ids: list[int], taxonomy: "_Taxonomy", areas: "_Areas") -> None:
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
    listings, texts = [], []
    for service in services:
        tags = taxonomy.with_ancestors(service.categories.all())
        listings.append(_listing(service, tags, areas))
        for language in LANGUAGES:
            terms = documents.vector(_texts(service, tags, taxonomy, language), language)
            texts.append(SearchText(service=service, language=language, terms=terms))
    Listing.objects.bulk_create(
        listings,
        update_conflicts=True,
        unique_fields=["service"],
        update_fields=[f.name for f in Listing._meta.fields if not f.primary_key],
    )
    SearchText.objects.bulk_create(
        texts, update_conflicts=True, unique_fields=["service", "language"], update_fields=["terms"]
    )


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


def _texts(service: Service, tags: list[Category], taxonomy: "_Taxonomy", language: str) -> list[tuple[str, str]]:
    def own(field: str) -> str:
        return getattr(service, f"{field}_{language}") or ""

    organisation = service.organisation
    return [
        ("A", own("name")),
        ("B", own("search_words")),
        *(("B", getattr(tag, f"name_{language}") or "") for tag in tags),
        ("C", own("summary")),
        ("C", own("eligibility")),
        ("C", getattr(organisation, f"name_{language}") or ""),
        ("C", organisation.abbreviation),
        *(("D", taxonomy.synonyms_of(tag, language)) for tag in tags),
        ("D", own("description")),
        ("D", own("client_access")),
        ("D", own("requirements")),
    ]


class _Taxonomy:
    """All categories and their synonyms, read once for many services."""

    def __init__(self):
        self.categories = {category.pk: category for category in Category.objects.all()}
        found = defaultdict(list)
        for category, language, text in Synonym.objects.filter(is_active=True).values_list(
            "category", "language", "text"
        ):
            found[category, language].append(text)
        self.synonyms = {key: "\n".join(texts) for key, texts in found.items()}

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

    def synonyms_of(self, tag: Category, language: str) -> str:
        return self.synonyms.get((tag.pk, language), "")


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
