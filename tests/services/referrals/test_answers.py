"""A family says on its page whether it got into a service. What it said is counted apart from the list."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from services.models import AnswerCount, Obstacle, Outcome, ReferralItem, ReferralList
from services.referrals.family_languages import FAMILY_LANGUAGES
from tests.html_page import Page

from .conftest import Device
from .test_given_lists import newest_list


def tap(link, position=1, language="fi", status=200, method="post", **what):
    """Tap a button of a service on the family's page, in a browser that checks CSRF and keeps nothing."""
    # What browsers send from a page without referrer.
    headers = {"Origin": "null"} if method == "post" else {}
    browser = Client(enforce_csrf_checks=True)
    return Page(getattr(browser, method)(f"{link}{language}/{position}/", what, headers=headers), status)


def counts():
    """What is counted, without zeros."""
    rows = AnswerCount.objects.exclude(answers=0).values_list("outcome", "obstacle", "answers")
    return {(outcome, obstacle): answers for outcome, obstacle, answers in rows}


def test_three_taps_then_why_and_the_last_answer_of_an_item_counts(worker, family, counselling, club):
    link = worker.hand_over(counselling, club)
    step = family(link).one("li", id="s1")
    assert [button.text for button in step.all("button")] == ["Pääsin", "Yritin, en päässyt", "Ei meille"]

    page = tap(link, outcome="tried")
    assert [button.text for button in page.one("li", id="s1").all("button")][3:] == [
        "Jono",
        "Ei vastattu",
        "Väärä kieli",
        "Pitkä matka",
        "Hinta",
        "Ei sopinut",
        "Muu syy",
    ]
    assert not page.one("li", id="s2").all("button", name="obstacle")
    page = tap(link, obstacle="queue")
    assert [button.text for button in page.all("button", aria_pressed="true")] == ["Yritin, en päässyt", "Jono"]
    assert counts() == {("tried", "queue"): 1}
    tap(link, obstacle="price")
    tap(link, outcome="tried")  # once more, the reason stays
    assert counts() == {("tried", "price"): 1}
    page = tap(link, outcome="reached", language="ar")
    assert page.one("button", aria_pressed="true").text == "نعم، حصلت عليها"
    assert not page.all("button", name="obstacle")
    tap(link, 2, outcome="not-for-us")
    assert counts() == {("reached", ""): 1, ("not-for-us", ""): 1}


def test_who_opens_the_link_later_sees_that_there_is_an_answer_but_not_which(worker, family, counselling):
    link = worker.hand_over(counselling)
    assert tap(link, outcome="tried").response["Cache-Control"] == "private, no-store"
    page = family(link)
    assert "Olet vastannut." in page.one("li", id="s1").text
    assert not page.all("button", aria_pressed=True)
    assert not page.all("button", name="obstacle")


def test_previews_and_mistakes_answer_nothing(worker, family, counselling):
    link = worker.hand_over(counselling)
    family(link)
    for method in ("get", "head"):
        response = getattr(Client(), method)(f"{link}fi/1/", {"outcome": "reached"})
        assert (response.status_code, response["Location"]) == (302, f"{link}fi/")
    tap(link, outcome="x", status=400)
    tap(link, obstacle="queue", status=400)  # no outcome yet
    tap(link, status=400)
    tap(link, 2, outcome="reached")  # no such service on the list
    tap(link, language="xx", outcome="reached", status=404)
    tap("/o/AAAAAAAAAAAAAAAAAAAAAA/", outcome="reached", status=404)
    assert not counts()


def test_answering_leaves_no_cookie_and_who_made_the_list_learns_only_that_somebody_answered(worker, counselling):
    link = worker.hand_over(counselling)
    assert "vastattu, miten kävi" not in worker.open("referrals:list", newest_list().pk).main.text
    page = tap(link, outcome="tried")
    assert not page.response.cookies
    text = worker.open("referrals:list", newest_list().pk).main.text
    assert "vastattu, miten kävi" in text
    assert "Yritin" not in text


def test_counts_stay_when_the_list_goes_and_do_not_lead_to_it(worker, counselling, vantaa):
    link = worker.hand_over(counselling)
    tap(link, outcome="reached")
    count = AnswerCount.objects.get()
    assert (count.month.day, count.service, count.municipality) == (1, counselling, vantaa)
    related = {field.related_model for field in AnswerCount._meta.get_fields() if field.is_relation}
    assert not related & {ReferralList, ReferralItem}
    newest_list().delete()
    assert counts() == {("reached", ""): 1}


def test_answers_are_counted_where_the_family_lives_if_the_list_says_so(worker, counselling, kerava):
    tap(worker.hand_over(counselling, municipality=kerava.pk), outcome="reached")
    assert AnswerCount.objects.get().municipality == kerava


def test_answer_that_changes_in_a_later_month_leaves_the_closed_month_as_it_was(worker, counselling, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 30, 12, tzinfo=dt.UTC))
    link = worker.hand_over(counselling)
    tap(link, outcome="tried")
    march = list(AnswerCount.objects.values())
    time_machine.move_to(dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC))
    tap(link, outcome="reached")
    assert list(AnswerCount.objects.filter(month="2026-03-01").values()) == march
    april = AnswerCount.objects.filter(month="2026-04-01").values_list("outcome", "answers")
    assert dict(april) == {"tried": -1, "reached": 1}


def test_answers_from_one_network_are_bounded_whatever_the_list(worker, counselling, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"answer_referral": "2/h/ip"}
    links = [Device().hand_over(counselling) for _n in range(3)]
    for link in links[:2]:
        tap(link, outcome="reached")
    page = tap(links[2], outcome="reached", status=429)
    assert "paljon vastauksia" in page.one(role="alert").text
    assert counts() == {("reached", ""): 2}


def test_answering_costs_a_constant_number_of_statements(worker, counselling, club):
    def statements(link):
        with CaptureQueriesContext(connection) as queries:
            tap(link, outcome="tried")
        return len(queries)

    first, second = worker.hand_over(counselling), worker.hand_over(club, counselling)
    assert statements(first) == statements(second)


@pytest.mark.parametrize("code", [code for code in FAMILY_LANGUAGES if code != "en"])
def test_every_button_is_translated(code):
    labels = [choice.label for choices in (Outcome, Obstacle) for choice in choices]
    with override("en"):
        english = {str(label) for label in labels}
    with override(code):
        assert not english & {str(label) for label in labels}


def test_page_may_be_kept_until_the_list_ends_and_not_longer(worker, counselling):
    response = Client().get(worker.hand_over(counselling))
    assert response["Offline-Copy"] == "allowed"
    ends = dt.datetime.fromisoformat(response["Offline-Copy-Until"])
    assert abs(ends - timezone.now() - dt.timedelta(days=30)) < dt.timedelta(minutes=1)
    gone = Client().get("/o/AAAAAAAAAAAAAAAAAAAAAA/")
    assert "Offline-Copy" not in gone
