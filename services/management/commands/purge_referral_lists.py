from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from services.actions.referral_lists import purge_referral_lists


class Command(BaseCommand):
    help = "Delete for good the referral lists that have ended. Run it daily."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{purge_referral_lists(now=timezone.now())} referral lists deleted")
