"""Records as values of this project's fields, within the limits that the fields have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services.content.facets import IMPORTED_FACETS, FieldValue

from .problems import Problems
from .records import (
    LANGUAGES,
    AreaRecord,
    LocationRecord,
    OpeningRecord,
    OrganisationRecord,
    PhoneRecord,
    ServiceRecord,
    TranslatedText,
)
from .rich_text import truncate_text

NAME_LENGTH, STREET_LENGTH, CITY_LENGTH, HOURS_NOTE_LENGTH, WAITING_LENGTH = 200, 200, 100, 300, 200
NUMBER_LENGTH, LABEL_LENGTH, CHARGE_LENGTH, EXCEPTION_NOTE_LENGTH = 40, 100, 200, 200


@dataclass
class ValueConverter:
    """Turns records into values; what does not fit is counted."""

    problems: Problems
    categories: Mapping[tuple[str, str], list[str]]
    """Codes of categories by (system, code) of another classification."""
    class_names: Mapping[tuple[str, str], str]
    """What the other classification calls its codes, for notices."""

    def organisation(self, record: OrganisationRecord) -> dict:
        who = record.name["fi"]
        return {
            **self._texts("name", record.name, who, NAME_LENGTH),
            **self._texts("description", record.description, who),
            **self._texts("website", record.website, who),
            "sector": record.sector,
            "abbreviation": record.abbreviation,
            "business_id": record.business_id,
            "email": record.email,
            "parent": record.parent,
            **_area(record.area),
            "phones": self._phones(record.phones, who),
            "status": "published",
            "assured_at": utc_isoformat(record.modified),
        }

    def location(self, record: LocationRecord) -> dict:
        who = record.name.get("fi", record.identifier)
        return {
            **self._texts("name", record.name, who, NAME_LENGTH),
            **self._texts("street", record.street, who, STREET_LENGTH),
            **self._texts("city", record.city, who, CITY_LENGTH),
            **self._texts("hours_note", record.opening.note, who, HOURS_NOTE_LENGTH),
            **self._texts("accessibility_note", record.accessibility_note, who),
            **self._texts("website", record.website, who),
            "organisation": record.organisation,
            "postal_code": record.postal_code,
            "municipality_id": record.municipality or None,
            "latitude": record.latitude,
            "longitude": record.longitude,
            "by_appointment": record.opening.by_appointment,
            "email": record.email,
            "archived": False,
            "phones": self._phones(record.phones, who),
            "schedules": _schedules(record.opening),
            "schedule_exceptions": self._exceptions(record.opening, who),
        }

    def service(self, record: ServiceRecord) -> dict:
        who = record.name["fi"]
        access = dict(record.client_access)
        for language, text in record.waiting_time.items():
            if len(text) > WAITING_LENGTH:
                # A single-line field: the full text goes to a field with room for it.
                access[language] = "\n\n".join(part for part in (access.get(language), text) if part)
        return {
            **self._texts("name", record.name, who, NAME_LENGTH),
            **self._texts("summary", record.summary, who),
            **self._texts("description", record.description, who),
            **self._texts("requirements", record.requirements, who),
            **self._texts("client_access", access, who),
            **self._texts("waiting_time", record.waiting_time, who, WAITING_LENGTH),
            **self._texts("cost_note", record.cost_note, who),
            **self._texts("website", record.website, who),
            **{f"search_words_{lang}": "\n".join(record.search_words.get(lang, ())) for lang in LANGUAGES},
            "organisation": record.organisation,
            **self._facets(record.facets, who),
            "email": record.email,
            **_area(record.area),
            "categories": self._categories(record.codes, who),
            "locations": sorted(record.locations),
            "phones": self._phones(record.phones, who),
            "status": "published",
            "assured_at": utc_isoformat(record.modified),
        }

    def _texts(self, field: str, text: TranslatedText, who: str, limit: int = 0) -> dict[str, str]:
        values = {}
        for language in LANGUAGES:
            value = text.get(language, "")
            if limit and len(value) > limit:
                self.problems.notice("text-cut", f"{field}: longer than {limit} characters", who)
                value = truncate_text(value, limit)
            values[f"{field}_{language}"] = value
        return values

    def _phones(self, phones: tuple[PhoneRecord, ...], who: str) -> list[dict]:
        rows = []
        for phone in phones:
            if len(phone.number) > NUMBER_LENGTH:
                self.problems.notice("not-kept", "phone: too long to be a number", who)
                continue
            rows.append(
                {
                    "number": phone.number,
                    **self._texts("label", phone.label, who, LABEL_LENGTH),
                    **self._texts("charge_note", phone.charge_note, who, CHARGE_LENGTH),
                }
            )
        return rows

    def _facets(self, values: Mapping[str, tuple[str, ...]], who: str) -> dict[str, FieldValue]:
        fields: dict[str, FieldValue] = {}
        for facet in IMPORTED_FACETS:
            codes = values.get(facet.dimension, ())
            for code in codes:
                if code not in facet.labels:
                    self.problems.notice(f"unknown-{facet.dimension}", code, who)
            fields[facet.service] = facet.field_value(codes)
        return fields

    def _categories(self, codes: tuple[tuple[str, str], ...], who: str) -> list[str]:
        tags: set[str] = set()
        for code in codes:
            categories = self.categories.get(code)
            if categories is None:
                self.problems.notice(
                    "class-without-category", f"{code[1]} {self.class_names.get(code, '')}".strip(), who
                )
            tags.update(categories or ())
        return sorted(tags)

    def _exceptions(self, opening: OpeningRecord, who: str) -> list[dict]:
        rows = [
            {
                "starts_on": row.starts_on.isoformat(),
                "ends_on": row.ends_on.isoformat(),
                "closed": row.closed,
                "opens_at": row.opens.isoformat() if row.opens else None,
                "closes_at": row.closes.isoformat() if row.closes else None,
                **self._texts("note", row.note, who, EXCEPTION_NOTE_LENGTH),
            }
            for row in opening.exceptions
        ]
        return sort_rows(rows)


def _area(area: AreaRecord) -> dict:
    return {
        "nationwide": area.nationwide,
        "municipalities": sorted(area.municipalities),
        "counties": sorted(area.counties),
    }


def _schedules(opening: OpeningRecord) -> list[dict]:
    rows = [
        {
            "weekday": row.weekday,
            "opens_at": row.opens.isoformat(),
            "closes_at": row.closes.isoformat(),
            "valid_from": row.valid_from.isoformat() if row.valid_from else None,
            "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        }
        for row in opening.weekly
    ]
    return sort_rows(rows)


def sort_rows(rows: list[dict]) -> list[dict]:
    """Sort rows without an order of their own, independently of their source."""
    return sorted(rows, key=lambda row: [str(row[column] or "") for column in sorted(row)])


def utc_isoformat(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value else None
