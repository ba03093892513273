"""Abstract models shared by organisations, services and locations."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.core import freshness


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class Stewarded(models.Model):
    """A record that is published and regularly confirmed to be correct."""

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    assured_at = models.DateTimeField(
        _("last confirmed"),
        null=True,
        blank=True,
        help_text=_("When someone last confirmed that this is true."),
    )
    assured_by = models.ForeignKey(
        "organisations.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def confirmation_months(self) -> int:
        """Months between confirmations."""
        raise NotImplementedError

    @property
    def term(self) -> freshness.ConfirmationDeadline:
        return freshness.confirmation_deadline(
            self.assured_at, self.created_at or timezone.now(), self.confirmation_months
        )

    def is_unconfirmed(self, today: dt.date | None = None) -> bool:
        """Whether the last confirmation is so old that readers are warned."""
        return self.term.is_unconfirmed(today or timezone.localdate())


class Area(models.Model):
    """An operating area: municipalities, whole counties, or the whole country."""

    nationwide = models.BooleanField(_("nationwide"), default=False)
    municipalities = models.ManyToManyField(
        "organisations.Municipality", blank=True, related_name="%(class)ss", verbose_name=_("municipalities")
    )
    counties = models.ManyToManyField(
        "organisations.WellbeingCounty",
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("wellbeing services counties"),
    )

    class Meta:
        abstract = True

    def area_names(self) -> list[str]:
        """The names of its counties and municipalities in the active language."""
        return [*(county.name for county in self.counties.all()), *(town.name for town in self.municipalities.all())]


class PhoneNumber(models.Model):
    """A phone number with the price of a call, which Finnish law requires beside the number."""

    number = models.CharField(_("number"), max_length=40)
    label = models.CharField(_("for what"), max_length=100, blank=True)
    charge_note = models.CharField(_("price of the call"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")

    def __str__(self) -> str:
        return self.number


class ExternalReference(models.Model):
    """The identifier of a record in another system, and the values last imported from there.

    `imported` maps field names to the values of the last import, so that a later import can tell a change
    made here (kept) from a change made at the source (taken over).
    """

    system = models.SlugField(_("system"), max_length=30)
    identifier = models.CharField(_("identifier"), max_length=200)
    imported = models.JSONField(_("last imported values"), default=dict, blank=True)
    imported_at = models.DateTimeField(_("last imported"), null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("external reference")
        verbose_name_plural = _("external references")
        constraints = [
            models.UniqueConstraint(fields=["system", "identifier"], name="%(app_label)s_%(class)s_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.identifier}"


def published_name_constraint() -> models.CheckConstraint:
    """A published record has a Finnish name."""
    return models.CheckConstraint(
        condition=~models.Q(status="published") | (models.Q(name_fi__isnull=False) & ~models.Q(name_fi="")),
        name="%(app_label)s_%(class)s_published_has_finnish_name",
    )
