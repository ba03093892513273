"""Requests to maintain an existing organisation or to add a new one; a coordinator decides."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import domain_evidence
from organisations.models import Claim, Membership, Municipality, Organisation, User
from organisations.models.base import Status
from organisations.models.claim import ClaimState
from organisations.models.membership import Role

from .exceptions import ActionRefused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Limit per user, so that one person cannot flood the coordinators' queue.
MAX_OPEN_CLAIMS = 10


@transaction.atomic
def claim_organisation(*, organisation: Organisation, user: User, text: str) -> Claim:
    """Request an organisation. A matching e-mail domain is approved at once if CLAIMS_BY_DOMAIN allows it.

    `user` must have a verified address. Raises ActionRefused for a repeated request, for a member, and when the user
    has too many open requests.
    """
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if reason := claim_refusal_reason(user, organisation):
        raise ActionRefused(reason)
    claim = Claim.objects.create(organisation=organisation, user=user, text=text)
    if settings.CLAIMS_BY_DOMAIN and domain_evidence.is_approved_by_domain(user.email, organisation):
        _decide(claim, ClaimState.APPROVED, None)
    return claim


@transaction.atomic
def add_organisation(
    *,
    user: User,
    name: str,
    language: str,
    sector: str,
    business_id: str,
    website: str,
    municipality: Municipality | None,
    text: str,
) -> Claim:
    """Create a draft organisation and a claim to it for a coordinator to review. `language` is that of the name.

    Raises ActionRefused when the user has too many open requests or has already added the organisation.
    """
    # Serialise double submissions by locking the user.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if reason := claim_refusal_reason(user):
        raise ActionRefused(reason)
    drafts = Organisation.objects.filter(claims__user=user, claims__state=ClaimState.OPEN, status=Status.DRAFT)
    website_domain = domain_evidence.website_domain(website)
    if drafts.likely_duplicates(
        name=name,
        business_id=business_id,
        website="" if domain_evidence.is_common_domain(website_domain) else website_domain,
    ).exists():
        raise ActionRefused(_("You have added this organisation already. A coordinator will look at it."))
    names = {"name_fi": name, f"name_{language}": name}
    organisation = Organisation.objects.create(
        **names, sector=sector, business_id=business_id, website_fi=website, status=Status.DRAFT
    )
    if municipality is not None:
        organisation.municipalities.add(municipality)
    return Claim.objects.create(organisation=organisation, user=user, text=text, adds_organisation=True)


@transaction.atomic
def withdraw_claim(*, claim: Claim) -> None:
    """Delete an open claim, and the draft organisation added with it. Raises ActionRefused if it is already decided."""
    locked_claim = _lock_open_claim(claim)
    organisation = locked_claim.organisation
    locked_claim.delete()
    if locked_claim.adds_organisation and organisation.status == Status.DRAFT:
        organisation.delete()


@transaction.atomic
def approve_claim(*, claim: Claim, decided_by: User) -> Claim:
    """Make the user an admin of the organisation. Raises ActionRefused if the claim is already decided."""
    return _decide(_lock_open_claim(claim), ClaimState.APPROVED, decided_by)


@transaction.atomic
def decline_claim(*, claim: Claim, decided_by: User) -> Claim:
    """Decline the claim and archive the draft organisation added with it. Raises ActionRefused if already decided."""
    declined_claim = _decide(_lock_open_claim(claim), ClaimState.DECLINED, decided_by)
    organisation = declined_claim.organisation
    if declined_claim.adds_organisation and organisation.status == Status.DRAFT:
        organisation.status = Status.ARCHIVED
        organisation.save(update_fields=["status", "updated_at"])
    return declined_claim


def claim_refusal_reason(user: User, organisation: Organisation | None = None) -> "StrOrPromise":
    """Why the user cannot request the organisation, or add one; empty if nothing prevents it."""
    if organisation is not None and organisation.memberships.filter(user=user).exists():
        return _("You look after this organisation already.")
    open_claims = user.claims.filter(state=ClaimState.OPEN)
    if organisation is not None and open_claims.filter(organisation=organisation).exists():
        return _("You have asked for this organisation already. A coordinator will look at it.")
    if open_claims.count() >= MAX_OPEN_CLAIMS:
        return _("Many of your requests wait for a coordinator already. Ask again when they are answered.")
    return ""


def _lock_open_claim(claim: Claim) -> Claim:
    locked_claim = Claim.objects.select_for_update(of=("self",)).filter(pk=claim.pk, state=ClaimState.OPEN).first()
    if locked_claim is None:
        raise ActionRefused(_("This request has been decided already."))
    return locked_claim


def _decide(claim: Claim, state: str, decided_by: User | None) -> Claim:
    if state == ClaimState.APPROVED:
        Membership.objects.update_or_create(
            user=claim.user, organisation=claim.organisation, defaults={"role": Role.ADMIN}
        )
    claim.state, claim.text, claim.decided_at, claim.decided_by = state, "", timezone.now(), decided_by
    claim.save(update_fields=["state", "text", "decided_at", "decided_by"])
    return claim
