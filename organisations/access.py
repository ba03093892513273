"""Guarded fetch of an organisation for its members and coordinators, and the type of their requests."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from organisations import permissions
from organisations.models import Organisation, User
from organisations.models.base import Status


class AuthenticatedRequest(HttpRequest):
    """For annotations: a request to a view behind `login_required`."""

    user: User


def get_organisation_for(user: permissions.AnyUser, pk: int, may: Callable[..., bool]) -> Organisation:
    """Return the organisation, published or not.

    `may` is a check from `permissions`. Raises Http404 for outsiders, PermissionDenied for insiders without the right.
    """
    organisation = get_object_or_404(Organisation, pk=pk)
    require_right(user, organisation, may)
    return organisation


def require_right(user: permissions.AnyUser, organisation: Organisation, may: Callable[..., bool]) -> None:
    """As `get_organisation_for`, for an organisation that has been fetched. Asks for the right only once."""
    if organisation.status == Status.ARCHIVED:
        raise Http404
    if not may(user, organisation):
        raise PermissionDenied if permissions.is_insider(user, organisation) else Http404
