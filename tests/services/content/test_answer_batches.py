"""What may be shown of answers: never one of them, and never the difference that one makes."""

import datetime as dt
import random

import pytest

from services.content.answer_batches import released_batches, totals_by
from services.models import AnswerCount
from tests import cast

TODAY = dt.date(2026, 9, 15)


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, indexed=False)


def count(service, month, answers, outcome="reached", obstacle="", municipality=None):
    AnswerCount.objects.create(
        service=service,
        month=month,
        answers=answers,
        outcome=outcome,
        obstacle=obstacle,
        municipality=municipality,
    )


def totals(today=TODAY, key=lambda batch: batch.service):
    batches = released_batches(AnswerCount.objects.all(), today=today)
    return totals_by(batches, lambda batch: [key(batch)])


def numbers(service, today=TODAY):
    """Answers, got in, tried, not for us; () if nothing is shown."""
    sums = totals(today).get(service.pk)
    return (sums.answers, sums.reached, sums.tried, sums.not_for_us) if sums else ()


def test_four_answers_are_not_shown_and_five_are(club):
    count(club, "2026-08-01", 4)
    assert numbers(club) == ()
    count(club, "2026-07-01", 1)
    assert numbers(club) == (5, 5, None, None)


def test_months_that_go_on_are_not_shown(club):
    count(club, "2026-09-01", 50)
    assert numbers(club) == ()
    assert numbers(club, dt.date(2026, 10, 1)) == (50, 50, None, None)


def test_few_answers_wait_until_there_are_five_new_ones(club):
    count(club, "2026-05-01", 6)
    count(club, "2026-06-01", 4, "tried", "queue")
    assert numbers(club) == (5, 5, None, None)
    count(club, "2026-07-01", 1)
    assert numbers(club) == (10, 5, None, None)


def test_municipalities_wait_for_five_each(club, vantaa, kerava):
    count(club, "2026-07-01", 5, municipality=vantaa)
    count(club, "2026-07-01", 4, municipality=kerava)
    assert numbers(club) == (5, 5, None, None)


def test_hidden_number_does_not_follow_from_the_total(club):
    """6 of 7 got in: both are shown as 5, so that the one who did not might be nobody or two."""
    count(club, "2026-07-01", 6)
    count(club, "2026-07-01", 1, "tried", "queue")
    assert numbers(club) == (5, 5, None, None)
    assert all(number is None for _label, number in totals()[club.pk].obstacles)


def test_rate_is_made_of_shown_numbers_and_from_twenty_on(club):
    count(club, "2026-06-01", 17)
    assert totals()[club.pk].rate is None
    count(club, "2026-07-01", 6, "tried", "queue")
    assert totals()[club.pk].rate == 60  # 15 of 25, for 17 of 23
    assert dict(totals()[club.pk].obstacles)["Jono"] == 5


def test_corrected_answer_waits_for_five_new_ones(club):
    count(club, "2026-05-01", 10, "tried")
    before = numbers(club)
    count(club, "2026-06-01", -1, "tried")
    count(club, "2026-06-01", 1, "reached")
    assert numbers(club) == before
    count(club, "2026-07-01", 6)
    assert numbers(club) == (15, 5, 10, None)


def test_year_before_last_leaves_the_page_as_a_whole(club):
    count(club, "2024-12-01", 4)
    count(club, "2025-01-01", 4)
    count(club, "2025-02-01", 1)
    assert numbers(club) == (5, 5, None, None)
    assert numbers(club, dt.date(2027, 1, 1)) == ()


def test_no_two_pages_differ_by_fewer_than_five_answers(kivivuori, vantaa, kerava):
    """The attack: whoever sees every page every day, grouped in every way and regrouped at will, takes differences."""
    chance = random.Random(13)
    services = [cast.service(f"Palvelu {n}", kivivuori, indexed=False) for n in range(4)]
    for service in services:
        for month in range(1, 9):
            for municipality in (vantaa, kerava, None):
                for outcome in ("reached", "tried", "not-for-us"):
                    answers = chance.choice([0, 0, 0, 1, 1, 2, -1])
                    count(service, f"2026-{month:02}-01", answers, outcome, municipality=municipality)
    groupings = (lambda b: b.service, lambda b: b.municipality, lambda b: b.service % 2, lambda b: None)
    sums: dict = {}
    for month in range(1, 13):
        batches = released_batches(AnswerCount.objects.all(), today=dt.date(2026, month, 28))
        for number, grouping in enumerate(groupings):
            totals_of_month = totals_by(batches, lambda batch, grouping=grouping: [grouping(batch)])
            for key, total in totals_of_month.items():
                answers = sum(total.tally.values())
                added = answers - sums.get((number, key), 0)
                assert added == 0 or added >= 5
                sums[number, key] = answers
                for shown in (total.answers, total.reached, total.tried, total.not_for_us):
                    assert shown is None or (shown >= 5 and shown % 5 == 0)
    assert len(set(sums.values())) > 3
