from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from organisations.actions.purge_people import purge_people


class Command(BaseCommand):
    help = "Delete unanswered invitations and expired sessions; run daily."

    def handle(self, **options: Any) -> None:
        counts = purge_people(now=timezone.now())
        self.stdout.write("Deleted: " + ", ".join(f"{count} {name}" for name, count in counts.items()) + ".")
