"""How long it takes until a service that somebody edited is found by its new words."""

import time

from tqdm import tqdm

from services.indexing.services import index_services
from services.models import Service

EDITS, BEFORE = 50, 20


def edits() -> list[float]:
    """Milliseconds of indexing one edited service in a transaction of its own, for services from all over.

    In a process that has indexed some other services before, as those that serve the site have.
    """
    ids = list(Service.objects.order_by("pk").values_list("pk", flat=True))
    took = []
    chosen = ids[:: max(1, len(ids) // (BEFORE + EDITS))][: BEFORE + EDITS]
    for pk in tqdm(chosen, desc="edits", unit=" services"):
        service = Service.objects.get(pk=pk)
        before = service.summary_fi
        took.append(_edit(pk, "Uusi tiivistelmä ja vertaistukiryhmä perheille."))
        _edit(pk, before)
    return took[min(BEFORE, len(took) // 2) :]


def _edit(pk: int, summary: str | None) -> float:
    Service.objects.filter(pk=pk).update(summary_fi=summary)
    start = time.perf_counter()
    index_services(service_ids=[pk])
    return (time.perf_counter() - start) * 1000
