"""What a professional of the demonstration keeps: a template of lists, and a search with news."""

from django.http import QueryDict
from django.utils import timezone

from organisations.models import Organisation, User
from services.actions.list_templates import save_template
from services.actions.referral_lists import ItemAdvice
from services.actions.saved_searches import note_news, save_search
from services.finding.reference_data import ReferenceData
from services.finding.saved_searches.matching import matches
from services.finding.url_parameters import read_filters
from services.models import ServicePath
from services.models.referral_list import usual_next_step

QUERY = "category=ls-separating&municipality=092"
# The latest services of the search are news.
NEWS = 2


def load_kept_work(organisation: Organisation, user: User) -> None:
    """A template from the first service path, and a saved search."""
    path = ServicePath.objects.with_steps().order_by("pk")[0]
    today, now = timezone.localdate(), timezone.now()
    save_template(
        name="Ero, alle kouluikäinen, Vantaa",
        owner=organisation,
        title="next-steps",
        advice=[
            ItemAdvice(service=service, next_step=usual_next_step(service)) for service in path.services_on_offer(today)
        ],
        form_key="the-template-of-the-demonstration",
    )
    found = matches(read_filters(QueryDict(QUERY), ReferenceData.current(), "fi"), today)
    search = save_search(
        user=user,
        name="Erot Vantaalla",
        query=QUERY,
        language="fi",
        by_mail=True,
        matches=found[:-NEWS],
        now=now,
        form_key="the-search-of-the-demonstration",
    )
    note_news(search=search, matches=found, now=now)
