"""Contacts grouped by municipality."""

from dataclasses import dataclass, field

from organisations.models import Contact, Municipality, WellbeingCounty
from organisations.models.contact import ContactQuerySet
from organisations.permissions import AnyUser

# A municipality needs a contact of a public body; those of NGOs do not count.
PUBLIC_SECTORS = frozenset({"county", "municipality"})


@dataclass
class MunicipalityContacts:
    """Contacts of a municipality. `hidden_count` is the number of contacts that the user may not see."""

    municipality: Municipality
    contacts: list[Contact] = field(default_factory=list)
    hidden_count: int = 0
    has_public_body: bool = False

    @property
    def is_missing(self) -> bool:
        return not self.has_public_body


def contacts_by_municipality(
    county: WellbeingCounty, contacts: ContactQuerySet, user: AnyUser
) -> list[MunicipalityContacts]:
    """A row for each municipality of the county in alphabetical order; contacts of public bodies come first.

    A contact without municipalities covers the area of its organisation. A nationwide organisation without an area
    covers none of them.
    """
    rows = {m.pk: MunicipalityContacts(m) for m in county.municipalities.alphabetical()}
    contacts = contacts.select_related("organisation").prefetch_related(
        "municipalities", "organisation__municipalities", "organisation__counties"
    )
    visible = set(Contact.objects.visible_to(user).values_list("pk", flat=True))
    for contact in sorted(contacts, key=lambda c: (c.organisation.sector not in PUBLIC_SECTORS, c.order, c.pk)):
        for code in _covered_municipalities(contact, county) & rows.keys():
            row = rows[code]
            row.has_public_body |= contact.organisation.sector in PUBLIC_SECTORS
            if contact.pk in visible:
                row.contacts.append(contact)
            else:
                row.hidden_count += 1
    return list(rows.values())


def _covered_municipalities(contact: Contact, county: WellbeingCounty) -> set[str]:
    own_codes = {m.pk for m in contact.municipalities.all()}
    if own_codes:
        return own_codes
    codes = {m.pk for m in contact.organisation.municipalities.all()}
    if any(c.pk == county.pk for c in contact.organisation.counties.all()):
        codes |= {m.pk for m in county.municipalities.all()}
    return codes
