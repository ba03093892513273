"""The service paths of the demonstration; one of them refers to a service that is not published any more."""

from pathlib import Path

import yaml
from django.db.models import F

from services.models import Category, PathStep, PathStepService, Service, ServicePath
from services.models.service_path import step_rows

DATA_FILE = Path(__file__).with_suffix(".yaml")
PATH_TEXTS, STEP_TEXTS = ("name", "summary"), ("title", "who", "responsible", "move_on", "search_text")


def load_service_paths(reference_system: str) -> None:
    """Create the paths; their services are named by the references of their organisations in this system."""
    categories = {category.code: category for category in Category.objects.all()}
    listed = Service.objects.filter(organisation__references__system=reference_system)
    keyed = listed.annotate(organisation_key=F("organisation__references__identifier"))
    services = {(service.organisation_key, service.name_fi): service for service in keyed}
    for entry in yaml.load(DATA_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
        path = ServicePath.objects.create(
            **_texts(entry, PATH_TEXTS),
            county_id=entry["county"],
            category=categories[entry["category"]],
            is_published=True,
        )
        for position, row in enumerate(entry["steps"], 1):
            step = PathStep.objects.create(
                path=path,
                position=position,
                search_category=categories[row["search_category"]] if "search_category" in row else None,
                **_texts(row, STEP_TEXTS),
            )
            chosen = [services[name["organisation"], name["name"]] for name in row["services"]]
            PathStepService.objects.bulk_create(step_rows(step, chosen))


def _texts(entry: dict, names: tuple[str, ...]) -> dict[str, str]:
    return {f"{name}_{language}": text for name in names for language, text in entry.get(name, {}).items()}
