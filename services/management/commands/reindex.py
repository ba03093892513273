from django.core.management.base import BaseCommand
from tqdm import tqdm

from services.actions.index import index_services
from services.actions.index_suggestions import suggest_organisations, suggest_places
from services.actions.index_taxonomy import index_taxonomy
from services.models import Service


class Command(BaseCommand):
    help = "Make the search rows and suggestions of the taxonomy, places, organisations and services anew."

    def handle(self, **options):
        index_taxonomy()
        suggest_organisations()
        suggest_places()
        with tqdm(total=Service.objects.published().count(), unit="services", disable=None) as bar:
            listed = index_services(progress=bar.update)
        self.stdout.write(f"{listed} services listed")
