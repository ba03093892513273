"""Who may see history, and who may bring versions back."""

from organisations import permissions
from organisations.models import Organisation
from services.actions.versions import Record
from services.models.change import Kind


def may_see_history(user, record: Record) -> bool:
    """Those who may change records of the kind at the desk: coordinators and superusers, with their second step."""
    meta = record.main.model._meta
    may_change = user.is_active and user.is_staff and user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
    return may_change and not permissions.lacks_second_step(user)


def may_restore(user, record: Record) -> bool:
    """As at the desk: what belongs to an organisation is its own coordinators' to change."""
    if not may_see_history(user, record):
        return False
    keeper = record.pk
    if record.kind != Kind.ORGANISATION:
        known = record.changes.exclude(organisation=None).order_by("-pk")
        keeper = known.values_list("organisation", flat=True).first()
    organisation = Organisation.objects.filter(pk=keeper).first() if keeper else None
    # Without an organisation (a category), or where it is gone itself, every coordinator may.
    return organisation is None or permissions.may_coordinate(user, organisation)
