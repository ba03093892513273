"""Fetch records for editing, with the permission check that all editing views share."""

from django.shortcuts import get_object_or_404

from organisations import access, permissions
from organisations.models import Contact, Organisation
from organisations.permissions import AnyUser
from services.models import Service, ServiceLocation


def get_editable_organisation(user: AnyUser, pk: int) -> Organisation:
    """The organisation, published or not; Http404 unless the user may edit it."""
    return access.get_organisation_for(user, pk, permissions.may_edit)


def get_editable_service(user: AnyUser, pk: int) -> Service:
    """The service with its organisation, its draft and the relations its form needs; Http404 as above."""
    services = Service.objects.select_related("organisation", "draft__by")
    service = get_object_or_404(
        services.prefetch_related("phones", "categories", "locations", "contacts", "municipalities", "counties"), pk=pk
    )
    access.require_permission(user, service.organisation, permissions.may_edit)
    return service


def get_editable_profile(user: AnyUser, pk: int) -> Organisation:
    """As `get_editable_organisation`, with the draft and the relations its form needs."""
    organisations = Organisation.objects.select_related("parent", "draft__by")
    organisation = get_object_or_404(
        organisations.prefetch_related("phones", "categories", "municipalities", "counties", "contacts"), pk=pk
    )
    access.require_permission(user, organisation, permissions.may_edit)
    return organisation


def get_editable_contact(user: AnyUser, pk: int) -> Contact:
    """The contact with its organisation; Http404 as above."""
    contact = get_object_or_404(Contact.objects.select_related("organisation"), pk=pk)
    access.require_permission(user, contact.organisation, permissions.may_edit)
    return contact


def get_editable_location(user: AnyUser, pk: int) -> ServiceLocation:
    """The location with its organisation; Http404 as above."""
    location = get_object_or_404(ServiceLocation.objects.for_editors().select_related("organisation"), pk=pk)
    access.require_permission(user, location.organisation, permissions.may_edit)
    return location
