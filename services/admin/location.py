"""Locations with their hours."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTimeWidget
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import (
    DeskAdmin,
    DeskInline,
    OwnCounties,
    PhoneInline,
    ReferenceInline,
    Rows,
    in_languages,
)
from organisations.core.collation import alphabetical
from services.models import LocationPhone, LocationReference, Schedule, ScheduleException, Service, ServiceLocation

from .optimistic_lock import NothingUnseen, SeenForm
from .reindex_mixin import KeepsSearchInStep


class LocationForm(SeenForm):
    """Says at the field what the database would only refuse."""

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
        for given, missing in (("latitude", "longitude"), ("longitude", "latitude")):
            if cleaned.get(given) is not None and missing in cleaned and cleaned[missing] is None:
                self.add_error(missing, _("A point needs both latitude and longitude."))
        return cleaned


class ScheduleForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        given = self.cleaned_data
        if given.get("opens_at") is not None and given.get("opens_at") == given.get("closes_at"):
            self.add_error("closes_at", _("Opening and closing are at the same time."))
        start, end = given.get("valid_from"), given.get("valid_until")
        if start and end and start > end:
            self.add_error("valid_until", _("The last day is before the first day."))
        return cleaned


# Every language of the site understands this form, and nobody wants seconds.
CLOCK = {models.TimeField: {"widget": AdminTimeWidget(format="%H:%M")}}


class ScheduleInline(admin.TabularInline):
    formfield_overrides = CLOCK
    model = Schedule
    form = ScheduleForm
    formset = Rows
    extra = 0
    fields = ("weekday", "opens_at", "closes_at", "valid_from", "valid_until")


class ScheduleExceptionInline(DeskInline):
    model = ScheduleException
    formfield_overrides = DeskInline.formfield_overrides | CLOCK
    fieldsets = [
        (
            None,
            {"fields": [("starts_on", "ends_on"), ("closed", "opens_at", "closes_at"), in_languages("note")]},
        )
    ]


class LocationPhoneInline(PhoneInline):
    model = LocationPhone


class LocationReferenceInline(ReferenceInline):
    model = LocationReference


@admin.register(ServiceLocation)
class LocationAdmin(NothingUnseen, KeepsSearchInStep, OwnCounties, DeskAdmin):
    history_kind = "location"
    form = LocationForm
    list_display = ("name", "street", "municipality", "organisation", "archived")
    list_filter = ("archived", ("municipality__county", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("municipality", "organisation")
    search_fields = (
        *in_languages("name"),
        *in_languages("street"),
        "postal_code",
        *in_languages("organisation__name"),
    )
    autocomplete_fields = ("organisation", "municipality")
    inlines = (ScheduleInline, ScheduleExceptionInline, LocationPhoneInline, LocationReferenceInline)
    fieldsets = [
        (None, {"fields": ["organisation", in_languages("name"), "archived"]}),
        (
            _("Address"),
            {
                "fields": [
                    in_languages("street"),
                    "postal_code",
                    in_languages("city"),
                    "municipality",
                    ("latitude", "longitude"),
                ]
            },
        ),
        (_("Hours"), {"fields": ["by_appointment", in_languages("hours_note")]}),
        (_("Accessibility"), {"fields": ["accessibility", in_languages("accessibility_note")]}),
        (_("How to reach it"), {"fields": [in_languages("website"), "email"]}),
    ]

    def get_ordering(self, request):
        return [alphabetical("name")]

    def get_inlines(self, request, obj):
        imported = obj is not None and obj.references.exists()
        return [inline for inline in self.inlines if imported or inline is not LocationReferenceInline]

    def services_touched(self, records):
        return set(Service.objects.filter(locations__in=records).values_list("pk", flat=True))
