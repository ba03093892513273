"""Find services and choose them for a step, without leaving its form."""

import re
from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from services.models import Service
from services.referrals.ordered_services import service_ids, services_in_order
from services.search.analysis import LANGUAGES

MAX_FOUND = 8
MAX_SERVICES_PER_STEP = 10
# The address of a service's page, or the short one that is printed.
_ADDRESS = re.compile(r"^\S*/(\d{1,9})(?:-[^/\s]*)?/?(?:[?#]\S*)?$")


class ServiceChoice:
    """The chosen services of a step, and those that the words or the address in `find` lead to."""

    def __init__(self, request: HttpRequest, stored: Sequence[int]):
        query = request.POST if request.method == "POST" else QueryDict()
        # What was found has been added: the next search begins anew.
        is_added = query.get("move", "").endswith("-in")
        self.find = "" if is_added else query.get("find", "")[:200].strip()
        ids = service_ids(query) if request.method == "POST" else list(stored)
        today = timezone.localdate()
        self.services = services_in_order(Service.objects.select_related("organisation"), ids)[:MAX_SERVICES_PER_STEP]
        self.gone = {service.pk for service in self.services if not service.is_offered(today)}
        self.is_full = len(self.services) == MAX_SERVICES_PER_STEP
        self.found: list[Service] = []
        if self.find and not self.is_full:
            offered = Service.objects.published().on_offer(today).select_related("organisation")
            self.found = list(offered.filter(_matching(self.find)).exclude(pk__in=ids).alphabetical()[:MAX_FOUND])


def _matching(text: str) -> Q:
    if address := _ADDRESS.match(text):
        return Q(pk=int(address[1]))
    names = [f"{record}name_{language}__icontains" for record in ("", "organisation__") for language in LANGUAGES]
    return reduce(and_, (reduce(or_, (Q(**{name: word}) for name in names)) for word in text.split()[:8]))
