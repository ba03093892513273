"""What all pages of the desk have in common."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationBaseModelAdmin, TranslationStackedInline

LANGUAGES = ("fi", "sv", "en")


def in_languages(field: str) -> tuple[str, ...]:
    """The fields of a translated text, for one row of a fieldset: what says the same stands side by side."""
    return tuple(f"{field}_{language}" for language in LANGUAGES)


class InLanguages(TranslationBaseModelAdmin):
    """Translated fields say which language they want, for spell checkers and screen readers."""

    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 5})}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field is not None and language in LANGUAGES:
            field.widget.attrs["lang"] = language
        return field


class DeskAdmin(InLanguages, TranslationAdmin):
    """A kind of record that has translated texts."""

    list_per_page = 50
    save_on_top = True
    show_full_result_count = False


class DeskInline(InLanguages, TranslationStackedInline):
    """Parts of a record that have translated texts, one block each."""

    extra = 0


class PhoneInline(DeskInline):
    fieldsets = [
        (None, {"fields": [("number", "order"), in_languages("label"), in_languages("charge_note")]}),
    ]


class ReferenceInline(admin.TabularInline):
    """Where a record was imported from; only imports write it."""

    extra = 0
    can_delete = False
    fields = readonly_fields = ("system", "identifier", "imported_at")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at; the content comes from elsewhere."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class PeriodForm(forms.ModelForm):
    """Something that holds from a day until a day."""

    def clean(self):
        cleaned = super().clean()
        start, end = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_until")
        if start and end and start > end:
            self.add_error("valid_until", _("The last day is before the first day."))
        return cleaned
