"""Contacts laid out by municipality."""

from dataclasses import dataclass, field

from organisations.models import Contact, Municipality, WellbeingCounty

# A municipality is without a contact when no public body names one: NGOs cannot stand in for it.
PUBLIC_SECTORS = frozenset({"county", "municipality"})


@dataclass
class MunicipalityContacts:
    """One municipality. `hidden` counts contacts for professionals that this reader may not see."""

    municipality: Municipality
    contacts: list[Contact] = field(default_factory=list)
    hidden: int = 0
    has_public_body: bool = False

    @property
    def is_missing(self) -> bool:
        return not self.has_public_body


def contacts_by_municipality(county: WellbeingCounty, purpose: str, user) -> list[MunicipalityContacts]:
    """A row for every municipality of the county, in alphabetical order, public bodies first.

    A contact that names no municipalities covers the area of its organisation; a nationwide organisation covers
    none in particular.
    """
    rows = {m.pk: MunicipalityContacts(m) for m in county.municipalities.alphabetical()}
    found = (
        Contact.objects.of_published_organisations()
        .for_purpose(purpose)
        .select_related("organisation")
        .prefetch_related("municipalities", "organisation__municipalities", "organisation__counties")
    )
    visible = set(Contact.objects.visible_to(user).values_list("pk", flat=True))
    for contact in sorted(found, key=lambda c: (c.organisation.sector not in PUBLIC_SECTORS, c.order, c.pk)):
        for code in _covered_municipalities(contact, county) & rows.keys():
            row = rows[code]
            row.has_public_body |= contact.organisation.sector in PUBLIC_SECTORS
            if contact.pk in visible:
                row.contacts.append(contact)
            else:
                row.hidden += 1
    return list(rows.values())


def _covered_municipalities(contact: Contact, county: WellbeingCounty) -> set[str]:
    named = {m.pk for m in contact.municipalities.all()}
    if named:
        return named
    covered = {m.pk for m in contact.organisation.municipalities.all()}
    if any(c.pk == county.pk for c in contact.organisation.counties.all()):
        covered |= {m.pk for m in county.municipalities.all()}
    return covered
