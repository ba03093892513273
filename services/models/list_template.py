"""Templates of referral lists: services that a professional gives again and again, alone or with colleagues."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations import permissions
from organisations.core.fields import ChoicesField

from .referral_list import ListTitle, NextStep, ReadyPhrase
from .service import Service


class ListTemplateQuerySet(models.QuerySet["ListTemplate"]):
    def usable_by(self, user: permissions.AnyUser) -> "ListTemplateQuerySet":
        """The user's own templates, and those of the organisations that the user is a member of."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(owner=user) | Q(organisation__in=permissions.member_organisations(user)))


class ListTemplate(models.Model):
    """Belongs to a user or to an organisation. It has no own words, which are for one family."""

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="list_templates", verbose_name=_("owner")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.CASCADE,
        null=True,
        related_name="list_templates",
        verbose_name=_("organisation"),
    )
    title = models.CharField(_("heading"), max_length=20, choices=ListTitle, default=ListTitle.SERVICES)

    objects = ListTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of lists")
        verbose_name_plural = _("templates of lists")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True) ^ Q(organisation__isnull=True), name="list_template_has_one_owner"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateItem(models.Model):
    """A service of a template. A deleted service leaves a row without one, so that it is missed."""

    template = models.ForeignKey(ListTemplate, models.CASCADE, related_name="items", verbose_name=_("template"))
    service = models.ForeignKey(Service, models.SET_NULL, null=True, related_name="+", verbose_name=_("service"))
    position = models.PositiveSmallIntegerField(_("position"))
    next_step = models.CharField(_("next step"), max_length=8, choices=NextStep)
    phrases = ChoicesField(
        models.CharField(max_length=20, choices=ReadyPhrase), default=list, blank=True, verbose_name=_("advice")
    )

    class Meta:
        verbose_name = _("service of a template")
        verbose_name_plural = _("services of templates")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["template", "position"], name="template_item_positions_differ")]

    def __str__(self) -> str:
        return f"{self.position}. {self.service}"
