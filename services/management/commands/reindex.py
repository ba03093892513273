from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from organisations.core.locks import LockTimeout, wait_at_most
from services.actions.locks import AlreadyRunning, exclusive_lock
from services.indexing.services import reindex
from services.indexing.suggestions import index_organisation_suggestions, index_place_suggestions
from services.indexing.vocabulary import index_vocabulary
from services.models import Concept, Listing, Service

# Arbitrary id of the advisory lock that allows one run at a time.
LOCK_ID = 0x7265696E646578


class Command(BaseCommand):
    help = (
        "Rebuild the search rows and suggestions of taxonomy, vocabularies, places, organisations and services. "
        "The site may be in use; publishing waits for a moment at most."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="only if there are none, for instance after an upgrade"
        )

    def handle(self, *, if_empty: bool, **options: object) -> None:
        if if_empty and (Listing.objects.exists() or not Service.objects.published().exists()):
            return
        try:
            with exclusive_lock(LOCK_ID), wait_at_most(settings.COMMAND_LOCK_TIMEOUT):
                count = self.index_all()
        except AlreadyRunning:
            raise CommandError("Another process is reindexing.") from None
        except LockTimeout:
            raise CommandError("Another change took too long; finished parts are kept. Run `reindex` again.") from None
        self.stdout.write(f"{count} services listed")

    def index_all(self) -> int:
        """Rebuild all search rows; return the number of listed services."""
        with tqdm(total=Concept.objects.count(), unit="concepts", disable=None) as bar:
            index_vocabulary(progress=bar.update)
        index_organisation_suggestions()
        index_place_suggestions()
        with tqdm(total=Service.objects.count(), unit="services", disable=None) as bar:
            return reindex(progress=bar.update)
