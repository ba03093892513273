from typing import Any

from django.core.management.base import BaseCommand

from organisations.actions import load_areas
from organisations.models import Municipality, WellbeingCounty


class Command(BaseCommand):
    help = "Load or update municipalities and wellbeing services counties from the project's data files."

    def handle(self, **options: Any) -> None:
        counties, municipalities = load_areas.load(WellbeingCounty, Municipality)
        self.stdout.write(f"{counties} wellbeing services counties, {municipalities} municipalities")
