"""Read organisations."""

import re

from services.exchange.importers.base.records import OrganisationRecord

from .contacts import read_email, read_phones, read_web_pages
from .dates import read_modified
from .language_texts import texts_by_type
from .places import municipality_code, read_area
from .reading_context import ReadingContext
from .shape import nested, objects, string
from .vocabulary import (
    ALTERNATIVE_NAME,
    COMPANY_NAME,
    COUNTY_NAME,
    DESCRIPTION_TYPES,
    MUNICIPALITY_NAME,
    NAME,
    NAME_TYPES,
    PARISH_NAME,
    PUBLISHED_STATUSES,
    SECTOR_BY_NAME,
    SECTORS,
    UNPUBLISHED_STATUSES,
)

ORGANISATION_KEYS = {
    "id",
    "organizationType",
    "businessCode",
    "municipality",
    "organizationNames",
    "organizationDescriptions",
    "displayNameType",
    "parentOrganizationId",
    "areaType",
    "areas",
    "emails",
    "phoneNumbers",
    "webPages",
    "services",
    "publishingStatus",
    "modified",
}
ORGANISATION_BOOKKEEPING = {
    "oid",
    "sourceId",
    "versionId",
    "businessId",
    "businessName",
    "organizationRootId",
    "areaMunicipalities",
    "availableLanguages",
    "responsibleOrganizationServices",
    "producerOrganizationServices",
    "subOrganizations",
    "responsibleOrganizationRegion",
}
BUSINESS_ID = re.compile(r"\d{7}-\d")
ABBREVIATION_LENGTH = 30


def read_organisation(item: dict, reading: ReadingContext) -> OrganisationRecord | None:
    """Return an organisation; None if it is not published or has an error. Raises ShapeError."""
    identifier, status = string(item, "id"), string(item, "publishingStatus")
    if status not in PUBLISHED_STATUSES:
        reading.notice(
            "not-published" if status in UNPUBLISHED_STATUSES else "unknown-status", f"organisation: {status}"
        )
        return None
    names = texts_by_type(objects(item, "organizationNames"), NAME_TYPES, reading, is_line=True)
    name = names.get(NAME, {})
    reading.record_name = name.get("fi") or next(iter(name.values()), identifier)
    reading.notice_unread_keys("organisation", item, read=ORGANISATION_KEYS, bookkeeping=ORGANISATION_BOOKKEEPING)
    if not name.get("fi"):
        reading.error("empty-finnish-name", "the organisation has no Finnish name")
        return None
    descriptions = texts_by_type(objects(item, "organizationDescriptions"), DESCRIPTION_TYPES, reading)
    website, more_pages = read_web_pages(objects(item, "webPages"), reading)
    for _ in more_pages:
        reading.notice("not-kept", "organisation: further web page")
    home_municipality = municipality_code(nested(item, "municipality"), reading)
    return OrganisationRecord(
        identifier=identifier,
        name=name,
        sector=organisation_sector(string(item, "organizationType"), name, reading),
        abbreviation=_abbreviation(names.get(ALTERNATIVE_NAME, {}), reading),
        description=descriptions.get("Description") or descriptions.get("Summary") or {},
        parent=string(item, "parentOrganizationId"),
        business_id=_business_id(item, reading),
        website=website,
        email=read_email(objects(item, "emails"), reading),
        phones=read_phones(objects(item, "phoneNumbers"), reading),
        area=read_area(item, reading, fallback=(home_municipality,) if home_municipality else ()),
        modified=read_modified(item, reading),
    )


def listed_services(item: dict) -> list[tuple[str, str]]:
    """Return (id, name) of the services that an organisation lists."""
    links = (nested(link, "service") for link in objects(item, "services"))
    return [(string(link, "id"), string(link, "name")) for link in links if string(link, "id")]


def organisation_sector(kind: str, name: dict[str, str], reading: ReadingContext) -> str:
    """Return the sector: ngo, county, municipality, parish, state or company.

    The catalogue has no type for religious communities: an organisation with the name of a parish ("... seurakunta",
    "... församling") is one, unless its type is municipality or state.
    """
    names = " / ".join(name.values())
    if kind not in {"Municipality", "State"} and PARISH_NAME.search(names):
        return "parish"
    if kind in SECTORS:
        return SECTORS[kind]
    if kind not in SECTOR_BY_NAME:
        reading.notice("unknown-organisation-type", f"{kind or '(none)'} is kept as ngo")
        return "ngo"
    by_name = (("county", COUNTY_NAME), ("municipality", MUNICIPALITY_NAME), ("company", COMPANY_NAME))
    sector = next((code for code, pattern in by_name if pattern.search(names)), SECTOR_BY_NAME[kind])
    reading.notice("sector-by-name", f"{kind} is kept as {sector}")
    return sector


def _abbreviation(alternative: dict[str, str], reading: ReadingContext) -> str:
    abbreviation = alternative.get("fi") or next(iter(alternative.values()), "")
    if len(abbreviation) > ABBREVIATION_LENGTH:
        reading.notice("not-kept", "organisation: long alternative name")
        return ""
    return abbreviation


def _business_id(item: dict, reading: ReadingContext) -> str:
    """Return a business ID; "" with a notice if its form or check digit is wrong."""
    value = string(item, "businessCode")
    if not value:
        return ""
    if BUSINESS_ID.fullmatch(value):
        weights = (7, 9, 10, 5, 8, 4, 2)
        remainder = sum(int(digit) * weight for digit, weight in zip(value[:7], weights, strict=True)) % 11
        if remainder != 1 and int(value[-1]) == (11 - remainder) % 11:
            return value
    reading.notice("bad-business-id", value)
    return ""
