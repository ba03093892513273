from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from services.actions.purge_searches import purge_searches


class Command(BaseCommand):
    help = "Delete counts of rare searches after 30 days, and all counts after 26 months. Run it daily."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, but delete nothing")

    def handle(self, *, dry_run: bool, **options: object) -> None:
        purged = purge_searches(today=timezone.localdate(), dry_run=dry_run)
        action = "would be deleted" if dry_run else "deleted"
        counts = f"{purged.rare} rare searches, {purged.old} old ones and {purged.used} counts of use"
        self.stdout.write(f"{counts} {action}")
