from django.core.management.base import BaseCommand

from palvelukartta.taxonomy import load_taxonomy


class Command(BaseCommand):
    help = "Add the categories of the starter taxonomy that are not there yet."

    def handle(self, **options):
        self.stdout.write(f"{load_taxonomy()} categories added")
