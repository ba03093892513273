"""The history of records: every change of a row, written only by database triggers.

A record is an organisation, contact, service, location or category; its phones, hours and tags are parts of it.
`TRACKED_TABLES` lists the tables of each kind. Migrations create their triggers by `services.models.history_triggers`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordKind(models.TextChoices):
    """The kind of a record; the value is part of URLs."""

    ORGANISATION = "organisation", _("organisation")
    CONTACT = "contact", _("contact")
    SERVICE = "service", _("service")
    LOCATION = "location", _("location")
    CATEGORY = "category", _("category")


class Operation(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class TrackedTable:
    """A table whose rows belong to records of a kind; `column` is the id of the record."""

    label: str
    column: str
    # Only deletions are stored, for restoring; the history does not show them.
    is_internal: bool = False
    # Whether the history shows the whole row if a part changes: "Monday 9–16".
    whole: bool = False

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def is_main(self) -> bool:
        return self.column == "id"

    @property
    def is_link(self) -> bool:
        """Whether a row only joins two records."""
        return bool(self.model._meta.auto_created)

    @property
    def other(self) -> models.ForeignKey:
        """The foreign key of a link to the other record."""
        fields = self.model._meta.fields
        (key,) = (field for field in fields if isinstance(field, models.ForeignKey) and field.column != self.column)
        return key


# The record itself comes first.
TRACKED_TABLES: dict[str, tuple[TrackedTable, ...]] = {
    RecordKind.ORGANISATION: (
        TrackedTable("organisations.Organisation", "id"),
        TrackedTable("organisations.OrganisationPhone", "organisation_id"),
        TrackedTable("organisations.Organisation_municipalities", "organisation_id"),
        TrackedTable("organisations.Organisation_counties", "organisation_id"),
        TrackedTable("services.Category_organisations", "organisation_id"),
        TrackedTable("organisations.OrganisationReference", "organisation_id", is_internal=True),
    ),
    RecordKind.CONTACT: (
        TrackedTable("organisations.Contact", "id"),
        TrackedTable("organisations.Contact_municipalities", "contact_id"),
    ),
    RecordKind.SERVICE: (
        TrackedTable("services.Service", "id"),
        TrackedTable("services.ServicePhone", "service_id"),
        TrackedTable("services.Service_categories", "service_id"),
        TrackedTable("services.Service_locations", "service_id"),
        TrackedTable("services.Service_contacts", "service_id"),
        TrackedTable("services.Service_municipalities", "service_id"),
        TrackedTable("services.Service_counties", "service_id"),
        TrackedTable("services.ServiceReference", "service_id", is_internal=True),
    ),
    RecordKind.LOCATION: (
        TrackedTable("services.ServiceLocation", "id"),
        TrackedTable("services.Schedule", "location_id", whole=True),
        TrackedTable("services.ScheduleException", "location_id", whole=True),
        TrackedTable("services.LocationPhone", "location_id"),
        TrackedTable("services.LocationReference", "location_id", is_internal=True),
    ),
    RecordKind.CATEGORY: (
        TrackedTable("services.Category", "id"),
        TrackedTable("services.Synonym", "category_id"),
        TrackedTable("services.ExternalCode", "category_id"),
    ),
}


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, kind: str, record: int) -> Self:
        return self.filter(kind=kind, record=record)

    def deletions(self) -> Self:
        """Deletions of whole records, the latest first."""
        return self.filter(
            operation=Operation.REMOVED, part__in=[parts[0].table for parts in TRACKED_TABLES.values()]
        ).order_by("-pk")


class Change(models.Model):
    """A change of one row: the changed values, or all values except nulls if the row was added or removed.

    People are stored by id only, so that deleting an account makes them anonymous.
    """

    at = models.DateTimeField()
    # The id of a request or command, or of the transaction without either.
    moment = models.BigIntegerField()
    through = models.CharField(max_length=10, blank=True)
    program = models.CharField(max_length=64, blank=True)
    user = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=RecordKind)
    record = models.BigIntegerField()
    # The id of the organisation of a contact, service or location.
    organisation = models.BigIntegerField(null=True)
    part = models.CharField(max_length=63)
    row = models.BigIntegerField()
    operation = models.CharField(max_length=7)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    erased = models.BooleanField(default=False, db_default=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "record", "id"], name="change_of_record"),
            models.Index(
                fields=["organisation", "kind", "record"],
                name="change_in_organisation",
                condition=models.Q(organisation__isnull=False),
            ),
            models.Index(fields=["part", "id"], name="change_removed", condition=models.Q(operation="removed")),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.row} {self.operation}"

    @property
    def is_confirmation_only(self) -> bool:
        """Whether the change is only a confirmation that the record is true."""
        return self.operation == Operation.CHANGED and set(self.after or ()) <= {"assured_at", "assured_by_id"}
