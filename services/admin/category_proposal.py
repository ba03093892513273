"""Category proposals of members: read and answer."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations import permissions
from organisations.admin.tamper_safe import TamperSafeModelAdmin
from services.actions.proposals import answer_proposal
from services.models import CategoryProposal
from services.models.draft import ProposalState


class ProposalAnswerForm(forms.ModelForm):
    """A proposal is accepted with a category, or declined without one; declining requires an answer."""

    class Meta:
        widgets = {"answer": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "category": _("A new one is made first, among the categories. Leave it empty where none will be made."),
            "answer": _("The members read it on their own page. Needed where there is no category."),
        }

    def clean(self):
        super().clean()
        has_answer = self.cleaned_data.get("category") or self.cleaned_data.get("answer")
        if "answer" in self.fields and not has_answer:
            self.add_error("answer", forms.ValidationError(_("Choose a category or say why not."), code="required"))
        return self.cleaned_data


@admin.register(CategoryProposal)
class CategoryProposalAdmin(TamperSafeModelAdmin):
    """An open proposal is answered once. The taxonomy is shared, so each coordinator sees all proposals."""

    form = ProposalAnswerForm
    change_form_template = "admin/services/categoryproposal/change_form.html"
    list_display = ("text", "service", "organisation", "state", "created_at")
    list_filter = ("state",)
    list_select_related = ("service__organisation",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("text",)
    fields = ("text", "service", "proposer", "created_at", "state", "category", "answer")
    autocomplete_fields = ("category",)

    def get_readonly_fields(self, request, obj=None):
        return self.fields[:5] if self._is_open(obj) else (*self.fields, "answered_at")

    def get_fields(self, request, obj=None):
        return self.fields if self._is_open(obj) else (*self.fields, "answered_at")

    @admin.display(description=_("proposed by"))
    def proposer(self, obj):
        """Without a link, as coordinators cannot open accounts."""
        return str(obj.by or "–")

    def has_module_permission(self, request):
        return permissions.may_use_admin(request.user)

    def has_view_permission(self, request, obj=None):
        return permissions.may_use_admin(request.user)

    def has_change_permission(self, request, obj=None):
        return permissions.may_use_admin(request.user)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {
            "is_open": self._is_open(self.get_object(request, object_id)),
            "show_save": False,
            "show_save_and_continue": False,
        }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)

    def save_model(self, request, obj, form, change):
        cleaned_data = form.cleaned_data
        is_answered = answer_proposal(
            proposal=obj,
            category=cleaned_data.get("category"),
            answer=cleaned_data.get("answer", ""),
            now=timezone.now(),
        )
        if is_answered:
            messages.success(request, gettext("Answered: the members see it on their own page."))
        else:
            messages.warning(request, gettext("Somebody has answered this already."))

    def response_change(self, request, obj):
        return HttpResponseRedirect(reverse("admin:services_categoryproposal_changelist"))

    def log_change(self, request, obj, message):
        """No log entry: the proposal stores its answer."""

    @admin.display(description=_("organisation"))
    def organisation(self, obj):
        return obj.service.organisation

    @staticmethod
    def _is_open(obj) -> bool:
        return obj is not None and obj.state == ProposalState.OPEN
