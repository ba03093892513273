"""Permissions to see history and restore versions, derived from those on the current record."""

from functools import cached_property

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


class HistoryPermissions:
    """The rights of a user to the history of a record, each looked up once."""

    def __init__(self, user: AnyUser, record: VersionedRecord):
        self._user, self._record = user, record

    @cached_property
    def may_see(self) -> bool:
        """Everybody who may restore the record, and coordinators who may view it."""
        return (_is_coordinator(self._user) and self._has_admin_permission("view")) or self.may_restore

    @cached_property
    def may_restore(self) -> bool:
        """Members of the record's organisation and the coordinators of its counties; of a category all coordinators."""
        if self._record.kind == RecordKind.CATEGORY:
            return _is_coordinator(self._user) and self._has_admin_permission("change")
        if self._owner is None:
            # The owner of a deleted organisation is unknown.
            return _is_coordinator(self._user) and self._user.is_superuser
        if self._owner.status == Status.ARCHIVED:
            # Coordinators archive organisations, so only they may restore them.
            return self._coordinates_owner
        return self._may_edit_owner

    @cached_property
    def is_limited_to_member_fields(self) -> bool:
        """Whether the user may restore only the fields of the member forms."""
        return self._owner is not None and not self._coordinates_owner

    @cached_property
    def editable_organisation(self) -> Organisation | None:
        """The organisation to link to from the record's history, if the user may edit it."""
        is_editable = self._owner is not None and self._owner.status != Status.ARCHIVED and self._may_edit_owner
        return self._owner if is_editable else None

    @cached_property
    def _owner(self) -> Organisation | None:
        """The record's organisation, if it has one that exists."""
        pk = self._record.organisation
        return None if pk is None else Organisation.objects.filter(pk=pk).first()

    @cached_property
    def _coordinates_owner(self) -> bool:
        return self._owner is not None and may_coordinate(self._user, self._owner)

    @cached_property
    def _may_edit_owner(self) -> bool:
        return self._owner is not None and may_edit(self._user, self._owner)

    def _has_admin_permission(self, verb: str) -> bool:
        meta = self._record.main.model._meta
        return self._user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}")


def visible_deletions(user: AnyUser) -> QuerySet[Change] | None:
    """Deletions of records, the latest first; None for users without records."""
    if _is_coordinator(user):
        return Change.objects.deletions()
    organisations = list(member_organisations(user).values_list("pk", flat=True))
    return Change.objects.deletions().filter(organisation__in=organisations) if organisations else None


def _is_coordinator(user: AnyUser) -> bool:
    """Whether the user may use the admin and has set up two-factor login where required."""
    return may_use_admin(user) and not lacks_required_mfa(user)
