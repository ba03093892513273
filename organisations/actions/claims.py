"""Somebody asks for an organisation, or adds one; a coordinator decides."""

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

# Nobody fills the coordinators' queue alone.
MAX_OPEN_CLAIMS = 10


@transaction.atomic
def claim_organisation(*, organisation: Organisation, user: User, text: str) -> Claim:
    """Ask for an organisation. Where the settings trust e-mail domains, a matching one is approved at once.

    `user` has a confirmed address. Raises Refused for a second request, for a member, and where too many wait.
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
    """A draft of a new organisation, for a coordinator to look at. `language` is that of the name.

    Raises Refused where too many requests of the person wait, and for what she or he has added already.
    """
    # A second click waits here for the first.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if reason := claim_refusal_reason(user):
        raise ActionRefused(reason)
    mine = Organisation.objects.filter(claims__user=user, claims__state=ClaimState.OPEN, status=Status.DRAFT)
    website_domain = domain_evidence.website_domain(website)
    if mine.likely_duplicates(
        name=name,
        business_id=business_id,
        website="" if domain_evidence.is_common_domain(website_domain) else website_domain,
    ).exists():
        raise ActionRefused(_("You have added this organisation already. A coordinator will look at it."))
    named = {"name_fi": name, f"name_{language}": name}
    organisation = Organisation.objects.create(
        **named, sector=sector, business_id=business_id, website_fi=website, status=Status.DRAFT
    )
    if municipality is not None:
        organisation.municipalities.add(municipality)
    return Claim.objects.create(organisation=organisation, user=user, text=text, adds_organisation=True)


@transaction.atomic
def withdraw_claim(*, claim: Claim) -> None:
    """Take back one's own request; an organisation that was added with it goes too. Raises Refused when decided."""
    found = _lock_open_claim(claim)
    organisation = found.organisation
    found.delete()
    if found.adds_organisation and organisation.status == Status.DRAFT:
        organisation.delete()


@transaction.atomic
def approve_claim(*, claim: Claim, decided_by: User) -> Claim:
    """Make the person an admin of the organisation. Raises Refused when it is decided already."""
    return _decide(_lock_open_claim(claim), ClaimState.APPROVED, decided_by)


@transaction.atomic
def decline_claim(*, claim: Claim, decided_by: User) -> Claim:
    """Say no; an organisation that was added with the request is put into the archive."""
    settled = _decide(_lock_open_claim(claim), ClaimState.DECLINED, decided_by)
    organisation = settled.organisation
    if settled.adds_organisation and organisation.status == Status.DRAFT:
        organisation.status = Status.ARCHIVED
        organisation.save(update_fields=["status", "updated_at"])
    return settled


def claim_refusal_reason(user: User, organisation: Organisation | None = None) -> str:
    """Why the person cannot ask for the organisation now, or for a new one; "" where nothing is in the way."""
    if organisation is not None and organisation.memberships.filter(user=user).exists():
        return _("You look after this organisation already.")
    waiting = user.claims.filter(state=ClaimState.OPEN)
    if organisation is not None and waiting.filter(organisation=organisation).exists():
        return _("You have asked for this organisation already. A coordinator will look at it.")
    if waiting.count() >= MAX_OPEN_CLAIMS:
        return _("Many of your requests wait for a coordinator already. Ask again when they are answered.")
    return ""


def _lock_open_claim(claim: Claim) -> Claim:
    found = Claim.objects.select_for_update(of=("self",)).filter(pk=claim.pk, state=ClaimState.OPEN).first()
    if found is None:
        raise ActionRefused(_("This request has been decided already."))
    return found


def _decide(claim: Claim, state: str, decided_by: User | None) -> Claim:
    if state == ClaimState.APPROVED:
        Membership.objects.update_or_create(
            user=claim.user, organisation=claim.organisation, defaults={"role": Role.ADMIN}
        )
    claim.state, claim.text, claim.decided_at, claim.decided_by = state, "", timezone.now(), decided_by
    claim.save(update_fields=["state", "text", "decided_at", "decided_by"])
    return claim
