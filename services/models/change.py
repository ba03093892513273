"""The history of records: every change of their rows, written by triggers of the database and by nothing else.

A record is an organisation, contact, service, location or category; its phones, hours, tags and the like are parts of
it. `TRACKED_TABLES` says which tables hold what; migrations make their triggers (0014_history).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordKind(models.TextChoices):
    """The kind of a record; the values are part of URLs."""

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
    """A table of which rows belong to records of a kind; `column` names the record."""

    label: str
    column: str
    # Recorded only for restoring, not shown.
    is_internal: bool = False
    # Described as a whole row, as "Monday 9–16", when one of its values changes.
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
        """The field of a link that refers to the other record."""
        (field,) = (f for f in self.model._meta.fields if f.is_relation and f.column != self.column)
        return field


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


class ChangeQuerySet(models.QuerySet):
    def of(self, kind: str, record: int):
        return self.filter(kind=kind, record=record)

    def deletions(self):
        """Deletions of records themselves, latest first."""
        return self.filter(
            operation=Operation.REMOVED, part__in=[parts[0].table for parts in TRACKED_TABLES.values()]
        ).order_by("-pk")


class Change(models.Model):
    """A change of one row. Of a changed row only what changed is kept; of a new or removed one all that is not null.

    People are numbers here, so that they are forgotten when their accounts are.
    """

    at = models.DateTimeField()
    # One request or command, or else one transaction.
    moment = models.BigIntegerField()
    through = models.CharField(max_length=10, blank=True)
    program = models.CharField(max_length=64, blank=True)
    user = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=RecordKind)
    record = models.BigIntegerField()
    # The organisation of a contact, service or location.
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
        """Whether only the confirmation of the record has changed."""
        return self.operation == Operation.CHANGED and self.after.keys() <= {"assured_at", "assured_by_id"}
