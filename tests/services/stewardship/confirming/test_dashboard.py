"""A member's dashboard: tasks, the most urgent first, and the maintained organisations."""

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
    """A user on the own dashboard."""

    def read(self, lang="fi"):
        return self.open(view_url("dashboard:account", lang=lang))

    @property
    def tasks(self):
        """The tasks in order with the URLs of their buttons: [("Lukija huomasi virheen", url)]."""
        page = self.read()
        items = [item for task_list in page.main.all("ol", class_="tasks") for item in task_list.all("li")]
        return [(item.one("h3").text, item.one("a", class_="button")["href"]) for item in items]

    @property
    def task_titles(self):
        return [title for title, _url in self.tasks]

    def rows(self):
        """The text about each maintained organisation."""
        return [row.text for row in self.read().section("organisations").all("ul", class_="rows")[0].all("li")]


@pytest.fixture
def satu_client(satu):
    return DashboardClient(satu)


@pytest.fixture
def club(kivivuori):
    confirm_days_ago(kivivuori, 1)
    return confirm_days_ago(cast.service("Perhekerho", kivivuori), 1)


CHECK = "Pitävätkö tiedot yhä paikkansa?"


def test_page_without_tasks_shows_the_next_confirmation(satu_client, club):
    assert satu_client.tasks == []
    page = satu_client.read()
    assert "Kaikki on kunnossa" in page.section("tasks").text
    # Confirmed yesterday; near New Year that is not always next year.
    due = timezone.localdate() + dt.timedelta(days=YEAR - 1)
    assert f"{due.day}.{due.month}.{due.year}" in page.section("tasks").text


def test_front_page_of_the_admin_lists_its_tasks(kaisa_admin, kivivuori, pirjo):
    assert "Mikään ei odota koordinaattoria" in kaisa_admin.open("index").section("waiting").text
    claim_organisation(organisation=kivivuori, user=pirjo, text="Ohjaaja")
    waiting = kaisa_admin.open("index").section("waiting")
    requests = view_url("admin:organisations_claim_changelist") + "?state__exact=open"
    assert [link.text for link in waiting.all("a", href=requests)] == ["Joku haluaa ylläpitää organisaation tietoja"]


def test_new_organisation_is_described_by_its_member_and_published_by_a_coordinator(satu_client, kivivuori, kaisa):
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


def test_user_without_organisations_sees_how_to_begin(pirjo):
    page = DashboardClient(pirjo).read()
    assert not page.has_section("tasks")
    assert page.main.all("a", href=view_url("people:add"))


@pytest.mark.parametrize("days", [YEAR - 20, YEAR + 10, YEAR + 100])
def test_due_confirmation_is_a_task(satu_client, club, kivivuori, days):
    confirm_days_ago(club, days)
    assert satu_client.tasks == [(CHECK, view_url("confirming:confirm", kivivuori.pk))]
    assert "Perhekerho" in satu_client.read().section("tasks").text


def test_tasks_that_mislead_readers_come_first(satu_client, club, kivivuori):
    vague = DashboardClient(satu_client.user)
    report_mistake(organisation=kivivuori, service=club, kind="phone", text="", email="", language="fi")
    vague.send(vague.edit(club), "save", name_fi="Uusi nimi")
    titles = ["Lukija huomasi virheen", CHECK, "Luonnos on julkaisematta"]
    assert satu_client.task_titles == [titles[0], titles[2]]
    confirm_days_ago(club, YEAR + 10)
    assert satu_client.task_titles == titles
    confirm_days_ago(club, YEAR - 10)
    assert satu_client.task_titles == titles
    # A service about to be archived is more urgent.
    confirm_days_ago(club, 2 * YEAR - 10)
    assert satu_client.task_titles == [titles[1], titles[0], titles[2]]


def test_imported_service_is_not_about_to_be_archived(satu_client, club):
    confirm_days_ago(club, 2 * YEAR - 10)
    assert "poistumassa hausta" in satu_client.read().section("tasks").text
    club.references.create(system="ptv", identifier="1")
    assert "poistumassa hausta" not in satu_client.read().section("tasks").text


def test_open_reports_are_a_task(satu_client, club, kivivuori):
    for kind in ("phone", "hours"):
        report_mistake(organisation=kivivuori, service=club, kind=kind, text="", email="", language="fi")
    assert satu_client.tasks == [("Lukijat huomasivat 2 virhettä", view_url("reports:answer", kivivuori.pk))]


def test_task_links_to_the_only_draft_or_to_the_list(satu_client, club, kivivuori):
    satu_client.send(satu_client.new(kivivuori), "save", name_fi="Vertaisryhmä")
    draft = Service.objects.latest("pk")
    assert satu_client.tasks == [("Luonnos on julkaisematta", view_url("editing:edit", draft.pk))]
    assert "Vertaisryhmä" in satu_client.read().section("tasks").text
    satu_client.send(satu_client.edit(club), "save", name_fi="Uusi nimi")
    assert satu_client.tasks == [("2 luonnosta on julkaisematta", view_url("editing:services", kivivuori.pk))]


def test_draft_of_the_profile_is_a_task(satu_client, kivivuori, club):
    profile = view_url("editing:profile", kivivuori.pk)
    satu_client.send(satu_client.open(profile), "save", description_fi="Uusi kuvaus")
    assert satu_client.tasks == [("Luonnos on julkaisematta", profile)]


def test_broken_links_are_a_task(satu_client, club, kivivuori):
    Service.objects.filter(pk=club.pk).update(website_fi="https://kerho.example/")
    LinkCheck.objects.create(
        address="https://kerho.example/",
        checked_at=timezone.now(),
        result="failed",
        problem="gone",
        failed_days=3,
        failed_on=timezone.localdate(),
    )
    assert satu_client.task_titles == ["Linkki ei toimi"]
    assert "Perhekerho" in satu_client.read().section("tasks").text


def test_answer_of_a_coordinator_is_shown_until_dismissed(satu_client, club):
    proposal = CategoryProposal.objects.create(service=club, text="Isovanhemmat", by=satu_client.user)
    assert satu_client.tasks == []
    answer_proposal(proposal=proposal, category=cast.category("Isovanhemmuus"), answer="Hyvä!", now=timezone.now())
    assert satu_client.tasks == [("Koordinaattori vastasi aihe-ehdotukseen", view_url("editing:edit", club.pk))]
    tasks_text = satu_client.read().section("tasks").text
    assert "Isovanhemmuus" in tasks_text and "Hyvä!" in tasks_text
    satu_client.press(satu_client.read(), view_url("dashboard:dismiss-answer", proposal.pk))
    assert satu_client.tasks == []


def test_outsiders_cannot_dismiss_an_answer(pirjo, satu, club):
    proposal = CategoryProposal.objects.create(service=club, text="Isovanhemmat")
    answer_proposal(proposal=proposal, category=None, answer="Kuuluu aiheeseen Perhe.", now=timezone.now())
    outsider = DashboardClient(pirjo)
    assert outsider.browser.post(view_url("dashboard:dismiss-answer", proposal.pk)).status_code == 404
    assert DashboardClient(satu).task_titles == ["Koordinaattori vastasi aihe-ehdotukseen"]


def test_expired_invitation_is_a_task_of_admins(satu_client, club, kivivuori):
    invite(organisation=kivivuori, email="x@y.example", role="editor", language="fi", invited_by=satu_client.user)
    assert satu_client.tasks == []
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    assert satu_client.tasks == [("Kutsu on vanhentunut", view_url("people:members", kivivuori.pk) + "#invitations")]
    Membership.objects.update(role="editor")
    assert satu_client.tasks == []


def test_row_shows_confirmation_completeness_and_services(satu_client, club, kivivuori):
    confirm_days_ago(club, YEAR)
    cast.service("Luonnos", kivivuori, status="draft")
    (row,) = satu_client.rows()
    assert "Kivivuoren perhetalo" in row and "Tarkistettu eilen" in row
    assert "1 julkaistu palvelu · 1 tarkistettavana" in row
    assert "Palvelut: 0 % täytetty" in row


def test_admins_maintain_descendant_organisations_and_editors_do_not(satu_client, club, kivivuori):
    below = cast.organisation("Kivivuoren pienet", parent=kivivuori)
    confirm_days_ago(below, YEAR + 10)
    first, second = satu_client.rows()
    assert "Kivivuoren perhetalo" in first
    assert "Kivivuoren pienet" in second and "Kuuluu organisaatioosi" in second
    assert satu_client.tasks == [(CHECK, view_url("confirming:confirm", below.pk))]
    Membership.objects.update(role="editor")
    assert len(satu_client.rows()) == 1 and satu_client.tasks == []


def test_organisations_of_others_are_not_shown(satu_client, club, vake):
    confirm_days_ago(cast.service("Neuvola", vake), 2 * YEAR)
    assert satu_client.tasks == [] and len(satu_client.rows()) == 1


def test_page_is_empty_when_the_membership_ends(satu_client, club):
    confirm_days_ago(club, YEAR)
    Membership.objects.all().delete()
    assert satu_client.tasks == []
    assert "Perhekerho" not in satu_client.read().main.text


def test_coordinator_sees_the_tasks_of_the_admin(kaisa, pirjo, kivivuori, club):
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


@pytest.mark.parametrize("count", [1, 8])
def test_query_count_does_not_grow_with_records(satu_client, count, django_assert_num_queries):
    for n in range(count):
        organisation = cast.organisation(f"Yhdistys {n}")
        Membership.objects.create(user=satu_client.user, organisation=organisation, role="admin")
        for service in cast.services(count, organisation):
            confirm_days_ago(service, 2 * YEAR)
            report_mistake(organisation=organisation, service=service, kind="phone", text="", email="", language="fi")
            proposal = CategoryProposal.objects.create(service=service, text="Isovanhemmat")
            answer_proposal(proposal=proposal, category=None, answer="Ei", now=timezone.now())
    Organisation.objects.update(assured_at=timezone.now() - dt.timedelta(days=2 * YEAR))
    satu_client.read()
    with django_assert_num_queries(18):
        satu_client.read()
