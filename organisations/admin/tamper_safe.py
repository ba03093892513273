"""Handle tampered input with a form error or a 404, where Django's admin would answer with a server error."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

NUL_CHARACTER, REPLACEMENT_CHARACTER = "\x00", "\ufffd"  # PostgreSQL rejects NUL in text


def is_valid_primary_key(model: type[Model], value: str) -> bool:
    """Whether the value can be used to look up a record of the model."""
    try:
        model._meta.pk.to_python(value)
    except ValidationError:
        return False
    return NUL_CHARACTER not in value


class TamperSafeAutocompleteSelect(AutocompleteSelect):
    """An autocomplete widget queries by submitted values before these are validated."""

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        if isinstance(value, list):
            return [item.replace(NUL_CHARACTER, REPLACEMENT_CHARACTER) for item in value]
        return value.replace(NUL_CHARACTER, REPLACEMENT_CHARACTER) if value else value

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        model = self.field.remote_field.model
        return super().optgroups(name, [item for item in value if is_valid_primary_key(model, str(item))], attr)


class TamperSafeAutocompleteSelectMultiple(TamperSafeAutocompleteSelect, AutocompleteSelectMultiple):
    pass


class TamperSafeAutocompleteMixin(admin.options.BaseModelAdmin):
    """For admins and inlines with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", TamperSafeAutocompleteSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", TamperSafeAutocompleteSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class TamperSafeModelAdmin(TamperSafeAutocompleteMixin, admin.ModelAdmin):
    """A ModelAdmin that survives tampered primary keys."""

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field or None) if NUL_CHARACTER not in object_id else None

    def response_action(
        self, request: HttpRequest, queryset: QuerySet, *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        if not all(is_valid_primary_key(self.model, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        return super().response_action(request, queryset, *args, **kwargs)
