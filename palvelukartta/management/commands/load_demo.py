from django.core.management.base import BaseCommand, CommandError

from palvelukartta.demo.loading import DemoLoadError, load_demo


class Command(BaseCommand):
    help = "Load the starter taxonomy, the demonstration directory and the demo logins if they are missing."

    def handle(self, **options):
        try:
            counts = load_demo()
        except DemoLoadError as refusal:
            raise CommandError(refusal) from None
        self.stdout.write(f"{counts['organisations']} organisations and {counts['services']} services in the demo")
