from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.actions.check_links import CrawlLimits, check_links
from services.actions.locks import AlreadyRunning
from services.management.progress_bar import ProgressBar

DEFAULT_LIMITS = CrawlLimits()


class Command(BaseCommand):
    help = (
        "Ask for the websites that published organisations, services and places name, and tell their keepers of those "
        "that failed on three separate days. To be run every day; one request at a time, and never twice a day for "
        "one address."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="count what is due, but ask nobody")
        parser.add_argument(
            "--most", type=int, default=DEFAULT_LIMITS.max_addresses, help="addresses in a run (%(default)s)"
        )
        parser.add_argument(
            "--days", type=int, default=DEFAULT_LIMITS.days, help="before one is asked again (%(default)s)"
        )
        parser.add_argument(
            "--minutes", type=float, default=DEFAULT_LIMITS.max_run_seconds / 60, help="for the whole run (%(default)g)"
        )

    def handle(self, *, dry_run, most, days, minutes, **options):
        limits = CrawlLimits(max_addresses=most, days=max(days, 1), max_run_seconds=60 * minutes)
        try:
            with ProgressBar() as bar:
                totals = check_links(now=timezone.now(), limits=limits, dry_run=dry_run, progress=bar.show)
        except AlreadyRunning:
            raise CommandError("Another process is checking links.") from None
        if dry_run:
            self.stdout.write(f"{totals.due} addresses are due")
            return
        self.stdout.write(
            f"{totals.works} work, {totals.failed} failed, {totals.unclear} have no clear result, "
            f"{totals.unchecked} were not checked in time"
        )
