from django.core.management.base import BaseCommand
from django.utils import timezone

from organisations.actions.purge_people import purge_people


class Command(BaseCommand):
    help = "Delete unanswered invitations and ended logins; run daily."

    def handle(self, **options):
        counts = purge_people(now=timezone.now())
        self.stdout.write("Forgotten: " + ", ".join(f"{count} {name}" for name, count in counts.items()) + ".")
