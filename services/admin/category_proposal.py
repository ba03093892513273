"""Categories that members miss: to read, and to settle."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations import permissions
from services.actions.proposals import settle_proposals
from services.models import CategoryProposal


@admin.register(CategoryProposal)
class CategoryProposalAdmin(admin.ModelAdmin):
    """Nothing here is edited. The taxonomy is everybody's: each coordinator sees all proposals."""

    list_display = ("text", "service", "organisation", "state", "created_at")
    list_filter = ("state",)
    list_select_related = ("service__organisation",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("text",)
    fields = readonly_fields = ("text", "service", "by", "state", "created_at")
    actions = ("settle",)

    def has_module_permission(self, request):
        return permissions.may_use_desk(request.user)

    def has_view_permission(self, request, obj=None):
        return permissions.may_use_desk(request.user)

    def has_change_permission(self, request, obj=None):
        return permissions.may_use_desk(request.user)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        # There is nothing to save.
        unneeded = {"show_save": False, "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **unneeded})

    @admin.display(description=_("organisation"))
    def organisation(self, obj):
        return obj.service.organisation

    @admin.action(description=_("Mark as settled"), permissions=["change"])
    def settle(self, request, queryset):
        count = settle_proposals(proposals=queryset)
        message = ngettext("%(count)s proposal is settled.", "%(count)s proposals are settled.", count)
        messages.success(request, message % {"count": count})
