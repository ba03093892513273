"""Admin of locations with their opening hours."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTimeWidget
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import (
    CoordinatorScopedAdmin,
    PhoneInline,
    ReferenceInline,
    TamperSafeInlineFormSet,
    TranslatedInline,
    TranslatedModelAdmin,
    translated_fields,
)
from organisations.core.collation import alphabetical
from services.models import LocationPhone, LocationReference, Schedule, ScheduleException, Service, ServiceLocation

from .optimistic_lock import OptimisticLockForm, OptimisticLockMixin
from .reindex_mixin import ReindexMixin


class LocationForm(OptimisticLockForm):
    """Report violated database constraints at the field."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        validators: dict[str, list[Callable[[Any], None]]] = {
            "postal_code": [RegexValidator(r"^[0-9]{5}\Z", _("A postal code has five digits."))],
            "latitude": [MinValueValidator(-90), MaxValueValidator(90)],
            "longitude": [MinValueValidator(-180), MaxValueValidator(180)],
        }
        for name, field_validators in validators.items():
            if name in self.fields:
                self.fields[name].validators += field_validators

    def clean(self):
        cleaned_data = super().clean()
        for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if cleaned_data.get(name) is not None and other in cleaned_data and cleaned_data[other] is None:
                self.add_error(other, _("A point needs both latitude and longitude."))
        return cleaned_data


class ScheduleForm(forms.ModelForm):
    def clean(self):
        super().clean()
        cleaned_data = self.cleaned_data
        opens_at, closes_at = cleaned_data.get("opens_at"), cleaned_data.get("closes_at")
        if opens_at is not None and opens_at == closes_at:
            self.add_error("closes_at", _("Opening and closing are at the same time."))
        start, end = cleaned_data.get("valid_from"), cleaned_data.get("valid_until")
        if start and end and start > end:
            self.add_error("valid_until", _("The last day is before the first day."))
        return cleaned_data


# A format that all languages of the site accept, without seconds.
TIME_FIELD_OVERRIDES: dict[Any, dict[str, Any]] = {models.TimeField: {"widget": AdminTimeWidget(format="%H:%M")}}


class ScheduleInline(admin.TabularInline):
    formfield_overrides = TIME_FIELD_OVERRIDES
    model = Schedule
    form = ScheduleForm
    formset = TamperSafeInlineFormSet
    extra = 0
    fields = ("weekday", "opens_at", "closes_at", "valid_from", "valid_until")


class ScheduleExceptionInline(TranslatedInline):
    model = ScheduleException
    formfield_overrides = TranslatedInline.formfield_overrides | TIME_FIELD_OVERRIDES
    fieldsets = [
        (
            None,
            {"fields": [("starts_on", "ends_on"), ("closed", "opens_at", "closes_at"), translated_fields("note")]},
        )
    ]


class LocationPhoneInline(PhoneInline):
    model = LocationPhone


class LocationReferenceInline(ReferenceInline):
    model = LocationReference


@admin.register(ServiceLocation)
class LocationAdmin(OptimisticLockMixin, ReindexMixin, CoordinatorScopedAdmin, TranslatedModelAdmin):
    history_kind = "location"
    form = LocationForm
    list_display = ("name", "street", "municipality", "organisation", "archived")
    list_filter = ("archived", ("municipality__county", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("municipality", "organisation")
    search_fields = (
        *translated_fields("name"),
        *translated_fields("street"),
        "postal_code",
        *translated_fields("organisation__name"),
    )
    autocomplete_fields = ("organisation", "municipality")
    inlines = (ScheduleInline, ScheduleExceptionInline, LocationPhoneInline, LocationReferenceInline)
    fieldsets = [
        (None, {"fields": ["organisation", translated_fields("name"), "archived"]}),
        (
            _("Address"),
            {
                "fields": [
                    translated_fields("street"),
                    "postal_code",
                    translated_fields("city"),
                    "municipality",
                    ("latitude", "longitude"),
                ]
            },
        ),
        (_("Hours"), {"fields": ["by_appointment", translated_fields("hours_note")]}),
        (_("Accessibility"), {"fields": ["accessibility", translated_fields("accessibility_note")]}),
        (_("How to reach it"), {"fields": [translated_fields("website"), "email"]}),
    ]

    def get_ordering(self, request):
        return [alphabetical("name")]

    def get_inlines(self, request, obj):
        is_imported = obj is not None and obj.references.exists()
        return [inline for inline in self.inlines if is_imported or inline is not LocationReferenceInline]

    def affected_service_ids(self, records):
        return set(Service.objects.filter(locations__in=records).values_list("pk", flat=True))
