"""Admin of locations with their opening hours."""

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
        for field, validators in {
            "postal_code": [RegexValidator(r"^[0-9]{5}\Z", _("A postal code has five digits."))],
            "latitude": [MinValueValidator(-90), MaxValueValidator(90)],
            "longitude": [MinValueValidator(-180), MaxValueValidator(180)],
        }.items():
            if field in self.fields:
                self.fields[field].validators += validators

    def clean(self):
        cleaned = super().clean()
        for present, missing in (("latitude", "longitude"), ("longitude", "latitude")):
            if cleaned.get(present) is not None and missing in cleaned and cleaned[missing] is None:
                self.add_error(missing, _("A point needs both latitude and longitude."))
        return cleaned


class ScheduleForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        values = self.cleaned_data
        if values.get("opens_at") is not None and values.get("opens_at") == values.get("closes_at"):
            self.add_error("closes_at", _("Opening and closing are at the same time."))
        start, end = values.get("valid_from"), values.get("valid_until")
        if start and end and start > end:
            self.add_error("valid_until", _("The last day is before the first day."))
        return cleaned


# A format that all languages of the site accept, without seconds.
TIME_FIELD_OVERRIDES = {models.TimeField: {"widget": AdminTimeWidget(format="%H:%M")}}


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
        imported = obj is not None and obj.references.exists()
        return [inline for inline in self.inlines if imported or inline is not LocationReferenceInline]

    def affected_service_ids(self, records):
        return set(Service.objects.filter(locations__in=records).values_list("pk", flat=True))
