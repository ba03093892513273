"""Coordinators hear by mail of what waits for their decision, once."""

import pytest

from organisations.actions.claims import claim_organisation, decline
from organisations.models import Claim, Organisation
from services.actions.proposals import propose_category
from tests import cast

from .reminders import confirmed, run


@pytest.fixture
def club(kivivuori, satu):
    confirmed(kivivuori, 1)
    return confirmed(cast.service("Perhekerho", kivivuori), 1)


def ask(club, pirjo, _satu):
    claim_organisation(organisation=club.organisation, user=pirjo, text="Ohjaaja")
    return "- Kivivuoren perhetalo"


def write_profile(club, _pirjo, satu):
    made = cast.organisation("Uusi yhdistys", status="draft")
    made.memberships.create(user=satu)
    confirmed(made, 0)
    return "- Uusi yhdistys"


def propose(club, _pirjo, satu):
    propose_category(service=club, text="Mikään ei sovi isovanhemmille.", by=satu)
    return "- Perhekerho (Kivivuoren perhetalo)"


@pytest.mark.parametrize("happen", [ask, write_profile, propose])
def test_what_waits_is_told_once(club, pirjo, satu, kaisa, mails, happen):
    line = happen(club, pirjo, satu)
    run()
    (message,) = mails()
    assert message.to == ["kaisa@vake.example"]
    assert line in message.text
    run()
    assert mails() == []


def test_what_is_decided_before_the_run_is_no_news(club, pirjo, satu, kaisa, mails):
    ask(club, pirjo, satu)
    decline(claim=Claim.objects.get(), decided_by=kaisa)
    run()
    assert mails() == []


def test_organisation_that_is_asked_for_again_is_news_again(club, pirjo, satu, kaisa, mails):
    ask(club, pirjo, satu)
    run()
    mails()
    decline(claim=Claim.objects.get(), decided_by=kaisa)
    ask(club, cast.person("toinen@koulu.example"), satu)
    Claim.objects.filter(state="open").update(created_at=Organisation.objects.get().created_at)
    run()
    assert len(mails()) == 1
