"""Members answer reports by mail without seeing the address, or close them."""

import pytest

from organisations.models import Membership
from services.actions.report_mistake import close_reports, report_mistake
from services.models import MistakeReport
from tests import cast
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient

WORDS = "Numero on nyt oikein: 09 1234."


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)


def create_report(club, email="lukija@example.org", language="fi", **facts):
    return report_mistake(
        organisation=club.organisation,
        service=club,
        **{"kind": "phone", "text": "Numero ei vastaa."} | facts,
        email=email,
        language=language,
    )


class ReportsClient(EditorClient):
    """A user on the page of reports about an organisation."""

    def __init__(self, user, organisation):
        super().__init__(user)
        self.path = view_url("reports:answer", organisation.pk)

    def read(self, status=200):
        return self.open(self.path, status)

    def settle(self, report, decision, text="", status=200):
        data = {"report": report.pk, "decision": decision, "text": text}
        return Page(self.browser.post(self.path, data, follow=True), status)


@pytest.fixture
def satu_client(satu, kivivuori):
    return ReportsClient(satu, kivivuori)


def test_list_has_the_open_reports_and_no_address(satu_client, club):
    create_report(club)
    close_reports(reports=[create_report(club, text="Vanha asia")])
    page = satu_client.read()
    assert "Numero ei vastaa." in page.main.text and "Vanha asia" not in page.main.text
    assert "lukija@example.org" not in str(page.response.content)
    assert page.main.all("a", href=view_url("editing:edit", club.pk))


def test_language_of_the_answer_is_named_in_the_members_language(satu_client, club):
    create_report(club, language="sv")
    assert "tällä kielellä: ruotsi." in satu_client.read().main.text


def test_answer_is_mailed_in_the_readers_language_and_the_address_deleted(satu_client, club, new_emails):
    report = create_report(club, language="sv")
    page = satu_client.settle(report, "answer", WORDS)
    assert "Vastauksesi lähetettiin" in page.notices and "Numero ei vastaa." not in page.main.text
    (mail,) = new_emails()
    assert mail.to == ["lukija@example.org"]
    assert mail.subject == "Svar på din anmälan: Familjeklubb"
    assert "Kivivuoren perhetalo svarar:" in mail.text and WORDS in mail.text
    assert mail.links == [cast.record_url(club, "sv")]
    assert "satu@kivivuori.example" not in mail.text
    report.refresh_from_db()
    assert (report.state, report.email) == ("answered", "")


def test_second_answer_is_not_sent(satu_client, club, new_emails):
    report = create_report(club)
    satu_client.settle(report, "answer", WORDS)
    notices = satu_client.settle(report, "answer", WORDS).notices
    # What somebody wrote in vain is given back.
    assert "Joku on jo käsitellyt" in notices and WORDS in notices
    assert len(new_emails()) == 1


def test_report_is_closed_without_an_answer(satu_client, club, new_emails):
    report = create_report(club)
    satu_client.settle(report, "close")
    report.refresh_from_db()
    assert (report.state, report.email) == ("closed", "")
    assert new_emails() == []


def test_report_without_an_address_cannot_be_answered(satu_client, club, new_emails):
    report = create_report(club, email="")
    assert not satu_client.read().main.all("textarea")
    satu_client.settle(report, "answer", WORDS)
    assert new_emails() == []
    report.refresh_from_db()
    assert report.state == "open"


@pytest.mark.parametrize("text", ["", "Asiakas 010120A123X"])
def test_error_is_shown_beside_the_answer_and_the_text_kept(satu_client, club, new_emails, text):
    report, other = create_report(club), create_report(club, text="Toinen asia")
    page = satu_client.settle(report, "answer", text)
    field = page.main.one("textarea", id=f"id_{report.pk}_text")
    assert field.text == text
    assert page.main.one(id=f"id_{report.pk}_text_error").text
    assert page.one("title").text.startswith("Virhe:")
    assert page.main.one("textarea", id=f"id_{other.pk}_text").text == ""
    assert new_emails() == []


def test_answer_refused_by_the_mail_server_is_kept(satu_client, club, settings, new_emails):
    report, settings.EMAIL_PORT = create_report(club), 1
    page = satu_client.settle(report, "answer", WORDS)
    assert page.main.one("textarea", id=f"id_{report.pk}_text").text == WORDS
    report.refresh_from_db()
    assert (report.state, report.email) == ("open", "lukija@example.org")


def test_coordinator_answers_as_coordinator(kaisa, kivivuori, club, new_emails):
    ReportsClient(kaisa, kivivuori).settle(create_report(club), "answer", WORDS)
    (mail,) = new_emails()
    assert "Palvelukartan koordinaattori vastaa:" in mail.text


def test_outsiders_get_404(pirjo, kivivuori, club, new_emails):
    report = create_report(club)
    outsider = ReportsClient(pirjo, kivivuori)
    outsider.read(404)
    outsider.settle(report, "answer", WORDS, status=404)
    assert new_emails() == []


def test_report_of_another_organisation_cannot_be_answered(satu_client, vake, new_emails):
    other = create_report(cast.service("Neuvola", vake))
    satu_client.settle(other, "close")
    assert MistakeReport.objects.get().state == "open"


def test_right_to_answer_ends_with_the_membership(satu_client, club):
    create_report(club)
    Membership.objects.all().delete()
    satu_client.read(404)


@pytest.mark.parametrize("number", [1, 12])
def test_query_count_does_not_grow_with_reports(satu_client, club, number, django_assert_max_num_queries):
    for _n in range(number):
        create_report(club)
    satu_client.read()
    with django_assert_max_num_queries(9):
        satu_client.read()
