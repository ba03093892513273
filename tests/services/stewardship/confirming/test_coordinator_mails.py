"""Coordinators are mailed once about each decision that waits for them."""

import pytest

from organisations.actions.claims import claim_organisation, decline_claim
from organisations.models import Claim, Organisation
from services.actions.proposals import propose_category
from tests import cast

from .reminders import confirm_days_ago, run_remind


@pytest.fixture
def club(kivivuori, satu):
    confirm_days_ago(kivivuori, 1)
    return confirm_days_ago(cast.service("Perhekerho", kivivuori), 1)


def ask(club, pirjo, _satu):
    claim_organisation(organisation=club.organisation, user=pirjo, text="Ohjaaja")
    return "- Kivivuoren perhetalo"


def write_profile(club, _pirjo, satu):
    organisation = cast.organisation("Uusi yhdistys", status="draft")
    organisation.memberships.create(user=satu)
    confirm_days_ago(organisation, 0)
    return "- Uusi yhdistys"


def propose(club, _pirjo, satu):
    propose_category(service=club, text="Mikään ei sovi isovanhemmille.", by=satu)
    return "- Perhekerho (Kivivuoren perhetalo)"


@pytest.mark.parametrize("create_request", [ask, write_profile, propose])
def test_coordinators_are_mailed_once_about_each_decision(club, pirjo, satu, kaisa, new_emails, create_request):
    line = create_request(club, pirjo, satu)
    run_remind()
    (message,) = new_emails()
    assert message.to == ["kaisa@vake.example"]
    assert line in message.text
    run_remind()
    assert new_emails() == []


def test_decided_requests_are_not_mailed(club, pirjo, satu, kaisa, new_emails):
    ask(club, pirjo, satu)
    decline_claim(claim=Claim.objects.get(), decided_by=kaisa)
    run_remind()
    assert new_emails() == []


def test_repeated_request_is_mailed_again(club, pirjo, satu, kaisa, new_emails):
    ask(club, pirjo, satu)
    run_remind()
    new_emails()
    decline_claim(claim=Claim.objects.get(), decided_by=kaisa)
    ask(club, cast.create_user("toinen@koulu.example"), satu)
    Claim.objects.filter(state="open").update(created_at=Organisation.objects.get().created_at)
    run_remind()
    assert len(new_emails()) == 1
