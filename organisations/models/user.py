"""Users, who sign in with an e-mail address."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who signs in by e-mail. Raises ValueError without an address."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in with an e-mail address; there are no user names."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        default="fi",
        choices=[("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")],
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("may use the coordinators' desk"), default=False, help_text=_("Coordinators and superusers.")
    )
    vouched_for = models.BooleanField(
        _("is known to be a professional"),
        default=True,
        help_text=_(
            "People who signed up by themselves are not known yet: contacts for professionals are hidden from them."
        ),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    coordinates = models.ManyToManyField(
        "organisations.WellbeingCounty",
        blank=True,
        related_name="coordinators",
        verbose_name=_("coordinator for"),
    )

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_the_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_professional(self) -> bool:
        """Whether the user may see contacts for professionals.

        Users who signed up by themselves may not, until a coordinator vouches for them or an organisation adds them.
        """
        return self.is_active and (self.vouched_for or self.is_staff or self._is_member())

    def _is_member(self) -> bool:
        """Whether the user is a member of an organisation that is not archived."""
        return self.memberships.exclude(organisation__status="archived").exists()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email
