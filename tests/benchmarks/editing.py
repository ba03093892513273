"""How long it takes until a service that somebody edited is found by its new words."""

import time

from tqdm import tqdm

from services.actions.index import index_services
from services.models import Service

EDITS = 50


def edits() -> list[float]:
    """Milliseconds of indexing one edited service in a transaction of its own, for services from all over."""
    ids = list(Service.objects.order_by("pk").values_list("pk", flat=True))
    took = []
    for pk in tqdm(ids[:: max(1, len(ids) // EDITS)][:EDITS], desc="edits", unit=" services"):
        service = Service.objects.get(pk=pk)
        before = service.summary_fi
        took.append(_edit(pk, "Uusi tiivistelmä ja vertaistukiryhmä perheille."))
        _edit(pk, before)
    return took


def _edit(pk: int, summary: str | None) -> float:
    Service.objects.filter(pk=pk).update(summary_fi=summary)
    start = time.perf_counter()
    index_services(service_ids=[pk])
    return (time.perf_counter() - start) * 1000
