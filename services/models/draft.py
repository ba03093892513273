"""Unpublished work: drafts, and proposals of categories."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from organisations.models.base import Status
from services.search.analysis import LANGUAGES

from .category import Category
from .service import Service


class DraftQuerySet(models.QuerySet):
    def of(self, record: Service | Organisation):
        return self.filter(**Draft.key(record))


class Draft(models.Model):
    """A service or an organisation as somebody is writing it; when it is published, the draft is gone.

    `values` are those of the form, valid or not, by field name (`services.content.record_values`). `seen` holds the
    digests of what was published when the draft was begun, so that a later change of that is not overwritten unseen.
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
        """A mark by which a page detects later changes of the draft."""
        return self.updated_at.isoformat()

    @staticmethod
    def key(record: Service | Organisation) -> dict:
        """The record of the draft."""
        return {"service" if isinstance(record, Service) else "organisation": record}


def display_name(service: Service) -> str:
    """The name of a service for members, from its draft if it has no published name."""
    if service.name:
        return service.name
    draft = getattr(service, "draft", None)
    in_draft = (draft.values.get(f"name_{language}") for language in LANGUAGES) if draft else ()
    return next(filter(None, in_draft), "") or gettext("A service without a name")


class ProposalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("proposal", "open")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    DECLINED = "declined", pgettext_lazy("proposal", "declined")


class CategoryProposalQuerySet(models.QuerySet):
    def pending(self):
        """For a coordinator, the oldest first."""
        proposals = self.filter(state=ProposalState.OPEN).exclude(service__organisation__status=Status.ARCHIVED)
        return proposals.select_related("service__organisation", "service__draft").order_by("created_at", "pk")


class CategoryProposal(models.Model):
    """A category that is missing, in the words of somebody who looked for it for a service."""

    LONGEST = 300

    service = models.ForeignKey(Service, models.CASCADE, related_name="category_proposals", verbose_name=_("service"))
    text = models.CharField(_("what is missing, and why"), max_length=LONGEST)
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
    answer = models.CharField(_("answer"), max_length=LONGEST, blank=True)
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
