"""The one way to an organisation that somebody looks after."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from organisations import permissions
from organisations.models import Organisation
from organisations.models.base import Status


def get_organisation_for(user, pk: int, may: Callable[..., bool]) -> Organisation:
    """The organisation, published or not. Outsiders get 404, insiders without the right (`may` of permissions) 403."""
    found = get_object_or_404(Organisation.objects.exclude(status=Status.ARCHIVED), pk=pk)
    if not permissions.is_insider(user, found):
        raise Http404
    if not may(user, found):
        raise PermissionDenied
    return found
