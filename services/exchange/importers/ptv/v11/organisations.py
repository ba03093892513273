"""Organisations."""

import re

from services.exchange.importers.base.records import OrganisationRecord

from .contacts import read_email, read_phones, read_web_pages
from .places import municipality_code, read_area
from .reading import ReadingContext, read_modified, texts_by_type
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
    """An organisation, or None where it is not published. Raises ShapeError."""
    identifier, status = string(item, "id"), string(item, "publishingStatus")
    if status not in PUBLISHED_STATUSES:
        reading.notice(
            "not-published" if status in UNPUBLISHED_STATUSES else "unknown-status", f"organisation: {status}"
        )
        return None
    names = texts_by_type(objects(item, "organizationNames"), NAME_TYPES, reading, line=True)
    name = names.get(NAME, {})
    reading.who = name.get("fi") or next(iter(name.values()), identifier)
    reading.notice_unread_keys("organisation", item, read=ORGANISATION_KEYS, bookkeeping=ORGANISATION_BOOKKEEPING)
    if not name.get("fi"):
        reading.error("empty-finnish-name", "the organisation has no Finnish name")
        return None
    descriptions = texts_by_type(objects(item, "organizationDescriptions"), DESCRIPTION_TYPES, reading)
    website, more_pages = read_web_pages(objects(item, "webPages"), reading)
    for _ in more_pages:
        reading.notice("not-kept", "organisation: further web page")
    home = municipality_code(nested(item, "municipality"), reading)
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
        area=read_area(item, reading, fallback=(home,) if home else ()),
        modified=read_modified(item, reading),
    )


def listed_services(item: dict) -> list[tuple[str, str]]:
    """(id, name) of the services that an organisation says it has."""
    links = (nested(link, "service") for link in objects(item, "services"))
    return [(string(link, "id"), string(link, "name")) for link in links if string(link, "id")]


def organisation_sector(kind: str, name: dict[str, str], reading: ReadingContext) -> str:
    """ngo, county, municipality, parish, state or company.

    The catalogue has no type for religious communities, so any organisation that is not a municipality or a
    state office and is named a parish ("... seurakunta", "... församling") is one.
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
    decided = next((code for code, pattern in by_name if pattern.search(names)), SECTOR_BY_NAME[kind])
    reading.notice("sector-by-name", f"{kind} is kept as {decided}")
    return decided


def _abbreviation(alternative: dict[str, str], reading: ReadingContext) -> str:
    short = alternative.get("fi") or next(iter(alternative.values()), "")
    if short and len(short) > ABBREVIATION_LENGTH:
        reading.notice("not-kept", "organisation: long alternative name")
        return ""
    return short


def _business_id(item: dict, reading: ReadingContext) -> str:
    """A business ID of the right shape and with the right check digit, or nothing with a notice."""
    value = string(item, "businessCode")
    if not value:
        return ""
    if BUSINESS_ID.fullmatch(value):
        weights = (7, 9, 10, 5, 8, 4, 2)
        rest = sum(int(digit) * weight for digit, weight in zip(value[:7], weights, strict=True)) % 11
        if rest != 1 and int(value[-1]) == (11 - rest) % 11:
            return value
    reading.notice("bad-business-id", value)
    return ""
