"""The desk: categories that members miss are answered, with one that fits or with a sentence."""

import pytest

from services.models import CategoryProposal
from tests import cast


@pytest.fixture
def proposal(kivivuori):
    club = cast.service("Perhekerho", kivivuori)
    return CategoryProposal.objects.create(service=club, text="Isovanhemmille ei ole omaa aihetta.")


def test_proposal_is_accepted_with_a_category(kaisas_desk, proposal):
    made = cast.category("Isovanhemmuus")
    saved = kaisas_desk.change(proposal, category=str(made.pk))
    assert "jäsenet näkevät sen" in saved.said
    proposal.refresh_from_db()
    assert (proposal.state, proposal.category, proposal.put_away_at) == ("accepted", made, None)
    assert proposal.answered_at


def test_proposal_is_declined_with_a_sentence(kaisas_desk, proposal):
    kaisas_desk.change(proposal, answer="Aihe Perhe-elämä sopii.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.category, proposal.answer) == ("declined", None, "Aihe Perhe-elämä sopii.")


def test_no_answer_is_no_answer(kaisas_desk, proposal):
    saved = kaisas_desk.change(proposal, answer=" ")
    assert saved.errors["answer"]
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_answer_is_given_once(kaisas_desk, proposal):
    kaisas_desk.change(proposal, answer="Aihe Perhe-elämä sopii.")
    page = kaisas_desk.open("services_categoryproposal_change", proposal.pk)
    assert "Aihe Perhe-elämä sopii." in page.text
    assert page.all("textarea") == [] and page.all("input", name="_answer") == []
    kaisas_desk.change(proposal, answer="Toinen vastaus")
    proposal.refresh_from_db()
    assert proposal.answer == "Aihe Perhe-elämä sopii."
