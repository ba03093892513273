"""Refer a client: a checklist by the route that the service asks professionals to take."""

import pytest

from organisations.models import Municipality
from tests import cast


@pytest.fixture
def family_work(kivivuori):
    return cast.service(
        "Perhetyö",
        kivivuori,
        professional_access_fi="Soita palveluohjaukseen.",
        professional_needs_fi="Kerro lasten iät.",
        waiting_time_fi="2–3 viikkoa",
    )


def steps(page):
    items = [step for step in page.one(class_="checklist").children if not isinstance(step, str)]
    return {step.one("h2").text: step.text for step in items}


def test_service_leads_to_the_checklist(open_page, visit, family_work):
    link = open_page(family_work).all("a", href=f"/fi/ohjaa/{family_work.pk}/")
    assert [a.text for a in link] == ["Ohjaa asiakas"]
    told = steps(visit("referrals:refer", family_work.pk))
    assert list(told) == [
        "Kysy suostumus",
        "Ota yhteyttä",
        "Miten",
        "Mitä ohjaamiseen tarvitaan",
        "Odotusaika",
        "Kerro asiakkaalle",
    ]
    assert "Soita palveluohjaukseen." in told["Miten"]
    assert "Kerro lasten iät." in told["Mitä ohjaamiseen tarvitaan"]
    assert "2–3 viikkoa" in told["Odotusaika"]


def test_contact_is_that_of_the_municipality(visit, family_work, kivivuori):
    facts = {"purposes": ["referrals"], "visibility": "public"}
    for name in ("Vantaa", "Kerava"):
        cast.contact("Ohjaaja", kivivuori, name=f"{name}n Sanna", covers=[name], **facts)
    cast.contact("Tiedottaja", kivivuori, name="Timo", purposes=["press"], visibility="public")
    kerava = Municipality.objects.get(name_fi="Kerava")
    page = visit("referrals:refer", family_work.pk, municipality=kerava.pk)
    assert [name.text for name in page.one(class_="contacts").all("strong")] == ["Keravan Sanna"]
    everywhere = visit("referrals:refer", family_work.pk).one(class_="contacts")
    assert len(everywhere.all("strong")) == 2


def test_number_of_the_service_stands_in_for_a_contact(visit, family_work):
    family_work.phones.create(number="09 000 4321")
    assert visit("referrals:refer", family_work.pk).one(class_="checklist").all("a", href="tel:090004321")


def test_message_says_nothing_about_the_client(visit, family_work):
    page = visit("referrals:refer", family_work.pk)
    assert "Perhetyö" in page.one(id="handover-text").text
    assert "Palvelukartan kautta ei kulje mitään asiakkaasta" in page.main.text


def test_missing_contact_of_professionals_is_told(visit, family_work, kivivuori):
    cast.contact("Ohjaaja", kivivuori, purposes=["referrals"], visibility="professionals")
    assert "näkyy vain kirjautuneille ammattilaisille" in visit("referrals:refer", family_work.pk).main.text
