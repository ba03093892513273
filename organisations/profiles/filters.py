"""Filters of the public lists. An invalid value is not used, and is named to the reader."""

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from organisations.models import Municipality, WellbeingCounty
from organisations.models.contact import ContactQuerySet, Purpose
from organisations.models.organisation import OrganisationQuerySet, Sector

MAX_QUERY_LENGTH = 100  # characters of a name
MAX_IGNORED_LENGTH = 40  # characters of a value that is shown as not used


class LenientFilterSet(FilterSet):
    """Filter by the valid values, and of a repeated parameter by the first.

    An invalid value is missing from `cleaned_data`, so `qs` does without it.
    """

    def __init__(self, query: QueryDict, queryset: QuerySet) -> None:
        self.query = query
        super().__init__({name: values[0] for name, values in query.lists() if values}, queryset)

    @property
    def values(self) -> dict:
        """The valid value of each filter; None or an empty text where there is none."""
        self.is_valid()
        return {name: self.form.cleaned_data.get(name) for name in self.filters}

    @property
    def ignored(self) -> list[str]:
        """The values that were not understood."""
        return [self.data[name].replace("\0", " ")[:MAX_IGNORED_LENGTH] for name in self.errors]

    @property
    def other_areas(self) -> list[str]:
        """Names of further municipalities in the address: a list has one area."""
        codes = [code for code in dict.fromkeys(self.query.getlist("municipality")[1:]) if code.isalnum()]
        first = self.values["municipality"]
        if not codes:
            return []
        return [area.name for area in Municipality.objects.filter(pk__in=codes).exclude(pk=first and first.pk)]


class NameField(forms.CharField):
    def to_python(self, value) -> str:
        return " ".join((value or "").replace("\0", " ").split())[:MAX_QUERY_LENGTH]


class NameFilter(CharFilter):
    field_class = NameField


class OrganisationFilterSet(LenientFilterSet):
    """Published organisations by a part of a name in any language, sector and municipality."""

    q = NameFilter(method="filter_name")
    sector = ChoiceFilter(choices=Sector.choices)
    municipality = ModelChoiceFilter(queryset=Municipality.objects.all(), method="filter_municipality")

    def filter_name(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset.named(value)

    def filter_municipality(
        self, queryset: OrganisationQuerySet, name: str, value: Municipality
    ) -> OrganisationQuerySet:
        return queryset.working_in(value)

    def of_any_sector(self) -> OrganisationQuerySet:
        """All that fit the other filters, whatever their sector."""
        queryset = self.queryset.all()
        for name in ("q", "municipality"):
            queryset = self.filters[name].filter(queryset, self.values[name])
        return queryset


class ContactFilterForm(forms.Form):
    """`outside` is a municipality that is not in the chosen county: the county was changed last, so it is used."""

    outside: Municipality | None = None

    def clean(self) -> None:
        county, municipality = (self.cleaned_data.get(name) for name in ("county", "municipality"))
        if county and municipality and municipality.county_id != county.pk:
            self.outside = self.cleaned_data.pop("municipality")
        self.cleaned_data["purpose"] = self.cleaned_data.get("purpose") or Purpose.NGO_COOPERATION.value


class ContactFilterSet(LenientFilterSet):
    """Contacts for a purpose that cover a part of a county or one municipality."""

    county = ModelChoiceFilter(queryset=WellbeingCounty.objects.all(), method="filter_county")
    municipality = ModelChoiceFilter(
        queryset=Municipality.objects.select_related("county"), method="filter_municipality"
    )
    purpose = ChoiceFilter(choices=Purpose.choices, method="filter_purpose")

    class Meta:
        form = ContactFilterForm

    def filter_county(self, queryset: ContactQuerySet, name: str, value: WellbeingCounty) -> ContactQuerySet:
        return queryset.covering_part_of(value)

    def filter_municipality(self, queryset: ContactQuerySet, name: str, value: Municipality) -> ContactQuerySet:
        return queryset.covering(value.county, value)

    def filter_purpose(self, queryset: ContactQuerySet, name: str, value: str) -> ContactQuerySet:
        return queryset.for_purpose(value)
