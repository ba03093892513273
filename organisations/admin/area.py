"""Read-only admin of municipalities and counties, which are official."""

from django.contrib import admin

from organisations.core.collation import alphabetical
from organisations.models import Municipality, WellbeingCounty

from .base import ReadOnlyAdmin

NAME_FIELDS = ("name_fi", "name_sv", "name_en")


@admin.register(WellbeingCounty)
class WellbeingCountyAdmin(ReadOnlyAdmin):
    list_display = ("name", "code")
    search_fields = (*NAME_FIELDS, "=code")
    fields = ("code", *NAME_FIELDS, "latitude", "longitude")

    def get_ordering(self, request):
        return [alphabetical("name")]


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "county")
    list_filter = ("county",)
    list_select_related = ("county",)
    search_fields = (*NAME_FIELDS, "=code")
    fields = ("code", *NAME_FIELDS, "county", "latitude", "longitude")

    def get_ordering(self, request):
        return [alphabetical("name")]
