"""Public pages of organisations and contacts."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisations.core.collation import alphabetical
from organisations.models import Contact, Municipality, Organisation, WellbeingCounty
from organisations.models.contact import Purpose
from organisations.models.organisation import OrganisationQuerySet
from organisations.profiles import schema_org

from .contact_directory import contacts_by_municipality
from .filters import ContactFilterSet
from .organisation_search import OrganisationSearch, build_page


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """List published organisations, filtered by name, sector and municipality."""
    search = OrganisationSearch(request.GET)
    page = build_page(search, timezone.localdate())
    return render(
        request,
        "organisations/profiles/organisations.html",
        {
            "search": search,
            "filters": search.filters,
            "groups": page.groups,
            "sectors": page.sectors,
            "pages": page.pages,
            "total": page.total,
            "chips": search.chips(),
            "similar_organisations": search.similar_organisations() if search.text and not page.total else [],
            "municipalities": {municipality.pk: municipality for municipality in Municipality.objects.alphabetical()},
        },
    )


@require_safe
def organisation(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    organisation, context = get_organisation_page(request, Organisation.objects.published(), pk)
    if request.path != organisation.get_absolute_url():
        return redirect(organisation, permanent=True)
    return render(request, "organisations/profiles/organisation.html", context)


def get_organisation_page(
    request: HttpRequest, organisations: OrganisationQuerySet, pk: int
) -> tuple[Organisation, dict]:
    """Return the organisation and the context of its page for this user. Raises Http404."""
    organisation = get_object_or_404(
        organisations.select_related("parent").prefetch_related(
            "phones",
            "municipalities",
            "counties",
            Prefetch("children", Organisation.objects.published().alphabetical()),
            Prefetch("contacts", Contact.objects.visible_to(request.user).prefetch_related("municipalities")),
        ),
        pk=pk,
    )
    # Query the table: the prefetched `organisation.contacts` has only visible contacts.
    hidden_count = Contact.objects.filter(organisation=organisation).hidden_from(request.user).count()
    locations = organisation.locations.for_page()
    return organisation, {
        "organisation": organisation,
        "page_record": organisation,
        "structured_data": schema_org.organisation_data(organisation, request.build_absolute_uri, locations),
        # Reverse accessor, as this app must not import the services app.
        "services": organisation.services.published().on_offer(timezone.localdate()).for_cards().alphabetical(),
        "locations": locations,
        "categories": list(dict.fromkeys(category.current for category in organisation.categories.all())),
        "hidden_count": hidden_count,
    }


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """List contacts for a purpose by municipality of a county, including municipalities without a contact."""
    counties = list(WellbeingCounty.objects.order_by(alphabetical("name")))
    filters = ContactFilterSet(request.GET, Contact.objects.of_published_organisations())
    municipality = filters.values["municipality"]
    county = municipality.county if municipality else filters.values["county"]
    purpose = filters.values["purpose"]
    rows = contacts_by_municipality(county, filters.qs, request.user) if county else []
    if municipality:
        rows = [row for row in rows if row.municipality == municipality]
    return render(
        request,
        "organisations/profiles/contacts.html",
        {
            "filters": filters,
            "counties": counties,
            "county": county,
            "municipality": municipality,
            "municipalities": Municipality.objects.alphabetical(),
            "purposes": Purpose.choices,
            "purpose": purpose,
            "purpose_label": Purpose(purpose).label,
            "rows": rows,
            "missing_count": sum(1 for row in rows if row.is_missing),
        },
    )
