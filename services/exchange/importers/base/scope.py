"""The scope of an import: everything, one sector, or one wellbeing services county."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from organisations.models import Municipality, WellbeingCounty
from organisations.models.organisation import Sector

from .record_kinds import LOCATION, ORGANISATION, SERVICE, ImportKind
from .records import AreaRecord, Records
from .stored_records import StoredRecord


class UnknownScope(ValueError):
    """The text is neither a sector nor a county."""


@dataclass(frozen=True)
class ImportScope:
    """Empty fields do not limit the scope."""

    sector: str = ""
    county: str = ""
    municipalities: frozenset[str] = field(default_factory=frozenset)
    """Those of the county."""

    def __bool__(self) -> bool:
        return bool(self.sector or self.county)

    def select(self, records: Records) -> Records:
        """The records within the scope, with the organisations and locations they refer to.

        A sector: its organisations with their services and locations. A county: services in its area from any
        organisation, except nationwide ones, and their locations.
        """
        if not self:
            return records
        if self.sector:
            organisations = {
                key for key, organisation in records.organisations.items() if organisation.sector == self.sector
            }
            services = {
                key: service for key, service in records.services.items() if service.organisation in organisations
            }
            locations = {
                key: location for key, location in records.locations.items() if location.organisation in organisations
            }
        else:
            organisations = set()
            services = {
                key: service
                for key, service in records.services.items()
                if self._overlaps(service.area or records.organisations[service.organisation].area)
            }
            locations = {}
        linked = {link for service in services.values() for link in service.locations}
        locations |= {key: location for key, location in records.locations.items() if key in linked}
        organisations |= {record.organisation for record in (*services.values(), *locations.values())}
        return Records(
            organisations=_with_parents(organisations, records.organisations),
            locations=locations,
            services=services,
            contact_points=records.contact_points,
            class_names=records.class_names,
        )

    def includes(self, kind: ImportKind, stored: StoredRecord, organisations: Mapping[str, StoredRecord]) -> bool:
        """Whether a stored record is within the scope, so that its absence from the source means it is gone."""
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


def _area(values: dict) -> AreaRecord:
    return AreaRecord(values["nationwide"], tuple(values["municipalities"]), tuple(values["counties"]))


def _with_parents(identifiers: set[str], organisations: dict) -> dict:
    collected, pending = set(), set(identifiers)
    while pending:
        identifier = pending.pop()
        if identifier in organisations and identifier not in collected:
            collected.add(identifier)
            pending.add(organisations[identifier].parent)
    return {key: organisation for key, organisation in organisations.items() if key in collected}


def parse_scope(word: str) -> ImportScope:
    """Parse a sector, or a county's code or name. Raises UnknownScope."""
    word = word.strip()
    if not word:
        return ImportScope()
    if word in Sector.values:
        return ImportScope(sector=word)
    for county in WellbeingCounty.objects.all():
        names = {county.name_fi, county.name_sv, county.name_en}
        if word.zfill(2) == county.code or word.casefold() in {name.casefold() for name in names if name}:
            codes = Municipality.objects.filter(county=county).values_list("pk", flat=True)
            return ImportScope(county=county.code, municipalities=frozenset(codes))
    sectors = ", ".join(Sector.values)
    raise UnknownScope(f"“{word}” is neither a sector ({sectors}) nor the code or name of a county")
