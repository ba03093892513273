"""What families say of the services on their lists, as monthly counts that have no link to a list."""

import datetime as dt

from django.db import models
from django.utils.translation import pgettext_lazy

from .service import Service


class Outcome(models.TextChoices):
    """Whether a family got into a service; in the words of the family."""

    REACHED = "reached", pgettext_lazy("answer", "I got in")
    TRIED = "tried", pgettext_lazy("answer", "I tried but did not get in")
    NOT_FOR_US = "not-for-us", pgettext_lazy("answer", "Not for us")


class Obstacle(models.TextChoices):
    """Why a family did not get in."""

    QUEUE = "queue", pgettext_lazy("answer", "There was a queue")
    NO_REPLY = "no-reply", pgettext_lazy("answer", "Nobody answered")
    LANGUAGE = "language", pgettext_lazy("answer", "Wrong language")
    DISTANCE = "distance", pgettext_lazy("answer", "Too far away")
    PRICE = "price", pgettext_lazy("answer", "Too expensive")
    NOT_SUITABLE = "not-suitable", pgettext_lazy("answer", "It did not suit us")
    OTHER = "other", pgettext_lazy("answer", "Another reason")


class AnswerCountQuerySet(models.QuerySet["AnswerCount"]):
    def in_closed_months(self, today: dt.date) -> "AnswerCountQuerySet":
        """Months that have ended: their counts never change again."""
        return self.filter(month__lt=today.replace(day=1))


class AnswerCount(models.Model):
    """Answers of one kind about a service in a month.

    An answer that is changed is taken off in the month of the change, so that closed months stay as they are and a
    count may be negative. Pages show only what `services.content.answer_batches` releases.
    """

    month = models.DateField(help_text="Its first day.")
    service = models.ForeignKey(Service, models.CASCADE, related_name="answer_counts")
    municipality = models.ForeignKey("organisations.Municipality", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    obstacle = models.CharField(max_length=12, choices=Obstacle, blank=True)
    answers = models.IntegerField(default=0)

    objects = AnswerCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "municipality", "month", "outcome", "obstacle"],
                nulls_distinct=False,
                name="answers_counted_once_a_month",
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="answer_month_starts_on_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.outcome}, {self.month:%Y-%m}"
