"""Opening hours of locations: weekly hours and exceptions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import Weekday
from .location import ServiceLocation


class Schedule(models.Model):
    """Weekly opening hours, limited to a season if dates are set. Closing before opening means after midnight."""

    location = models.ForeignKey(ServiceLocation, models.CASCADE, related_name="schedules", verbose_name=_("location"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens_at = models.TimeField(_("opens"))
    closes_at = models.TimeField(_("closes"))
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ["valid_from", "weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__range=(1, 7)), name="schedule_weekday_1_to_7"),
            models.CheckConstraint(condition=~models.Q(opens_at=models.F("closes_at")), name="schedule_open_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H.%M}–{self.closes_at:%H.%M}"


class ScheduleException(models.Model):
    """Days with different hours, or on which the location is closed."""

    location = models.ForeignKey(
        ServiceLocation, models.CASCADE, related_name="schedule_exceptions", verbose_name=_("location")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The last day."))
    closed = models.BooleanField(_("closed"), default=True)
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("exceptional hours")
        verbose_name_plural = _("exceptional hours")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="exception_dates_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(closed=True) | models.Q(opens_at__isnull=False, closes_at__isnull=False),
                name="exception_closed_or_with_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.starts_on > self.ends_on:
            raise ValidationError({"ends_on": _("The last day is before the first day.")})
        if not self.closed and not (self.opens_at and self.closes_at):
            raise ValidationError({"opens_at": _("Give the hours, or mark the days as closed.")})
