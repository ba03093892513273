from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.revisions.erase_contact import ErasureTotals, erase_contact, erase_contacts


class Command(BaseCommand):
    help = "Delete a person's contact details permanently, including those in the history."

    def add_arguments(self, parser: CommandParser) -> None:
        person = parser.add_mutually_exclusive_group(required=True)
        person.add_argument("email", nargs="?", help="a present or former e-mail address of the person")
        person.add_argument(
            "--contact",
            type=int,
            metavar="NUMBER",
            help="the number of a contact, from the URL of its history; erases all persons that it ever named",
        )

    def handle(self, *, email: str | None, contact: int | None, **options: object) -> None:
        erased = ErasureTotals(erase_contacts(ids=[contact]), []) if contact else erase_contact(email=email or "")
        if not erased.count:
            raise CommandError(
                "No contact has or had this address." if contact is None else "There is no such contact."
            )
        for other in erased.others:
            self.stdout.write(
                f"Contact {other.pk} of {other.organisation} has another address now and was not erased: {other}. "
                f"If it is the same person: erase_contact --contact {other.pk}"
            )
        self.stdout.write(
            self.style.SUCCESS(f"{erased.count} contact{'s were' if erased.count > 1 else ' was'} erased.")
        )
