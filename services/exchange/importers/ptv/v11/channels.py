"""Read service channels of the five types: places become locations, the others contact points."""

from dataclasses import replace

from services.exchange.importers.base.records import ContactPointRecord, LocationRecord

from .contacts import read_email, read_phones, read_web_pages, valid_web_address
from .hours import opening_hours
from .language_texts import join_texts, texts_by_type
from .places import visiting_addresses
from .reading_context import ReadingContext
from .shape import nested, objects, string
from .vocabulary import (
    ALTERNATIVE_NAME,
    CHANNEL_CODES,
    CHAT_NAME,
    DESCRIPTION_TYPES,
    LOCATION_CHANNEL,
    NAME,
    NAME_TYPES,
    PUBLISHED_STATUSES,
    REMOTE_NAME,
    UNPUBLISHED_STATUSES,
)

CHANNEL_KEYS = {
    "id",
    "serviceChannelType",
    "organizationId",
    "serviceChannelNames",
    "serviceChannelDescriptions",
    "displayNameType",
    "phoneNumbers",
    "supportPhones",
    "emails",
    "supportEmails",
    "webPages",
    "urls",
    "channelUrls",
    "addresses",
    "serviceHours",
    "services",
    "publishingStatus",
    "modified",
    # Keywords of services at a place; they are read from the services.
    "ontologyTerms",
    # Areas and languages of a place are those of its services.
    "areaType",
    "areas",
    "areaMunicipalities",
    "languages",
}
CHANNEL_BOOKKEEPING = {
    "sourceId",
    "oid",
    "versionId",
    "channelId",
    "isVisibleForAll",
    "security",
    "availableLanguages",
    "serviceCollections",
    "responsibleSoteOrganization",
}


def read_channel(item: dict, reading: ReadingContext) -> list[LocationRecord] | ContactPointRecord | None:
    """Return the locations of a channel, or its contact point, or None if it is not published.

    A channel with several visiting addresses has several locations; the identifiers of the further ones end in "/2" and
    so on. Raises ShapeError.
    """
    kind, identifier = string(item, "serviceChannelType"), string(item, "id")
    status = string(item, "publishingStatus")
    if status not in PUBLISHED_STATUSES:
        reading.notice("not-published" if status in UNPUBLISHED_STATUSES else "unknown-status", f"channel: {status}")
        return None
    names = texts_by_type(objects(item, "serviceChannelNames"), NAME_TYPES, reading, is_line=True)
    name = _display_name(item, names)
    reading.record_name = name.get("fi") or next(iter(name.values()), identifier)
    reading.notice_unread_keys("channel", item, read=CHANNEL_KEYS, bookkeeping=CHANNEL_BOOKKEEPING)
    if not name:
        reading.error("empty-finnish-name", "the channel has no name")
        return None
    if kind not in CHANNEL_CODES:
        reading.notice("unknown-channel-type", kind or "(none)")
        return None
    return _locations(item, name, reading) if kind == LOCATION_CHANNEL else _contact_point(item, kind, name, reading)


def _display_name(item: dict, names: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the name, which is the alternative one in languages in which the source displays that."""
    main, alternative = names.get(NAME, {}), names.get(ALTERNATIVE_NAME, {})
    preferred = {
        string(entry, "language")
        for entry in objects(item, "displayNameType")
        if NAME_TYPES.get(string(entry, "type")) == ALTERNATIVE_NAME
    }
    displayed = {language: alternative[language] for language in preferred if language in alternative}
    return {**main, **displayed} if main else alternative


def _services(item: dict) -> tuple[str, ...]:
    links = (string(nested(link, "service"), "id") for link in objects(item, "services"))
    return tuple(dict.fromkeys(identifier for identifier in links if identifier))


def _email(item: dict, reading: ReadingContext) -> str:
    # Places have "emails" in real responses, although the description of the interface says "supportEmails".
    return read_email(objects(item, "emails") + objects(item, "supportEmails"), reading)


def _locations(item: dict, name: dict[str, str], reading: ReadingContext) -> list[LocationRecord]:
    descriptions = texts_by_type(objects(item, "serviceChannelDescriptions"), DESCRIPTION_TYPES, reading)
    website, more_pages = read_web_pages(objects(item, "webPages"), reading)
    for _ in more_pages:
        reading.notice("not-kept", "place: further web page")
    addresses = visiting_addresses(item, reading)
    if not addresses:
        reading.notice("no-visiting-address", "the place is left out")
        return []
    first = LocationRecord(
        identifier=string(item, "id"),
        organisation=string(item, "organizationId"),
        name=name,
        description=descriptions.get("Description") or descriptions.get("Summary") or {},
        opening=opening_hours(objects(item, "serviceHours"), reading),
        phones=read_phones(objects(item, "phoneNumbers") + objects(item, "supportPhones"), reading),
        email=_email(item, reading),
        website=website,
        services=_services(item),
    )
    places = []
    for number, address in enumerate(addresses, start=1):
        places.append(
            replace(
                first,
                identifier=first.identifier if number == 1 else f"{first.identifier}/{number}",
                street=address.street,
                postal_code=address.postal_code,
                city=address.city,
                municipality=address.municipality,
                latitude=address.latitude,
                longitude=address.longitude,
                accessibility_note=address.accessibility,
            )
        )
    return places


def _contact_point(item: dict, kind: str, name: dict[str, str], reading: ReadingContext) -> ContactPointRecord:
    website, more_pages = read_web_pages(objects(item, "webPages") + objects(item, "urls"), reading)
    for form in objects(item, "channelUrls"):
        address = valid_web_address(string(form, "value"), reading)
        if address and string(form, "language") in {"fi", "sv", "en"}:
            website.setdefault(string(form, "language"), address)
    for _ in more_pages:
        reading.notice("not-kept", "channel: further web page")
    for text in objects(item, "serviceChannelDescriptions"):
        if string(text, "value"):
            reading.notice("not-kept", f"{kind}: description")
    words = " ".join(join_texts(name).values())
    channel = CHANNEL_CODES[kind]
    if kind != "Phone" and CHAT_NAME.search(words):
        channel = "chat"
    elif kind != "Phone" and REMOTE_NAME.search(words):
        channel = "remote"
    return ContactPointRecord(
        identifier=string(item, "id"),
        channel=channel,
        name=name,
        website=website,
        phones=read_phones(objects(item, "phoneNumbers") + objects(item, "supportPhones"), reading),
        email=_email(item, reading),
        opening=opening_hours(objects(item, "serviceHours"), reading),
        services=_services(item),
    )
