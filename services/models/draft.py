"""Unpublished content: drafts of records, and proposals of missing categories."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from organisations.models.base import Status
from services.search.analysis import LANGUAGES

from .category import Category
from .service import Service


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, record: Service | Organisation) -> Self:
        return self.filter(**Draft.key(record))


class Draft(models.Model):
    """Unpublished edits of a service or an organisation; publishing deletes the draft.

    `values` are those of the form by field name, valid or not (`services.content.record_values`). `seen` holds digests
    of the values that were published when the draft began, to detect later changes of them.
    """

    service = models.OneToOneField(Service, models.CASCADE, null=True, related_name="draft", verbose_name=_("service"))
    organisation = models.OneToOneField(
        Organisation, models.CASCADE, null=True, related_name="draft", verbose_name=_("organisation")
    )
    values = models.JSONField(_("what was written"), default=dict)
    seen = models.JSONField(_("what was published"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("last written by")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(service__isnull=True) ^ models.Q(organisation__isnull=True),
                name="draft_is_of_one_record",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service or self.organisation} ({_('draft')})"

    @property
    def mark(self) -> str:
        """The version of the draft, by which a page detects later edits."""
        return self.updated_at.isoformat()

    @staticmethod
    def key(record: Service | Organisation) -> dict[str, Any]:
        """Return the lookup of the draft of a record."""
        return {"service" if isinstance(record, Service) else "organisation": record}


def display_name(service: Service) -> str:
    """Return the name of a service for its editors; the one of the draft if none is published."""
    if service.name:
        return service.name
    draft = getattr(service, "draft", None)
    draft_names = (draft.values.get(f"name_{language}") for language in LANGUAGES) if draft else ()
    return next(filter(None, draft_names), "") or gettext("A service without a name")


class ProposalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("proposal", "open")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    DECLINED = "declined", pgettext_lazy("proposal", "declined")


class CategoryProposalQuerySet(models.QuerySet["CategoryProposal"]):
    def pending(self) -> Self:
        """Open proposals for a coordinator, the oldest first."""
        proposals = self.filter(state=ProposalState.OPEN).exclude(service__organisation__status=Status.ARCHIVED)
        return proposals.select_related("service__organisation", "service__draft").order_by("created_at", "pk")


class CategoryProposal(models.Model):
    """A proposal of a missing category, in the words of an editor of a service."""

    MAX_TEXT_LENGTH = 300

    service = models.ForeignKey(Service, models.CASCADE, related_name="category_proposals", verbose_name=_("service"))
    text = models.CharField(_("what is missing, and why"), max_length=MAX_TEXT_LENGTH)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    state = models.CharField(
        pgettext_lazy("proposal", "state"), max_length=8, choices=ProposalState, default=ProposalState.OPEN
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    category = models.ForeignKey(
        Category,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the category that fits"),
    )
    answer = models.CharField(_("answer"), max_length=MAX_TEXT_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    # When a member dismissed the answer.
    put_away_at = models.DateTimeField(null=True, editable=False)

    objects = CategoryProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for a category")
        verbose_name_plural = _("proposals for categories")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "text"], name="category_proposal_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=ProposalState.values), name="category_proposal_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text
