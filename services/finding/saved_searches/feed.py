"""The Atom feed of a saved search, at a secret address that feed readers open without a login."""

import datetime as dt
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from services.models import SavedSearch, SearchNews

MAX_ENTRIES = 50


class NewsFeed(Feed):
    """What is new in a saved search or gone from it, the latest first. Unknown addresses answer 404."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = "private, max-age=3600"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_object(self, request: HttpRequest, pk: int, token: str) -> SavedSearch:
        search = SavedSearch.objects.filter(pk=pk, user__is_active=True).first()
        if search is None or not search.is_feed_token(token):
            raise Http404
        return search

    def title(self, search: SavedSearch) -> str:
        return f"{search.name} – Palvelukartta"

    def link(self, search: SavedSearch) -> str:
        return f"{reverse('finding:results')}?{search.query}"

    def items(self, search: SavedSearch) -> list[SearchNews]:
        news = search.news.exclude(service=None).select_related("service__organisation")
        return list(news[:MAX_ENTRIES])

    def item_title(self, item: SearchNews) -> str:
        if item.is_new:
            return _("New: %(service)s") % {"service": item.service}
        return _("No longer found: %(service)s") % {"service": item.service}

    def item_description(self, item: SearchNews) -> str:
        assert item.service
        return f"{item.service.organisation.name}. {item.service.summary}".strip()

    def item_link(self, item: SearchNews) -> str:
        assert item.service
        return item.service.get_absolute_url()

    def item_guid(self, item: SearchNews) -> str:
        return f"urn:palvelukartta:news:{item.pk}"

    def item_updateddate(self, item: SearchNews) -> dt.datetime:
        return item.noticed_at

    def item_pubdate(self, item: SearchNews) -> dt.datetime:
        return item.noticed_at
