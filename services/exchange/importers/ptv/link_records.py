"""Read, check and link all records of a source. Does not depend on Django."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from services.exchange.importers.base.hours_in_words import weekly_hours_text
from services.exchange.importers.base.problems import Problems
from services.exchange.importers.base.records import (
    LANGUAGES,
    ContactPointRecord,
    LocationRecord,
    PhoneRecord,
    Records,
    ServiceRecord,
)

from . import v11
from .source import SourceItem

ORGANISATIONS, SERVICES, CHANNELS = v11.PAGE_KINDS
IDENTIFIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")


def read_records(
    items: Iterable[SourceItem], *, municipalities: Collection[str], counties: Collection[str], problems: Problems
) -> Records:
    """Return the records of a source. `municipalities` and `counties` are the existing codes.

    Errors (wrong shape, duplicate id, unknown municipality, no Finnish name, missing organisation) and notices are
    added to `problems`; records with errors are left out.
    """
    records = Records()
    # Positions in the source by (kind, identifier).
    positions: dict[tuple[str, str], str] = {}
    # (identifier, name) of the services that organisations list.
    listed_services: list[tuple[str, str]] = []
    for item in items:
        reading = v11.ReadingContext(problems, municipalities, counties, item.where, class_names=records.class_names)
        try:
            identifier = _identify(item, positions, reading)
            if not identifier:
                continue
            reading.where = f"{item.where} ({identifier})"
            reading.record_name = identifier
            _add_record(item, records, reading)
            if item.kind == ORGANISATIONS:
                listed_services += v11.listed_services(item.data)
        except v11.ShapeError as error:
            problems.error("wrong-shape", reading.where, str(error))
    _check_references(records, listed_services, positions, problems)
    _link_channels(records, problems)
    return records


def _identify(item: SourceItem, positions: dict[tuple[str, str], str], reading: v11.ReadingContext) -> str:
    """Return the identifier of an item; "" after reporting an error."""
    identifier = item.data.get("id")
    if not isinstance(identifier, str) or not identifier.strip():
        reading.error("wrong-shape", "the record has no id")
        return ""
    identifier = identifier.strip()
    if not IDENTIFIER.fullmatch(identifier):
        reading.error("wrong-shape", f"“{identifier}” is not an id")
        return ""
    first = positions.setdefault((item.kind, identifier), item.where)
    if first != item.where:
        reading.error("duplicate-id", f"{identifier} is in {first} already")
        return ""
    return identifier


def _add_record(item: SourceItem, records: Records, reading: v11.ReadingContext) -> None:
    if item.kind == ORGANISATIONS:
        if organisation := v11.read_organisation(item.data, reading):
            records.organisations[organisation.identifier] = organisation
    elif item.kind == SERVICES:
        if service := v11.read_service(item.data, reading):
            records.services[service.identifier] = service
    else:
        channel = v11.read_channel(item.data, reading)
        if isinstance(channel, ContactPointRecord):
            records.contact_points[channel.identifier] = channel
        else:
            records.locations.update({place.identifier: place for place in channel or []})


def _check_references(
    records: Records,
    listed_services: list[tuple[str, str]],
    positions: dict[tuple[str, str], str],
    problems: Problems,
) -> None:
    for identifier, service in list(records.services.items()):
        if service.organisation not in records.organisations:
            where = f"{positions[SERVICES, identifier]} ({identifier})"
            reason = f"{service.organisation} is not in the source" if service.organisation else "is not named"
            problems.error("no-organisation", where, f"the responsible organisation {reason}")
            del records.services[identifier]
    for identifier, organisation in list(records.organisations.items()):
        if organisation.parent and organisation.parent not in records.organisations:
            problems.notice("dangling-reference", "organisation to its parent", organisation.name["fi"])
            records.organisations[identifier] = replace(organisation, parent="")
        elif _has_parent_cycle(identifier, records):
            problems.notice("circular-reference", "organisation to its parent", organisation.name["fi"])
            records.organisations[identifier] = replace(organisation, parent="")
    for service_identifier, name in listed_services:
        if service_identifier not in records.services:
            problems.notice("dangling-reference", "organisation to a service", name or service_identifier)


def _has_parent_cycle(identifier: str, records: Records) -> bool:
    ancestor, visited = records.organisations[identifier].parent, set()
    while ancestor in records.organisations and ancestor not in visited:
        if ancestor == identifier:
            return True
        visited.add(ancestor)
        ancestor = records.organisations[ancestor].parent
    return False


def _link_channels(records: Records, problems: Problems) -> None:
    """Link services to their locations and contact points; the source has the link on either side."""
    linked = _linked_channels(records, problems)
    # A channel with several addresses has several locations: "ID", "ID/2" ...
    locations: dict[str, list[LocationRecord]] = {}
    for location in records.locations.values():
        locations.setdefault(_channel_identifier(location.identifier), []).append(location)
    organisation_by_location: dict[str, str] = {}
    for identifier, service in records.services.items():
        own_locations = [location for channel in linked[identifier] for location in locations.get(channel, [])]
        contact_points = [
            records.contact_points[channel] for channel in linked[identifier] if channel in records.contact_points
        ]
        for channel in linked[identifier]:
            if channel not in locations and channel not in records.contact_points:
                problems.notice("dangling-reference", "service to a channel", service.name["fi"])
        for location in own_locations:
            organisation_by_location.setdefault(location.identifier, service.organisation)
        records.services[identifier] = _with_channels(service, own_locations, contact_points, problems)
    _assign_location_owners(records, organisation_by_location, problems)


def _linked_channels(records: Records, problems: Problems) -> dict[str, dict[str, None]]:
    """Return the distinct identifiers of the channels of each service, in order."""
    linked = {identifier: dict.fromkeys(service.linked) for identifier, service in records.services.items()}
    for channels in (records.locations, records.contact_points):
        for identifier, channel in channels.items():
            for service_identifier in channel.services:
                if service_identifier in linked:
                    linked[service_identifier].setdefault(_channel_identifier(identifier))
                else:
                    problems.notice("dangling-reference", "channel to a service", channel.name.get("fi", identifier))
    return linked


def _channel_identifier(identifier: str) -> str:
    return identifier.split("/")[0]


def _assign_location_owners(records: Records, organisation_by_location: dict[str, str], problems: Problems) -> None:
    """Assign a location whose organisation is not in the source to that of a service there."""
    for identifier, location in list(records.locations.items()):
        if location.organisation in records.organisations:
            continue
        problems.notice("dangling-reference", "channel to its organisation", location.name.get("fi", identifier))
        if identifier in organisation_by_location:
            records.locations[identifier] = replace(location, organisation=organisation_by_location[identifier])
        else:
            del records.locations[identifier]


def _with_channels(
    service: ServiceRecord,
    locations: list[LocationRecord],
    contact_points: list[ContactPointRecord],
    problems: Problems,
) -> ServiceRecord:
    """Return a service with the contact details, hours and texts of its channels."""
    channels = dict.fromkeys(["on-site"] if locations else [])
    channels.update(dict.fromkeys(point.channel for point in contact_points if point.channel))
    website = dict(service.website)
    access = {language: [text] for language, text in service.client_access.items()}
    phones = {phone.number: phone for phone in service.phones}
    email = service.email
    for point in contact_points:
        for phone in point.phones:
            phones.setdefault(phone.number, PhoneRecord(phone.number, phone.label or point.name, phone.charge_note))
        email = email or point.email
        if point.email not in ("", email):
            problems.notice("not-kept", "service: further e-mail address", service.name["fi"])
        for language, line in _contact_point_lines(point, website).items():
            access.setdefault(language, []).append(line)
        if point.opening.exceptions:
            problems.notice("not-kept", "channel without a place: exceptional hours", service.name["fi"])
    return replace(
        service,
        facets={**service.facets, "channel": tuple(channels)},
        locations=tuple(location.identifier for location in locations),
        description=_description(service, locations, problems),
        client_access={language: "\n\n".join(dict.fromkeys(parts)) for language, parts in access.items()},
        website=website,
        phones=tuple(phones.values()),
        email=email,
    )


def _contact_point_lines(point: ContactPointRecord, website: dict[str, str]) -> dict[str, str]:
    """Return what a contact point adds to the client access: its hours, and its address unless it is the website.

    Fills in `website` for languages without one.
    """
    hours = weekly_hours_text(point.opening)
    lines: dict[str, str] = {}
    for language in LANGUAGES:
        address = point.website.get(language, "")
        if address and website.setdefault(language, address) == address:
            address = ""
        name = point.name.get(language)
        # Without a name in the language the line would mix two languages.
        parts = [part for part in (hours.get(language, ""), point.opening.note.get(language, ""), address) if part]
        if name and parts:
            lines[language] = f"{name}: {', '.join(parts)}"
    return lines


def _description(service: ServiceRecord, locations: list[LocationRecord], problems: Problems) -> dict[str, str]:
    """Return the service's own description; in languages without one, that of its only location."""
    description = dict(service.description)
    for location in locations:
        for language, text in location.description.items():
            if len(locations) == 1 and language not in description:
                description[language] = text
            elif text not in description.get(language, ""):
                name = location.name.get("fi", location.identifier)
                problems.notice("not-kept", f"place: description ({language})", name)
    return description
