"""Contacts: a named person or a desk."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.core.fields import ChoicesField

from .area import Municipality, WellbeingCounty
from .organisation import Organisation
from .user import User


def _is_professional(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_professional


class ContactQuerySet(models.QuerySet["Contact"]):
    def of_published_organisations(self) -> "ContactQuerySet":
        return self.filter(organisation__status="published")

    def visible_to(self, user: User | AnonymousUser) -> "ContactQuerySet":
        """Public contacts, and those for professionals if the user is one."""
        return self if _is_professional(user) else self.filter(visibility="public")

    def hidden_from(self, user: User | AnonymousUser) -> "ContactQuerySet":
        """The complement of `visible_to`."""
        return self.none() if _is_professional(user) else self.exclude(visibility="public")

    def of_counties(self) -> "ContactQuerySet":
        """Contacts of wellbeing services counties and their units."""
        return self.filter(organisation__sector="county")

    def covering(self, county: WellbeingCounty | str, municipality: Municipality | None = None) -> "ContactQuerySet":
        """Contacts for a municipality, or for a whole county (or its code).

        A contact without municipalities covers the area of its organisation.
        """
        covers_area = Q(organisation__counties=county)
        if municipality is None:
            return self.filter(covers_area, municipalities__isnull=True).distinct()
        covers_area |= Q(organisation__municipalities=municipality)
        return self.filter(Q(municipalities=municipality) | (Q(municipalities__isnull=True) & covers_area)).distinct()

    def covering_part_of(self, county: WellbeingCounty) -> "ContactQuerySet":
        """Contacts for a county or any of its municipalities, by their own area or that of the organisation."""
        area = Q(organisation__counties=county) | Q(organisation__municipalities__county=county)
        return self.filter(Q(municipalities__county=county) | (Q(municipalities__isnull=True) & area)).distinct()

    def for_any_purpose(self, purposes: list[str]) -> "ContactQuerySet":
        return self.filter(purposes__overlap=purposes)

    def for_purpose(self, purpose: str) -> "ContactQuerySet":
        return self.filter(purposes__contains=[purpose])


class Purpose(models.TextChoices):
    GENERAL = "general", _("general matters")
    REFERRALS = "referrals", _("referring clients")
    NGO_COOPERATION = "ngo-cooperation", _("NGO cooperation")
    FAMILY_CENTRE = "family-centre", _("family centre")
    VOLUNTEERING = "volunteering", _("volunteering")
    PRESS = "press", _("press")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    PROFESSIONALS = "professionals", _("professionals only")


class Contact(models.Model):
    """A contact of an organisation, by purpose and municipality (none means the organisation's whole area)."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="contacts", verbose_name=_("organisation")
    )
    name = models.CharField(_("person's name"), max_length=150, blank=True, help_text=_("Empty for a desk."))
    title = models.CharField(_("title or desk"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    purposes = ChoicesField(
        models.CharField(max_length=20, choices=Purpose), default=list, blank=True, verbose_name=_("for what")
    )
    visibility = models.CharField(_("shown to"), max_length=13, choices=Visibility, default=Visibility.PROFESSIONALS)
    municipalities = models.ManyToManyField(
        "organisations.Municipality",
        blank=True,
        related_name="contacts",
        verbose_name=_("municipalities"),
        help_text=_("Empty: the whole area of the organisation."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name="") | (models.Q(title_fi__isnull=False) & ~models.Q(title_fi="")),
                name="contact_has_a_name_or_a_desk",
            )
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.title) if part)

    def clean(self) -> None:
        if not (self.name or self.title):
            raise ValidationError({"name": _("Give the person's name or the desk.")})
