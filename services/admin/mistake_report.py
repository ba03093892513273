"""Admin of mistake reports: read, answer, close."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from organisations import permissions
from organisations.admin.base import translated_fields
from organisations.admin.tamper_safe import TamperSafeModelAdmin
from services.actions.report_mistake import close_reports
from services.models import MistakeReport


@admin.register(MistakeReport)
class MistakeReportAdmin(TamperSafeModelAdmin):
    """Reports about organisations of the coordinator's counties, read-only: they are closed in the list, or answered
    on the members' page."""

    change_form_template = "admin/services/mistakereport/change_form.html"
    list_display = ("subject", "kind", "state", "wants_answer", "created_at")
    list_filter = ("state", "kind", "organisation__sector")
    list_select_related = ("organisation", "service")
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = "created_at"
    search_fields = ("text", *translated_fields("service__name"), *translated_fields("organisation__name"))
    fields = readonly_fields = (
        "organisation",
        "service",
        "kind",
        "text",
        "wants_answer",
        "language",
        "state",
        "created_at",
    )
    actions = ("close",)

    def get_queryset(self, request):
        return (
            super().get_queryset(request).filter(organisation__in=permissions.coordinated_organisations(request.user))
        )

    def lookup_allowed(self, lookup, value, request):
        """Deny lookups by the reader's email, which would disclose it letter by letter."""
        return lookup.partition("__")[0] != "email" and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, obj):
        return (obj.service or obj.organisation).get_absolute_url()

    @admin.display(description=pgettext_lazy("report", "about"))
    def subject(self, obj):
        return obj.service or obj.organisation

    @admin.display(description=_("wants an answer"), boolean=True)
    def wants_answer(self, obj):
        return bool(obj.email)

    @admin.action(description=_("Close and delete the e-mail address"), permissions=["change"])
    def close(self, request, queryset):
        count = close_reports(reports=queryset)
        message = ngettext("%(count)s report closed.", "%(count)s reports closed.", count)
        messages.success(request, message % {"count": count})
