from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from services.actions.check_links import CrawlLimits, check_links
from services.actions.locks import AlreadyRunning
from services.management.progress_bar import ProgressBar

DEFAULT_LIMITS = CrawlLimits()


class Command(BaseCommand):
    help = (
        "Check the websites of published organisations, services and places. Editors see those that failed on three "
        "separate days. Run it daily; it sends one request at a time, and checks no address twice a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count the addresses that are due")
        parser.add_argument(
            "--max-addresses",
            type=int,
            default=DEFAULT_LIMITS.max_addresses,
            help="maximum number of addresses in a run (default: %(default)s)",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=DEFAULT_LIMITS.days,
            help="days until a working address is checked again (default: %(default)s)",
        )
        parser.add_argument(
            "--minutes",
            type=float,
            default=DEFAULT_LIMITS.max_run_seconds / 60,
            help="maximum duration of a run (default: %(default)g)",
        )

    def handle(self, *, dry_run: bool, max_addresses: int, days: int, minutes: float, **options: object) -> None:
        limits = CrawlLimits(max_addresses=max_addresses, days=max(days, 1), max_run_seconds=60 * minutes)
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
