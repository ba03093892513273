"""Tags of the admin index page."""

from django import template
from django.utils import timezone

from services.stewardship.dashboard.tasks import Task, coordinator_tasks

register = template.Library()


@register.simple_tag
def waiting_at_desk(user) -> list[Task]:
    return sorted(coordinator_tasks(user, timezone.now()), key=lambda task: task.urgency)
