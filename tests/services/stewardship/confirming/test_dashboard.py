"""A member's own page: what needs her now, the most urgent first, and what she looks after."""

import datetime as dt

import pytest
from django.utils import timezone

from organisations.actions.claims import claim_organisation
from organisations.actions.invitations import invite
from organisations.models import Invitation, Membership, Organisation
from services.actions.proposals import answer_proposal
from services.actions.report_mistake import report_mistake
from services.models import CategoryProposal, LinkCheck, Service
from tests import cast
from tests.html_page import address
from tests.services.stewardship.editing.service_form import Writer

from .reminders import confirmed

YEAR = 365


class Home(Writer):
    """Somebody on her own page."""

    def read(self, lang="fi"):
        return self.open(address("dashboard:account", lang=lang))

    @property
    def tasks(self):
        """What there is to do, in order: [("Lukija huomasi virheen", where its button leads)]."""
        page = self.read()
        lists = page.main.all("ol", class_="tasks")
        return [(one.one("h3").text, one.one("a", class_="button")["href"]) for each in lists for one in each.all("li")]

    @property
    def to_do(self):
        return [what for what, _where in self.tasks]

    def rows(self):
        """What she looks after: the text about each organisation."""
        return [row.text for row in self.read().section("organisations").all("ul", class_="rows")[0].all("li")]


@pytest.fixture
def at_satu(satu):
    return Home(satu)


@pytest.fixture
def club(kivivuori):
    confirmed(kivivuori, 1)
    return confirmed(cast.service("Perhekerho", kivivuori), 1)


CHECK = "Pitävätkö tiedot yhä paikkansa?"


def test_all_is_well(at_satu, club):
    assert at_satu.tasks == []
    page = at_satu.read()
    assert "Kaikki on kunnossa" in page.section("tasks").text
    assert str(timezone.localdate().year + 1) in page.section("tasks").text


def test_first_page_of_the_desk_tells_what_waits_there(kaisas_desk, kivivuori, pirjo):
    assert "Mikään ei odota koordinaattoria" in kaisas_desk.open("index").section("waiting").text
    claim_organisation(organisation=kivivuori, user=pirjo, text="Ohjaaja")
    waiting = kaisas_desk.open("index").section("waiting")
    requests = address("admin:organisations_claim_changelist") + "?state__exact=open"
    assert [link.text for link in waiting.all("a", href=requests)] == ["Joku haluaa ylläpitää organisaation tietoja"]


def test_new_organisation_is_written_by_its_member_and_then_published_by_a_coordinator(at_satu, kivivuori, kaisa):
    Organisation.objects.filter(pk=kivivuori.pk).update(status="draft")
    profile = address("editing:profile", kivivuori.pk)
    assert at_satu.tasks == [("Kerro organisaatiosta", profile)]
    # Nobody can confirm what readers do not see, and nobody asks for it.
    assert "Tietoja ei ole tarkistettu ajoissa" not in at_satu.rows()[0]
    assert "kun koordinaattori julkaisee sen" in at_satu.rows()[0]
    at_kaisa = Home(kaisa)
    assert at_kaisa.tasks == []
    at_satu.send(at_satu.open(profile), "publish", description_fi="Autamme perheitä.")
    assert at_satu.tasks == []
    assert "Kysymme" not in at_satu.read().section("tasks").text
    drafts = address("admin:organisations_organisation_changelist") + f"?id__in={kivivuori.pk}"
    assert at_kaisa.tasks == [("Uuden organisaation voi julkaista", drafts)]


def test_who_looks_after_nothing_is_told_how_to_begin(pirjo):
    page = Home(pirjo).read()
    assert not page.has_section("tasks")
    assert page.main.all("a", href=address("people:add"))


@pytest.mark.parametrize("days", [YEAR - 20, YEAR + 10, YEAR + 100])
def test_what_must_be_confirmed(at_satu, club, kivivuori, days):
    confirmed(club, days)
    assert at_satu.tasks == [(CHECK, address("confirming:confirm", kivivuori.pk))]
    assert "Perhekerho" in at_satu.read().section("tasks").text


def test_what_misleads_readers_comes_before_what_can_wait(at_satu, club, kivivuori):
    vague = Home(at_satu.user)
    report_mistake(organisation=kivivuori, service=club, kind="phone", text="", email="", language="fi")
    vague.send(vague.edit(club), "save", name_fi="Uusi nimi")
    found = ["Lukija huomasi virheen", CHECK, "Luonnos on julkaisematta"]
    assert at_satu.to_do == [found[0], found[2]]
    confirmed(club, YEAR + 10)
    assert at_satu.to_do == found
    confirmed(club, YEAR - 10)
    assert at_satu.to_do == found
    # About to leave the search: nothing is more urgent.
    confirmed(club, 2 * YEAR - 10)
    assert at_satu.to_do == [found[1], found[0], found[2]]


def test_what_another_system_keeps_does_not_leave_the_search(at_satu, club):
    confirmed(club, 2 * YEAR - 10)
    assert "poistumassa hausta" in at_satu.read().section("tasks").text
    club.references.create(system="ptv", identifier="1")
    assert "poistumassa hausta" not in at_satu.read().section("tasks").text


def test_reports_of_readers(at_satu, club, kivivuori):
    for kind in ("phone", "hours"):
        report_mistake(organisation=kivivuori, service=club, kind=kind, text="", email="", language="fi")
    assert at_satu.tasks == [("Lukijat huomasivat 2 virhettä", address("reports:answer", kivivuori.pk))]


def test_one_draft_opens_and_several_are_listed(at_satu, club, kivivuori):
    at_satu.send(at_satu.new(kivivuori), "save", name_fi="Vertaisryhmä")
    made = Service.objects.latest("pk")
    assert at_satu.tasks == [("Luonnos on julkaisematta", address("editing:edit", made.pk))]
    assert "Vertaisryhmä" in at_satu.read().section("tasks").text
    at_satu.send(at_satu.edit(club), "save", name_fi="Uusi nimi")
    assert at_satu.tasks == [("2 luonnosta on julkaisematta", address("editing:services", kivivuori.pk))]


def test_draft_of_the_profile(at_satu, kivivuori, club):
    profile = address("editing:profile", kivivuori.pk)
    at_satu.send(at_satu.open(profile), "save", description_fi="Uusi kuvaus")
    assert at_satu.tasks == [("Luonnos on julkaisematta", profile)]


def test_broken_links(at_satu, club, kivivuori):
    Service.objects.filter(pk=club.pk).update(website_fi="https://kerho.example/")
    LinkCheck.objects.create(
        address="https://kerho.example/",
        checked_at=timezone.now(),
        result="failed",
        problem="gone",
        failed_days=3,
        failed_on=timezone.localdate(),
    )
    assert at_satu.to_do == ["Linkki ei toimi"]
    assert "Perhekerho" in at_satu.read().section("tasks").text


def test_coordinators_answer_is_shown_until_it_is_put_away(at_satu, club):
    proposal = CategoryProposal.objects.create(service=club, text="Isovanhemmat", by=at_satu.user)
    assert at_satu.tasks == []
    answer_proposal(proposal=proposal, category=cast.category("Isovanhemmuus"), answer="Hyvä!", now=timezone.now())
    assert at_satu.tasks == [("Koordinaattori vastasi aihe-ehdotukseen", address("editing:edit", club.pk))]
    said = at_satu.read().section("tasks").text
    assert "Isovanhemmuus" in said and "Hyvä!" in said
    at_satu.press(at_satu.read(), address("dashboard:put-away", proposal.pk))
    assert at_satu.tasks == []


def test_answer_is_put_away_by_nobody_else(pirjo, satu, club):
    proposal = CategoryProposal.objects.create(service=club, text="Isovanhemmat")
    answer_proposal(proposal=proposal, category=None, answer="Kuuluu aiheeseen Perhe.", now=timezone.now())
    outsider = Home(pirjo)
    assert outsider.browser.post(address("dashboard:put-away", proposal.pk)).status_code == 404
    assert Home(satu).to_do == ["Koordinaattori vastasi aihe-ehdotukseen"]


def test_invitation_that_expired_needs_an_admin(at_satu, club, kivivuori):
    invite(organisation=kivivuori, email="x@y.example", role="editor", language="fi", invited_by=at_satu.user)
    assert at_satu.tasks == []
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    assert at_satu.tasks == [("Kutsu on vanhentunut", address("people:members", kivivuori.pk) + "#invitations")]
    Membership.objects.update(role="editor")
    assert at_satu.tasks == []


def test_row_tells_freshness_completeness_and_services(at_satu, club, kivivuori):
    confirmed(club, YEAR)
    cast.service("Luonnos", kivivuori, status="draft")
    (row,) = at_satu.rows()
    assert "Kivivuoren perhetalo" in row and "Tarkistettu eilen" in row
    assert "1 julkaistu palvelu · 1 tarkistettavana" in row
    assert "Palvelut: 0 % täytetty" in row


def test_admin_looks_after_what_lies_below_and_an_editor_does_not(at_satu, club, kivivuori):
    below = cast.organisation("Kivivuoren pienet", parent=kivivuori)
    confirmed(below, YEAR + 10)
    first, second = at_satu.rows()
    assert "Kivivuoren perhetalo" in first
    assert "Kivivuoren pienet" in second and "Kuuluu organisaatioosi" in second
    assert at_satu.tasks == [(CHECK, address("confirming:confirm", below.pk))]
    Membership.objects.update(role="editor")
    assert len(at_satu.rows()) == 1 and at_satu.tasks == []


def test_what_others_look_after_is_not_shown(at_satu, club, vake):
    confirmed(cast.service("Neuvola", vake), 2 * YEAR)
    assert at_satu.tasks == [] and len(at_satu.rows()) == 1


def test_page_is_empty_when_the_membership_ends(at_satu, club):
    confirmed(club, YEAR)
    Membership.objects.all().delete()
    assert at_satu.tasks == []
    assert "Perhekerho" not in at_satu.read().main.text


def test_coordinator_sees_what_waits_at_the_desk(kaisa, pirjo, kivivuori, club):
    at_kaisa = Home(kaisa)
    assert at_kaisa.tasks == []
    claim_organisation(organisation=kivivuori, user=pirjo, text="Ohjaaja")
    CategoryProposal.objects.create(service=club, text="Isovanhemmat")
    # Nobody looks after Kivivuori: only a coordinator can answer.
    report_mistake(organisation=kivivuori, kind="phone", text="", email="", language="fi")
    lapland = cast.organisation("Napapiirin perheet", works_in="Rovaniemi")
    report_mistake(organisation=lapland, kind="phone", text="", email="", language="fi")
    assert at_kaisa.tasks == [
        (
            "Lukijan ilmoitus, johon kukaan ei ole vastannut",
            address("admin:services_mistakereport_changelist", state__exact="open"),
        ),
        (
            "Joku haluaa ylläpitää organisaation tietoja",
            address("admin:organisations_claim_changelist", state__exact="open"),
        ),
        (
            "Aihe-ehdotus odottaa vastausta",
            address("admin:services_categoryproposal_changelist", state__exact="open"),
        ),
    ]


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_page_in_each_language(at_satu, club, lang):
    confirmed(club, YEAR)
    assert at_satu.read(lang).language == lang


@pytest.mark.parametrize("many", [1, 8])
def test_page_asks_the_database_as_often_for_many(at_satu, many, django_assert_num_queries):
    for n in range(many):
        organisation = cast.organisation(f"Yhdistys {n}")
        Membership.objects.create(user=at_satu.user, organisation=organisation, role="admin")
        for service in cast.services(many, organisation):
            confirmed(service, 2 * YEAR)
            report_mistake(organisation=organisation, service=service, kind="phone", text="", email="", language="fi")
            proposal = CategoryProposal.objects.create(service=service, text="Isovanhemmat")
            answer_proposal(proposal=proposal, category=None, answer="Ei", now=timezone.now())
    Organisation.objects.update(assured_at=timezone.now() - dt.timedelta(days=2 * YEAR))
    at_satu.read()
    with django_assert_num_queries(18):
        at_satu.read()
