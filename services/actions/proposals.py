"""Categories that somebody misses: told to the coordinators, answered by them, read by the members."""

import datetime as dt

from organisations.models import User
from services.models import Category, CategoryProposal, Service
from services.models.draft import ProposalState

# Nobody fills the coordinators' queue alone.
MAX_OPEN_PROPOSALS = 20


def propose_category(*, service: Service, text: str, by: User | None) -> bool:
    """Tell the coordinators that a category is missing; the same words for the same service only once.

    False where too many proposals of the organisation wait for an answer.
    """
    others = CategoryProposal.objects.filter(service__organisation=service.organisation_id, state=ProposalState.OPEN)
    if others.exclude(service=service, text=text).count() >= MAX_OPEN_PROPOSALS:
        return False
    CategoryProposal.objects.get_or_create(service=service, text=text, defaults={"by": by})
    return True


def answer_proposal(*, proposal: CategoryProposal, category: Category | None, answer: str, now: dt.datetime) -> bool:
    """Tell the members which category fits, or (None) why there will be none; False where that was told already."""
    return bool(
        CategoryProposal.objects.filter(pk=proposal.pk, state=ProposalState.OPEN).update(
            state=ProposalState.DECLINED if category is None else ProposalState.ACCEPTED,
            category=category,
            answer=answer,
            answered_at=now,
        )
    )


def dismiss_answer(*, proposal: CategoryProposal, now: dt.datetime) -> None:
    """A member has read the answer: it is shown no more."""
    CategoryProposal.objects.filter(pk=proposal.pk, put_away_at=None).exclude(state=ProposalState.OPEN).update(
        put_away_at=now
    )
