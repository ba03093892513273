"""Read and check all records of a source, and link them. Writes nothing."""

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
    """The records of a source. `municipalities` and `counties` are the codes that exist.

    Errors (wrong shape, duplicate id, unknown municipality, no Finnish name, an organisation that is not
    there) and notices go to `problems`; records with errors are left out of the result.
    """
    records = Records()
    seen: dict[tuple[str, str], str] = {}
    claims: list[tuple[str, str, str]] = []
    for item in items:
        reading = v11.ReadingContext(problems, municipalities, counties, item.where, class_names=records.class_names)
        try:
            identifier = _identify(item, seen, reading)
            if not identifier:
                continue
            reading.where = f"{item.where} ({identifier})"
            reading.who = identifier
            _add_record(item, records, reading)
            if item.kind == ORGANISATIONS:
                claims += [(identifier, service, name) for service, name in v11.listed_services(item.data)]
        except v11.ShapeError as error:
            problems.error("wrong-shape", reading.where, str(error))
    _check_references(records, claims, seen, problems)
    _link_channels(records, problems)
    return records


def _identify(item: SourceItem, seen: dict[tuple[str, str], str], reading: v11.ReadingContext) -> str:
    identifier = item.data.get("id")
    if not isinstance(identifier, str) or not identifier.strip():
        reading.error("wrong-shape", "the record has no id")
        return ""
    identifier = identifier.strip()
    if not IDENTIFIER.fullmatch(identifier):
        reading.error("wrong-shape", f"“{identifier}” is not an id")
        return ""
    first = seen.setdefault((item.kind, identifier), item.where)
    if first != item.where:
        reading.error("duplicate-id", f"{identifier} stands in {first} already")
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
    records: Records, claims: list[tuple[str, str, str]], seen: dict[tuple[str, str], str], problems: Problems
) -> None:
    for identifier, service in list(records.services.items()):
        if service.organisation not in records.organisations:
            where = f"{seen[SERVICES, identifier]} ({identifier})"
            reason = "is not in the source" if service.organisation else "is not named"
            problems.error("no-organisation", where, f"the responsible organisation {service.organisation} {reason}")
            del records.services[identifier]
    for identifier, organisation in list(records.organisations.items()):
        if organisation.parent and organisation.parent not in records.organisations:
            problems.notice("dangling-reference", "organisation to its parent", organisation.name["fi"])
            records.organisations[identifier] = replace(organisation, parent="")
        elif _has_parent_cycle(identifier, records):
            problems.notice("circular-reference", "organisation to its parent", organisation.name["fi"])
            records.organisations[identifier] = replace(organisation, parent="")
    for _, service, name in claims:
        if service not in records.services:
            problems.notice("dangling-reference", "organisation to a service", name or service)


def _has_parent_cycle(identifier: str, records: Records) -> bool:
    above, seen = records.organisations[identifier].parent, set()
    while above in records.organisations and above not in seen:
        if above == identifier:
            return True
        seen.add(above)
        above = records.organisations[above].parent
    return False


def _link_channels(records: Records, problems: Problems) -> None:
    """Link services to their locations and contact points; either side may name the link."""
    linked: dict[str, dict[str, None]] = {
        identifier: dict.fromkeys(service.linked) for identifier, service in records.services.items()
    }
    for holder in (records.locations, records.contact_points):
        for identifier, channel in holder.items():
            for service in channel.services:
                if service in linked:
                    linked[service].setdefault(identifier.split("/")[0])
                else:
                    problems.notice("dangling-reference", "channel to a service", channel.name.get("fi", identifier))
    places: dict[str, list[LocationRecord]] = {}
    for identifier, place in records.locations.items():
        places.setdefault(identifier.split("/")[0], []).append(place)
    owners: dict[str, str] = {}
    for identifier, service in records.services.items():
        own_places = [place for link in linked[identifier] for place in places.get(link, [])]
        points = [records.contact_points[link] for link in linked[identifier] if link in records.contact_points]
        for link in linked[identifier]:
            if link not in places and link not in records.contact_points:
                problems.notice("dangling-reference", "service to a channel", service.name["fi"])
        for place in own_places:
            owners.setdefault(place.identifier, service.organisation)
        records.services[identifier] = _with_channels(service, own_places, points, problems)
    _assign_location_owners(records, owners, problems)


def _assign_location_owners(records: Records, owners: dict[str, str], problems: Problems) -> None:
    """Assign a location whose organisation is not in the source to that of a service there."""
    for identifier, place in list(records.locations.items()):
        if place.organisation in records.organisations:
            continue
        problems.notice("dangling-reference", "channel to its organisation", place.name.get("fi", identifier))
        if identifier in owners:
            records.locations[identifier] = replace(place, organisation=owners[identifier])
        else:
            del records.locations[identifier]


def _with_channels(
    service: ServiceRecord, places: list[LocationRecord], points: list[ContactPointRecord], problems: Problems
) -> ServiceRecord:
    channels = dict.fromkeys(["on-site"] if places else [])
    channels.update(dict.fromkeys(point.channel for point in points if point.channel))
    website, access = (
        dict(service.website),
        {language: [text] for language, text in service.client_access.items()},
    )
    phones = {phone.number: phone for phone in service.phones}
    address = service.email
    for point in points:
        for phone in point.phones:
            phones.setdefault(phone.number, PhoneRecord(phone.number, phone.label or point.name, phone.charge_note))
        address = address or point.email
        if point.email not in ("", address):
            problems.notice("not-kept", "service: further e-mail address", service.name["fi"])
        for language, line in _contact_point_lines(point, website).items():
            access.setdefault(language, []).append(line)
        if point.opening.exceptions:
            problems.notice("not-kept", "channel without a place: exceptional hours", service.name["fi"])
    return replace(
        service,
        facets={**service.facets, "channel": tuple(channels)},
        locations=tuple(place.identifier for place in places),
        description=_description(service, places, problems),
        client_access={language: "\n\n".join(dict.fromkeys(parts)) for language, parts in access.items()},
        website=website,
        phones=tuple(phones.values()),
        email=address,
    )


def _contact_point_lines(point: ContactPointRecord, website: dict[str, str]) -> dict[str, str]:
    """What a contact point adds to "how a client gets in": its hours, and its address unless it is the
    website.

    Fills `website` in languages that have none.
    """
    hours, lines = weekly_hours_text(point.opening), {}
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


def _description(service: ServiceRecord, places: list[LocationRecord], problems: Problems) -> dict[str, str]:
    """The service's own description; where it has none in a language, that of its only place."""
    description = dict(service.description)
    for place in places:
        for language, text in place.description.items():
            if len(places) == 1 and language not in description:
                description[language] = text
            elif text not in description.get(language, ""):
                problems.notice("not-kept", f"place: description ({language})", place.name.get("fi", place.identifier))
    return description
