"""Admin of import runs: counts as a table, notices as a list."""

from itertools import groupby

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import ReadOnlyAdmin
from services.models import ImportRun

from .import_notices import NOTICE_HEADINGS

RECORD_KIND_LABELS = {
    "organisations": _("organisations"),
    "services": _("services"),
    "locations": _("locations"),
    "concepts": _("concepts"),
    "labels": _("labels"),
}
CHANGE_LABELS = {
    "new": _("new"),
    "changed": _("changed"),
    "unchanged": _("unchanged"),
    "gone": _("gone"),
}


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "system", "source", "outcome", "new", "changed", "gone", "notice_count")
    list_filter = ("outcome", "system")
    date_hierarchy = "started_at"
    fields = (
        "system",
        "source",
        "started_at",
        "finished_at",
        "outcome",
        "user",
        "counts_as_table",
        "notices_as_list",
    )
    readonly_fields = ("counts_as_table", "notices_as_list")
    list_select_related = ("user",)

    @admin.display(description=_("new"))
    def new(self, obj):
        return _change_total(obj, "new")

    @admin.display(description=_("changed"))
    def changed(self, obj):
        return _change_total(obj, "changed")

    @admin.display(description=_("gone"))
    def gone(self, obj):
        return _change_total(obj, "gone")

    @admin.display(description=_("to look at"))
    def notice_count(self, obj):
        return sum(notice.get("count", 1) for notice in obj.notices)

    @admin.display(description=_("counts"))
    def counts_as_table(self, obj):
        if not obj.counts:
            return "–"
        columns = list(CHANGE_LABELS) + sorted({c for row in obj.counts.values() for c in row} - set(CHANGE_LABELS))
        head = format_html_join("", '<th scope="col">{}</th>', ((CHANGE_LABELS.get(c, c),) for c in columns))
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th>{}</tr>',
            (
                (
                    capfirst(RECORD_KIND_LABELS.get(kind, kind)),
                    format_html_join("", "<td>{}</td>", ((row.get(c, 0),) for c in columns)),
                )
                for kind, row in obj.counts.items()
            ),
        )
        return format_html(
            '<table class="counts"><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>', head, rows
        )

    @admin.display(description=_("to look at"))
    def notices_as_list(self, obj):
        if not obj.notices:
            return _("Nothing.")
        # Reasons for a refused import come first, then notices in the order of the codes.
        ordered = sorted(
            obj.notices,
            key=lambda notice: (notice["code"] != "refused", notice["code"], -notice.get("count", 1)),
        )
        groups = groupby(ordered, key=lambda notice: notice["code"])
        return format_html_join(
            "",
            '<details class="notices" open><summary>{} ({})</summary><ul>{}</ul></details>',
            (_notice_group(code, list(notices)) for code, notices in groups),
        )


def _change_total(run: ImportRun, change: str) -> int:
    return sum(row.get(change, 0) for row in run.counts.values())


def _notice_group(code: str, notices: list[dict]) -> tuple:
    items = format_html_join(
        "",
        '<li>{} <span class="times">× {}</span>{}</li>',
        ((notice.get("value", ""), notice.get("count", 1), _notice_examples(notice)) for notice in notices),
    )
    return NOTICE_HEADINGS.get(code, code), sum(notice.get("count", 1) for notice in notices), items


def _notice_examples(notice: dict) -> str:
    names = ", ".join(str(example) for example in notice.get("examples", []))
    return format_html('<br><span class="examples">{}: {}</span>', _("for example"), names) if names else ""
