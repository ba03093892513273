from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from services.actions.locks import AlreadyRunning
from services.actions.remind import remind


class Command(BaseCommand):
    help = (
        "Send mails: ask members to confirm their information, pass on readers' reports, and report to coordinators "
        "what nobody answered. Archive services that nobody has confirmed for long. Run it daily; no mail repeats."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, but send and change nothing")

    def handle(self, *, dry_run: bool, **options: object) -> None:
        if not settings.SITE_ADDRESS:
            raise CommandError("PALVELUKARTTA_ADDRESS must be set, because links in mails begin with it.")
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
