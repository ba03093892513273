"""Admin of mistake reports."""

import pytest
from django.db import IntegrityError

from services.actions.report_mistake import close_reports, report_mistake
from services.models import MistakeReport
from tests import cast
from tests.admin_client import AdminClient
from tests.html_page import view_url


@pytest.fixture
def report(kivivuori):
    club = cast.service("Perhekerho", kivivuori)
    return report_mistake(
        organisation=kivivuori, service=club, kind="hours", text="Suljettu", email="lukija@koulu.example", language="fi"
    )


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_coordinator_reads_reports_in_each_language(kaisa, report, lang):
    desk = AdminClient(kaisa, lang)
    assert desk.list(MistakeReport) == ["Perhekerho"]
    page = desk.open("services_mistakereport_change", report.pk)
    assert "lukija@koulu.example" not in page.text
    assert "Suljettu" in page.text


@pytest.mark.parametrize("query", ["email", "email__startswith", "email__regex"])
def test_address_of_the_reader_cannot_be_looked_up(kaisa_admin, report, query):
    kaisa_admin.open("services_mistakereport_changelist", status=400, **{query: "lukija@koulu.example"})


def test_report_is_not_added_or_deleted_in_the_admin(kaisa_admin, report):
    kaisa_admin.open("services_mistakereport_add", status=403)
    kaisa_admin.open("services_mistakereport_delete", report.pk, status=403)
    page = kaisa_admin.open("services_mistakereport_change", report.pk)
    assert page.all("input", name="_save") == []


def test_closed_report_loses_the_address(kaisa_admin, report):
    assert "1" in kaisa_admin.run_action("close", report)
    report.refresh_from_db()
    assert (report.state, report.email) == ("closed", "")


def test_report_links_to_the_page_where_members_answer(kaisa_admin, report):
    page = kaisa_admin.open("services_mistakereport_change", report.pk)
    link = view_url("reports:answer", report.organisation_id) + f"#report-{report.pk}"
    assert page.all("a", href=link)
    close_reports(reports=[report])
    assert not kaisa_admin.open("services_mistakereport_change", report.pk).all("a", href=link)


def test_reports_of_other_counties_are_hidden(kaisa_admin, report):
    lapland = cast.organisation("Napapiirin perheet", works_in="Rovaniemi")
    far = report_mistake(organisation=lapland, kind="hours", text="", email="lukija@inari.example", language="fi")
    assert kaisa_admin.list(MistakeReport) == ["Perhekerho"]
    kaisa_admin.run_action("close", far)
    far.refresh_from_db()
    assert far.state == "open"


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_closed_or_answered_report_cannot_store_an_address(report, state):
    report.state = state
    with pytest.raises(IntegrityError, match="settled_mistake_report_has_no_email"):
        report.save()


def test_query_count_does_not_grow_with_reports(kaisa_admin, report, django_assert_max_num_queries):
    for _n in range(20):
        report_mistake(organisation=report.organisation, kind="phone", text="", email="", language="sv")
    with django_assert_max_num_queries(15):
        assert len(kaisa_admin.list(MistakeReport)) == 21
