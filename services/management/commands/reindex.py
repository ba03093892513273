from django.core.management.base import BaseCommand
from tqdm import tqdm

from services.actions.index import reindex
from services.models import Service


class Command(BaseCommand):
    help = "Make the search rows of the taxonomy and of all services anew."

    def handle(self, **options):
        with tqdm(total=Service.objects.published().count(), unit="services", disable=None) as bar:
            listed = reindex(progress=bar.update)
        self.stdout.write(f"{listed} services listed")
