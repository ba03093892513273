"""Searches that users keep to learn what is new in them, or can no longer be found."""

import datetime as dt
import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from organisations.models import User

from .service import Service


def random_nonce() -> str:
    return secrets.token_urlsafe(16)


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, user: User) -> "SavedSearchQuerySet":
        return self.filter(user=user)

    def due(self, before: dt.datetime) -> "SavedSearchQuerySet":
        """Searches of active users that were last checked before a moment, the longest waiting first."""
        return self.filter(user__is_active=True, checked_at__lt=before).order_by("checked_at", "pk")


class SavedSearch(models.Model):
    """A search in the form of its address. `matches` are the services that it found when it was last checked."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("address of the search"), max_length=1000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    by_mail = models.BooleanField(_("by e-mail"), default=False)
    matches = ArrayField(models.IntegerField(), default=list)
    checked_at = models.DateTimeField(_("last checked"))
    # Changing it makes another address for the feed.
    feed_nonce = models.CharField(max_length=32, default=random_nonce, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")

    def __str__(self) -> str:
        return self.name

    @property
    def feed_token(self) -> str:
        """The secret of the feed's address: a copy of the database does not reveal it."""
        value = f"{self.pk}:{self.feed_nonce}"
        return salted_hmac("services.saved_search", value, algorithm="sha256").hexdigest()[:32]

    def is_feed_token(self, token: str) -> bool:
        return constant_time_compare(self.feed_token, token)


class SearchNews(models.Model):
    """A service that a saved search found for the first time, or no longer."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="news", verbose_name=_("saved search"))
    # None after the service was deleted.
    service = models.ForeignKey(Service, models.SET_NULL, null=True, related_name="+", verbose_name=_("service"))
    is_new = models.BooleanField(_("found for the first time"))
    noticed_at = models.DateTimeField(_("noticed"), db_index=True)

    class Meta:
        verbose_name = _("news of a saved search")
        verbose_name_plural = _("news of saved searches")
        ordering = ["-noticed_at", "-is_new", "pk"]

    def __str__(self) -> str:
        return f"{'+' if self.is_new else '-'} {self.service}"
