"""The three kinds of imported record and which of their fields an import fills.

A record's values are a flat mapping of field names to JSON values, the same whether they come from the source
or from the database, so that the two can be compared and kept as provenance.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from organisations.models import Organisation, OrganisationPhone, OrganisationReference
from services.content.facets import IMPORTED_FACETS
from services.models import (
    LocationPhone,
    LocationReference,
    Schedule,
    ScheduleException,
    Service,
    ServiceLocation,
    ServicePhone,
    ServiceReference,
)

from .records import LANGUAGES

SYSTEM = "ptv"


def translated_columns(*fields: str) -> tuple[str, ...]:
    return tuple(f"{field}_{language}" for field in fields for language in LANGUAGES)


PHONE_COLUMNS = ("number", *translated_columns("label", "charge_note"))
SCHEDULE_COLUMNS = ("weekday", "opens_at", "closes_at", "valid_from", "valid_until")
# The columns of facets with several values, which are sets in any order.
FACET_LISTS = frozenset(facet.service for facet in IMPORTED_FACETS if facet.is_list)
EXCEPTION_COLUMNS = ("starts_on", "ends_on", "closed", "opens_at", "closes_at", *translated_columns("note"))


@dataclass(frozen=True)
class RowField:
    """A field whose value is rows of another table, compared and replaced as one."""

    model: type[Model]
    columns: tuple[str, ...]
    ordered: bool = False
    """The rows keep their order in a column `order`."""


@dataclass(frozen=True, eq=False)
class ImportKind:
    name: str
    model: type[Model]
    references: type[Model]
    link: str
    """The foreign key of references and rows to the model."""
    columns: tuple[str, ...]
    """Fields with a value of their own."""
    organisation_keys: tuple[str, ...]
    """Foreign keys to imported organisations, given by identifier."""
    sets: dict[str, str]
    """Many-to-many fields and the field of the other side that their values name."""
    rows: dict[str, RowField]
    archived: dict[str, Any]
    """The columns that take a record out of use."""

    @property
    def set_fields(self) -> frozenset[str]:
        """Fields that are sets: local additions and removals are kept, other members follow the source."""
        return frozenset(self.sets) | (FACET_LISTS & set(self.columns))


ORGANISATION = ImportKind(
    name="organisations",
    model=Organisation,
    references=OrganisationReference,
    link="organisation",
    columns=(
        *translated_columns("name", "description", "website"),
        *("sector", "abbreviation", "business_id", "email", "nationwide", "status", "assured_at"),
    ),
    organisation_keys=("parent",),
    sets={"municipalities": "municipality_id", "counties": "wellbeingcounty_id"},
    rows={"phones": RowField(OrganisationPhone, PHONE_COLUMNS, ordered=True)},
    archived={"status": "archived"},
)
LOCATION = ImportKind(
    name="locations",
    model=ServiceLocation,
    references=LocationReference,
    link="location",
    columns=(
        *translated_columns("name", "street", "city", "hours_note", "accessibility_note", "website"),
        *("postal_code", "municipality_id", "latitude", "longitude", "by_appointment", "email", "archived"),
    ),
    organisation_keys=("organisation",),
    sets={},
    rows={
        "phones": RowField(LocationPhone, PHONE_COLUMNS, ordered=True),
        "schedules": RowField(Schedule, SCHEDULE_COLUMNS),
        "schedule_exceptions": RowField(ScheduleException, EXCEPTION_COLUMNS),
    },
    archived={"archived": True},
)
SERVICE = ImportKind(
    name="services",
    model=Service,
    references=ServiceReference,
    link="service",
    columns=(
        *translated_columns("name", "summary", "description", "requirements", "client_access", "waiting_time"),
        *translated_columns("cost_note", "search_words", "website"),
        *(facet.service for facet in IMPORTED_FACETS),
        *("email", "nationwide", "status", "assured_at"),
    ),
    organisation_keys=("organisation",),
    sets={
        "municipalities": "municipality_id",
        "counties": "wellbeingcounty_id",
        "categories": "category__code",
        "locations": "servicelocation_id",
    },
    rows={"phones": RowField(ServicePhone, PHONE_COLUMNS, ordered=True)},
    archived={"status": "archived"},
)
# In the order of writing: referenced kinds come first.
IMPORT_KINDS = (ORGANISATION, LOCATION, SERVICE)
