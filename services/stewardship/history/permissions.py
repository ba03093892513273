"""Permissions to see history and restore versions, derived from those on the current record."""

from django.db.models import QuerySet

from organisations.models import Organisation
from organisations.models.base import Status
from organisations.permissions import (
    AnyUser,
    lacks_required_mfa,
    may_coordinate,
    may_edit,
    may_use_admin,
    member_organisations,
)
from services.models import Change
from services.models.change import RecordKind
from services.revisions.versions import VersionedRecord


def may_see_history(user: AnyUser, record: VersionedRecord) -> bool:
    """Everybody who may restore the record, and coordinators who may view it."""
    return (_is_coordinator(user) and _has_admin_permission(user, "view", record)) or may_restore(user, record)


def may_restore(user: AnyUser, record: VersionedRecord) -> bool:
    """Members of the record's organisation and the coordinators of its counties; of a category all coordinators."""
    if record.kind == RecordKind.CATEGORY:
        return _is_coordinator(user) and _has_admin_permission(user, "change", record)
    organisation = _owner(record)
    if organisation is None:
        # The owner of a deleted organisation is unknown.
        return _is_coordinator(user) and user.is_superuser
    if organisation.status == Status.ARCHIVED:
        # Coordinators archive organisations, so only they may restore them.
        return may_coordinate(user, organisation)
    return may_edit(user, organisation)


def is_limited_to_member_fields(user: AnyUser, record: VersionedRecord) -> bool:
    """Whether the user may restore only the fields of the member forms."""
    organisation = _owner(record)
    return organisation is not None and not may_coordinate(user, organisation)


def editable_organisation(user: AnyUser, record: VersionedRecord) -> Organisation | None:
    """The organisation to link to from the record's history, if the user may edit it."""
    organisation = _owner(record)
    if organisation is None or organisation.status == Status.ARCHIVED or not may_edit(user, organisation):
        return None
    return organisation


def visible_deletions(user: AnyUser) -> QuerySet[Change] | None:
    """Deletions of records, the latest first; None for users without records."""
    if _is_coordinator(user):
        return Change.objects.deletions()
    organisations = list(member_organisations(user).values_list("pk", flat=True))
    return Change.objects.deletions().filter(organisation__in=organisations) if organisations else None


def _owner(record: VersionedRecord) -> Organisation | None:
    """The record's organisation, if it has one that exists."""
    pk = record.organisation
    return None if pk is None else Organisation.objects.filter(pk=pk).first()


def _is_coordinator(user: AnyUser) -> bool:
    """Whether the user may use the admin and has set up two-factor login where required."""
    return may_use_admin(user) and not lacks_required_mfa(user)


def _has_admin_permission(user: AnyUser, verb: str, record: VersionedRecord) -> bool:
    meta = record.main.model._meta
    return user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}")
