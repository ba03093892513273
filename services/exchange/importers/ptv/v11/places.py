"""Areas and addresses."""

from dataclasses import dataclass, field

from services.exchange.importers.base.coordinates import CoordinateError, to_degrees
from services.exchange.importers.base.records import AreaRecord

from .reading import ReadingContext, join_texts, texts_of_key
from .shape import nested, objects, string
from .vocabulary import (
    COMPOSED_AREAS,
    COORDINATES_KNOWN,
    COUNTY_AREAS,
    LIMITED_AREA_TYPES,
    MUNICIPALITY_AREAS,
    NATIONWIDE,
    NATIONWIDE_BUT_ALAND,
    OTHER_ADDRESSES,
    POSTAL_TYPES,
    STREET_ADDRESSES,
    UNPLACED_ADDRESSES,
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
    """Where a record works. `fallback` is taken for a limited area that names none."""
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
            reading.notice("no-area", "limited to areas, but none is named")
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
        if known := municipality_code(part, reading):
            municipalities.add(known)


def municipality_code(item: dict, reading: ReadingContext) -> str:
    """A known code, or ""; an unknown code is an error, as the record would be misplaced."""
    code = string(item, "code")
    if not code:
        return ""
    code = code.zfill(3)
    if code not in reading.municipalities:
        reading.error("unknown-municipality", f"municipality {code} does not exist")
        return ""
    return code


def visiting_addresses(item: dict, reading: ReadingContext) -> list[Address]:
    """The visiting addresses; other addresses are counted as notices."""
    addresses = []
    for entry in objects(item, "addresses"):
        reading.notice_unread_keys("address", entry, read=ADDRESS_KEYS, bookkeeping={"id", "orderNumber"})
        kind, form = string(entry, "type"), string(entry, "subType")
        if kind in POSTAL_TYPES:
            reading.notice("not-kept", "address: postal address")
        elif kind not in VISITING_TYPES:
            reading.notice("unknown-address-type", kind)
        elif form in UNPLACED_ADDRESSES:
            reading.notice("not-kept", f"address: {form}")
        elif form in STREET_ADDRESSES | OTHER_ADDRESSES:
            addresses += _addresses(entry, form, reading)
        else:
            reading.notice("unknown-address-type", form)
    return addresses


def _addresses(entry: dict, form: str, reading: ReadingContext) -> list[Address]:
    accessibility = accessibility_sentences(entry, reading)
    if form in OTHER_ADDRESSES:
        return [_address(nested(entry, "otherAddress"), accessibility, reading)]
    single = nested(entry, "streetAddress")
    holders = ([single] if single else []) + objects(entry, "multipointLocation")
    if not holders:
        reading.notice("not-kept", "address: without a street address")
    return [_address(holder, accessibility, reading) for holder in holders]


def _address(holder: dict, accessibility: dict[str, str], reading: ReadingContext) -> Address:
    number = string(holder, "streetNumber")
    streets = texts_of_key(holder, "street", reading, line=True)
    # What stands beside an address ("second floor", "yard side") helps people find the door.
    more = texts_of_key(holder, "additionalInformation", reading, line=True)
    if more and not streets:
        streets, number = more, ""
        more = {}
    numbered = {language: f"{street} {number}".strip() for language, street in streets.items()}
    postal_code = string(holder, "postalCode")
    if postal_code and not (postal_code.isascii() and postal_code.isdigit() and len(postal_code) == 5):
        reading.notice("bad-postal-code", postal_code)
        postal_code = ""
    latitude, longitude = read_point(holder, reading)
    return Address(
        street=join_texts(numbered, more, by=", "),
        postal_code=postal_code,
        city={
            language: _city(name) for language, name in texts_of_key(holder, "postOffice", reading, line=True).items()
        },
        municipality=municipality_code(nested(holder, "municipality"), reading),
        latitude=latitude,
        longitude=longitude,
        accessibility=accessibility,
    )


def _city(name: str) -> str:
    """Post offices come in capitals; people write them with one."""
    return name.title() if name.isupper() else name


def read_point(holder: dict, reading: ReadingContext) -> tuple[float | None, float | None]:
    """WGS84 degrees. The source's "latitude" is a northing and its "longitude" an easting, both in metres."""
    northing, easting = string(holder, "latitude"), string(holder, "longitude")
    state = string(holder, "coordinateState")
    if state not in COORDINATES_KNOWN or not northing or not easting:
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
    """What the accessibility register says of the entrances: a paragraph per group of sentences."""
    paragraphs = []
    for entrance in objects(entry, "entrances"):
        name = texts_of_key(entrance, "name", reading, line=True)
        for group in objects(entrance, "accessibilitySentences"):
            heading = join_texts(name, texts_of_key(group, "sentenceGroup", reading, line=True), by=", ")
            sentences = [texts_of_key(item, "sentence", reading, line=True) for item in objects(group, "sentences")]
            body = join_texts(*sentences, by=" ")
            paragraphs.append(
                {
                    language: f"{heading[language]}: {text}" if language in heading else text
                    for language, text in body.items()
                }
            )
    return join_texts(*paragraphs)
