from django.core.management.base import BaseCommand
from tqdm import tqdm

from services.actions.index import index_services
from services.actions.index_taxonomy import index_taxonomy
from services.actions.index_vocabulary import index_vocabulary
from services.models import Concept, Service


class Command(BaseCommand):
    help = "Make the search rows of the taxonomy, of vocabularies and of all services anew."

    def handle(self, **options):
        index_taxonomy()
        with tqdm(total=Concept.objects.count(), unit="concepts", disable=None) as bar:
            index_vocabulary(progress=bar.update)
        with tqdm(total=Service.objects.published().count(), unit="services", disable=None) as bar:
            listed = index_services(progress=bar.update)
        self.stdout.write(f"{listed} services listed")
