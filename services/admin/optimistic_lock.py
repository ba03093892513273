"""Optimistic locking for admin pages, by the rules of `services.content.edit_conflicts`.

A page carries digests of the record and its rows as it shows them. If somebody else has changed them when it is
submitted, nothing is saved: the page is rendered again with the edited values, and with current values elsewhere.
"""

import re
from collections import defaultdict
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import BaseModelFormSet
from django.forms.models import InlineForeignKeyField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organisations.core.retry_forms import RetryForm, is_rerendering
from services.content.edit_conflicts import (
    Digests,
    EditDifference,
    Parts,
    edit_differences,
    format_digests,
    parse_digests,
    part_digests,
)
from services.content.form_values import Value, browser_values, comparable_value, display_lines
from services.revisions.change_text import field_label

# Data of one row of a formset, by field name.
RowData = dict[str, list[str]]


class SubmittedPage:
    """A submitted page: what it showed when it was opened, and what somebody else has changed since then."""

    def __init__(self, base: Digests, history_url: str):
        self.base, self.history_url = base, history_url
        self.current: Digests = {}
        # What has changed, in words.
        self.labels: list[str] = []

    def changes_by_others(self, theirs: Parts, mine: Parts) -> list[EditDifference]:
        self.current |= part_digests(theirs)
        differences = edit_differences(base=self.base, theirs=theirs, mine=mine)
        return [difference for difference in differences if difference.changed_by_them]


class DigestsField(forms.CharField):
    """The digests of what a page shows; never counts as changed."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class OptimisticLockForm(RetryForm, forms.ModelForm):
    """The admin form of a record; `OptimisticLockMixin` sets `submitted_page` on its instance."""

    base = DigestsField(required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.page: SubmittedPage | None = getattr(self.instance, "submitted_page", None)
        self.others_values: dict[str, str] = {}

    def full_clean(self) -> None:
        if self.is_bound and self.page:
            self._merge(self.page)
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if self.page and self.page.labels:
            self.add_error(None, self._conflict_message(self.page))
        for name, text in self.others_values.items():
            message = _("Somebody else put here meanwhile: %(value)s") % {"value": text}
            self.add_error(name, message if text else _("Somebody else emptied this meanwhile."))
        return cleaned_data

    def _merge(self, page: SubmittedPage) -> None:
        """Use the current value in an untouched field; otherwise keep the typed value and report the current one."""
        data = cast(QueryDict, self.data).copy()
        mine = _submitted_values(self, data, self.files)
        for difference in page.changes_by_others(_initial_values(self), mine):
            name, field = difference.part, self.fields[difference.part]
            page.labels.append(self._label(name))
            if difference.changed_by_me:
                separator = ", " if isinstance(difference.theirs, list) else "\n"
                self.others_values[name] = separator.join(display_lines(field, difference.theirs))
            else:
                data.setlist(name, browser_values(field, self.get_initial_for_field(field, name)))
        if page.labels:
            data["base"] = format_digests(page.current)
            self.data = data

    def _label(self, name: str) -> str:
        meta = self._meta.model._meta
        columns = {column.name: column for column in (*meta.concrete_fields, *meta.many_to_many)}
        return str(field_label(columns[name]) if name in columns else capfirst(self.fields[name].label))

    def _conflict_message(self, page: SubmittedPage) -> str:
        message = _(
            "Somebody else has changed this meanwhile. Nothing has been saved yet: what you typed is still here, and "
            "all the rest is as it is now. Look through it and save again."
        )
        return format_html(
            '{} {} <a href="{}" target="_blank" rel="noopener">{}</a>',
            message,
            _("Changed: %(what)s.") % {"what": ", ".join(dict.fromkeys(page.labels))},
            page.history_url,
            _("History (opens in a new tab)"),
        )


class OptimisticLockMixin(admin.ModelAdmin):
    """For a ModelAdmin with a `history_kind` whose form is an OptimisticLockForm."""

    history_kind: str

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        record = super().get_object(request, object_id, from_field)
        if record is None or request.method != "POST":
            return record
        if not is_rerendering():
            self.lock(record)
            # Read it again, now that nobody else can change it.
            record = super().get_object(request, object_id, from_field)
        if record is not None:
            history_url = reverse("history:record", args=[self.history_kind, record.pk])
            cast(Any, record).submitted_page = SubmittedPage(parse_digests(request.POST.get("base", "")), history_url)
        return record

    def lock(self, record: Model) -> None:
        """Lock the record until the end of the transaction."""
        list(self.model._base_manager.select_for_update(of=("self",)).filter(pk=record.pk))

    def may_return(self, model: type[Model], pk: int) -> bool:
        """Whether an edited row that somebody else has deleted becomes a new row."""
        return True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        (name, options), *others = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return [(name, options), *others]
        return [(name, options | {"fields": [*options["fields"], "base"]}), *others]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if not form.is_bound and "base" in form.fields:
            parts: dict[str, object] = {**_initial_values(form)}
            for inline in context["inline_admin_formsets"]:
                parts |= _initial_rows(inline.formset)
            form.initial["base"] = format_digests(part_digests(parts))
        return super().render_change_form(request, context, *args, **kwargs)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Use current rows where somebody else has changed them, unless they were edited."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if page := getattr(obj, "submitted_page", None):
            current = inline.get_formset(request, obj)(instance=obj, prefix=prefix, queryset=kwargs["queryset"])
            self._merge_rows(page, current, kwargs["data"])
        return kwargs

    def _merge_rows(self, page: SubmittedPage, current: BaseModelFormSet, data: QueryDict) -> None:
        model = cast(type[Model], current.model)
        rows = _submitted_rows(current, data)
        differences = page.changes_by_others(
            _initial_rows(current), {part: values for part, (values, _row) in rows.items()}
        )
        if not differences:
            return
        page.labels.append(str(capfirst(model._meta.verbose_name_plural)))
        for difference in differences:
            is_deleted = difference.theirs is None
            if not difference.changed_by_me or (is_deleted and not self._may_return(model, difference)):
                rows.pop(difference.part, None)
        merged = []
        for form in current.initial_forms:
            part = _row_part(current, form.instance.pk)
            merged.append(rows.pop(part)[1] if part in rows else _row_data(form))
        initial_total = len(merged)
        merged += [row | {model._meta.pk.name: [""]} for _values, row in rows.values()]
        _replace_rows(data, str(current.prefix), merged, initial_total)

    def _may_return(self, model: type[Model], difference: EditDifference) -> bool:
        pk = difference.part.rpartition(":")[2]
        is_valid = pk.isdecimal() and len(pk) < 19
        is_deleted_here = cast(dict[str, Value], difference.mine).get("DELETE")
        return not is_deleted_here and (not is_valid or self.may_return(model, int(pk)))


def _compared_fields(form: forms.BaseForm) -> dict[str, forms.Field]:
    primary_key = cast(Any, form)._meta.model._meta.pk.name
    return {
        name: field
        for name, field in form.fields.items()
        if name != primary_key and not isinstance(field, DigestsField | InlineForeignKeyField)
    }


def _initial_values(form: forms.BaseForm) -> dict[str, Value]:
    return {
        name: comparable_value(field, form.get_initial_for_field(field, name))
        for name, field in _compared_fields(form).items()
    }


def _submitted_values(form: forms.BaseForm, data: QueryDict, files: Any, prefix: str = "") -> dict[str, Value]:
    return {
        name: comparable_value(field, field.widget.value_from_datadict(data, files, prefix + name))
        for name, field in _compared_fields(form).items()
    }


def _row_part(formset: BaseModelFormSet, pk: object) -> str:
    return f"{formset.prefix}:{pk}"


def _initial_rows(formset: BaseModelFormSet) -> dict[str, dict[str, Value]]:
    """The values of the current rows."""
    return {_row_part(formset, form.instance.pk): _initial_values(form) for form in formset.initial_forms}


def _submitted_rows(formset: BaseModelFormSet, data: QueryDict) -> dict[str, tuple[dict[str, Value], RowData]]:
    """The values and the data of the submitted rows, without the empty ones for further rows."""
    rows: dict[int, RowData] = defaultdict(dict)
    for key in data:
        if match := re.fullmatch(rf"{formset.prefix}-([0-9]{{1,4}})-(\w+)", key):
            rows[int(match[1])][match[2]] = data.getlist(key)
    empty_form = formset.empty_form
    empty_values, primary_key = _initial_values(empty_form), cast(type[Model], formset.model)._meta.pk.name
    submitted = {}
    for number, row in sorted(rows.items()):
        values = _submitted_values(empty_form, data, {}, f"{formset.prefix}-{number}-")
        pk = "".join(row.get(primary_key, []))
        if pk or values != empty_values:
            submitted[_row_part(formset, pk or f"new-{number}")] = values, row
    return submitted


def _row_data(form: forms.ModelForm) -> RowData:
    """The data that a browser sends for an unchanged row."""
    return {name: browser_values(field, form.get_initial_for_field(field, name)) for name, field in form.fields.items()}


def _replace_rows(data: QueryDict, prefix: str, rows: list[RowData], initial_total: int) -> None:
    for key in [key for key in data if re.match(rf"{prefix}-[0-9]+-", key)]:
        del data[key]
    for number, row in enumerate(rows):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-INITIAL_FORMS"], data[f"{prefix}-TOTAL_FORMS"] = str(initial_total), str(len(rows))
