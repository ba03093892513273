from django.core.management.base import BaseCommand, CommandError

from services.revisions.erase_contact import ErasureTotals, erase_contact, erase_contacts


class Command(BaseCommand):
    help = "Delete a person's contact details, from the history too; they cannot be brought back."

    def add_arguments(self, parser):
        person = parser.add_mutually_exclusive_group(required=True)
        person.add_argument("email", nargs="?", help="the person's address, as it is or was in the directory")
        person.add_argument(
            "--contact",
            type=int,
            metavar="NUMBER",
            help="the contact, with all who ever were it; its number stands in the address of its history",
        )

    def handle(self, *, email, contact, **options):
        erased = erase_contact(email=email) if contact is None else ErasureTotals(erase_contacts(ids=[contact]), [])
        if not erased.count:
            raise CommandError(
                "No contact has or had this address." if contact is None else "There is no such contact."
            )
        for other in erased.others:
            self.stdout.write(
                f"Contact {other.pk} of {other.organisation} has another address now and was left as it is: {other}. "
                f"Should it be the same person: erase_contact --contact {other.pk}"
            )
        self.stdout.write(
            self.style.SUCCESS(f"{erased.count} contact{'s were' if erased.count > 1 else ' was'} erased.")
        )
