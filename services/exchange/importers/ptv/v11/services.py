"""Read services."""

from services.exchange.importers.base.records import LANGUAGES, PhoneRecord, ServiceRecord
from services.exchange.importers.base.rich_text import first_sentence, one_line, truncate_text

from .contacts import read_email, read_phones, read_web_pages
from .dates import read_modified
from .language_texts import join_texts, read_texts, texts_by_type, texts_of_key
from .places import read_area
from .reading_context import ReadingContext
from .shape import nested, objects, string, strings
from .vocabulary import (
    ALTERNATIVE_NAME,
    CODE_IN_URI,
    CODE_SYSTEM,
    COST_CODES,
    DESCRIPTION_TYPES,
    GENERAL_DESCRIPTION_PREFIX,
    LANGUAGE_ALIASES,
    NAME,
    NAME_TYPES,
    ORGANISATION_ROLES,
    PUBLISHED_STATUSES,
    SERVICE_TYPES,
    UNPUBLISHED_STATUSES,
)

SERVICE_KEYS = {
    "id",
    "type",
    "serviceNames",
    "serviceChargeType",
    "areaType",
    "areas",
    "serviceDescriptions",
    "languages",
    "serviceClasses",
    "ontologyTerms",
    "targetGroups",
    "lifeEvents",
    "keywords",
    "requirements",
    "serviceChannels",
    "organizations",
    "mainOrganization",
    "publishingStatus",
    "modified",
    "generalDescriptionId",
}
SERVICE_BOOKKEEPING = {
    "sourceId",
    "versionId",
    "serviceCollections",
    "responsibleSoteOrganization",
    "serviceProducers",
    "security",
    "municipalities",
    "availableLanguages",
}
CONNECTION_KEYS = {"serviceChannel", "description", "contactDetails", "modified"}
CONNECTION_BOOKKEEPING = {"ownerReferenceId", "isASTIConnection", "channelGuid", "serviceGuid"}
SUMMARY_LENGTH = 150


def read_service(item: dict, reading: ReadingContext) -> ServiceRecord | None:
    """Return a service; None if it is not published or has an error. Raises ShapeError."""
    identifier, status = string(item, "id"), string(item, "publishingStatus")
    if status not in PUBLISHED_STATUSES:
        reading.notice("not-published" if status in UNPUBLISHED_STATUSES else "unknown-status", f"service: {status}")
        return None
    names = texts_by_type(objects(item, "serviceNames"), NAME_TYPES, reading, is_line=True)
    name = names.get(NAME, {})
    reading.record_name = name.get("fi") or next(iter(name.values()), identifier)
    reading.notice_unread_keys("service", item, read=SERVICE_KEYS, bookkeeping=SERVICE_BOOKKEEPING)
    if not name.get("fi"):
        reading.error("empty-finnish-name", "the service has no Finnish name")
        return None
    kind = string(item, "type")
    if kind != "Service":
        reading.notice("service-type" if kind in SERVICE_TYPES else "unknown-service-type", kind or "(none)")
    descriptions = _descriptions(item, name, reading)
    summary, description = summarise(descriptions, reading)
    notes, numbers, address, website = _connections(item, reading)
    return ServiceRecord(
        identifier=identifier,
        organisation=responsible_organisation(item, reading),
        name=name,
        summary=summary,
        description=description,
        requirements=texts_of_key(item, "requirements", reading),
        client_access=join_texts(descriptions["UserInstruction"], descriptions["DeadLine"], *notes),
        waiting_time={language: one_line(text) for language, text in descriptions["ProcessingTime"].items()},
        cost_note=descriptions["ChargeTypeAdditionalInfo"],
        facets={"cost": _costs(item, reading), "language": _languages(item)},
        area=read_area(item, reading),
        codes=_codes(item, reading),
        search_words=_search_words(item, names, reading),
        phones=numbers,
        email=address,
        website=website,
        linked=_channel_ids(item),
        modified=read_modified(item, reading),
    )


def _descriptions(item: dict, name: dict[str, str], reading: ReadingContext) -> dict[str, dict[str, str]]:
    """Return texts by type: those of the general description, then the service's own, as in the catalogue."""
    own, general = [], []
    for entry in objects(item, "serviceDescriptions"):
        kind = string(entry, "type")
        if kind.startswith(GENERAL_DESCRIPTION_PREFIX):
            # A service that has no Swedish version does not get one from the general description.
            if string(entry, "language") in name:
                general.append({**entry, "type": kind.removeprefix(GENERAL_DESCRIPTION_PREFIX)})
        else:
            own.append(entry)
    if string(item, "generalDescriptionId") and not general:
        reading.notice("general-description-missing", "the page does not hold the texts of the general description")
    by_own = texts_by_type(own, DESCRIPTION_TYPES, reading)
    by_general = texts_by_type(general, DESCRIPTION_TYPES, reading)
    descriptions = {
        kind: join_texts(by_general.get(kind, {}), by_own.get(kind, {})) for kind in set(DESCRIPTION_TYPES.values())
    }
    descriptions["Summary"] = {**by_general.get("Summary", {}), **by_own.get("Summary", {})}
    return descriptions


def summarise(
    descriptions: dict[str, dict[str, str]], reading: ReadingContext
) -> tuple[dict[str, str], dict[str, str]]:
    """Return summaries of at most 150 characters, and descriptions.

    A longer summary is cut between words, and the description begins with the full one. A missing summary is replaced
    by the first sentence of the description.
    """
    description = join_texts(
        descriptions["Description"],
        descriptions["BackgroundDescription"],
        descriptions["ServiceType"],
        descriptions["ValidityTime"],
    )
    summary = {}
    for language in LANGUAGES:
        given, text = one_line(descriptions["Summary"].get(language, "")), description.get(language, "")
        if len(given) > SUMMARY_LENGTH:
            reading.notice("summary-cut", f"{language}: longer than {SUMMARY_LENGTH} characters")
            if given not in one_line(text):
                description[language] = "\n\n".join(part for part in (descriptions["Summary"][language], text) if part)
        elif not given and text:
            given = first_sentence(text)
            if given:
                reading.notice("summary-made", f"{language}: the first sentence of the description")
        if given:
            summary[language] = truncate_text(given, SUMMARY_LENGTH)
    return summary, description


def responsible_organisation(item: dict, reading: ReadingContext) -> str:
    """Return the id of the responsible organisation; others are counted as notices."""
    main = string(nested(item, "mainOrganization"), "id")
    others = set()
    for entry in objects(item, "organizations"):
        role = string(entry, "roleType")
        identifier = string(nested(entry, "organization"), "id")
        if role == "Responsible" and identifier and not main:
            main = identifier
        elif role not in ORGANISATION_ROLES:
            reading.notice("unknown-role", role or "(none)")
        elif identifier != main:
            others.add((role, identifier))
    for role, identifier in others:
        if identifier != main:
            reading.notice("not-kept", f"service: further organisation ({role})")
    return main


def _costs(item: dict, reading: ReadingContext) -> tuple[str, ...]:
    kind = string(item, "serviceChargeType")
    if kind and kind not in COST_CODES:
        reading.notice("unknown-charge-type", kind)
    return (COST_CODES[kind],) if kind in COST_CODES else ()


def _languages(item: dict) -> tuple[str, ...]:
    return tuple(dict.fromkeys(LANGUAGE_ALIASES.get(code, code) for code in strings(item, "languages")))


def _codes(item: dict, reading: ReadingContext) -> tuple[tuple[str, str], ...]:
    """Return service classes, target groups and life events as (system, code)."""
    codes = []
    for key in ("serviceClasses", "targetGroups", "lifeEvents"):
        for entry in objects(item, key):
            code = string(entry, "code")
            for address in ("newUri", "uri"):
                match = CODE_IN_URI.search(string(entry, address))
                code = code or (match[1] if match else "")
            if code:
                codes.append((CODE_SYSTEM, code))
                if (CODE_SYSTEM, code) not in reading.class_names:
                    names = texts_of_key(entry, "name", reading, is_line=True)
                    reading.class_names[CODE_SYSTEM, code] = names.get("fi", "")
            else:
                reading.notice("class-without-code", f"{key}: {string(entry, 'uri') or '(none)'}")
    return tuple(dict.fromkeys(codes))


def _search_words(item: dict, names: dict, reading: ReadingContext) -> dict[str, tuple[str, ...]]:
    """Return keywords, ontology terms, names of service classes and other names, without duplicates in another case."""
    sources = [names.get(ALTERNATIVE_NAME, {})]
    # A list holds several keywords of a language, so each is read separately.
    sources += [read_texts([entry], reading, is_line=True) for entry in objects(item, "keywords")]
    for key in ("ontologyTerms", "serviceClasses"):
        sources += [texts_of_key(entry, "name", reading, is_line=True) for entry in objects(item, key)]
    words_by_language: dict[str, dict[str, str]] = {}
    for source in sources:
        for language, word in source.items():
            words_by_language.setdefault(language, {}).setdefault(word.casefold(), word)
    return {
        language: tuple(words_by_language[language].values()) for language in LANGUAGES if language in words_by_language
    }


def _channel_ids(item: dict) -> tuple[str, ...]:
    links = (string(nested(link, "serviceChannel"), "id") for link in objects(item, "serviceChannels"))
    return tuple(dict.fromkeys(identifier for identifier in links if identifier))


def _connections(
    item: dict, reading: ReadingContext
) -> tuple[list[dict[str, str]], tuple[PhoneRecord, ...], str, dict[str, str]]:
    """Return what the links to channels add: notes on access, phones, an e-mail address and websites."""
    notes, numbers, addresses, pages = [], [], [], []
    for link in objects(item, "serviceChannels"):
        reading.notice_unread_keys("service's channel", link, read=CONNECTION_KEYS, bookkeeping=CONNECTION_BOOKKEEPING)
        descriptions = texts_by_type(objects(link, "description"), DESCRIPTION_TYPES, reading)
        notes.append(join_texts(descriptions.get("Description", {}), descriptions.get("ChargeTypeAdditionalInfo", {})))
        contact = nested(link, "contactDetails")
        reading.notice_unread_keys("service's channel contact", contact, read={"emails", "phoneNumbers", "webPages"})
        numbers += objects(contact, "phoneNumbers")
        addresses += objects(contact, "emails")
        pages += objects(contact, "webPages")
    website, more_pages = read_web_pages(pages, reading)
    return notes + more_pages, read_phones(numbers, reading), read_email(addresses, reading), website
