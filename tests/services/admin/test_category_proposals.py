"""Admin of category proposals: they are answered with a category or declined with a text."""

import pytest

from services.models import CategoryProposal
from tests import cast


@pytest.fixture
def proposal(kivivuori):
    club = cast.service("Perhekerho", kivivuori)
    return CategoryProposal.objects.create(service=club, text="Isovanhemmille ei ole omaa aihetta.")


def test_proposal_is_accepted_with_a_category(kaisa_admin, proposal):
    category = cast.category("Isovanhemmuus")
    saved = kaisa_admin.change(proposal, category=str(category.pk))
    assert "jäsenet näkevät sen" in saved.messages
    proposal.refresh_from_db()
    assert (proposal.state, proposal.category, proposal.put_away_at) == ("accepted", category, None)
    assert proposal.answered_at


def test_proposal_is_declined_with_an_answer(kaisa_admin, proposal):
    kaisa_admin.change(proposal, answer="Aihe Perhe-elämä sopii.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.category, proposal.answer) == ("declined", None, "Aihe Perhe-elämä sopii.")


def test_empty_answer_is_an_error(kaisa_admin, proposal):
    saved = kaisa_admin.change(proposal, answer=" ")
    assert saved.errors["answer"]
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_proposal_is_answered_once(kaisa_admin, proposal):
    kaisa_admin.change(proposal, answer="Aihe Perhe-elämä sopii.")
    page = kaisa_admin.open("services_categoryproposal_change", proposal.pk)
    assert "Aihe Perhe-elämä sopii." in page.text
    assert page.all("textarea") == [] and page.all("input", name="_answer") == []
    kaisa_admin.change(proposal, answer="Toinen vastaus")
    proposal.refresh_from_db()
    assert proposal.answer == "Aihe Perhe-elämä sopii."
