from django.core.management.base import BaseCommand, CommandError

from organisations.core.locks import LockTimeout
from services.exchange.importers.vocabulary.import_vocabulary import ImportRefused, import_vocabulary
from services.management.progress_bar import ProgressBar

TOO_LONG = "Another change took too long. Import again, and run `reindex` where concepts were written already."


class Command(BaseCommand):
    help = "Import a vocabulary (SKOS in Turtle or RDF/XML), by whose words the search finds more."

    def add_arguments(self, parser):
        parser.add_argument("source", help="a file, or an https address of Finto")
        parser.add_argument("--scheme", default="tero", help="what the vocabulary is called here (default: tero)")
        parser.add_argument(
            "--allow-mass-removal",
            action="store_true",
            help="remove even more than a fifth of the concepts or labels",
        )

    def handle(self, *, source, scheme, allow_mass_removal, **options):
        with ProgressBar() as bar:
            try:
                report = import_vocabulary(
                    source, scheme=scheme, allow_mass_removal=allow_mass_removal, progress=bar.show
                )
            except ImportRefused as refusal:
                raise CommandError(f"Nothing has changed: {refusal}.") from None
            except LockTimeout:
                raise CommandError(TOO_LONG) from None
        for name, counts in report.counts.items():
            self.stdout.write(f"{name}: {', '.join(f'{count} {what}' for what, count in counts.items())}")
        for what, count in report.left_out.items():
            self.stdout.write(f"  {what}: {count}")
        if report.written:
            self.stdout.write(self.style.SUCCESS(f"{report.written} concepts were written or removed."))
        else:
            self.stdout.write("Nothing has changed.")
