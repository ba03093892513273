"""Keep searches of users, and note what is new in them or gone from them."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from organisations.core.form_idempotency import submit_once
from organisations.models import User
from services.models import SavedSearch, SearchNews, Service

MAX_SEARCHES = 30
# Services of a search that are compared; news beyond them are not noticed.
MAX_MATCHES = 2000
NEWS_RETENTION = dt.timedelta(days=60)


class TooManySearches(Exception):
    """The user has MAX_SEARCHES saved searches already."""


def save_search(
    *,
    user: User,
    name: str,
    query: str,
    language: str,
    by_mail: bool,
    matches: Sequence[int],
    now: dt.datetime,
    form_key: str,
) -> SavedSearch:
    """Keep a search with the services that it finds now. Raises TooManySearches and as `submit_once`."""

    def write() -> SavedSearch:
        if SavedSearch.objects.of(user).count() >= MAX_SEARCHES:
            raise TooManySearches
        return SavedSearch.objects.create(
            user=user,
            name=name,
            query=query,
            language=language,
            by_mail=by_mail,
            matches=list(matches),
            checked_at=now,
        )

    return submit_once(key=form_key, write=write)


@transaction.atomic
def note_news(*, search: SavedSearch, matches: Sequence[int], now: dt.datetime) -> list[SearchNews]:
    """Store what is new or gone since the last check, and forget old news; returns the news of now."""
    known, found = set(search.matches), set(matches)
    news = [SearchNews(search=search, service_id=pk, is_new=True, noticed_at=now) for pk in sorted(found - known)]
    # If the search finds too many, some of the known ones may only be beyond the limit.
    if len(matches) < MAX_MATCHES:
        # Nothing can be said about services that were deleted.
        gone = Service.objects.filter(pk__in=known - found).order_by("pk")
        news += [SearchNews(search=search, service=service, is_new=False, noticed_at=now) for service in gone]
    SearchNews.objects.bulk_create(news)
    search.news.filter(noticed_at__lt=now - NEWS_RETENTION).delete()
    SavedSearch.objects.filter(pk=search.pk).update(matches=list(matches), checked_at=now)
    return news


def set_mail(*, search: SavedSearch, by_mail: bool) -> None:
    SavedSearch.objects.filter(pk=search.pk).update(by_mail=by_mail)


def remove_search(*, search: SavedSearch) -> None:
    SavedSearch.objects.filter(pk=search.pk).delete()
