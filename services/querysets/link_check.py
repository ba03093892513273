"""Reads of checked links."""

from django.db import models
from django.db.models import Q

from services.search.analysis import LANGUAGES


class LinkCheckQuerySet(models.QuerySet):
    # On so many separate days a link must have failed before anybody is told.
    DAYS = 3

    def broken(self):
        return self.filter(failed_days__gte=self.DAYS)

    def broken_among(self, addresses) -> dict:
        """Broken links by their addresses, which may be as somebody has sent them. At most one query."""
        asked = {address for address in addresses if address and "\x00" not in address}
        return self.broken().in_bulk(asked, field_name="address")

    def failing(self):
        """Those that failed when they were last asked, broken or not yet."""
        return self.filter(failed_days__gt=0)


def linking_to(addresses) -> Q:
    """Organisations, services or places whose website in any language is among the addresses."""
    return Q(*((f"website_{language}__in", addresses) for language in LANGUAGES), _connector=Q.OR)
