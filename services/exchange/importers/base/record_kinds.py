"""The kinds of records that an import writes, and the fields of each that it fills.

The values of a record are a flat mapping of field names to JSON values (`Values`). They have the same form whether they
come from a source or from the database, so that both can be compared and stored as the values of the last import.
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

Values = dict[str, Any]
# The columns of facets with several values, which are sets in any order.
FACET_LISTS = frozenset(facet.service for facet in IMPORTED_FACETS if facet.is_list)


def translated_columns(*fields: str) -> tuple[str, ...]:
    """Return the columns of translated fields: "name_fi", "name_sv", "name_en"."""
    return tuple(f"{field}_{language}" for field in fields for language in LANGUAGES)


PHONE_COLUMNS = ("number", *translated_columns("label", "charge_note"))
SCHEDULE_COLUMNS = ("weekday", "opens_at", "closes_at", "valid_from", "valid_until")
EXCEPTION_COLUMNS = ("starts_on", "ends_on", "closed", "opens_at", "closes_at", *translated_columns("note"))


@dataclass(frozen=True)
class RowField:
    """A field whose value is a list of rows of another table; the list is compared and replaced as a whole."""

    model: type[Model]
    columns: tuple[str, ...]
    is_ordered: bool = False
    """Whether a column `order` stores the order of the rows."""


@dataclass(frozen=True, eq=False)
class ImportKind:
    """A kind of record: its model and the fields that an import fills."""

    name: str
    """The key of the kind in reports."""
    model: type[Model]
    reference_model: type[Model]
    """The model of references, which store the identifier of a record in its source system."""
    foreign_key: str
    """The name of the foreign key of references and rows to the model."""
    columns: tuple[str, ...]
    """Fields with a single value."""
    organisation_keys: tuple[str, ...]
    """Foreign keys to organisations; their values are identifiers of the source."""
    sets: dict[str, str]
    """Many-to-many fields, and the field of the other model that their values refer to."""
    rows: dict[str, RowField]
    archived_values: Values
    """The values that take a record out of use."""

    @property
    def set_fields(self) -> frozenset[str]:
        """Fields that are merged as sets: local additions and removals are kept, other members follow the source."""
        return frozenset(self.sets) | (FACET_LISTS & set(self.columns))


ORGANISATION = ImportKind(
    name="organisations",
    model=Organisation,
    reference_model=OrganisationReference,
    foreign_key="organisation",
    columns=(
        *translated_columns("name", "description", "website"),
        *("sector", "abbreviation", "business_id", "email", "nationwide", "status", "assured_at"),
    ),
    organisation_keys=("parent",),
    sets={"municipalities": "municipality_id", "counties": "wellbeingcounty_id"},
    rows={"phones": RowField(OrganisationPhone, PHONE_COLUMNS, is_ordered=True)},
    archived_values={"status": "archived"},
)
LOCATION = ImportKind(
    name="locations",
    model=ServiceLocation,
    reference_model=LocationReference,
    foreign_key="location",
    columns=(
        *translated_columns("name", "street", "city", "hours_note", "accessibility_note", "website"),
        *("postal_code", "municipality_id", "latitude", "longitude", "by_appointment", "email", "archived"),
    ),
    organisation_keys=("organisation",),
    sets={},
    rows={
        "phones": RowField(LocationPhone, PHONE_COLUMNS, is_ordered=True),
        "schedules": RowField(Schedule, SCHEDULE_COLUMNS),
        "schedule_exceptions": RowField(ScheduleException, EXCEPTION_COLUMNS),
    },
    archived_values={"archived": True},
)
SERVICE = ImportKind(
    name="services",
    model=Service,
    reference_model=ServiceReference,
    foreign_key="service",
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
    rows={"phones": RowField(ServicePhone, PHONE_COLUMNS, is_ordered=True)},
    archived_values={"status": "archived"},
)
# In the order of writing: a kind comes after those that it refers to.
IMPORT_KINDS = (ORGANISATION, LOCATION, SERVICE)
