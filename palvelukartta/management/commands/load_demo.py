from django.core.management.base import BaseCommand

from palvelukartta.demo.loading import load_demo


class Command(BaseCommand):
    help = "Load the starter taxonomy, the demonstration directory and the demo logins where they are missing."

    def handle(self, **options):
        counts = load_demo()
        self.stdout.write(f"{counts['organisations']} organisations and {counts['services']} services in the demo")
