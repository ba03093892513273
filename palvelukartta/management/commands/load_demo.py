from typing import Any

from django.core.management.base import BaseCommand, CommandError

from palvelukartta.demo.loading import DemoLoadError, load_demo


class Command(BaseCommand):
    help = "Load the starter taxonomy, the demonstration directory and the demo logins if they are missing."

    def handle(self, **options: Any) -> None:
        try:
            counts = load_demo()
        except DemoLoadError as error:
            raise CommandError(error) from None
        self.stdout.write(f"{counts['organisations']} organisations and {counts['services']} services in the demo")
