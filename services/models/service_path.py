"""Service paths: the steps through the services of several sectors in a life situation, published by coordinators."""

import datetime as dt
from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from organisations import permissions
from organisations.core.collation import alphabetical

from .category import Category
from .service import Service, not_ended


class ServicePathQuerySet(models.QuerySet["ServicePath"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def editable_by(self, user: permissions.AnyUser) -> Self:
        """Those of the user's counties, and those of the whole country; all for superusers."""
        counties = permissions.coordinated_counties(user)
        return self.filter(Q(county__in=counties) | Q(county=None)) if counties.exists() else self.none()

    def visible_to(self, user: permissions.AnyUser) -> Self:
        return self.published() | self.editable_by(user)

    def with_steps(self) -> Self:
        """With steps, their services in all states with a number as `call`, and subjects; five queries."""
        services = Service.objects.select_related("organisation").with_phone_number().with_safety()
        rows = PathStepService.objects.prefetch_related(Prefetch("service", services))
        steps = PathStep.objects.select_related("search_category").prefetch_related(Prefetch("step_services", rows))
        return self.select_related("county", "category").prefetch_related(Prefetch("steps", steps))

    def alphabetical(self) -> Self:
        return self.order_by(alphabetical("name"), "pk")


class ServicePath(models.Model):
    """An ordered way through services. Without a county it is for the whole country."""

    name = models.CharField(_("name"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    county = models.ForeignKey(
        "organisations.WellbeingCounty",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="service_paths",
        verbose_name=_("wellbeing services county"),
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="paths", verbose_name=_("life situation")
    )
    is_published = models.BooleanField(_("published"), default=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ServicePathQuerySet.as_manager()

    class Meta:
        verbose_name = _("service path")
        verbose_name_plural = _("service paths")

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("paths:path", args=[self.pk, slugify(self.name) or "-"])

    def services_on_offer(self, today: dt.date) -> list[Service]:
        """The services of all steps that people can use now, each once, in their order. Needs `with_steps`."""
        services = (service for step in self.steps.all() for service in step.services_on_offer(today))
        return list({service.pk: service for service in services}.values())


class PathStepQuerySet(models.QuerySet["PathStep"]):
    def with_gone_services(self, today: dt.date) -> Self:
        """Steps that refer to a service that nobody can use any more."""
        return self.filter(pk__in=PathStepService.objects.gone(today).values("step"))


class PathStep(models.Model):
    """A step: who works with the family, in which services, and when the family moves on."""

    path = models.ForeignKey(ServicePath, models.CASCADE, related_name="steps", verbose_name=_("service path"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("step"), max_length=120)
    who = models.CharField(_("who works with the family"), max_length=200, blank=True)
    move_on = models.CharField(_("when to move on"), max_length=300, blank=True)
    responsible = models.CharField(_("who is responsible"), max_length=200, blank=True)
    search_text = models.CharField(_("words of a search"), max_length=100, blank=True)
    search_category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject of a search")
    )

    objects = PathStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a service path")
        verbose_name_plural = _("steps of service paths")
        ordering = ["position"]
        constraints = [
            # Deferred, so that two steps can change places.
            models.UniqueConstraint(
                fields=["path", "position"],
                name="path_step_positions_differ",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"

    @property
    def services(self) -> list[Service]:
        """Its services that still exist, in any state. Needs `ServicePath.objects.with_steps`."""
        return [row.service for row in self.step_services.all() if row.service]

    def services_on_offer(self, today: dt.date) -> list[Service]:
        return [service for service in self.services if service.is_offered(today)]

    def count_gone(self, today: dt.date) -> int:
        """How many of its services are gone, deleted ones included."""
        return len(self.step_services.all()) - len(self.services_on_offer(today))


class PathStepServiceQuerySet(models.QuerySet["PathStepService"]):
    def gone(self, today: dt.date) -> Self:
        """Services that were deleted, are not published, or have ended."""
        offered = Service.objects.published().filter(not_ended(today))
        return self.exclude(service__in=offered)


class PathStepService(models.Model):
    """A service of a step. If the service is deleted, the row stays, so that coordinators see that one is missing."""

    step = models.ForeignKey(PathStep, models.CASCADE, related_name="step_services", verbose_name=_("step"))
    service = models.ForeignKey(
        Service, models.SET_NULL, null=True, related_name="path_steps", verbose_name=_("service")
    )
    position = models.PositiveSmallIntegerField(_("position"))

    objects = PathStepServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service of a step")
        verbose_name_plural = _("services of steps")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["step", "position"], name="path_step_service_positions_differ"),
            models.UniqueConstraint(fields=["step", "service"], name="path_step_service_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.service}"


def step_rows(step: PathStep, services: Sequence[Service]) -> list[PathStepService]:
    """Unsaved rows of the services of a step, in their order."""
    return [PathStepService(step=step, service=service, position=n) for n, service in enumerate(services, 1)]
