"""Take down what a family answers about a service on its list, and count it apart from the list."""

import datetime as dt

from django.db import connection, transaction

from services.models import ReferralItem


@transaction.atomic
def answer_referral(*, item: ReferralItem, outcome: str, obstacle: str = "", today: dt.date) -> None:
    """Store the last answer with the list and count it by month, service, municipality and obstacle.

    One item counts once. A changed answer is taken off in the month of the change: closed months stay as they were
    shown, so that two pages never differ by one answer.
    """
    stored = ReferralItem.objects.select_for_update().filter(pk=item.pk, service__isnull=False).first()
    if stored is None or (stored.outcome, stored.obstacle) == (outcome, obstacle):
        return
    changes = [(outcome, obstacle, 1)]
    if stored.outcome:
        changes.append((stored.outcome, stored.obstacle, -1))
    stored.outcome, stored.obstacle = outcome, obstacle
    stored.save(update_fields=["outcome", "obstacle"])
    with connection.cursor() as cursor:
        # Sorted, so that two families who answer at once do not wait for each other.
        for changed_outcome, changed_obstacle, number in sorted(changes):
            cursor.execute(
                _COUNT_SQL,
                [
                    today.replace(day=1),
                    stored.service_id,
                    stored.municipality_id,
                    changed_outcome,
                    changed_obstacle,
                    number,
                ],
            )


_COUNT_SQL = """
INSERT INTO services_answercount AS counted (month, service_id, municipality_id, outcome, obstacle, answers)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (service_id, municipality_id, month, outcome, obstacle)
DO UPDATE SET answers = counted.answers + excluded.answers
"""
