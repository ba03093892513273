from django.core.management.base import BaseCommand
from tqdm import tqdm

from services.indexing.services import reindex
from services.indexing.suggestions import index_organisation_suggestions, index_place_suggestions
from services.indexing.vocabulary import index_vocabulary
from services.models import Concept, Listing, Service


class Command(BaseCommand):
    help = "Make the search rows and suggestions of taxonomy, vocabularies, places, organisations and services anew."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="only where there are none, for instance after an upgrade"
        )

    def handle(self, *, if_empty, **options):
        if if_empty and (Listing.objects.exists() or not Service.objects.published().exists()):
            return
        with tqdm(total=Concept.objects.count(), unit="concepts", disable=None) as bar:
            index_vocabulary(progress=bar.update)
        index_organisation_suggestions()
        index_place_suggestions()
        with tqdm(total=Service.objects.published().count(), unit="services", disable=None) as bar:
            listed = reindex(progress=bar.update)
        self.stdout.write(f"{listed} services listed")
