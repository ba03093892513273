"""Who may see history, and who may bring versions back: the same people as may read and change the record now."""

from django.db.models import QuerySet

from organisations.models import Organisation
from organisations.models.base import Status
from organisations.permissions import lacks_required_mfa, may_coordinate, may_edit, may_use_admin, member_organisations
from services.models import Change
from services.models.change import RecordKind
from services.revisions.versions import VersionedRecord


def may_see_history(user, record: VersionedRecord) -> bool:
    """Whoever may change the record, and all coordinators."""
    return (_is_coordinator(user) and _has_admin_permission(user, "view", record)) or may_restore(user, record)


def may_restore(user, record: VersionedRecord) -> bool:
    """Members of the record's organisation and the coordinators of its counties; of a category all coordinators."""
    if record.kind == RecordKind.CATEGORY:
        return _is_coordinator(user) and _has_admin_permission(user, "change", record)
    organisation = Organisation.objects.filter(pk=record.organisation).first()
    if organisation is None:
        # Whose an organisation was that is no more, nobody can tell.
        return _is_coordinator(user) and user.is_superuser
    if organisation.status == Status.ARCHIVED:
        # A coordinator took it out of the directory, and only a coordinator brings it back.
        return may_coordinate(user, organisation)
    return may_edit(user, organisation)


def is_limited_to_member_fields(user, record: VersionedRecord) -> bool:
    """Whether the person may set only what the forms of members write."""
    organisation = Organisation.objects.filter(pk=record.organisation).first()
    return organisation is not None and not may_coordinate(user, organisation)


def editable_organisation(user, record: VersionedRecord) -> Organisation | None:
    """The organisation whose pages the person may go back to from the record's history."""
    found = Organisation.objects.exclude(status=Status.ARCHIVED).filter(pk=record.organisation).first()
    return found if found is not None and may_edit(user, found) else None


def visible_deletions(user) -> QuerySet[Change] | None:
    """Deletions of records, the latest first; None for those who keep no records."""
    if _is_coordinator(user):
        return Change.objects.deletions()
    kept = list(member_organisations(user).values_list("pk", flat=True))
    return Change.objects.deletions().filter(organisation__in=kept) if kept else None


def _is_coordinator(user) -> bool:
    """Whoever uses the desk, with the second step of login set up where it is needed."""
    return may_use_admin(user) and not lacks_required_mfa(user)


def _has_admin_permission(user, verb: str, record: VersionedRecord) -> bool:
    meta = record.main.model._meta
    return user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}")
