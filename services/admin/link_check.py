"""Admin of link checks: broken websites and the records that contain them."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.admin.base import ReadOnlyAdmin
from services.models import LinkCheck
from services.models.link_check import records_by_website


class LinkStateFilter(admin.SimpleListFilter):
    """Shows broken links by default, as these need action."""

    title = pgettext_lazy("link", "state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("failing", _("failed lately")), ("all", _("all"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("broken")}, *others]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.failing() if self.value() == "failing" else queryset.broken()


class _LinkCheckChangeList(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        records = records_by_website([check.address for check in self.result_list])
        for check in self.result_list:
            check.records = records.get(check.address, [])


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyAdmin):
    list_display = ("address", "record_links", "problem", "failed_days", "checked_at")
    list_filter = (LinkStateFilter, "problem")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("address",)
    fields = ("link", "records_naming_link", "result", "problem", "status", "failed_days", "failed_on", "checked_at")
    readonly_fields = ("link", "records_naming_link")

    def get_changelist(self, request, **kwargs):
        return _LinkCheckChangeList

    @admin.display(description=_("named by"))
    def record_links(self, obj):
        return format_html_join(
            ", ", '<a href="{}">{}</a>', ((_admin_change_url(record), record) for record in obj.records)
        )

    @admin.display(description=_("named by"))
    def records_naming_link(self, obj):
        obj.records = records_by_website([obj.address]).get(obj.address, [])
        return self.record_links(obj)

    @admin.display(description=_("address"))
    def link(self, obj):
        # Shown unchanged, but linked only if it is a web address.
        if obj.address.startswith(("http://", "https://")):
            return format_html('<a href="{0}" rel="noopener">{0}</a>', obj.address)
        return obj.address


def _admin_change_url(record: Model) -> str:
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
