"""Categories that somebody misses: told to the coordinators, and settled by them."""

from collections.abc import Iterable

from organisations.models import User
from services.models import CategoryProposal, Service
from services.models.draft import ProposalState


def propose_category(*, service: Service, text: str, by: User | None) -> None:
    """Tell the coordinators that a category is missing; the same words for the same service only once."""
    CategoryProposal.objects.get_or_create(service=service, text=text, defaults={"by": by})


def settle_proposals(*, proposals: Iterable[CategoryProposal]) -> int:
    """Take proposals off the coordinators' list; returns how many were on it."""
    found = CategoryProposal.objects.filter(pk__in=[proposal.pk for proposal in proposals], state=ProposalState.OPEN)
    return found.update(state=ProposalState.SETTLED)
