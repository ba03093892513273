from django.core.management.base import BaseCommand, CommandError, CommandParser

from organisations.core.locks import LockTimeout
from services.exchange.importers.base.report import ImportRefused, ImportReport
from services.exchange.importers.ptv.import_ptv import import_ptv
from services.management.progress_bar import ProgressBar
from services.models import Category

MAX_REASONS = 100
LOCK_TIMEOUT_MESSAGE = "Another change took too long. Import again, and run `reindex` if records were written already."


class Command(BaseCommand):
    help = "Import services from the Finnish Service Catalogue (PTV, open API version 11)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="a folder of pages, or the address of the live interface")
        parser.add_argument("--dry-run", action="store_true", help="read, check and compare, but write nothing")
        parser.add_argument(
            "--only",
            default="",
            metavar="SCOPE",
            help="a sector (county, ngo ...), or the code or name of a wellbeing services county",
        )
        parser.add_argument(
            "--allow-mass-archive",
            action="store_true",
            help="archive even more than a fifth of the imported records",
        )

    def handle(self, *, source: str, dry_run: bool, only: str, allow_mass_archive: bool, **options: object) -> None:
        if not Category.objects.exists():
            self.stderr.write(
                "There are no categories, so services are imported without any; `manage.py load_taxonomy` creates some."
            )
        with ProgressBar() as bar:
            try:
                report = import_ptv(
                    source,
                    dry_run=dry_run,
                    only=only,
                    allow_mass_archive=allow_mass_archive,
                    progress=bar.show,
                )
            except ImportRefused as refusal:
                raise CommandError(refusal_text(refusal.reasons)) from None
            except LockTimeout:
                raise CommandError(LOCK_TIMEOUT_MESSAGE) from None
        self.print_report(report, dry_run)

    def print_report(self, report: ImportReport, dry_run: bool) -> None:
        for name, counts in report.counts.items():
            figures = ", ".join(f"{count} {change}" for change, count in counts.items())
            self.stdout.write(f"{name}: {figures}")
        for notice in report.problems.notices:
            examples = f"  e.g. {'; '.join(notice.examples)}" if notice.examples else ""
            self.stdout.write(f"  {notice}{examples}")
        if not report.written:
            self.stdout.write("Nothing has changed.")
        elif dry_run:
            self.stdout.write(f"A dry run: {report.written} records would be written.")
        else:
            self.stdout.write(self.style.SUCCESS(f"{report.written} records were written."))


def refusal_text(reasons: list[str]) -> str:
    """Return the message of a refused import with its first reasons."""
    more = [f"... and {len(reasons) - MAX_REASONS} more"] if len(reasons) > MAX_REASONS else []
    return "\n".join(["Nothing was written.", *reasons[:MAX_REASONS], *more])
