from django.core.management.base import BaseCommand
from tqdm import tqdm

from services.actions.index import index_services
from services.models import Service


class Command(BaseCommand):
    help = "Make the search rows of all services anew."

    def handle(self, **options):
        with tqdm(total=Service.objects.published().count(), unit="services", disable=None) as bar:
            listed = index_services(progress=bar.update)
        self.stdout.write(f"{listed} services listed")
