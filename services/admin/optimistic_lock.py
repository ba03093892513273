"""What somebody else has changed since a page of the desk was opened is not overwritten unseen.

The page carries the number of the latest change it shows. If there are others when it is saved, nothing is saved: it
comes back with what was typed, and with what is now where nothing was typed.
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

from organisations.core.retry_forms import RetryForm, is_refused
from services.models import Change
from services.models.change import TRACKED_TABLES, Operation, RecordKind
from services.revisions.change_text import PARTS_BY_TABLE, RecordNames, change_lines
from services.revisions.erase_contact import PERSONAL_FIELDS
from services.revisions.versions import VersionedRecord


@dataclass(frozen=True)
class ConcurrentChanges:
    """Changes of a record that its page did not show; `since` is the number of the last that it did, if it told."""

    record: VersionedRecord
    since: int | None
    changes: list[Change]

    @property
    def labels(self) -> list[str]:
        """What changed, in words."""
        own = [change for change in self.changes if change.kind == self.record.kind]
        apart = {TRACKED_TABLES[change.kind][0].model for change in self.changes if change.kind != self.record.kind}
        found = [line.label for line in change_lines(own, RecordNames(own))]
        found += [capfirst(model._meta.verbose_name_plural) for model in apart]
        return [*dict.fromkeys(map(str, found))]

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What the page showed of columns that changed since, as JSON has it."""
        found: dict[str, Any] = {}
        for change in self._of(self.record.main.table):
            if change.operation == Operation.CHANGED:
                found = change.before | found
        return found

    def linked(self, through: type[Model], now: set) -> set:
        """Which records the page showed as linked, where `now` are."""
        shown = set(now)
        for change in reversed(self._of(through._meta.db_table)):
            column = PARTS_BY_TABLE[change.part].other.column
            if change.operation == Operation.ADDED:
                shown.discard(change.after[column])
            else:
                shown.add(change.before[column])
        return shown

    def has(self, model: type[Model]) -> bool:
        """Whether rows of the model changed, or their links."""
        tables = {model._meta.db_table, *(field.m2m_db_table() for field in model._meta.many_to_many)}
        return any(change.part in tables for change in self.changes)

    def is_row_untouched(self, form: forms.ModelForm) -> bool:
        """Whether nobody typed anything into a row of a part of the page."""
        meta = form._meta.model._meta
        given = form.data.get(form.add_prefix(meta.pk.name)) or ""
        if not _is_row_id(given) or form.data.get(form.add_prefix("DELETE")):
            return not form.has_changed()
        row = self._row_at_load(meta.db_table, int(given))
        erased = any(change.erased for change in self._of(meta.db_table) if change.row == int(given))
        if erased and not form.instance.pk:
            return True  # whoever was forgotten does not come back
        for name, field in form.fields.items():
            # What was erased nobody can compare.
            if name in (meta.pk.name, "DELETE", *(PERSONAL_FIELDS if erased else ())):
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
    """The number of the latest change that a page shows; nothing that anybody fills in."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class OptimisticLockForm(RetryForm, forms.ModelForm):
    """The form of a record at the desk; `OptimisticLockMixin` gives its record `seen` and `moved`."""

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
                put = _("Somebody else put here meanwhile: %(value)s") % {"value": value}
                self.add_error(name, put if value else _("Somebody else emptied this meanwhile."))
        return cleaned

    def _values_at_load(self) -> dict[str, Any]:
        """Of fields that changed since: what the page showed."""
        found = {}
        for column in self._meta.model._meta.concrete_fields:
            if column.name in self.fields and column.column in self.moved.shown:
                found[column.name] = column.to_python(self.moved.shown[column.column])
        for name in self.fields:
            through = getattr(getattr(self._meta.model, name, None), "through", None)
            if through is not None and self.moved.has(through):
                now = {getattr(one, "pk", one) for one in self.initial[name]}
                found[name] = self.moved.linked(through, now)
        return found

    def _merge_field(self, name: str, shown: Any) -> None:
        """Take over what is now where nobody typed; otherwise keep what was typed, and tell what is now."""
        field, now = self.fields[name], self.initial.get(name)
        if not field.has_changed(shown, _submitted_value(self, name)):
            self._set_data(name, field.prepare_value(now))
        elif field.has_changed(now, _submitted_value(self, name)):
            self.theirs[name] = _display_value(field, field.prepare_value(now))

    def _set_data(self, name: str, value: Any) -> None:
        field = self.fields[name]
        if isinstance(value, list | tuple | set):
            self.data.setlist(name, [str(one) for one in value])
        elif isinstance(field, forms.BooleanField):
            self.data.setlist(name, ["on"] if value else [])
        else:
            self.data[name] = _widget_text(field, value)

    def _told(self) -> str:
        record = self.moved.record
        said = _(
            "Somebody else has changed this meanwhile. Nothing has been saved yet: what you typed is still here, and "
            "all the rest is as it is now. Look through it and save again."
        )
        what = ", ".join(self.moved.labels)
        return format_html(
            '{} {} <a href="{}" target="_blank" rel="noopener">{}</a>',
            said,
            _("Changed: %(what)s.") % {"what": what} if what else "",
            reverse("history:record", args=[record.kind, record.pk]),
            _("History (opens in a new tab)"),
        )


class OptimisticLockMixin:
    """For a DeskAdmin with a `history_kind` whose form is a SeenForm."""

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None:
            return None
        if request.method == "POST" and not is_refused():
            self.lock(found)
        changes = self.page_changes(found)
        seen = changes.order_by("-pk").values_list("pk", flat=True).first() or 0
        # Read again after the number: what came in between will be told, rather than overwritten.
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.seen = str(seen)
            found.moved = self._concurrent_changes(request, found) if request.method == "POST" else None
        return found

    def lock(self, record: Model) -> None:
        """Keep others from writing to it until the end of the transaction."""
        list(self.model._base_manager.select_for_update(of=("self",)).filter(pk=record.pk))

    def page_changes(self, record: Model):
        """The changes of all that the page shows."""
        return Change.objects.of(self.history_kind, record.pk)

    def get_fieldsets(self, request, obj=None):
        (name, options), *others = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return [(name, options), *others]
        return [(name, options | {"fields": [*options["fields"], "seen"]}), *others]

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """Of rows that somebody else changed: as they are now, unless somebody typed into them."""
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        moved = getattr(obj, "moved", None)
        if moved and moved.since is not None and moved.has(inline.model):
            posted = inline.get_formset(request, obj)(**given)
            typed = [form for form in posted.forms if not moved.is_row_untouched(form)]
            if typed:
                _replace_formset_rows(given["data"], posted, typed)
            else:
                del given["data"], given["files"]
        return given

    def _concurrent_changes(self, request, record: Model) -> ConcurrentChanges | None:
        given = request.POST.get("seen", "")
        about = VersionedRecord(self.history_kind, record.pk)
        if not _is_row_id(given):
            return ConcurrentChanges(about, None, [])
        later = [
            change
            for change in self.page_changes(record).filter(pk__gt=int(given)).order_by("pk")
            if not (PARTS_BY_TABLE[change.part].is_internal or change.is_confirmation_only)
        ]
        return ConcurrentChanges(about, int(given), later) if later else None


def _is_row_id(text: str) -> bool:
    """Whether it can be the number of a row."""
    return text.isdecimal() and len(text) < 19


def _submitted_value(form: forms.BaseForm, name: str) -> Any:
    return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def _widget_text(field: forms.Field, value: Any) -> str:
    if isinstance(field.widget, forms.widgets.Input | forms.Textarea):
        return field.widget.format_value(value) or ""
    return "" if value is None else str(value)


def _display_value(field: forms.Field, value: Any) -> str:
    chosen = list(value) if isinstance(value, list | tuple | set) else [value]
    chosen = [one for one in chosen if one not in (None, "")]
    if hasattr(field, "queryset"):
        return ", ".join(map(str, field.queryset.filter(pk__in=chosen)))
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if hasattr(field, "choices"):
        labels = {str(key): str(label) for key, label in field.choices}
        return ", ".join(labels.get(str(one), str(one)) for one in chosen)
    return _widget_text(field, value)


def _replace_formset_rows(data: QueryDict, posted: BaseModelFormSet, typed: list[forms.ModelForm]) -> None:
    """Rows that are not there any more are left out, or come as new ones where somebody typed into them."""
    there = [form for form in posted.initial_forms if form.instance.pk]
    again = [form for form in posted.initial_forms if not form.instance.pk and form in typed]
    rows = [
        {key.removeprefix(f"{form.prefix}-"): data.getlist(key) for key in data if key.startswith(f"{form.prefix}-")}
        for form in (*there, *again, *posted.extra_forms)
    ]
    for key in [key for form in posted.forms for key in data if key.startswith(f"{form.prefix}-")]:
        del data[key]
    for number, row in enumerate(rows):
        for name, values in row.items():
            data.setlist(f"{posted.prefix}-{number}-{name}", values)
        if number >= len(there):
            data[f"{posted.prefix}-{number}-{posted.model._meta.pk.name}"] = ""
    data[f"{posted.prefix}-INITIAL_FORMS"] = str(len(there))
    data[f"{posted.prefix}-TOTAL_FORMS"] = str(len(rows))
