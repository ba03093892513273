"""Reports of imports for coordinators."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportOutcome(models.TextChoices):
    DONE = "done", _("done")
    REFUSED = "refused", _("refused, nothing was changed")


class ImportRun(models.Model):
    """A run of an import: counts by kind of record, and notices.

    `counts` is {"services": {"new": 3, "changed": 1, "unchanged": 40, "gone": 0}, ...};
    `notices` is a list of {"code": ..., "value": ..., "count": ..., "examples": [...]}.
    """

    system = models.SlugField(_("system"), max_length=30)
    source = models.CharField(_("source"), max_length=500)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=ImportOutcome)
    counts = models.JSONField(_("counts"), default=dict)
    notices = models.JSONField(_("notices"), default=list)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.system} {self.started_at:%Y-%m-%d %H:%M}"
