"""Proposals of missing categories: members propose, coordinators answer."""

import datetime as dt

from organisations.models import User
from services.models import Category, CategoryProposal, Service
from services.models.draft import ProposalState

# Open proposals per organisation, so that none fills the coordinators' queue.
MAX_OPEN_PROPOSALS = 20


def propose_category(*, service: Service, text: str, by: User | None) -> bool:
    """Propose a category; the same text for the same service is stored once.

    Returns False if the organisation has too many open proposals.
    """
    others = CategoryProposal.objects.filter(service__organisation=service.organisation_id, state=ProposalState.OPEN)
    if others.exclude(service=service, text=text).count() >= MAX_OPEN_PROPOSALS:
        return False
    CategoryProposal.objects.get_or_create(service=service, text=text, defaults={"by": by})
    return True


def answer_proposal(*, proposal: CategoryProposal, category: Category | None, answer: str, now: dt.datetime) -> bool:
    """Answer with a category, or None to decline. Returns False if the proposal was answered already."""
    return bool(
        CategoryProposal.objects.filter(pk=proposal.pk, state=ProposalState.OPEN).update(
            state=ProposalState.DECLINED if category is None else ProposalState.ACCEPTED,
            category=category,
            answer=answer,
            answered_at=now,
        )
    )


def dismiss_answer(*, proposal: CategoryProposal, now: dt.datetime) -> None:
    """Hide an answer that a member has read."""
    CategoryProposal.objects.filter(pk=proposal.pk, put_away_at=None).exclude(state=ProposalState.OPEN).update(
        put_away_at=now
    )
