"""Base classes of the admin."""

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from modeltranslation.admin import TranslationAdmin, TranslationBaseModelAdmin, TranslationStackedInline

from organisations import permissions
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key, submit_once
from organisations.models import Contact, Membership

from .tamper_safe import TamperSafeAutocompleteMixin, TamperSafeModelAdmin

LANGUAGES = ("fi", "sv", "en")


def translated_fields(field: str) -> tuple[str, ...]:
    """The language variants of a field, for one row of a fieldset, so that they are side by side."""
    return tuple(f"{field}_{language}" for language in LANGUAGES)


class MultilineTextarea(AdminTextareaWidget):
    """Converts the CR LF of browsers to LF, so that an unchanged text counts as unchanged."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if value else value


class TranslatedFieldsMixin(TamperSafeAutocompleteMixin, TranslationBaseModelAdmin):
    """Set `lang` on translated fields, for spell checkers and screen readers."""

    formfield_overrides = {
        models.TextField: {"widget": MultilineTextarea(attrs={"rows": 5})},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field is not None and language in LANGUAGES:
            field.widget.attrs["lang"] = language
        return field


class AnonymousLogMixin(TamperSafeModelAdmin):
    """Keep names of people out of the admin log, where they would outlive the deleted records."""

    def construct_change_message(self, request, form, formsets, add=False):
        person_formsets = [formset for formset in formsets or [] if formset.model in (Contact, Membership)]
        other_formsets = [formset for formset in formsets or [] if formset not in person_formsets]
        message = super().construct_change_message(request, form, other_formsets, add)
        with override(None):  # stored untranslated, translated when displayed
            changed_kinds = [
                str(formset.model._meta.verbose_name_plural)
                for formset in person_formsets
                if formset.new_objects or formset.changed_objects or formset.deleted_objects
            ]
        return [*message, {"changed": {"fields": changed_kinds}}] if changed_kinds else message


class IdempotentAddMixin(admin.ModelAdmin):
    """Create one record when an add form is submitted twice; respond to the second submission as to the first."""

    def add_view(self, request, form_url="", extra_context=None):
        context = {"stamp": request.POST.get("stamp") or new_idempotency_key()} | (extra_context or {})
        try:
            return super().add_view(request, form_url, context)
        except SubmissionInProgress:
            message = _("You sent this a moment ago, and it is still being saved. Wait a little and send it again.")
        except AlreadySubmitted as submitted:
            if record := self.get_queryset(request).filter(pk=submitted.record).first():
                return self.response_add(request, record)
            message = _("You sent this before, and it has been removed since. Send it again if you want it back.")
        messages.error(request, message)
        return redirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        def write():
            super(IdempotentAddMixin, self).save_model(request, obj, form, change)
            return obj

        key = "" if change else request.POST.get("stamp", "")
        submit_once(key=f"{request.path} {key}" if key else "", write=write)


class TranslatedModelAdmin(IdempotentAddMixin, AnonymousLogMixin, TranslatedFieldsMixin, TranslationAdmin):
    """Admin of a model with translated fields."""

    list_per_page = 50
    save_on_top = True
    show_full_result_count = False
    # Models of derived rows, hidden from the deletion summary.
    hidden_deletion_models: tuple[type[models.Model], ...] = ()
    # The kind of record in the change history; "" for models without one.
    history_kind = ""

    def history_view(self, request, object_id, extra_context=None):
        """Redirect to the change history, which also has changes made outside the admin."""
        if self.history_kind:
            return redirect("history:record", self.history_kind, object_id)
        return super().history_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        """Omit derived rows and many-to-many links, which mean nothing to the user."""
        names, counts, *rest = super().get_deleted_objects(objs, request)
        links = (model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created)
        hidden = [model._meta for model in (*links, *self.hidden_deletion_models)]
        prefixes = tuple(f"{capfirst(meta.verbose_name)}: " for meta in hidden)
        plurals = {str(meta.verbose_name_plural) for meta in hidden}
        counts = {plural: count for plural, count in counts.items() if str(plural) not in plurals}
        return _without_prefixes(names, prefixes), counts, *rest


class CoordinatorScopedAdmin(admin.ModelAdmin):
    """Records of an organisation: editable by coordinators of its counties, visible to all coordinators."""

    organisation_field = "organisation"  # field that leads to the organisation; "" if the record is one

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_coordinate(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_coordinate(request, obj)

    def coordinated(self, request, queryset):
        """The records that the user may change."""
        return queryset.filter(
            **{f"{self.organisation_field or 'pk'}__in": permissions.coordinated_organisations(request.user)}
        )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer only coordinated organisations: a record moved elsewhere could not be moved back."""
        if db_field.name == self.organisation_field:
            kwargs["queryset"] = permissions.coordinated_organisations(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _may_coordinate(self, request, obj) -> bool:
        """Ask once for each request and organisation: a page of the admin asks ten times."""
        if obj is None:
            return True
        organisation = getattr(obj, self.organisation_field) if self.organisation_field else obj
        answers = request.__dict__.setdefault("_may_coordinate", {})
        if organisation.pk not in answers:
            answers[organisation.pk] = permissions.may_coordinate(request.user, organisation)
        return answers[organisation.pk]


class TamperSafeInlineFormSet(forms.BaseInlineFormSet):
    """Report an invalid hidden primary key as a form error, since its own field is not visible."""

    def full_clean(self):
        super().full_clean()
        primary_key = self.get_queryset().model._meta.pk.name
        for form in self.initial_forms if self.is_bound else ():
            if primary_key in form.errors:
                form.add_error(None, _("This row is not there any more. Open the page anew."))


class TranslatedInline(TranslatedFieldsMixin, TranslationStackedInline):
    """Inline of a model with translated fields, one block for each row."""

    formset = TamperSafeInlineFormSet
    extra = 0


class PhoneInline(TranslatedInline):
    fieldsets = [
        (None, {"fields": [("number", "order"), translated_fields("label"), translated_fields("charge_note")]}),
    ]


class ReferenceInline(admin.TabularInline):
    """Read-only references to import sources."""

    extra = 0
    can_delete = False
    fields = readonly_fields = ("system", "identifier", "imported_at")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(TamperSafeModelAdmin):
    """Admin that allows viewing only."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _without_prefixes(names: list, prefixes: tuple[str, ...]) -> list:
    """Remove names with these prefixes from a nested list of names."""
    return [
        _without_prefixes(name, prefixes) if isinstance(name, list) else name
        for name in names
        if isinstance(name, list) or not str(name).startswith(prefixes)
    ]
