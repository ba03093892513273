"""Who may see history; whoever may see it may bring versions back."""

from services.actions.versions import Record


def may_see_history(user, record: Record) -> bool:
    """Those who may change records of the kind at the desk: coordinators and superusers."""
    meta = record.main.model._meta
    return user.is_active and user.is_staff and user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
