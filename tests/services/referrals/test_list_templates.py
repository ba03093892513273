"""Templates of lists: kept while a list is made, shared with colleagues, and the start of new lists."""

import pytest

from organisations.models import Membership
from services.models import ListTemplate
from tests import cast
from tests.html_page import Page

from .conftest import Device

NAME = "ero, alle kouluikäinen, Kerava"


def keep(device, *services, name=NAME, organisation="", **advice):
    """Save the form of a list as a template; returns the page."""
    facts = {"template": "1", "template-name": name, "template-organisation": organisation}
    return Page(device.send(device.begin(*services) | facts | advice))


@pytest.fixture
def device(pirjo):
    return Device(pirjo)


@pytest.fixture
def colleague(satu, kivivuori):
    """An editor of the organisation of which Satu is an admin."""
    user = cast.create_user("sisko@kivivuori.example")
    Membership.objects.create(user=user, organisation=kivivuori, role="editor")
    return Device(user)


def names(device):
    return [heading.text for heading in device.open("referrals:templates").main.all("h2")]


def start(device, template):
    return device.open("referrals:make-list", template=template.pk)


def test_list_starts_from_a_template_with_its_steps_and_phrases(device, counselling, club):
    advice = {f"s{club.pk}-next_step": "visit", f"s{club.pk}-phrases": ["kela-card"], "title": "next-steps"}
    page = keep(device, club, counselling, **advice)
    assert page.one(class_="notice-good").text == f"Tallennettu pohjaksi: {NAME}."
    assert names(device) == [NAME]
    page = start(device, ListTemplate.objects.get())
    assert [item.one("h2").text for item in page.one("ol", class_="referral-items").children if item.all("h2")] == [
        "Perhekerho",
        "Eroneuvonta",
    ]
    assert page.one("select", name=f"s{club.pk}-next_step").one("option", selected=True)["value"] == "visit"
    assert page.one("input", name=f"s{club.pk}-phrases", checked=True)["value"] == "kela-card"
    assert page.one("select", name="title").one("option", selected=True)["value"] == "next-steps"


def test_own_words_are_not_kept_and_stay_in_the_form(device, counselling):
    page = keep(device, counselling, **{f"s{counselling.pk}-note": "Soita aamulla."})
    assert page.one("textarea", name=f"s{counselling.pk}-note").text == "Soita aamulla."
    assert start(device, ListTemplate.objects.get()).one("textarea", name=f"s{counselling.pk}-note").text == ""


def test_template_sent_twice_is_kept_once(device, counselling):
    form = device.begin(counselling) | {"template": "1", "template-name": NAME}
    for _time in range(2):
        assert Page(device.send(form)).one(class_="notice-good")
    assert ListTemplate.objects.count() == 1


def test_template_of_an_organisation_is_for_its_members(device, colleague, satu, kivivuori, counselling):
    assert keep(Device(satu), counselling, organisation=kivivuori.pk).one(class_="notice-good")
    assert names(colleague) == [NAME]
    assert names(device) == []
    template = ListTemplate.objects.get()
    assert start(colleague, template).all("ol", class_="referral-items")
    device.open("referrals:make-list", template=template.pk, status=404)
    assert device.browser.post(f"/fi/listapohjat/{template.pk}/poista/").status_code == 404
    assert colleague.browser.post(f"/fi/listapohjat/{template.pk}/poista/").status_code == 302
    assert names(colleague) == []


def test_own_template_is_seen_by_nobody_else(satu, colleague, counselling):
    keep(Device(satu), counselling)
    assert names(Device(satu)) == [NAME]
    assert names(colleague) == []


def test_template_is_not_shared_with_an_organisation_of_others(device, kivivuori, counselling):
    page = keep(device, counselling, organisation=kivivuori.pk)
    assert page.one(class_="errors")
    assert not ListTemplate.objects.exists()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "Täytä tämä kohta."),
        ("Anna 010120A123X", "Tässä on henkilötunnus. Poista se: mitään ei tallennettu."),
        ("Äiti 040 1234567", "Tästä näyttää selviävän, kuka joku on. Kuvaile sen sijaan tilannetta."),
        ("Kaisa Virtanen", "Tästä näyttää selviävän, kuka joku on. Kuvaile sen sijaan tilannetta."),
    ],
)
def test_name_says_nothing_about_a_family(device, counselling, name, error):
    page = keep(device, counselling, name=name)
    assert page.one(id="id_template-name_error").text == error
    assert page.one("input", name="template-name").attributes.get("value", "") == name
    assert not ListTemplate.objects.exists()


def test_service_that_is_gone_is_missed(device, counselling, club):
    keep(device, counselling, club)
    club.delete()
    counselling.status = "archived"
    counselling.save()
    page = start(device, ListTemplate.objects.get())
    assert "Listalla ei ole palveluja." in page.main.text
    assert "Palvelu, jota ei enää ole hakemistossa" in device.open("referrals:templates").main.text


def test_visitors_have_no_templates(worker, counselling):
    assert not worker.open("referrals:make-list", s=counselling.pk).all("input", name="template-name")
    keep_form = worker.begin(counselling) | {"template": "1", "template-name": NAME}
    worker.send(keep_form)
    assert not ListTemplate.objects.exists()


def test_user_who_is_deleted_takes_the_own_templates_along(device, pirjo, counselling):
    keep(device, counselling)
    pirjo.delete()
    assert not ListTemplate.objects.exists()
