from django.core.management.base import BaseCommand, CommandError, CommandParser

from organisations.core.locks import LockTimeout
from services.exchange.importers.vocabulary.import_vocabulary import ImportRefused, import_vocabulary
from services.management.progress_bar import ProgressBar

LOCK_TIMEOUT_MESSAGE = "Another change took too long. Import again, and run `reindex` if concepts were written already."


class Command(BaseCommand):
    help = "Import a vocabulary (SKOS in Turtle or RDF/XML), whose labels expand searches."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="a file, or an https address of Finto")
        parser.add_argument("--scheme", default="tero", help="identifier of the vocabulary (default: tero)")
        parser.add_argument(
            "--allow-mass-removal",
            action="store_true",
            help="remove even more than a fifth of the concepts or labels",
        )

    def handle(self, *, source: str, scheme: str, allow_mass_removal: bool, **options: object) -> None:
        with ProgressBar() as bar:
            try:
                report = import_vocabulary(
                    source, scheme=scheme, allow_mass_removal=allow_mass_removal, progress=bar.show
                )
            except ImportRefused as refusal:
                raise CommandError(f"Nothing has changed: {refusal}.") from None
            except LockTimeout:
                raise CommandError(LOCK_TIMEOUT_MESSAGE) from None
        for name, counts in report.counts.items():
            self.stdout.write(f"{name}: {', '.join(f'{count} {change}' for change, count in counts.items())}")
        for code, count in report.notices.items():
            self.stdout.write(f"  {code}: {count}")
        if report.written:
            self.stdout.write(self.style.SUCCESS(f"{report.written} concepts were written or removed."))
        else:
            self.stdout.write("Nothing has changed.")
