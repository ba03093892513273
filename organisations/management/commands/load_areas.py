from django.core.management.base import BaseCommand

from organisations.actions import load_areas
from organisations.models import Municipality, WellbeingCounty


class Command(BaseCommand):
    help = "Bring municipalities and wellbeing services counties up to the project's own table."

    def handle(self, **options):
        counties, municipalities = load_areas.load(WellbeingCounty, Municipality)
        self.stdout.write(f"{counties} wellbeing services counties, {municipalities} municipalities")
