"""The one way to what somebody edits."""

from django.shortcuts import get_object_or_404

from organisations import access, permissions
from organisations.models import Contact, Organisation
from services.models import Service, ServiceLocation


def get_editable_organisation(user, pk: int) -> Organisation:
    """The organisation, published or not, for whoever may edit it; all others get 404."""
    return access.get_organisation_for(user, pk, permissions.may_edit)


def get_editable_service(user, pk: int) -> Service:
    """The service with its organisation and draft, for whoever may edit it; all others get 404."""
    found = get_object_or_404(
        Service.objects.select_related("organisation", "draft__by").prefetch_related(
            "phones", "categories", "locations", "municipalities", "counties"
        ),
        pk=pk,
    )
    get_editable_organisation(user, found.organisation_id)
    return found


def get_editable_profile(user, pk: int) -> Organisation:
    """As `get_editable_organisation`, with its draft and all that its form shows."""
    get_editable_organisation(user, pk)
    found = Organisation.objects.select_related("parent", "draft__by")
    return found.prefetch_related("phones", "categories", "municipalities", "counties", "contacts").get(pk=pk)


def get_editable_contact(user, pk: int) -> Contact:
    """The contact with its organisation, for whoever may edit it; all others get 404."""
    found = get_object_or_404(Contact.objects.select_related("organisation"), pk=pk)
    get_editable_organisation(user, found.organisation_id)
    return found


def get_editable_location(user, pk: int) -> ServiceLocation:
    """The place with its organisation, for whoever may edit it; all others get 404."""
    found = get_object_or_404(ServiceLocation.objects.for_editors().select_related("organisation"), pk=pk)
    get_editable_organisation(user, found.organisation_id)
    return found
