"""Views of a record's history, for those who maintain it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from services.models import Change
from services.models.change import TRACKED_TABLES, RecordKind
from services.revisions.change_text import RecordNames, change_lines
from services.revisions.restore import CannotRestore, restore_version
from services.revisions.versions import RowsByTable, VersionedRecord, version_differences

from .permissions import HistoryPermissions, visible_deletions
from .timeline import PAGE_SIZE, TimelinePage, author_name, source_label, version_choices

LANGUAGES = ("fi", "sv", "en")


@require_GET
@never_cache
@login_required
def record_history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    record, permissions = _get_record_or_404(request, kind, pk)
    timeline = TimelinePage(record, _int_parameter(request, "before"))
    return render(
        request,
        "services/stewardship/history/record.html",
        {
            "timeline": timeline,
            "is_first": timeline.before is None,
            "organisation": permissions.editable_organisation,
        }
        | _record_context(record),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def version_detail(request: HttpRequest, kind: str, pk: int, version: int) -> HttpResponse:
    """Compare a version with another version (?with=) or with the current state; POST restores it."""
    (record, permissions), problem = _get_record_or_404(request, kind, pk), ""
    if request.method == "POST":
        if not permissions.may_restore:
            raise PermissionDenied
        try:
            omitted_count = restore_version(
                record=record,
                version=version,
                by=request.user.pk,
                as_member=permissions.is_limited_to_member_fields,
                seen=request.POST.get("latest", ""),
            )
        except CannotRestore as reason:
            problem = str(reason)
        else:
            messages.success(request, _restore_message(omitted_count))
            return redirect("history:record", kind, pk)
    compared_version = _int_parameter(request, "with")
    current = record.rows()
    rows = record.rows_at(version, current)
    compared_rows = current if compared_version is None else record.rows_at(compared_version, current)
    changes = version_differences(compared_rows, rows)
    all_rows = _as_additions(rows)
    return render(
        request,
        "services/stewardship/history/version.html",
        {
            "version": version,
            "latest": record.latest,
            "compared_version": compared_version,
            "problem": problem,
            "may_restore": permissions.may_restore,
            "exists": pk in rows[record.main.table],
            "lines": change_lines(changes, RecordNames(changes)),
            "all_lines": change_lines(all_rows, RecordNames(all_rows)),
            "versions": version_choices(record),
            "version_time": record.changes.filter(pk__lte=version).order_by("-pk").values_list("at", flat=True).first(),
        }
        | _record_context(record),
    )


@require_GET
@never_cache
@login_required
def deleted_records(request: HttpRequest) -> HttpResponse:
    """Deleted records; members see those of their organisations."""
    changes = visible_deletions(request.user)
    if changes is None:
        raise Http404
    if (before := _int_parameter(request, "before")) is not None:
        changes = changes.filter(pk__lt=before)
    page = list(changes[: PAGE_SIZE + 1])
    names = RecordNames([], (change.user for change in page))
    return render(
        request,
        "services/stewardship/history/deleted.html",
        {
            "deletions": [
                {
                    "change": change,
                    "kind": RecordKind(change.kind).label,
                    "name": _name_in_values(change.before) or f"#{change.record}",
                    "author": author_name(change, names),
                    "source": source_label(change),
                }
                for change in page[:PAGE_SIZE]
            ],
            "next_before": page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None,
            "is_first": before is None,
        },
    )


def _get_record_or_404(request: HttpRequest, kind: str, pk: int) -> tuple[VersionedRecord, HistoryPermissions]:
    """The record and the user's rights; Http404 if it never existed or the user may not see its history."""
    if kind not in TRACKED_TABLES:
        raise Http404
    record = VersionedRecord(kind, pk)
    permissions = HistoryPermissions(request.user, record)
    if not permissions.may_see:
        raise Http404
    if not record.main.model._base_manager.filter(pk=pk).exists() and not record.changes.exists():
        raise Http404
    return record, permissions


def _record_context(record: VersionedRecord) -> dict[str, Any]:
    """Context of a record: its name, the last one if it was deleted, and whether it exists."""
    current = record.main.model._base_manager.filter(pk=record.pk).first()
    if current is not None:
        name = str(current)
    else:
        deletion = record.changes.deletions().first()
        name = (_name_in_values(deletion.before) if deletion else "") or f"#{record.pk}"
    return {"record": record, "name": name, "is_deleted": current is None}


def _name_in_values(values: dict[str, Any] | None) -> str:
    values = values or {}
    for stem in ("name", "title"):
        for column in (f"{stem}_{get_language()}", *(f"{stem}_{language}" for language in LANGUAGES), stem):
            if values.get(column):
                return values[column]
    return ""


def _as_additions(rows: RowsByTable) -> list[Change]:
    return version_differences({table: {} for table in rows}, rows)


def _int_parameter(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


def _restore_message(omitted_count: int) -> str:
    message = _("The version is back.")
    if omitted_count:
        message += " " + ngettext(
            "One part was left out, because what it leads to is no more.",
            "%(count)s parts were left out, because what they lead to is no more.",
            omitted_count,
        ) % {"count": omitted_count}
    return message
