"""Load municipalities and wellbeing services counties from organisations/data.

Codes and names follow Statistics Finland's classifications for 2026; coordinates are a representative point.
"""

import csv
from pathlib import Path

from django.db.models import Model

DATA_FOLDER = Path(__file__).parent.parent / "data"


def load(county_model: type[Model], municipality_model: type[Model]) -> tuple[int, int]:
    """Upsert both tables; returns the numbers of counties and municipalities.

    Takes the models as arguments so that a migration can pass its historical ones. Areas missing from the data are
    kept, because services may still refer to them.
    """
    counties = [county_model(**_area_fields(row)) for row in _read_csv("counties.csv")]
    municipalities = [
        municipality_model(**_area_fields(row), county_id=row["county"]) for row in _read_csv("municipalities.csv")
    ]
    for model, rows, extra in (
        (county_model, counties, []),
        (municipality_model, municipalities, ["county"]),
    ):
        model._default_manager.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "name_fi", "name_sv", "name_en", "latitude", "longitude", *extra],
        )
    return len(counties), len(municipalities)


def _read_csv(file_name: str) -> list[dict[str, str]]:
    with (DATA_FOLDER / file_name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _area_fields(row: dict[str, str]) -> dict:
    return {
        "code": row["code"],
        "name": row["fi"],
        "name_fi": row["fi"],
        "name_sv": row["sv"],
        "name_en": row["en"],
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
    }
