"""Fetch records for editing, with the permission check that all editing views share."""

from django.shortcuts import get_object_or_404

from organisations import access, permissions
from organisations.models import Contact, Organisation
from services.models import Service, ServiceLocation


def get_editable_organisation(user, pk: int) -> Organisation:
    """The organisation, published or not; Http404 unless the user may edit it."""
    return access.get_organisation_for(user, pk, permissions.may_edit)


def get_editable_service(user, pk: int) -> Service:
    """The service with its organisation and draft; Http404 unless the user may edit it."""
    service = get_object_or_404(
        Service.objects.select_related("organisation", "draft__by").prefetch_related(
            "phones", "categories", "locations", "municipalities", "counties"
        ),
        pk=pk,
    )
    get_editable_organisation(user, service.organisation_id)
    return service


def get_editable_profile(user, pk: int) -> Organisation:
    """As `get_editable_organisation`, with the draft and the relations its form needs."""
    get_editable_organisation(user, pk)
    organisations = Organisation.objects.select_related("parent", "draft__by")
    return organisations.prefetch_related("phones", "categories", "municipalities", "counties", "contacts").get(pk=pk)


def get_editable_contact(user, pk: int) -> Contact:
    """The contact with its organisation; Http404 unless the user may edit it."""
    contact = get_object_or_404(Contact.objects.select_related("organisation"), pk=pk)
    get_editable_organisation(user, contact.organisation_id)
    return contact


def get_editable_location(user, pk: int) -> ServiceLocation:
    """The location with its organisation; Http404 unless the user may edit it."""
    location = get_object_or_404(ServiceLocation.objects.for_editors().select_related("organisation"), pk=pk)
    get_editable_organisation(user, location.organisation_id)
    return location
