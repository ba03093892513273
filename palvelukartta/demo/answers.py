"""Fictitious answers of families: a list with answers, and monthly counts, some of them below five."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils import timezone

from organisations.core.freshness import add_months
from organisations.models import Organisation, User
from services.actions.answer_referrals import answer_referral
from services.actions.referral_lists import ItemAdvice, hand_over
from services.models import AnswerCount, Service

FORM_KEY = "the-list-of-the-demonstration"
MONTHS = 5
# The municipality of services that are in several.
VANTAA = "092"
# Answers in a month about the services of an organisation in turn: many, some, fewer than five in all months, none.
ANSWERS_BY_POSITION: tuple[dict[tuple[str, str], float], ...] = (
    {("reached", ""): 4, ("tried", "queue"): 2, ("tried", "no-reply"): 1, ("not-for-us", "distance"): 0.6},
    {("reached", ""): 2, ("tried", "language"): 0.8, ("not-for-us", "not-suitable"): 0.4},
    {("reached", ""): 0.4, ("tried", "no-reply"): 0.2},
    {},
)
# Some organisations are harder to get into than others.
REACHED_FACTORS = (1.0, 0.5, 1.6, 0.8, 2.2)


def load_answers(organisation: Organisation, user: User) -> None:
    """Counts for all services, and a list of the user about services of the organisation."""
    services = Service.objects.published().order_by("organisation", "pk")
    AnswerCount.objects.bulk_create(_counts(services, timezone.localdate()))
    listed = list(services.filter(organisation=organisation)[:3])
    referral_list = hand_over(
        advice=[ItemAdvice(service=service, next_step="call") for service in listed],
        title="next-steps",
        language="fi",
        days=90,
        form_key=FORM_KEY,
        user=user,
    )
    first, second = referral_list.items.all()[:2]
    answer_referral(item=first, outcome="reached", today=timezone.localdate())
    answer_referral(item=second, outcome="tried", obstacle="queue", today=timezone.localdate())


def _counts(services: Iterable[Service], today: dt.date) -> Iterator[AnswerCount]:
    listed = list(services)
    municipalities = Service.objects.sole_municipalities(service.pk for service in listed)
    position, organisation = 0, None
    for service in listed:
        position = position + 1 if service.organisation_id == organisation else 0
        organisation = service.organisation_id
        for (outcome, obstacle), monthly in ANSWERS_BY_POSITION[position % len(ANSWERS_BY_POSITION)].items():
            factor = REACHED_FACTORS[service.organisation_id % len(REACHED_FACTORS)]
            pace = monthly * factor if outcome == "reached" and monthly >= 1 else monthly
            for month in range(1, MONTHS + 1):
                # A fraction comes together over the months.
                if answers := int(pace * month) - int(pace * (month - 1)):
                    yield AnswerCount(
                        month=add_months(today.replace(day=1), -month),
                        service=service,
                        municipality_id=municipalities.get(service.pk, VANTAA),
                        outcome=outcome,
                        obstacle=obstacle,
                        answers=answers,
                    )
