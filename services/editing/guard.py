"""The one way to a service that somebody edits."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from organisations import permissions
from organisations.models import Organisation
from organisations.models.base import Status
from services.models import Service


def organisation_for(user, pk: int) -> Organisation:
    """The organisation, published or not, for whoever may edit it; all others get 404."""
    found = get_object_or_404(Organisation.objects.exclude(status=Status.ARCHIVED), pk=pk)
    if not permissions.may_edit(user, found):
        raise Http404
    return found


def service_for(user, pk: int) -> Service:
    """The service with its organisation and draft, for whoever may edit it; all others get 404."""
    found = get_object_or_404(
        Service.objects.select_related("organisation", "draft__by").prefetch_related(
            "phones", "categories", "locations", "municipalities", "counties"
        ),
        pk=pk,
    )
    if not permissions.may_edit(user, found.organisation):
        raise Http404
    return found
