from typing import Any

from django.core.management.base import BaseCommand

from palvelukartta.taxonomy import load_taxonomy


class Command(BaseCommand):
    help = "Add missing categories of the starter taxonomy."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{load_taxonomy()} categories added")
