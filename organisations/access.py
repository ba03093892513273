"""Guarded fetch of an organisation for its members and coordinators, and the request of a signed-in user."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from organisations import permissions
from organisations.models import Organisation, User
from organisations.models.base import Status


class AuthenticatedRequest(HttpRequest):
    """The request of a view behind `login_required`."""

    user: User


def get_organisation_for(
    user: permissions.AnyUser, pk: int, has_permission: Callable[[permissions.AnyUser, Organisation], bool]
) -> Organisation:
    """Return the organisation, published or not.

    `has_permission` is a check from `permissions`. Raises Http404 for outsiders, and PermissionDenied for insiders
    without the right.
    """
    organisation = get_object_or_404(Organisation, pk=pk)
    require_permission(user, organisation, has_permission)
    return organisation


def require_permission(
    user: permissions.AnyUser,
    organisation: Organisation,
    has_permission: Callable[[permissions.AnyUser, Organisation], bool],
) -> None:
    """As `get_organisation_for`, for an organisation that has been fetched. Checks the permission only once."""
    if organisation.status == Status.ARCHIVED:
        raise Http404
    if not has_permission(user, organisation):
        raise PermissionDenied if permissions.is_insider(user, organisation) else Http404
