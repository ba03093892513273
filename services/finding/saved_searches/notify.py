"""Check saved searches once a week, and mail what is new or gone."""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from smtplib import SMTPException

from django.db import transaction

from services.actions.locks import exclusive_lock
from services.actions.mails import TemplateMail, absolute_link
from services.actions.saved_searches import note_news
from services.finding.reference_data import ReferenceData
from services.models import SavedSearch, SearchNews, Service

from .matching import matches, saved_filters

logger = logging.getLogger(__name__)

INTERVAL = dt.timedelta(days=7)
# A run of a daily command may be a little earlier than that of the week before.
TOLERANCE = dt.timedelta(hours=6)
MAX_SERVICES_IN_MAIL = 20
_LOCK_ID = 0x73656172636865


@dataclass
class NotifyTotals:
    """Numbers of searches that were checked, of mails sent, and of mails that failed."""

    checked: int = 0
    mails: int = 0
    failed: int = 0


def notify_saved_searches(*, now: dt.datetime, today: dt.date) -> NotifyTotals:
    """Check all searches that are due. Raises AlreadyRunning.

    News and mail belong together: if the mail server refuses a mail, the search stays due for the next run.
    """
    totals = NotifyTotals()
    with exclusive_lock(_LOCK_ID):
        reference_data = ReferenceData.current()
        for search in SavedSearch.objects.due(now - INTERVAL + TOLERANCE).select_related("user"):
            found = matches(saved_filters(search, reference_data), today)
            try:
                with transaction.atomic():
                    news = note_news(search=search, matches=found, now=now)
                    if news and search.by_mail:
                        _mail(search, news).send()
                        totals.mails += 1
            except (SMTPException, OSError) as error:
                # Neither the address nor the server's reply, which may repeat it.
                logger.error("A mail about a saved search could not be sent: %s", type(error).__name__)
                totals.failed += 1
            totals.checked += 1
    return totals


def _mail(search: SavedSearch, news: Sequence[SearchNews]) -> TemplateMail:
    ids = {is_new: [item.service_id for item in news if item.is_new is is_new] for is_new in (True, False)}
    listed = [pk for group in ids.values() for pk in group[:MAX_SERVICES_IN_MAIL]]
    services = Service.objects.select_related("organisation").in_bulk(listed)
    new, gone = ([services[pk] for pk in group if pk in services] for group in ids.values())
    facts = {
        "search": search,
        "new": [(service, absolute_link(search.user, "finding:service", service.pk, "-")) for service in new],
        "more_new": len(ids[True]) - len(new),
        "gone": gone,
        "more_gone": len(ids[False]) - len(gone),
        "address": absolute_link(search.user, "searches:searches"),
    }
    return TemplateMail(to=search.user, template="search_news", facts=facts)
