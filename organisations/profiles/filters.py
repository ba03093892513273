"""Filters of the public lists. Invalid values are ignored, and the page lists them."""

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from organisations.models import Municipality, WellbeingCounty
from organisations.models.contact import ContactQuerySet, Purpose
from organisations.models.organisation import OrganisationQuerySet, Sector

# In characters.
MAX_NAME_LENGTH = 100
MAX_IGNORED_LENGTH = 40


class LenientFilterSet(FilterSet):
    """Filter by the valid values; of a repeated parameter only the first counts.

    Invalid values are missing from `cleaned_data`, so `qs` ignores them.
    """

    def __init__(self, query: QueryDict, queryset: QuerySet) -> None:
        self.query = query
        super().__init__({name: values[0] for name, values in query.lists() if values}, queryset)

    @property
    def values(self) -> dict:
        """The value of each filter; None or an empty string if it is missing or invalid."""
        self.is_valid()
        return {name: self.form.cleaned_data.get(name) for name in self.filters}

    @property
    def ignored(self) -> list[str]:
        """The invalid values, shortened."""
        return [self.data[name].replace("\0", " ")[:MAX_IGNORED_LENGTH] for name in self.errors]

    @property
    def other_areas(self) -> list[str]:
        """The names of further municipalities in the query, which are ignored: a list has one area."""
        codes = [code for code in dict.fromkeys(self.query.getlist("municipality")[1:]) if code.isalnum()]
        first = self.values["municipality"]
        if not codes:
            return []
        return [area.name for area in Municipality.objects.filter(pk__in=codes).exclude(pk=first and first.pk)]


class NameField(forms.CharField):
    def to_python(self, value: str | None) -> str:
        return " ".join((value or "").replace("\0", " ").split())[:MAX_NAME_LENGTH]


class NameFilter(CharFilter):
    field_class = NameField


class OrganisationFilterSet(LenientFilterSet):
    """Published organisations by a part of a name in any language, sector and municipality."""

    q = NameFilter(method="filter_name")
    sector = ChoiceFilter(choices=Sector.choices)
    municipality = ModelChoiceFilter(queryset=Municipality.objects.all(), method="filter_municipality")

    def filter_name(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return queryset.with_name_containing(value)

    def filter_municipality(
        self, queryset: OrganisationQuerySet, name: str, value: Municipality
    ) -> OrganisationQuerySet:
        return queryset.working_in(value)

    def of_any_sector(self) -> OrganisationQuerySet:
        """Organisations that match the other filters, of any sector."""
        queryset = self.queryset.all()
        for name in ("q", "municipality"):
            queryset = self.filters[name].filter(queryset, self.values[name])
        return queryset


class ContactFilterForm(forms.Form):
    """A municipality outside the selected county is ignored, because the county was changed last."""

    municipality_outside_county: Municipality | None = None

    def clean(self) -> None:
        county, municipality = (self.cleaned_data.get(name) for name in ("county", "municipality"))
        if county and municipality and municipality.county_id != county.pk:
            self.municipality_outside_county = self.cleaned_data.pop("municipality")
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
