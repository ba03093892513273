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
from tests.html_page import view_url
from tests.services.stewardship.editing.service_form import EditorClient

from .reminders import confirm_days_ago

YEAR = 365


class DashboardClient(EditorClient):
    """Somebody on her own page."""

    def read(self, lang="fi"):
        return self.open(view_url("dashboard:account", lang=lang))

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
def satu_client(satu):
    return DashboardClient(satu)


@pytest.fixture
def club(kivivuori):
    confirm_days_ago(kivivuori, 1)
    return confirm_days_ago(cast.service("Perhekerho", kivivuori), 1)


CHECK = "Pitävätkö tiedot yhä paikkansa?"


def test_all_is_well(satu_client, club):
    assert satu_client.tasks == []
    page = satu_client.read()
    assert "Kaikki on kunnossa" in page.section("tasks").text
    # Confirmed yesterday; near New Year that is not always next year.
    due = timezone.localdate() + dt.timedelta(days=YEAR - 1)
    assert f"{due.day}.{due.month}.{due.year}" in page.section("tasks").text


def test_first_page_of_the_desk_tells_what_waits_there(kaisa_admin, kivivuori, pirjo):
    assert "Mikään ei odota koordinaattoria" in kaisa_admin.open("index").section("waiting").text
    claim_organisation(organisation=kivivuori, user=pirjo, text="Ohjaaja")
    waiting = kaisa_admin.open("index").section("waiting")
    requests = view_url("admin:organisations_claim_changelist") + "?state__exact=open"
    assert [link.text for link in waiting.all("a", href=requests)] == ["Joku haluaa ylläpitää organisaation tietoja"]


def test_new_organisation_is_written_by_its_member_and_then_published_by_a_coordinator(satu_client, kivivuori, kaisa):
    Organisation.objects.filter(pk=kivivuori.pk).update(status="draft")
    profile = view_url("editing:profile", kivivuori.pk)
    assert satu_client.tasks == [("Kerro organisaatiosta", profile)]
    # Nobody can confirm what readers do not see, and nobody asks for it.
    assert "Tietoja ei ole tarkistettu ajoissa" not in satu_client.rows()[0]
    assert "kun koordinaattori julkaisee sen" in satu_client.rows()[0]
    at_kaisa = DashboardClient(kaisa)
    assert at_kaisa.tasks == []
    satu_client.send(satu_client.open(profile), "publish", description_fi="Autamme perheitä.")
    assert satu_client.tasks == []
    assert "Kysymme" not in satu_client.read().section("tasks").text
    drafts = view_url("admin:organisations_organisation_changelist") + f"?id__in={kivivuori.pk}"
    assert at_kaisa.tasks == [("Uuden organisaation voi julkaista", drafts)]


def test_who_looks_after_nothing_is_told_how_to_begin(pirjo):
    page = DashboardClient(pirjo).read()
    assert not page.has_section("tasks")
    assert page.main.all("a", href=view_url("people:add"))


@pytest.mark.parametrize("days", [YEAR - 20, YEAR + 10, YEAR + 100])
def test_what_must_be_confirmed(satu_client, club, kivivuori, days):
    confirm_days_ago(club, days)
    assert satu_client.tasks == [(CHECK, view_url("confirming:confirm", kivivuori.pk))]
    assert "Perhekerho" in satu_client.read().section("tasks").text


def test_what_misleads_readers_comes_before_what_can_wait(satu_client, club, kivivuori):
    vague = DashboardClient(satu_client.user)
    report_mistake(organisation=kivivuori, service=club, kind="phone", text="", email="", language="fi")
    vague.send(vague.edit(club), "save", name_fi="Uusi nimi")
    found = ["Lukija huomasi virheen", CHECK, "Luonnos on julkaisematta"]
    assert satu_client.to_do == [found[0], found[2]]
    confirm_days_ago(club, YEAR + 10)
    assert satu_client.to_do == found
    confirm_days_ago(club, YEAR - 10)
    assert satu_client.to_do == found
    # About to leave the search: nothing is more urgent.
    confirm_days_ago(club, 2 * YEAR - 10)
    assert satu_client.to_do == [found[1], found[0], found[2]]


def test_what_another_system_keeps_does_not_leave_the_search(satu_client, club):
    confirm_days_ago(club, 2 * YEAR - 10)
    assert "poistumassa hausta" in satu_client.read().section("tasks").text
    club.references.create(system="ptv", identifier="1")
    assert "poistumassa hausta" not in satu_client.read().section("tasks").text


def test_reports_of_readers(satu_client, club, kivivuori):
    for kind in ("phone", "hours"):
        report_mistake(organisation=kivivuori, service=club, kind=kind, text="", email="", language="fi")
    assert satu_client.tasks == [("Lukijat huomasivat 2 virhettä", view_url("reports:answer", kivivuori.pk))]


def test_one_draft_opens_and_several_are_listed(satu_client, club, kivivuori):
    satu_client.send(satu_client.new(kivivuori), "save", name_fi="Vertaisryhmä")
    made = Service.objects.latest("pk")
    assert satu_client.tasks == [("Luonnos on julkaisematta", view_url("editing:edit", made.pk))]
    assert "Vertaisryhmä" in satu_client.read().section("tasks").text
    satu_client.send(satu_client.edit(club), "save", name_fi="Uusi nimi")
    assert satu_client.tasks == [("2 luonnosta on julkaisematta", view_url("editing:services", kivivuori.pk))]


def test_draft_of_the_profile(satu_client, kivivuori, club):
    profile = view_url("editing:profile", kivivuori.pk)
    satu_client.send(satu_client.open(profile), "save", description_fi="Uusi kuvaus")
    assert satu_client.tasks == [("Luonnos on julkaisematta", profile)]


def test_broken_links(satu_client, club, kivivuori):
    Service.objects.filter(pk=club.pk).update(website_fi="https://kerho.example/")
    LinkCheck.objects.create(
        address="https://kerho.example/",
        checked_at=timezone.now(),
        result="failed",
        problem="gone",
        failed_days=3,
        failed_on=timezone.localdate(),
    )
    assert satu_client.to_do == ["Linkki ei toimi"]
    assert "Perhekerho" in satu_client.read().section("tasks").text


def test_coordinators_answer_is_shown_until_it_is_put_away(satu_client, club):
    proposal = CategoryProposal.objects.create(service=club, text="Isovanhemmat", by=satu_client.user)
    assert satu_client.tasks == []
    answer_proposal(proposal=proposal, category=cast.category("Isovanhemmuus"), answer="Hyvä!", now=timezone.now())
    assert satu_client.tasks == [("Koordinaattori vastasi aihe-ehdotukseen", view_url("editing:edit", club.pk))]
    said = satu_client.read().section("tasks").text
    assert "Isovanhemmuus" in said and "Hyvä!" in said
    satu_client.press(satu_client.read(), view_url("dashboard:put-away", proposal.pk))
    assert satu_client.tasks == []


def test_answer_is_put_away_by_nobody_else(pirjo, satu, club):
    proposal = CategoryProposal.objects.create(service=club, text="Isovanhemmat")
    answer_proposal(proposal=proposal, category=None, answer="Kuuluu aiheeseen Perhe.", now=timezone.now())
    outsider = DashboardClient(pirjo)
    assert outsider.browser.post(view_url("dashboard:put-away", proposal.pk)).status_code == 404
    assert DashboardClient(satu).to_do == ["Koordinaattori vastasi aihe-ehdotukseen"]


def test_invitation_that_expired_needs_an_admin(satu_client, club, kivivuori):
    invite(organisation=kivivuori, email="x@y.example", role="editor", language="fi", invited_by=satu_client.user)
    assert satu_client.tasks == []
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    assert satu_client.tasks == [("Kutsu on vanhentunut", view_url("people:members", kivivuori.pk) + "#invitations")]
    Membership.objects.update(role="editor")
    assert satu_client.tasks == []


def test_row_tells_freshness_completeness_and_services(satu_client, club, kivivuori):
    confirm_days_ago(club, YEAR)
    cast.service("Luonnos", kivivuori, status="draft")
    (row,) = satu_client.rows()
    assert "Kivivuoren perhetalo" in row and "Tarkistettu eilen" in row
    assert "1 julkaistu palvelu · 1 tarkistettavana" in row
    assert "Palvelut: 0 % täytetty" in row


def test_admin_looks_after_what_lies_below_and_an_editor_does_not(satu_client, club, kivivuori):
    below = cast.organisation("Kivivuoren pienet", parent=kivivuori)
    confirm_days_ago(below, YEAR + 10)
    first, second = satu_client.rows()
    assert "Kivivuoren perhetalo" in first
    assert "Kivivuoren pienet" in second and "Kuuluu organisaatioosi" in second
    assert satu_client.tasks == [(CHECK, view_url("confirming:confirm", below.pk))]
    Membership.objects.update(role="editor")
    assert len(satu_client.rows()) == 1 and satu_client.tasks == []


def test_what_others_look_after_is_not_shown(satu_client, club, vake):
    confirm_days_ago(cast.service("Neuvola", vake), 2 * YEAR)
    assert satu_client.tasks == [] and len(satu_client.rows()) == 1


def test_page_is_empty_when_the_membership_ends(satu_client, club):
    confirm_days_ago(club, YEAR)
    Membership.objects.all().delete()
    assert satu_client.tasks == []
    assert "Perhekerho" not in satu_client.read().main.text


def test_coordinator_sees_what_waits_at_the_desk(kaisa, pirjo, kivivuori, club):
    at_kaisa = DashboardClient(kaisa)
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
            view_url("admin:services_mistakereport_changelist", state__exact="open"),
        ),
        (
            "Joku haluaa ylläpitää organisaation tietoja",
            view_url("admin:organisations_claim_changelist", state__exact="open"),
        ),
        (
            "Aihe-ehdotus odottaa vastausta",
            view_url("admin:services_categoryproposal_changelist", state__exact="open"),
        ),
    ]


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_page_in_each_language(satu_client, club, lang):
    confirm_days_ago(club, YEAR)
    assert satu_client.read(lang).language == lang


@pytest.mark.parametrize("many", [1, 8])
def test_page_asks_the_database_as_often_for_many(satu_client, many, django_assert_num_queries):
    for n in range(many):
        organisation = cast.organisation(f"Yhdistys {n}")
        Membership.objects.create(user=satu_client.user, organisation=organisation, role="admin")
        for service in cast.services(many, organisation):
            confirm_days_ago(service, 2 * YEAR)
            report_mistake(organisation=organisation, service=service, kind="phone", text="", email="", language="fi")
            proposal = CategoryProposal.objects.create(service=service, text="Isovanhemmat")
            answer_proposal(proposal=proposal, category=None, answer="Ei", now=timezone.now())
    Organisation.objects.update(assured_at=timezone.now() - dt.timedelta(days=2 * YEAR))
    satu_client.read()
    with django_assert_num_queries(18):
        satu_client.read()
