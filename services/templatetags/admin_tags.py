"""Content of the start page of the admin."""

from django import template
from django.utils import timezone

from services.stewardship.dashboard.tasks import Task, coordinator_tasks

register = template.Library()


@register.simple_tag
def open_coordinator_tasks(user) -> list[Task]:
    return sorted(coordinator_tasks(user, timezone.now()), key=lambda task: task.urgency)
