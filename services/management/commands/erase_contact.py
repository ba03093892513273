from django.core.management.base import BaseCommand, CommandError

from services.actions.erase_contact import erase_contact


class Command(BaseCommand):
    help = "Delete a person's contact details, from the history too; they cannot be brought back."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the person's address, as it is or was in the directory")

    def handle(self, *, email, **options):
        erased = erase_contact(email=email)
        if not erased.count:
            raise CommandError("No contact has or had this address.")
        for contact in erased.others:
            self.stdout.write(
                f"Contact {contact.pk} of {contact.organisation} has another address now and was left as it is: {contact}."
            )
        self.stdout.write(
            self.style.SUCCESS(f"{erased.count} contact{'s were' if erased.count > 1 else ' was'} erased.")
        )
