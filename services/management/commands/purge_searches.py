from django.core.management.base import BaseCommand
from django.utils import timezone

from services.actions.purge_searches import purge_searches


class Command(BaseCommand):
    help = "Forget counted searches, rare ones after 30 days, and all counts after 26 months. To be run every day."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="count, but remove nothing")

    def handle(self, *, dry_run, **options):
        purged = purge_searches(today=timezone.localdate(), dry_run=dry_run)
        what = "would be removed" if dry_run else "removed"
        self.stdout.write(f"{purged.rare} rare searches, {purged.old} old ones and {purged.used} counts of use {what}")
