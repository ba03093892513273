"""The story of a service, from an invitation by mail to a version brought back: in real browsers, mail over a socket.

Aino leads Muurin takaa, a small NGO. She invites Oona, who writes its first service. A professional without a login
finds it. Later both change it at the same time, Oona confirms it from a mail, and an older version comes back.
"""

import pytest
from playwright.sync_api import expect

from tests.html_page import view_url

from .page_actions import log_in_as
from .test_accounts import press

pytestmark = pytest.mark.browser

AINO, OONA, PASSWORD = "aino@muurintakaa.example", "oona@muurintakaa.example", "vihreä-kivi-12"
TEXTS = {
    "fi": ("Torstain vertaisilta", "Ilta läheisille, joiden perheenjäsen on poissa kotoa."),
    "sv": ("Torsdagskväll för anhöriga", "En kväll för familjer där någon är borta hemifrån."),
    "en": ("Thursday evening for families", "An evening for families with somebody away from home."),
}
# A word that stands in no text of the service: it means one of its subjects.
SYNONYM, SUBJECT = "vankila", "Vankien perheet"
AINO_SUMMARY, OONA_SUMMARY = "Iltaan voi tulla ilman ilmoittautumista.", "Illassa on kahvit ja lastenhoito."
SETUP_SCRIPT = f"""
from allauth.account.models import EmailAddress
from django.utils import timezone
from organisations.models import Membership, Municipality, Organisation, User
home = Organisation.objects.create(
    name_fi="Muurin takaa", sector="ngo", status="published", assured_at=timezone.now()
)
home.municipalities.add(Municipality.objects.get(name_fi="Vantaa"))
aino = User.objects.create_user("{AINO}", "{PASSWORD}", name="Aino Johtaja")
EmailAddress.objects.create(user=aino, email=aino.email, verified=True, primary=True)
Membership.objects.create(user=aino, organisation=home, role="admin")
print(home.pk)
"""
TEARDOWN_SCRIPT = f"""
from organisations.models import Organisation, User
from services.models import Service, ServiceLocation
Service.objects.filter(organisation={{home}}).delete()
ServiceLocation.objects.filter(organisation={{home}}).delete()
Organisation.objects.filter(pk={{home}}).delete()
User.objects.filter(email__in=["{AINO}", "{OONA}"]).delete()
"""
AGE_RECORDS_SCRIPT = """
import datetime as dt
from django.utils import timezone
from services.indexing.services import index_services
from services.models import Service
Service.objects.filter(organisation={home}).update(assured_at=timezone.now() - dt.timedelta(days=360))
index_services(service_ids=Service.objects.filter(organisation={home}).values_list("pk", flat=True))
"""


@pytest.fixture
def organisation_id(demo):
    """The number of Muurin takaa. Other tests find the demo without it."""
    number = int(demo.manage("shell", "--no-imports", "-c", SETUP_SCRIPT).split()[-1])
    yield number
    demo.manage("shell", "--no-imports", "-c", TEARDOWN_SCRIPT.format(home=number))


@pytest.fixture
def aino(open_page, demo, organisation_id):
    """Aino's browser."""
    page = open_page("/fi/")
    log_in_as(page, demo.url, AINO, PASSWORD)
    return page


@pytest.fixture
def oona(open_page):
    """Oona's browser; she has no account yet."""
    return open_page("/fi/", width=360)


@pytest.fixture
def professional(open_page):
    """Somebody else's browser, who never logs in."""
    return open_page("/fi/")


def test_a_service_is_kept_true_from_the_invitation_to_a_restored_version(
    aino, oona, professional, demo, organisation_id
):
    go = PageOpener(demo, organisation_id)
    accept_the_invitation(aino, oona, go)
    write_a_place_with_hours(oona, go)
    publish_in_three_languages(oona, go)
    service = find_it_by_a_synonym(professional, go)
    change_it_at_the_same_time(aino, oona, go, service)
    confirm_from_the_mail(professional, go, service)
    read_the_history_and_bring_a_version_back(oona, aino, go, service)
    professional.goto(service)
    expect(professional.locator("main")).to_contain_text(AINO_SUMMARY)
    assert aino.problems == oona.problems == professional.problems == []


class PageOpener:
    """To the pages of Muurin takaa: `go(page, "editing:new")`."""

    def __init__(self, demo, home):
        self.demo, self.home = demo, home

    def __call__(self, page, route, *args):
        page.goto(self.demo.url + view_url(route, *(args or [self.home])))


def accept_the_invitation(aino, oona, go):
    go(aino, "people:members")
    aino.fill("#invite-form #id_email", OONA)
    press(aino, "#invite-form button[type=submit]")
    (letter,) = go.demo.mails.of(OONA)
    assert "Muurin takaa" in letter.subject
    (link,) = letter.links

    oona.goto(go.demo.url + link)
    press(oona)
    oona.fill("#id_name", "Oona Ohjaaja")
    oona.fill("#id_password1", PASSWORD)
    press(oona)
    press(oona)
    expect(oona.locator("main")).to_contain_text("Muurin takaa")
    # Another day, she logs in with what she chose.
    oona.context.clear_cookies()
    log_in_as(oona, go.demo.url, OONA, PASSWORD)


def write_a_place_with_hours(oona, go):
    go(oona, "editing:place-new")
    oona.fill("#id_name_fi", "Kerhotalo")
    oona.fill("#id_street_fi", "Kielotie 1")
    oona.fill("#id_postal_code", "01300")
    oona.select_option("#id_municipality", label="Vantaa")
    oona.fill("input[name=opens-0-4-0]", "17:00")
    oona.fill("input[name=closes-0-4-0]", "20:00")
    oona.locator("#place-form .save-bar button").click()
    expect(oona.locator(".notice-good")).to_be_visible()


def publish_in_three_languages(oona, go):
    go(oona, "editing:new")
    for language, (name, summary) in TEXTS.items():
        oona.locator(f"[data-show={language}]").click()
        oona.fill(f"#id_name_{language}", name)
        oona.fill(f"#id_summary_{language}", summary)
    oona.fill("#find-category", SYNONYM)
    oona.locator("#found-categories button", has_text=SUBJECT).click()
    expect(oona.locator("#chosen-categories")).to_contain_text(SUBJECT)
    oona.get_by_label("Kerhotalo").check()
    oona.locator("#service-form .save-bar [value=publish]").click()
    expect(oona.locator(".notice-good")).to_be_visible()


def find_it_by_a_synonym(professional, go):
    """The address of the service as readers see it."""
    professional.fill("#q", SYNONYM)
    professional.press("#q", "Enter")
    card = professional.locator("[data-service-id]", has_text=TEXTS["fi"][0])
    assert SYNONYM not in card.inner_text()
    card.locator(".card-name a").click()
    professional.wait_for_url("**-torstain-vertaisilta/")
    shown = professional.locator("main")
    for text in (TEXTS["fi"][1], "Kielotie 1", "17–20", SUBJECT):
        expect(shown).to_contain_text(text)
    service = professional.url
    for language in ("sv", "en"):
        professional.locator(f"header a[hreflang={language}]").click()
        expect(shown).to_contain_text(TEXTS[language][1])
    return service


def change_it_at_the_same_time(aino, oona, go, service):
    for page, text in ((aino, AINO_SUMMARY), (oona, OONA_SUMMARY)):
        go(page, "editing:services")
        page.locator("ul.own-services h2 a").click()
        page.fill("#id_summary_fi", text)
    publish = "#service-form .save-bar [value=publish]"
    aino.locator(publish).click()
    expect(aino.locator(".notice-good")).to_be_visible()
    oona.locator(publish).click()
    both = oona.locator("#conflict fieldset")
    expect(both).to_have_count(1)
    expect(both).to_contain_text(AINO_SUMMARY)
    expect(both).to_contain_text(OONA_SUMMARY)
    oona.problems.clear()  # browsers note the 409
    both.locator("input[value=mine]").check()
    oona.locator("#conflict .actions button").click()
    expect(oona.locator(".notice-good")).to_be_visible()
    oona.goto(service)
    expect(oona.locator("main")).to_contain_text(OONA_SUMMARY)


def confirm_from_the_mail(professional, go, service):
    """Whoever opens the link needs no login: here it is a browser that has none."""
    go.demo.manage("shell", "--no-imports", "-c", AGE_RECORDS_SCRIPT.format(home=go.home))
    go.demo.manage("remind")
    letter = go.demo.mails.of(OONA)[-1]
    assert TEXTS["fi"][0] in letter.text
    professional.goto(go.demo.url + letter.links[0])
    kept = professional.locator(".service-card", has_text=TEXTS["fi"][0])
    expect(kept.locator(".fresh")).to_contain_text("kuukautta")
    professional.locator("button[name=confirm]").click()
    expect(professional.locator(".notice-good")).to_be_visible()
    professional.goto(service)
    expect(professional.locator(".service-head .fresh")).to_contain_text("tänään")


def read_the_history_and_bring_a_version_back(oona, aino, go, service):
    go(oona, "editing:services")
    oona.locator("ul.own-services h2 a").click()
    oona.get_by_role("link", name="Historia").click()
    moments = oona.locator(".moments > li")
    for who, what in (
        ("Oona Ohjaaja", TEXTS["sv"][0]),
        ("Oona Ohjaaja", SUBJECT),
        ("Oona Ohjaaja", "Kerhotalo"),
        ("Aino Johtaja", AINO_SUMMARY),
        ("Oona Ohjaaja", OONA_SUMMARY),
        ("Oona Ohjaaja", "tarkist"),
    ):
        expect(moments.filter(has_text=who).filter(has_text=what).first).to_be_visible()
    ainos = moments.filter(has_text="Aino Johtaja")
    ainos.locator("a").last.click()
    expect(oona.locator("section[aria-labelledby=differences] del")).to_contain_text([OONA_SUMMARY])
    expect(oona.locator("section[aria-labelledby=differences] ins")).to_contain_text([AINO_SUMMARY])
    oona.locator("main form[method=post] button").click()
    expect(oona.locator("main [role=status]")).to_be_visible()
    expect(moments.first.locator("ins")).to_contain_text([AINO_SUMMARY])
