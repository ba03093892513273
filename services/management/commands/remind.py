from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.actions.locks import AlreadyRunning
from services.actions.remind import remind


class Command(BaseCommand):
    help = (
        "Ask members to confirm their information, pass on readers' reports, tell coordinators what nobody answered, "
        "and put away what nobody has confirmed for long. To be run every day; no mail goes out twice."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="count, but send and change nothing")

    def handle(self, *, dry_run, **options):
        if not settings.SITE_ADDRESS:
            raise CommandError("PALVELUKARTTA_ADDRESS must be set: links in mails begin with it.")
        try:
            sent = remind(now=timezone.now(), today=timezone.localdate(), dry_run=dry_run)
        except AlreadyRunning:
            raise CommandError("Another process is sending reminders.") from None
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"{would}sent: {sent.reminders} reminders, {sent.reports} mails about reports, "
            f"{sent.coordinators} mails to coordinators; {would}archived: {sent.archived} services"
        )
        if sent.failed:
            raise CommandError(f"{sent.failed} mails could not be sent; the next run tries again.")
