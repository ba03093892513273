"""What somebody tampered with is told at its field or not found, where the stock desk breaks on it."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model

NUL, ODD = "\x00", "\ufffd"  # the database takes no NUL


def may_be_key(model: type[Model], value: str) -> bool:
    """Whether a record of the model can be looked for by this."""
    try:
        model._meta.pk.to_python(value)
    except ValidationError:
        return False
    return NUL not in value


class Choices:
    """For the stock widgets, which look for what they were given before anybody has looked whether it is a number."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        if isinstance(value, list):
            return [one.replace(NUL, ODD) for one in value]
        return value.replace(NUL, ODD) if value else value

    def optgroups(self, name, value, attr=None):
        model = self.field.remote_field.model
        return super().optgroups(name, [one for one in value if may_be_key(model, str(one))], attr)


class Choice(Choices, AutocompleteSelect):
    pass


class MultipleChoice(Choices, AutocompleteSelectMultiple):
    pass


class SturdyChoices(admin.options.BaseModelAdmin):
    """For pages and their parts that have `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Choice(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", MultipleChoice(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class Sturdy(SturdyChoices, admin.ModelAdmin):
    """For pages."""

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field or None) if NUL not in object_id else None

    def response_action(self, request, queryset):
        if not all(may_be_key(self.model, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        return super().response_action(request, queryset)
