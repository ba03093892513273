"""The history of a record, for those who keep it."""

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

from .permissions import (
    editable_organisation,
    is_limited_to_member_fields,
    may_restore,
    may_see_history,
    visible_deletions,
)
from .timeline import PAGE_SIZE, TimelinePage, author_name, source_label, version_choices

LANGUAGES = ("fi", "sv", "en")


@require_GET
@never_cache
@login_required
def record_history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    found = _get_record_or_404(request, kind, pk)
    history = TimelinePage(found, _int_parameter(request, "before"))
    return render(
        request,
        "services/stewardship/history/record.html",
        {
            "record": found,
            "name": _record_name(found),
            "history": history,
            "is_first": history.before is None,
            "organisation": editable_organisation(request.user, found),
        }
        | _current_record_context(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def version_detail(request: HttpRequest, kind: str, pk: int, version: int) -> HttpResponse:
    """A version beside another one (?with=), or beside what is now; a press of the button brings it back."""
    found, problem = _get_record_or_404(request, kind, pk), ""
    mine = may_restore(request.user, found)
    if request.method == "POST":
        if not mine:
            raise PermissionDenied
        try:
            left_out = restore_version(
                record=found,
                version=version,
                by=request.user.pk,
                as_member=is_limited_to_member_fields(request.user, found),
                seen=request.POST.get("latest", ""),
            )
        except CannotRestore as reason:
            problem = str(reason)
        else:
            messages.success(request, _restore_message(left_out))
            return redirect("history:record", kind, pk)
    other = _int_parameter(request, "with")
    asked = found.rows_at(version)
    beside = found.rows() if other is None else found.rows_at(other)
    changes = version_differences(beside, asked)
    return render(
        request,
        "services/stewardship/history/version.html",
        {
            "record": found,
            "name": _record_name(found),
            "version": version,
            "latest": found.latest,
            "other": other,
            "problem": problem,
            "may_restore": mine,
            "exists": pk in asked[found.main.table],
            "lines": change_lines(changes, RecordNames(changes)),
            "whole": change_lines(_as_additions(found, asked), RecordNames(_as_additions(found, asked))),
            "versions": version_choices(found),
            "at": found.changes.filter(pk__lte=version).order_by("-pk").values_list("at", flat=True).first(),
        }
        | _current_record_context(found),
    )


@require_GET
@never_cache
@login_required
def deleted_records(request: HttpRequest) -> HttpResponse:
    """Records that were deleted; those of their own organisations for members."""
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
                    "who": author_name(change, names),
                    "through": source_label(change),
                }
                for change in page[:PAGE_SIZE]
            ],
            "older": page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None,
            "is_first": before is None,
        },
    )


def _get_record_or_404(request: HttpRequest, kind: str, pk: int) -> VersionedRecord:
    """The record, for somebody who may see its history; a record that never was has none."""
    if kind not in TRACKED_TABLES:
        raise Http404
    found = VersionedRecord(kind, pk)
    if not may_see_history(request.user, found):
        raise Http404
    if not found.main.model._base_manager.filter(pk=pk).exists() and not found.changes.exists():
        raise Http404
    return found


def _current_record_context(found: VersionedRecord) -> dict:
    """Where the record is now, if it still is."""
    there = found.main.model._base_manager.filter(pk=found.pk).first()
    return {"there": there}


def _record_name(found: VersionedRecord) -> str:
    """What the record is or was called."""
    there = found.main.model._base_manager.filter(pk=found.pk).first()
    if there is not None:
        return str(there)
    last = found.changes.deletions().first()
    return (_name_in_values(last.before) if last else "") or f"#{found.pk}"


def _name_in_values(values: dict) -> str:
    for stem in ("name", "title"):
        for column in (f"{stem}_{get_language()}", *(f"{stem}_{language}" for language in LANGUAGES), stem):
            if values.get(column):
                return values[column]
    return ""


def _as_additions(found: VersionedRecord, rows: RowsByTable) -> list[Change]:
    return version_differences({table: {} for table in rows}, rows)


def _int_parameter(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise Http404
    return int(given)


def _restore_message(left_out: int) -> str:
    said = _("The version is back.")
    if left_out:
        said += " " + ngettext(
            "One part was left out, because what it leads to is no more.",
            "%(count)s parts were left out, because what they lead to is no more.",
            left_out,
        ) % {"count": left_out}
    return said
