"""Read areas and addresses."""

from dataclasses import dataclass, field

from services.exchange.importers.base.coordinates import CoordinateError, to_degrees
from services.exchange.importers.base.records import AreaRecord

from .language_texts import join_texts, texts_of_key
from .reading_context import ReadingContext
from .shape import nested, objects, string
from .vocabulary import (
    COMPOSED_AREAS,
    COUNTY_AREAS,
    LIMITED_AREA_TYPES,
    MUNICIPALITY_AREAS,
    NATIONWIDE,
    NATIONWIDE_BUT_ALAND,
    OTHER_ADDRESSES,
    POSTAL_TYPES,
    STREET_ADDRESSES,
    UNPLACED_ADDRESSES,
    VALID_COORDINATE_STATES,
    VISITING_TYPES,
)

ADDRESS_KEYS = {
    "type",
    "subType",
    "country",
    "streetAddress",
    "otherAddress",
    "postOfficeBoxAddress",
    "locationAbroad",
    "foreignAddress",
    "multipointLocation",
    "entrances",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A visiting address. Latitude and longitude are WGS84 degrees."""

    street: dict[str, str] = field(default_factory=dict)
    postal_code: str = ""
    city: dict[str, str] = field(default_factory=dict)
    municipality: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accessibility: dict[str, str] = field(default_factory=dict)


def read_area(item: dict, reading: ReadingContext, *, fallback: tuple[str, ...] = ()) -> AreaRecord:
    """Return the area of a record; if it is limited but names no areas, the municipalities `fallback`."""
    kind = string(item, "areaType")
    if kind in NATIONWIDE:
        return AreaRecord(nationwide=True)
    if kind in NATIONWIDE_BUT_ALAND:
        reading.notice("area-simplified", "the whole country but Åland is kept as nationwide")
        return AreaRecord(nationwide=True)
    if kind and kind not in LIMITED_AREA_TYPES:
        reading.notice("unknown-area-type", kind)
    municipalities: set[str] = set()
    counties: set[str] = set()
    for entry in objects(item, "areas"):
        _read_area(entry, municipalities, counties, reading)
    if not municipalities and not counties:
        municipalities.update(fallback)
        if kind and not fallback:
            reading.notice("no-area", "limited to areas, but names none")
    return AreaRecord(False, tuple(sorted(municipalities)), tuple(sorted(counties)))


def _read_area(entry: dict, municipalities: set[str], counties: set[str], reading: ReadingContext) -> None:
    kind, code = string(entry, "type"), string(entry, "code")
    parts = objects(entry, "municipalities")
    if kind in COUNTY_AREAS:
        county = code.zfill(2)
        if county in reading.counties:
            counties.add(county)
            return
        reading.notice("unknown-county", code or "(none)")
    elif kind in COMPOSED_AREAS:
        if not parts:
            reading.notice("area-without-municipalities", f"{kind} {code}")
    elif kind not in MUNICIPALITY_AREAS:
        reading.notice("unknown-area-type", kind or "(none)")
    if not parts and kind in MUNICIPALITY_AREAS and code:
        parts = [{"code": code}]
    for part in parts:
        if municipality := municipality_code(part, reading):
            municipalities.add(municipality)


def municipality_code(item: dict, reading: ReadingContext) -> str:
    """Return an existing code, or ""; an unknown one is an error, because the record would be in a wrong place."""
    code = string(item, "code")
    if not code:
        return ""
    code = code.zfill(3)
    if code not in reading.municipalities:
        reading.error("unknown-municipality", f"municipality {code} does not exist")
        return ""
    return code


def visiting_addresses(item: dict, reading: ReadingContext) -> list[Address]:
    """Return the visiting addresses; others are counted as notices."""
    addresses = []
    for entry in objects(item, "addresses"):
        reading.notice_unread_keys("address", entry, read=ADDRESS_KEYS, bookkeeping={"id", "orderNumber"})
        kind, subtype = string(entry, "type"), string(entry, "subType")
        if kind in POSTAL_TYPES:
            reading.notice("not-kept", "address: postal address")
        elif kind not in VISITING_TYPES:
            reading.notice("unknown-address-type", kind)
        elif subtype in UNPLACED_ADDRESSES:
            reading.notice("not-kept", f"address: {subtype}")
        elif subtype in STREET_ADDRESSES | OTHER_ADDRESSES:
            addresses += _addresses(entry, subtype, reading)
        else:
            reading.notice("unknown-address-type", subtype)
    return addresses


def _addresses(entry: dict, subtype: str, reading: ReadingContext) -> list[Address]:
    accessibility = accessibility_sentences(entry, reading)
    if subtype in OTHER_ADDRESSES:
        return [_address(nested(entry, "otherAddress"), accessibility, reading)]
    single = nested(entry, "streetAddress")
    holders = ([single] if single else []) + objects(entry, "multipointLocation")
    if not holders:
        reading.notice("not-kept", "address: without a street address")
    return [_address(holder, accessibility, reading) for holder in holders]


def _address(holder: dict, accessibility: dict[str, str], reading: ReadingContext) -> Address:
    number = string(holder, "streetNumber")
    streets = texts_of_key(holder, "street", reading, is_line=True)
    # The additional information of an address describes the entrance: "second floor", "yard side".
    details = texts_of_key(holder, "additionalInformation", reading, is_line=True)
    if details and not streets:
        streets, number = details, ""
        details = {}
    street_addresses = {language: f"{street} {number}".strip() for language, street in streets.items()}
    postal_code = string(holder, "postalCode")
    if postal_code and not (postal_code.isascii() and postal_code.isdigit() and len(postal_code) == 5):
        reading.notice("bad-postal-code", postal_code)
        postal_code = ""
    latitude, longitude = read_point(holder, reading)
    return Address(
        street=join_texts(street_addresses, details, separator=", "),
        postal_code=postal_code,
        city={
            language: _city(name)
            for language, name in texts_of_key(holder, "postOffice", reading, is_line=True).items()
        },
        municipality=municipality_code(nested(holder, "municipality"), reading),
        latitude=latitude,
        longitude=longitude,
        accessibility=accessibility,
    )


def _city(name: str) -> str:
    """Convert a post office from all capitals to title case."""
    return name.title() if name.isupper() else name


def read_point(holder: dict, reading: ReadingContext) -> tuple[float | None, float | None]:
    """Return latitude and longitude (WGS84 degrees), or (None, None).

    The source's "latitude" is a northing and its "longitude" an easting (ETRS-TM35FIN), both in metres.
    """
    northing, easting = string(holder, "latitude"), string(holder, "longitude")
    state = string(holder, "coordinateState")
    if state not in VALID_COORDINATE_STATES or not northing or not easting:
        reading.notice("no-coordinates", state if state not in {"", "Ok"} else "not given")
        return None, None
    try:
        return to_degrees(float(northing.replace(",", ".")), float(easting.replace(",", ".")))
    except CoordinateError as error:
        reading.notice("bad-coordinates", str(error))
    except ValueError:
        reading.notice("bad-coordinates", f"{northing} {easting}")
    return None, None


def accessibility_sentences(entry: dict, reading: ReadingContext) -> dict[str, str]:
    """Return the texts of the accessibility register on entrances: a paragraph for each group of sentences."""
    paragraphs = []
    for entrance in objects(entry, "entrances"):
        name = texts_of_key(entrance, "name", reading, is_line=True)
        for group in objects(entrance, "accessibilitySentences"):
            heading = join_texts(name, texts_of_key(group, "sentenceGroup", reading, is_line=True), separator=", ")
            sentences = [texts_of_key(item, "sentence", reading, is_line=True) for item in objects(group, "sentences")]
            body = join_texts(*sentences, separator=" ")
            paragraphs.append(
                {
                    language: f"{heading[language]}: {text}" if language in heading else text
                    for language, text in body.items()
                }
            )
    return join_texts(*paragraphs)
