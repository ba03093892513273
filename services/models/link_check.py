"""Results of checks of the websites of records."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.models import Organisation
from services.search.analysis import LANGUAGES

from .location import ServiceLocation
from .service import Service


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    # A link counts as broken after failures on this many days.
    MIN_FAILED_DAYS = 3

    def broken(self) -> Self:
        """Links that failed on at least `MIN_FAILED_DAYS` days."""
        return self.filter(failed_days__gte=self.MIN_FAILED_DAYS)

    def broken_among(self, addresses: Iterable[str]) -> dict[str, "LinkCheck"]:
        """Return the broken links among addresses, by address; addresses may be untrusted. At most one query."""
        valid = {address for address in addresses if address and "\x00" not in address}
        return {link.address: link for link in self.broken().filter(address__in=valid)} if valid else {}

    def failing(self) -> Self:
        """Links that failed their last check, whether they count as broken or not."""
        return self.filter(failed_days__gt=0)


def website_in(addresses: Iterable[str] | models.QuerySet) -> Q:
    """Return the condition on organisations, services or locations that a website is among the addresses."""
    return Q(*((f"website_{language}__in", addresses) for language in LANGUAGES), _connector=Q.OR)


class LinkResult(models.TextChoices):
    WORKS = "works", pgettext_lazy("link", "works")
    # The site blocks programs, is under maintenance or slow.
    UNCLEAR = "unclear", pgettext_lazy("link", "cannot be told")
    FAILED = "failed", pgettext_lazy("link", "does not work")


class LinkProblem(models.TextChoices):
    GONE = "gone", _("There is no such page any more.")
    NAME = "name", _("There is no site of that name.")
    SILENT = "silent", _("The site does not answer.")
    CERTIFICATE = "certificate", _("Browsers warn of the site: its certificate is not valid.")
    PRIVATE = "private", _("It leads to a place that readers cannot reach.")
    MALFORMED = "malformed", _("It is not a web address.")


class LinkCheck(models.Model):
    """The result of the last check of an address, shared by all records with it.

    Records have no foreign key to it, so that a change of their address needs no update here.
    """

    address = models.URLField(_("address"), max_length=500, unique=True)
    checked_at = models.DateTimeField(_("checked"))
    result = models.CharField(pgettext_lazy("link", "result"), max_length=8, choices=LinkResult)
    # Details of the last failure.
    problem = models.CharField(_("problem"), max_length=12, choices=LinkProblem, blank=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    failed_days = models.PositiveSmallIntegerField(
        _("days failed"), default=0, help_text=_("Separate days on which it failed since it last worked.")
    )
    failed_on = models.DateField(_("last failed"), null=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        ordering = ["-failed_days", "address"]
        indexes = [
            models.Index(fields=["address"], condition=models.Q(failed_days__gt=0), name="link_failing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(failed_days=0, failed_on=None, problem="")
                | models.Q(failed_days__gt=0, failed_on__isnull=False) & ~models.Q(problem=""),
                name="link_failure_is_told_whole",
            )
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def is_broken(self) -> bool:
        return self.failed_days >= LinkCheckQuerySet.MIN_FAILED_DAYS


def published_websites() -> set[str]:
    """Return the websites of all published records."""
    return {
        address
        for records in _published_querysets()
        for row in records.values_list(*(f"website_{language}" for language in LANGUAGES))
        for address in row
        if address
    }


def broken_links_by_address(records: Iterable[models.Model]) -> dict[str, LinkCheck]:
    """Return the broken links among the websites of records, by address. One query."""
    return LinkCheck.objects.broken_among(address for record in records for address in website_translations(record))


def broken_links_of_record(record: models.Model, links: dict[str, LinkCheck]) -> list[LinkCheck]:
    """Return the given broken links that a record names."""
    return [links[address] for address in website_translations(record) if address in links]


def records_by_website(
    addresses: Iterable[str] | models.QuerySet, organisation_ids: Iterable[int] | None = None
) -> dict[str, list[models.Model]]:
    """Return published records with one of the addresses, by address; only of the given organisations, if any.

    Three queries.
    """
    records_by_address: dict[str, list[models.Model]] = defaultdict(list)
    for records in _published_querysets():
        if organisation_ids is not None:
            owner = "pk" if records.model is Organisation else "organisation"
            records = records.filter(**{f"{owner}__in": organisation_ids})
        for record in records.filter(website_in(addresses)).order_by("pk"):
            for address in website_translations(record):
                records_by_address[address].append(record)
    return records_by_address


def broken_links_of_organisations(
    organisation_ids: Iterable[int],
) -> list[tuple[models.Model, LinkCheck]]:
    """Return (record, broken link) for the published records of organisations. Four queries."""
    by_address = records_by_website(LinkCheck.objects.broken().values("address"), organisation_ids)
    broken = LinkCheck.objects.broken_among(by_address)
    return [
        (record, broken[address]) for address, records in by_address.items() for record in records if address in broken
    ]


def website_translations(record: models.Model) -> list[str]:
    """Return the distinct websites of all languages."""
    return list(dict.fromkeys(filter(None, (getattr(record, f"website_{language}") for language in LANGUAGES))))


def _published_querysets() -> tuple[models.QuerySet[Any], ...]:
    return (
        Organisation.objects.published(),
        Service.objects.published().select_related("organisation"),
        ServiceLocation.objects.in_use().filter(organisation__status="published"),
    )
