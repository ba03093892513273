"""Admin of claims: a coordinator sees the evidence and decides."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from organisations import permissions
from organisations.actions import domain_evidence, notifications
from organisations.actions.claims import approve_claim, decline_claim
from organisations.actions.exceptions import ActionRefused
from organisations.models import Claim, Organisation, User
from organisations.models.claim import ClaimState

from .tamper_safe import TamperSafeModelAdmin

MAX_DUPLICATES = 5


@admin.register(Claim)
class ClaimAdmin(TamperSafeModelAdmin):
    """Claims are approved or declined, never edited. Coordinators see those of their counties."""

    list_display = ("organisation", "applicant", "is_new", "state", "sent_on")
    list_filter = ("state", "adds_organisation")
    list_select_related = ("organisation", "user")
    list_per_page = 50
    show_full_result_count = False
    fields = readonly_fields = (
        "organisation",
        "applicant",
        "adds_organisation",
        "text",
        "state",
        "created_at",
        "decided_at",
        "coordinator",
    )
    change_form_template = "admin/organisations/claim/change_form.html"

    def get_queryset(self, request):
        return (
            super().get_queryset(request).filter(organisation__in=permissions.coordinated_organisations(request.user))
        )

    def has_module_permission(self, request):
        return permissions.may_use_admin(request.user)

    def has_view_permission(self, request, obj=None):
        if obj is None:
            return permissions.may_use_admin(request.user)
        return permissions.may_decide_claims(request.user, obj.organisation)

    def has_change_permission(self, request, obj=None):
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        claim = self.get_object(request, object_id)
        context: dict[str, Any] = {"show_save": False, "show_save_and_continue": False}
        if claim is not None:
            context |= {"claim": claim, "evidence": _claim_evidence(claim), "is_open": claim.state == ClaimState.OPEN}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def response_change(self, request: HttpRequest, obj: Claim):
        """Approve or decline; the page's form contains only these buttons and the reason."""
        actions = {"_approve": approve_claim, "_decline": decline_claim}
        decide = next((action for name, action in actions.items() if name in request.POST), None)
        if decide is None:
            return super().response_change(request, obj)
        # `has_change_permission` was checked.
        coordinator = cast(User, request.user)
        try:
            decided_claim = decide(claim=obj, decided_by=coordinator)
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
        else:
            self._notify_applicant(
                request, decided_claim, request.POST.get("reason", "").strip()[: Claim.MAX_TEXT_LENGTH]
            )
        return HttpResponseRedirect(reverse("admin:organisations_claim_changelist") + "?state__exact=open")

    def save_model(self, request, obj, form, change):
        """Do nothing: only actions write claims."""

    def log_change(self, request, obj, message):
        """Do nothing: the claim records its decision."""

    @staticmethod
    def _notify_applicant(request: HttpRequest, claim: Claim, reason: str) -> None:
        url = notifications.page_url(request, settings.LOGIN_REDIRECT_URL, claim.user.language)
        is_sent = notifications.send_claim_decision(claim, url, reason)
        approved_message = _("Approved: %(person)s is now an admin of %(organisation)s.")
        message = (
            approved_message if claim.state == ClaimState.APPROVED else _("Declined: %(person)s, %(organisation)s.")
        )
        messages.success(request, message % {"person": claim.user, "organisation": claim.organisation})
        if not is_sent:
            messages.warning(request, _("The mail to the person could not be sent."))

    @admin.display(description=gettext_lazy("who asks"))
    def applicant(self, obj):
        """Without a link, as coordinators have no access to users."""
        return str(obj.user)

    @admin.display(description=pgettext_lazy("organisation", "new"), boolean=True, ordering="adds_organisation")
    def is_new(self, obj):
        return obj.adds_organisation

    @admin.display(description=gettext_lazy("sent"), ordering="created_at")
    def sent_on(self, obj):
        return date_format(timezone.localtime(obj.created_at), "SHORT_DATE_FORMAT")

    @admin.display(description=gettext_lazy("decided by"))
    def coordinator(self, obj):
        return str(obj.decided_by or "–")


def _claim_evidence(claim: Claim) -> dict:
    """Facts for the coordinator. The e-mail address is verified, as login requires it."""
    organisation, email = claim.organisation, claim.user.email
    site = organisation.website_fi or ""
    domain = domain_evidence.website_domain(site)
    duplicates = Organisation.objects.exclude(pk=organisation.pk).likely_duplicates(
        name=organisation.name,
        business_id=organisation.business_id,
        website="" if domain_evidence.is_common_domain(domain) else domain,
    )
    return {
        "email_domain": domain_evidence.email_domain(email),
        "organisation_domains": sorted(domain_evidence.organisation_domains(organisation)),
        "is_organisation_domain": domain_evidence.has_organisation_domain(email, organisation),
        "is_common_domain": domain_evidence.is_common_domain(domain_evidence.email_domain(email)),
        "members": organisation.memberships.select_related("user"),
        "descendants": Organisation.objects.at_or_below(at=[], below=[organisation.pk]).exclude(pk=organisation.pk),
        "sources": [reference.system for reference in organisation.references.all()],
        "other_claims": claim.user.claims.exclude(pk=claim.pk).select_related("organisation"),
        "likely_duplicates": list(duplicates[:MAX_DUPLICATES]) if claim.adds_organisation else [],
    }
