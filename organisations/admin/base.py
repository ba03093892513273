"""What all pages of the desk have in common."""

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
    """The fields of a translated text, for one row of a fieldset: what says the same stands side by side."""
    return tuple(f"{field}_{language}" for language in LANGUAGES)


class MultilineTextarea(AdminTextareaWidget):
    """A text of several lines; browsers end each with CR LF, which is no change to a text that was stored."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if value else value


class TranslatedFieldsMixin(TamperSafeAutocompleteMixin, TranslationBaseModelAdmin):
    """Translated fields say which language they want, for spell checkers and screen readers."""

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
    """The log of the desk names no people: it would still do when they are forgotten everywhere else."""

    def construct_change_message(self, request, form, formsets, add=False):
        people = [formset for formset in formsets or [] if formset.model in (Contact, Membership)]
        others = [formset for formset in formsets or [] if formset not in people]
        told = super().construct_change_message(request, form, others, add)
        with override(None):  # translated when it is read
            changed = [
                str(formset.model._meta.verbose_name_plural)
                for formset in people
                if formset.new_objects or formset.changed_objects or formset.deleted_objects
            ]
        return [*told, {"changed": {"fields": changed}}] if changed else told


class SentOnce(admin.ModelAdmin):
    """A form for a new record that is sent twice makes one; the second sending is answered as the first."""

    def add_view(self, request, form_url="", extra_context=None):
        context = {"stamp": request.POST.get("stamp") or new_idempotency_key()} | (extra_context or {})
        try:
            return super().add_view(request, form_url, context)
        except SubmissionInProgress:
            said = _("You sent this a moment ago, and it is still being saved. Wait a little and send it again.")
        except AlreadySubmitted as submitted:
            if record := self.get_queryset(request).filter(pk=submitted.record).first():
                return self.response_add(request, record)
            said = _("You sent this before, and it has been removed since. Send it again if you want it back.")
        messages.error(request, said)
        return redirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        def write():
            super(SentOnce, self).save_model(request, obj, form, change)
            return obj

        stamped = "" if change else request.POST.get("stamp", "")
        submit_once(token=f"{request.path} {stamped}" if stamped else "", write=write)


class TranslatedModelAdmin(SentOnce, AnonymousLogMixin, TranslatedFieldsMixin, TranslationAdmin):
    """A kind of record that has translated texts."""

    list_per_page = 50
    save_on_top = True
    show_full_result_count = False
    # Kinds of derived rows that go along when a record is deleted.
    hidden_deletion_models: tuple[type[models.Model], ...] = ()
    # The kind of record in the history of all changes; "" for records that have none there.
    history_kind = ""

    def history_view(self, request, object_id, extra_context=None):
        """The record's history of all changes, which knows more than what was done at the desk."""
        if self.history_kind:
            return redirect("history:record", self.history_kind, object_id)
        return super().history_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        """Without derived rows and links between records, which only puzzle whoever deletes something."""
        names, counts, *rest = super().get_deleted_objects(objs, request)
        links = (model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created)
        hidden = [model._meta for model in (*links, *self.hidden_deletion_models)]
        beginnings = tuple(f"{capfirst(meta.verbose_name)}: " for meta in hidden)
        plurals = {str(meta.verbose_name_plural) for meta in hidden}
        counts = {plural: count for plural, count in counts.items() if str(plural) not in plurals}
        return _without_prefixes(names, beginnings), counts, *rest


class CoordinatorScopedAdmin(admin.ModelAdmin):
    """Records that belong to an organisation: changed by the coordinators of its counties, seen by all."""

    organisation_field = "organisation"  # the way from a record to its organisation; "" for the organisation itself

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_own(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._is_own(request, obj)

    def own(self, request, queryset):
        """Those of many records that the person may change."""
        return queryset.filter(
            **{f"{self.organisation_field or 'pk'}__in": permissions.coordinated_organisations(request.user)}
        )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Nothing is put into an organisation of other counties, where whoever did it could not take it back."""
        if db_field.name == self.organisation_field:
            kwargs["queryset"] = permissions.coordinated_organisations(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _is_own(self, request, obj) -> bool:
        return obj is None or permissions.may_coordinate(
            request.user, getattr(obj, self.organisation_field) if self.organisation_field else obj
        )


class TamperSafeInlineFormSet(forms.BaseInlineFormSet):
    """Parts of a record; says in words what is wrong with a hidden number."""

    def full_clean(self):
        super().full_clean()
        number = self.model._meta.pk.name
        for form in self.initial_forms if self.is_bound else ():
            if number in form.errors:
                form.add_error(None, _("This row is not there any more. Open the page anew."))


class TranslatedInline(TranslatedFieldsMixin, TranslationStackedInline):
    """Parts of a record that have translated texts, one block each."""

    formset = TamperSafeInlineFormSet
    extra = 0


class PhoneInline(TranslatedInline):
    fieldsets = [
        (None, {"fields": [("number", "order"), translated_fields("label"), translated_fields("charge_note")]}),
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


class ReadOnlyAdmin(TamperSafeModelAdmin):
    """To look at; the content comes from elsewhere."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _without_prefixes(names: list, beginnings: tuple[str, ...]) -> list:
    """A list of names, each followed by a list of what goes along with it, less those that begin so."""
    return [
        _without_prefixes(name, beginnings) if isinstance(name, list) else name
        for name in names
        if isinstance(name, list) or not str(name).startswith(beginnings)
    ]
