"""Results of link checks of the websites of records."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.models import Organisation
from services.search.analysis import LANGUAGES

from .location import ServiceLocation
from .service import Service


class LinkCheckQuerySet(models.QuerySet):
    # The number of days with a failure after which a link is reported.
    MIN_FAILED_DAYS = 3

    def broken(self):
        return self.filter(failed_days__gte=self.MIN_FAILED_DAYS)

    def broken_among(self, addresses) -> dict:
        """Broken links by their addresses, which may be as somebody has sent them. At most one query."""
        asked = {address for address in addresses if address and "\x00" not in address}
        return self.broken().in_bulk(asked, field_name="address")

    def failing(self):
        """Links that failed at the last check, whether reported as broken yet or not."""
        return self.filter(failed_days__gt=0)


def website_in(addresses) -> Q:
    """Organisations, services or places whose website in any language is among the addresses."""
    return Q(*((f"website_{language}__in", addresses) for language in LANGUAGES), _connector=Q.OR)


class LinkResult(models.TextChoices):
    WORKS = "works", pgettext_lazy("link", "works")
    # The site blocks programs, is under maintenance or slow: says nothing about the link.
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
    """What came of asking for an address, the same for all records that name it.

    An address that a record no longer names is no longer the record's trouble, so nothing needs to be kept in step.
    """

    address = models.URLField(_("address"), max_length=500, unique=True)
    checked_at = models.DateTimeField(_("checked"))
    result = models.CharField(pgettext_lazy("link", "result"), max_length=8, choices=LinkResult)
    # The reason of the last failure.
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
    """Websites of all published records."""
    return {
        address
        for records in _published_querysets()
        for row in records.values_list(*(f"website_{language}" for language in LANGUAGES))
        for address in row
        if address
    }


def broken_links_by_address(records: Iterable[models.Model]) -> dict[str, LinkCheck]:
    """Broken links among the websites of records, by their addresses. One query."""
    return LinkCheck.objects.broken_among(address for record in records for address in website_translations(record))


def broken_links_of_record(record: models.Model, links: dict[str, LinkCheck]) -> list[LinkCheck]:
    """Those of the broken links that the record has."""
    return [links[address] for address in website_translations(record) if address in links]


def records_by_website(addresses, organisations=None) -> dict[str, list[models.Model]]:
    """Published records that name one of the addresses, by address; of some organisations only, where they are given.

    Three queries.
    """
    found = defaultdict(list)
    for records in _published_querysets():
        if organisations is not None:
            owner = "pk" if records.model is Organisation else "organisation"
            records = records.filter(**{f"{owner}__in": organisations})
        for record in records.filter(website_in(addresses)).order_by("pk"):
            for address in website_translations(record):
                found[address].append(record)
    return found


def broken_links_of_organisations(organisations) -> list[tuple[models.Model, LinkCheck]]:
    """Each published record of the organisations with each of its broken links. Four queries."""
    by_address = records_by_website(LinkCheck.objects.broken().values("address"), organisations)
    broken = LinkCheck.objects.broken_among(by_address)
    return [
        (record, broken[address]) for address, records in by_address.items() for record in records if address in broken
    ]


def website_translations(record: models.Model) -> list[str]:
    """The websites in all languages, without duplicates."""
    return list(dict.fromkeys(filter(None, (getattr(record, f"website_{language}") for language in LANGUAGES))))


def _published_querysets() -> tuple[models.QuerySet, ...]:
    return (
        Organisation.objects.published(),
        Service.objects.published().select_related("organisation"),
        ServiceLocation.objects.in_use().filter(organisation__status="published"),
    )
