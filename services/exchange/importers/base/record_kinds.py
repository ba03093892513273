"""The three kinds of imported record and which of their fields an import fills.

A record's values are a flat mapping of field names to JSON values, the same whether they come from the source
or from the database, so that the two can be compared and kept as provenance.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from organisations.models import Organisation, OrganisationPhone, OrganisationReference
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


def in_languages(*fields: str) -> tuple[str, ...]:
    return tuple(f"{field}_{language}" for field in fields for language in LANGUAGES)


PHONE_COLUMNS = ("number", *in_languages("label", "charge_note"))
SCHEDULE_COLUMNS = ("weekday", "opens_at", "closes_at", "valid_from", "valid_until")
EXCEPTION_COLUMNS = ("starts_on", "ends_on", "closed", "opens_at", "closes_at", *in_languages("note"))


@dataclass(frozen=True)
class Rows:
    """A field whose value is rows of another table, compared and replaced as one."""

    model: type[Model]
    columns: tuple[str, ...]
    ordered: bool = False
    """The rows keep their order in a column `order`."""


@dataclass(frozen=True, eq=False)
class Kind:
    name: str
    model: type[Model]
    references: type[Model]
    link: str
    """The foreign key of references and rows to the model."""
    columns: tuple[str, ...]
    """Fields with a value of their own."""
    pointers: tuple[str, ...]
    """Foreign keys to imported organisations, told by their identifiers."""
    sets: dict[str, str]
    """Many-to-many fields and the field of the other side that their values name."""
    rows: dict[str, Rows]
    archived: dict[str, Any]
    """The columns that take a record out of use."""

    @property
    def merged(self) -> frozenset[str]:
        """Fields that are sets: what was added or taken away here stays so, the rest follows the source."""
        return frozenset(self.sets) | ({"channels", "languages"} & set(self.columns))


ORGANISATION = Kind(
    name="organisations",
    model=Organisation,
    references=OrganisationReference,
    link="organisation",
    columns=(
        *in_languages("name", "description", "website"),
        *("sector", "abbreviation", "business_id", "email", "nationwide", "status", "assured_at"),
    ),
    pointers=("parent",),
    sets={"municipalities": "municipality_id", "counties": "wellbeingcounty_id"},
    rows={"phones": Rows(OrganisationPhone, PHONE_COLUMNS, ordered=True)},
    archived={"status": "archived"},
)
LOCATION = Kind(
    name="locations",
    model=ServiceLocation,
    references=LocationReference,
    link="location",
    columns=(
        *in_languages("name", "street", "city", "hours_note", "accessibility_note", "website"),
        *("postal_code", "municipality_id", "latitude", "longitude", "by_appointment", "email", "archived"),
    ),
    pointers=("organisation",),
    sets={},
    rows={
        "phones": Rows(LocationPhone, PHONE_COLUMNS, ordered=True),
        "schedules": Rows(Schedule, SCHEDULE_COLUMNS),
        "schedule_exceptions": Rows(ScheduleException, EXCEPTION_COLUMNS),
    },
    archived={"archived": True},
)
SERVICE = Kind(
    name="services",
    model=Service,
    references=ServiceReference,
    link="service",
    columns=(
        *in_languages("name", "summary", "description", "requirements", "client_access", "waiting_time"),
        *in_languages("cost_note", "search_words", "website"),
        *("cost", "channels", "languages", "email", "nationwide", "status", "assured_at"),
    ),
    pointers=("organisation",),
    sets={
        "municipalities": "municipality_id",
        "counties": "wellbeingcounty_id",
        "categories": "category__code",
        "locations": "servicelocation_id",
    },
    rows={"phones": Rows(ServicePhone, PHONE_COLUMNS, ordered=True)},
    archived={"status": "archived"},
)
# In the order of writing: what others point to comes first.
KINDS = (ORGANISATION, LOCATION, SERVICE)
