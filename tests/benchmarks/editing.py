"""How long it takes until a service that somebody edited is found by its new words."""

import time

from tqdm import tqdm

from services.indexing.services import index_services
from services.models import Service

MEASURED_EDITS, WARM_UP_EDITS = 50, 20


def measure_edits() -> list[float]:
    """Milliseconds of indexing one edited service in a transaction of its own, for services from all over.

    In a process that has indexed some other services before, as those that serve the site have.
    """
    ids = list(Service.objects.order_by("pk").values_list("pk", flat=True))
    took = []
    chosen = ids[:: max(1, len(ids) // (WARM_UP_EDITS + MEASURED_EDITS))][: WARM_UP_EDITS + MEASURED_EDITS]
    for pk in tqdm(chosen, desc="edits", unit=" services"):
        service = Service.objects.get(pk=pk)
        before = service.summary_fi
        took.append(_time_edit(pk, "Uusi tiivistelmä ja vertaistukiryhmä perheille."))
        _time_edit(pk, before)
    return took[min(WARM_UP_EDITS, len(took) // 2) :]


def _time_edit(pk: int, summary: str | None) -> float:
    Service.objects.filter(pk=pk).update(summary_fi=summary)
    start = time.perf_counter()
    index_services(service_ids=[pk])
    return (time.perf_counter() - start) * 1000
