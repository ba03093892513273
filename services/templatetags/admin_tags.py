"""What the first page of the coordinators' desk shows."""

from django import template
from django.utils import timezone

from services.stewardship.dashboard.tasks import Task, tasks_of_coordinator

register = template.Library()


@register.simple_tag
def waiting_at_desk(user) -> list[Task]:
    return sorted(tasks_of_coordinator(user, timezone.now()), key=lambda task: task.urgency)
