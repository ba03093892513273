"""What an import brings, in the words of this project and not of the source.

Text is a mapping of "fi", "sv" and "en" to plain paragraphs; a language without text is absent. Codes are
those of `services.models.choices` and of the official classifications; they are written out here because
these records must not need Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

TranslatedText = Mapping[str, str]
TranslatedWords = Mapping[str, tuple[str, ...]]

LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """Where something works: the country, municipalities (three-digit codes), counties (two digits)."""

    nationwide: bool = False
    municipalities: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nationwide or self.municipalities or self.counties)


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A number as it is dialled, what it is for, and what a call costs."""

    number: str
    label: TranslatedText = field(default_factory=dict)
    charge_note: TranslatedText = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open on one weekday (Monday is 1), in local time; closing before opening means past midnight."""

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ExceptionalHours:
    """Days, the last included, on which a place is closed or has other hours."""

    starts_on: date
    ends_on: date
    opens: time | None = None
    closes: time | None = None
    note: TranslatedText = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        return self.opens is None


@dataclass(frozen=True, slots=True)
class OpeningRecord:
    """All opening hours of a location or phone line."""

    weekly: tuple[WeeklyHours, ...] = ()
    exceptions: tuple[ExceptionalHours, ...] = ()
    by_appointment: bool = False
    note: TranslatedText = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    identifier: str
    name: TranslatedText
    sector: str
    abbreviation: str = ""
    description: TranslatedText = field(default_factory=dict)
    parent: str = ""
    business_id: str = ""
    website: TranslatedText = field(default_factory=dict)
    email: str = ""
    phones: tuple[PhoneRecord, ...] = ()
    area: AreaRecord = AreaRecord()
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class LocationRecord:
    """An address with its hours. Latitude and longitude are WGS84 degrees."""

    identifier: str
    organisation: str
    name: TranslatedText
    description: TranslatedText = field(default_factory=dict)
    street: TranslatedText = field(default_factory=dict)
    postal_code: str = ""
    city: TranslatedText = field(default_factory=dict)
    municipality: str = ""
    latitude: float | None = None
    longitude: float | None = None
    opening: OpeningRecord = OpeningRecord()
    accessibility_note: TranslatedText = field(default_factory=dict)
    phones: tuple[PhoneRecord, ...] = ()
    email: str = ""
    website: TranslatedText = field(default_factory=dict)
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPointRecord:
    """A way to a service that is not a place: a phone line, an online form, a chat, a web page."""

    identifier: str
    channel: str
    """phone, chat, remote, written, or nothing for a page that only informs."""
    name: TranslatedText
    website: TranslatedText = field(default_factory=dict)
    phones: tuple[PhoneRecord, ...] = ()
    email: str = ""
    opening: OpeningRecord = OpeningRecord()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service. After reading, `locations` and `facets` hold what its places and contact points add."""

    identifier: str
    organisation: str
    name: TranslatedText
    summary: TranslatedText = field(default_factory=dict)
    description: TranslatedText = field(default_factory=dict)
    requirements: TranslatedText = field(default_factory=dict)
    client_access: TranslatedText = field(default_factory=dict)
    waiting_time: TranslatedText = field(default_factory=dict)
    cost_note: TranslatedText = field(default_factory=dict)
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values of facets by dimension, such as {"cost": ("free",)}."""
    area: AreaRecord = AreaRecord()
    codes: tuple[tuple[str, str], ...] = ()
    """Classes of other classifications: (system, code), for instance ("ptv", "P7.4")."""
    search_words: TranslatedWords = field(default_factory=dict)
    phones: tuple[PhoneRecord, ...] = ()
    email: str = ""
    website: TranslatedText = field(default_factory=dict)
    locations: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    """Identifiers of the places and contact points that the source links to the service."""
    modified: datetime | None = None


@dataclass(slots=True)
class Records:
    """Everything that a source holds, by identifier."""

    organisations: dict[str, OrganisationRecord] = field(default_factory=dict)
    locations: dict[str, LocationRecord] = field(default_factory=dict)
    services: dict[str, ServiceRecord] = field(default_factory=dict)
    contact_points: dict[str, ContactPointRecord] = field(default_factory=dict)
    class_names: dict[tuple[str, str], str] = field(default_factory=dict)
    """What (system, code) of another classification is called, for reports."""
