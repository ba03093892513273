from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.actions.locks import AlreadyRunning
from services.finding.saved_searches.notify import notify_saved_searches


class Command(BaseCommand):
    help = (
        "Check the searches that users keep, and mail them what is new or gone. Run it daily: each search is checked "
        "once a week."
    )

    def handle(self, **options: object) -> None:
        if not settings.SITE_ADDRESS:
            raise CommandError("PALVELUKARTTA_ADDRESS must be set, because links in mails begin with it.")
        try:
            totals = notify_saved_searches(now=timezone.now(), today=timezone.localdate())
        except AlreadyRunning:
            raise CommandError("Another process is checking searches.") from None
        self.stdout.write(f"checked: {totals.checked} searches; sent: {totals.mails} mails")
        if totals.failed:
            raise CommandError(f"{totals.failed} mails could not be sent; the next run tries again.")
