"""Public pages of organisations and of the people to contact."""

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
from .organisation_search import OrganisationSearch, build_page


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """All published organisations, or those of a name, a sector and a municipality."""
    search = OrganisationSearch.read(request.GET)
    page = build_page(search, timezone.localdate())
    return render(
        request,
        "organisations/profiles/organisations.html",
        {
            "search": search,
            "groups": page.groups,
            "sectors": page.sectors,
            "pages": page.pages,
            "total": page.total,
            "chips": search.chips(),
            "near": search.near() if search.text and not page.total else [],
            "municipalities": {one.pk: one for one in Municipality.objects.alphabetical()},
        },
    )


@require_safe
def organisation(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    found, context = get_organisation_page(request, Organisation.objects.published(), pk)
    if request.path != found.get_absolute_url():
        return redirect(found, permanent=True)
    return render(request, "organisations/profiles/organisation.html", context)


def get_organisation_page(
    request: HttpRequest, organisations: OrganisationQuerySet, pk: int
) -> tuple[Organisation, dict]:
    """One of the organisations, or 404, and all that its page shows to this reader."""
    found = get_object_or_404(
        organisations.select_related("parent").prefetch_related(
            "phones",
            "municipalities",
            "counties",
            Prefetch("children", Organisation.objects.published().alphabetical()),
            Prefetch("contacts", Contact.objects.visible_to(request.user).prefetch_related("municipalities")),
        ),
        pk=pk,
    )
    # Asked of the whole table: `found.contacts` holds only what this reader may see.
    hidden = Contact.objects.filter(organisation=found).hidden_from(request.user).count()
    locations = found.locations.for_page()
    return found, {
        "organisation": found,
        "page_of": found,
        "structured": schema_org.organisation_data(found, request.build_absolute_uri, locations),
        # The reverse accessor: services are another app's, and this one does not import it.
        "services": found.services.published().on_offer(timezone.localdate()).for_cards().alphabetical(),
        "locations": locations,
        "categories": list(dict.fromkeys(category.current for category in found.categories.all())),
        "hidden_contacts": hidden,
    }


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Who is the contact for a matter in each municipality of a county; municipalities without one are shown."""
    counties = list(WellbeingCounty.objects.order_by(alphabetical("name")))
    purpose = request.GET.get("purpose")
    purpose = purpose if purpose in Purpose.values else Purpose.NGO_COOPERATION.value
    municipality = Municipality.objects.filter(pk=request.GET.get("municipality", "").replace("\0", "")).first()
    county = next((c for c in counties if c.pk == request.GET.get("county")), None)
    if municipality and county and municipality.county_id != county.pk:
        # Whoever changed the county beside an old municipality means the county.
        municipality = None
    elif municipality:
        county = municipality.county
    rows = contacts_by_municipality(county, purpose, request.user) if county else []
    if municipality:
        rows = [row for row in rows if row.municipality == municipality]
    return render(
        request,
        "organisations/profiles/contacts.html",
        {
            "counties": counties,
            "county": county,
            "municipality": municipality,
            "municipalities": Municipality.objects.alphabetical(),
            "purposes": Purpose.choices,
            "purpose": purpose,
            "purpose_label": Purpose(purpose).label,
            "rows": rows,
            "missing": sum(1 for row in rows if row.is_missing),
        },
    )
