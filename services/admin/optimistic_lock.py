"""Optimistic locking for admin pages.

A page contains the id of the latest change it shows. If there are later changes when it is submitted, nothing is saved:
the page is rendered again with the typed values, and with current values in untouched fields.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Model
from django.forms import BaseModelFormSet
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organisations.core.retry_forms import RetryForm, is_rerendering
from services.models import Change
from services.models.change import TRACKED_TABLES, Operation, RecordKind
from services.revisions.change_text import PARTS_BY_TABLE, RecordNames, change_lines
from services.revisions.erase_contact import PERSONAL_FIELDS
from services.revisions.versions import VersionedRecord


@dataclass(frozen=True)
class ConcurrentChanges:
    """Changes of a record that its page did not show; `since` is the id of the last one it did, if submitted."""

    record: VersionedRecord
    since: int | None
    changes: list[Change]

    @property
    def labels(self) -> list[str]:
        """Labels of the changed fields and related records."""
        record_changes = [change for change in self.changes if change.kind == self.record.kind]
        related_models = {
            TRACKED_TABLES[change.kind][0].model for change in self.changes if change.kind != self.record.kind
        }
        labels = [line.label for line in change_lines(record_changes, RecordNames(record_changes))]
        labels += [capfirst(model._meta.verbose_name_plural) for model in related_models]
        return [*dict.fromkeys(map(str, labels))]

    @cached_property
    def shown(self) -> dict[str, Any]:
        """The values at load time of columns that have changed since, as stored in JSON."""
        values: dict[str, Any] = {}
        for change in self._of(self.record.main.table):
            if change.operation == Operation.CHANGED:
                values = change.before | values
        return values

    def linked(self, through: type[Model], now: set) -> set:
        """The ids that were linked at load time, given those linked now."""
        shown = set(now)
        for change in reversed(self._of(through._meta.db_table)):
            column = PARTS_BY_TABLE[change.part].other.column
            if change.operation == Operation.ADDED:
                shown.discard(change.after[column])
            else:
                shown.add(change.before[column])
        return shown

    def has(self, model: type[Model]) -> bool:
        """Whether rows of the model or their many-to-many links have changed."""
        tables = {model._meta.db_table, *(field.m2m_db_table() for field in model._meta.many_to_many)}
        return any(change.part in tables for change in self.changes)

    def is_row_untouched(self, form: forms.ModelForm) -> bool:
        """Whether the submitted row of a formset equals the row at load time."""
        meta = form._meta.model._meta
        row_id = form.data.get(form.add_prefix(meta.pk.name)) or ""
        if not _is_row_id(row_id) or form.data.get(form.add_prefix("DELETE")):
            return not form.has_changed()
        row = self._row_at_load(meta.db_table, int(row_id))
        is_erased = any(change.erased for change in self._of(meta.db_table) if change.row == int(row_id))
        if is_erased and not form.instance.pk:
            return True  # do not restore an erased person
        for name, field in form.fields.items():
            # Erased values cannot be compared.
            if name in (meta.pk.name, "DELETE", *(PERSONAL_FIELDS if is_erased else ())):
                continue
            column = None if isinstance(field, InlineForeignKeyField) else meta.get_field(name)
            if column is None or column.many_to_many:
                changed = column is not None and name in form.changed_data
            else:
                changed = row is None or field.has_changed(
                    column.to_python(row.get(column.column)), _submitted_value(form, name)
                )
            if changed:
                return False
        return True

    def _row_at_load(self, table: str, row: int) -> dict | None:
        record = self.record if PARTS_BY_TABLE[table] in self.record.parts else VersionedRecord(RecordKind.CONTACT, row)
        return record.rows_at(self.since)[table].get(row)

    def _of(self, table: str) -> list[Change]:
        return [change for change in self.changes if change.part == table]


class LatestChangeField(forms.CharField):
    """The id of the latest change that a page shows; never counts as changed."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class OptimisticLockForm(RetryForm, forms.ModelForm):
    """The admin form of a record; `OptimisticLockMixin` sets `seen` and `moved` on its instance."""

    seen = LatestChangeField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = getattr(self.instance, "seen", "")
        self.moved: ConcurrentChanges | None = getattr(self.instance, "moved", None)
        self.theirs: dict[str, str] = {}

    def full_clean(self):
        if self.is_bound and self.moved:
            self.data = self.data.copy()
            self.data["seen"] = self.instance.seen
            for name, shown in self._values_at_load().items():
                self._merge_field(name, shown)
        super().full_clean()

    def clean(self):
        cleaned = super().clean()
        if self.moved:
            self.add_error(None, self._told())
            for name, value in self.theirs.items():
                message = _("Somebody else put here meanwhile: %(value)s") % {"value": value}
                self.add_error(name, message if value else _("Somebody else emptied this meanwhile."))
        return cleaned

    def _values_at_load(self) -> dict[str, Any]:
        """The values at load time of fields that have changed since."""
        values = {}
        for column in self._meta.model._meta.concrete_fields:
            if column.name in self.fields and column.column in self.moved.shown:
                values[column.name] = column.to_python(self.moved.shown[column.column])
        for name in self.fields:
            through = getattr(getattr(self._meta.model, name, None), "through", None)
            if through is not None and self.moved.has(through):
                current = {getattr(value, "pk", value) for value in self.initial[name]}
                values[name] = self.moved.linked(through, current)
        return values

    def _merge_field(self, name: str, shown: Any) -> None:
        """Use the current value in an untouched field; otherwise keep the typed value and report the current one."""
        field, current = self.fields[name], self.initial.get(name)
        if not field.has_changed(shown, _submitted_value(self, name)):
            self._set_data(name, field.prepare_value(current))
        elif field.has_changed(current, _submitted_value(self, name)):
            self.theirs[name] = _display_value(field, field.prepare_value(current))

    def _set_data(self, name: str, value: Any) -> None:
        field = self.fields[name]
        if isinstance(value, list | tuple | set):
            self.data.setlist(name, [str(choice) for choice in value])
        elif isinstance(field, forms.BooleanField):
            self.data.setlist(name, ["on"] if value else [])
        else:
            self.data[name] = _widget_text(field, value)

    def _told(self) -> str:
        record = self.moved.record
        message = _(
            "Somebody else has changed this meanwhile. Nothing has been saved yet: what you typed is still here, and "
            "all the rest is as it is now. Look through it and save again."
        )
        labels = ", ".join(self.moved.labels)
        return format_html(
            '{} {} <a href="{}" target="_blank" rel="noopener">{}</a>',
            message,
            _("Changed: %(what)s.") % {"what": labels} if labels else "",
            reverse("history:record", args=[record.kind, record.pk]),
            _("History (opens in a new tab)"),
        )


class OptimisticLockMixin:
    """For a ModelAdmin with a `history_kind` whose form is an OptimisticLockForm."""

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record is None:
            return None
        if request.method == "POST" and not is_rerendering():
            self.lock(record)
        changes = self.page_changes(record)
        seen = changes.order_by("-pk").values_list("pk", flat=True).first() or 0
        # Read the record after the id, so that a change in between is reported instead of overwritten.
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            record.seen = str(seen)
            record.moved = self._concurrent_changes(request, record) if request.method == "POST" else None
        return record

    def lock(self, record: Model) -> None:
        """Lock the record until the end of the transaction."""
        list(self.model._base_manager.select_for_update(of=("self",)).filter(pk=record.pk))

    def page_changes(self, record: Model):
        """The changes of all records that the page shows."""
        return Change.objects.of(self.history_kind, record.pk)

    def get_fieldsets(self, request, obj=None):
        (name, options), *others = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return [(name, options), *others]
        return [(name, options | {"fields": [*options["fields"], "seen"]}), *others]

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """For rows changed by somebody else: use current rows unless they were edited."""
        formset_kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        moved = getattr(obj, "moved", None)
        if moved and moved.since is not None and moved.has(inline.model):
            posted = inline.get_formset(request, obj)(**formset_kwargs)
            edited = [form for form in posted.forms if not moved.is_row_untouched(form)]
            if edited:
                _replace_formset_rows(formset_kwargs["data"], posted, edited)
            else:
                del formset_kwargs["data"], formset_kwargs["files"]
        return formset_kwargs

    def _concurrent_changes(self, request, record: Model) -> ConcurrentChanges | None:
        seen = request.POST.get("seen", "")
        versioned = VersionedRecord(self.history_kind, record.pk)
        if not _is_row_id(seen):
            return ConcurrentChanges(versioned, None, [])
        later = [
            change
            for change in self.page_changes(record).filter(pk__gt=int(seen)).order_by("pk")
            if not (PARTS_BY_TABLE[change.part].is_internal or change.is_confirmation_only)
        ]
        return ConcurrentChanges(versioned, int(seen), later) if later else None


def _is_row_id(text: str) -> bool:
    """Whether the text is a valid row id."""
    return text.isdecimal() and len(text) < 19


def _submitted_value(form: forms.BaseForm, name: str) -> Any:
    return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def _widget_text(field: forms.Field, value: Any) -> str:
    if isinstance(field.widget, forms.widgets.Input | forms.Textarea):
        return field.widget.format_value(value) or ""
    return "" if value is None else str(value)


def _display_value(field: forms.Field, value: Any) -> str:
    chosen = list(value) if isinstance(value, list | tuple | set) else [value]
    chosen = [choice for choice in chosen if choice not in (None, "")]
    if hasattr(field, "queryset"):
        return ", ".join(map(str, field.queryset.filter(pk__in=chosen)))
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if hasattr(field, "choices"):
        labels = {str(key): str(label) for key, label in field.choices}
        return ", ".join(labels.get(str(choice), str(choice)) for choice in chosen)
    return _widget_text(field, value)


def _replace_formset_rows(data: QueryDict, posted: BaseModelFormSet, typed: list[forms.ModelForm]) -> None:
    """Renumber the submitted rows: deleted ones are dropped, or become new rows if they were edited."""
    existing = [form for form in posted.initial_forms if form.instance.pk]
    deleted = [form for form in posted.initial_forms if not form.instance.pk and form in typed]
    rows = [
        {key.removeprefix(f"{form.prefix}-"): data.getlist(key) for key in data if key.startswith(f"{form.prefix}-")}
        for form in (*existing, *deleted, *posted.extra_forms)
    ]
    for key in [key for form in posted.forms for key in data if key.startswith(f"{form.prefix}-")]:
        del data[key]
    for number, row in enumerate(rows):
        for name, values in row.items():
            data.setlist(f"{posted.prefix}-{number}-{name}", values)
        if number >= len(existing):
            data[f"{posted.prefix}-{number}-{posted.model._meta.pk.name}"] = ""
    data[f"{posted.prefix}-INITIAL_FORMS"] = str(len(existing))
    data[f"{posted.prefix}-TOTAL_FORMS"] = str(len(rows))
