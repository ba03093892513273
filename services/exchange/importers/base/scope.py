"""The part of a source to import: everything, one sector, or one wellbeing services county."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from organisations.models import Municipality, WellbeingCounty
from organisations.models.organisation import Sector

from .record_kinds import LOCATION, ORGANISATION, SERVICE, ImportKind, Values
from .records import AreaRecord, OrganisationRecord, Records
from .stored_records import StoredRecord


class UnknownScope(ValueError):
    """The text names neither a sector nor a county."""


@dataclass(frozen=True)
class ImportScope:
    """The part of the source to import; empty fields do not restrict it."""

    sector: str = ""
    county: str = ""
    municipalities: frozenset[str] = field(default_factory=frozenset)
    """The codes of the municipalities of the county."""

    def __bool__(self) -> bool:
        return bool(self.sector or self.county)

    def select(self, records: Records) -> Records:
        """Return the records within the scope, with the organisations and locations that they need.

        A sector has its organisations, their services and locations. A county has the services of its area by any
        organisation, except nationwide ones, and their locations.
        """
        if not self:
            return records
        if self.sector:
            owners = {key for key, record in records.organisations.items() if record.sector == self.sector}
            services = {key: record for key, record in records.services.items() if record.organisation in owners}
            locations = {key: record for key, record in records.locations.items() if record.organisation in owners}
        else:
            owners = set()
            services = {
                key: record
                for key, record in records.services.items()
                if self._overlaps(record.area or records.organisations[record.organisation].area)
            }
            locations = {}
        linked = {location for service in services.values() for location in service.locations}
        locations |= {key: record for key, record in records.locations.items() if key in linked}
        owners |= {service.organisation for service in services.values()}
        owners |= {location.organisation for location in locations.values()}
        return Records(
            organisations=_with_parents(owners, records.organisations),
            locations=locations,
            services=services,
            contact_points=records.contact_points,
            class_names=records.class_names,
        )

    def includes(self, kind: ImportKind, stored: StoredRecord, organisations: Mapping[str, StoredRecord]) -> bool:
        """Whether a stored record is within the scope, so that it is archived if the source no longer has it."""
        if not self:
            return True
        owner = stored if kind is ORGANISATION else organisations.get(stored.values["organisation"])
        if self.sector:
            return owner is not None and owner.values["sector"] == self.sector
        if kind is LOCATION:
            return stored.values["municipality_id"] in self.municipalities
        area = _area(stored.values)
        if kind is SERVICE and not area and owner is not None:
            area = _area(owner.values)
        return self._overlaps(area)

    def _overlaps(self, area: AreaRecord) -> bool:
        return self.county in area.counties or not self.municipalities.isdisjoint(area.municipalities)


def _area(values: Values) -> AreaRecord:
    return AreaRecord(values["nationwide"], tuple(values["municipalities"]), tuple(values["counties"]))


def _with_parents(
    identifiers: set[str], organisations: Mapping[str, OrganisationRecord]
) -> dict[str, OrganisationRecord]:
    visited: set[str] = set()
    waiting = set(identifiers)
    while waiting:
        identifier = waiting.pop()
        if identifier in organisations and identifier not in visited:
            visited.add(identifier)
            waiting.add(organisations[identifier].parent)
    return {key: record for key, record in organisations.items() if key in visited}


def parse_scope(text: str) -> ImportScope:
    """Return the scope of a sector, or of a county by code or name; "" is everything. Raises UnknownScope."""
    text = text.strip()
    if not text:
        return ImportScope()
    if text in Sector.values:
        return ImportScope(sector=text)
    for county in WellbeingCounty.objects.all():
        names = {county.name_fi, county.name_sv, county.name_en}
        if text.zfill(2) == county.code or text.casefold() in {name.casefold() for name in names if name}:
            codes = Municipality.objects.filter(county=county).values_list("pk", flat=True)
            return ImportScope(county=county.code, municipalities=frozenset(codes))
    sectors = ", ".join(Sector.values)
    raise UnknownScope(f"“{text}” is neither a sector ({sectors}) nor the code or name of a county")
