"""Convert the records of a source to values of the project's fields, within the limits of the fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services.content.facets import IMPORTED_FACETS, FieldValue

from .problems import Problems
from .record_kinds import Values
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
    """Converts records to values; values that do not fit are counted as notices."""

    problems: Problems
    categories: Mapping[tuple[str, str], list[str]]
    """Codes of categories by (system, code) of a class of another classification."""
    class_names: Mapping[tuple[str, str], str]
    """Names of classes by (system, code), for notices."""

    def organisation(self, record: OrganisationRecord) -> Values:
        record_name = record.name["fi"]
        return {
            **self._texts("name", record.name, record_name, NAME_LENGTH),
            **self._texts("description", record.description, record_name),
            **self._texts("website", record.website, record_name),
            "sector": record.sector,
            "abbreviation": record.abbreviation,
            "business_id": record.business_id,
            "email": record.email,
            "parent": record.parent,
            **_area(record.area),
            "phones": self._phones(record.phones, record_name),
            "status": "published",
            "assured_at": utc_isoformat(record.modified),
        }

    def location(self, record: LocationRecord) -> Values:
        record_name = record.name.get("fi", record.identifier)
        return {
            **self._texts("name", record.name, record_name, NAME_LENGTH),
            **self._texts("street", record.street, record_name, STREET_LENGTH),
            **self._texts("city", record.city, record_name, CITY_LENGTH),
            **self._texts("hours_note", record.opening.note, record_name, HOURS_NOTE_LENGTH),
            **self._texts("accessibility_note", record.accessibility_note, record_name),
            **self._texts("website", record.website, record_name),
            "organisation": record.organisation,
            "postal_code": record.postal_code,
            "municipality_id": record.municipality or None,
            "latitude": record.latitude,
            "longitude": record.longitude,
            "by_appointment": record.opening.by_appointment,
            "email": record.email,
            "archived": False,
            "phones": self._phones(record.phones, record_name),
            "schedules": _schedules(record.opening),
            "schedule_exceptions": self._exceptions(record.opening, record_name),
        }

    def service(self, record: ServiceRecord) -> Values:
        record_name = record.name["fi"]
        access = dict(record.client_access)
        for language, text in record.waiting_time.items():
            if len(text) > WAITING_LENGTH:
                # The field has one line, so the full text is added to a longer field.
                access[language] = "\n\n".join(part for part in (access.get(language), text) if part)
        return {
            **self._texts("name", record.name, record_name, NAME_LENGTH),
            **self._texts("summary", record.summary, record_name),
            **self._texts("description", record.description, record_name),
            **self._texts("requirements", record.requirements, record_name),
            **self._texts("client_access", access, record_name),
            **self._texts("waiting_time", record.waiting_time, record_name, WAITING_LENGTH),
            **self._texts("cost_note", record.cost_note, record_name),
            **self._texts("website", record.website, record_name),
            **{f"search_words_{lang}": "\n".join(record.search_words.get(lang, ())) for lang in LANGUAGES},
            "organisation": record.organisation,
            **self._facets(record.facets, record_name),
            "email": record.email,
            **_area(record.area),
            "categories": self._categories(record.codes, record_name),
            "locations": sorted(record.locations),
            "phones": self._phones(record.phones, record_name),
            "status": "published",
            "assured_at": utc_isoformat(record.modified),
        }

    def _texts(self, field: str, text: TranslatedText, record_name: str, limit: int = 0) -> dict[str, str]:
        values: dict[str, str] = {}
        for language in LANGUAGES:
            value = text.get(language, "")
            if limit and len(value) > limit:
                self.problems.notice("text-cut", f"{field}: longer than {limit} characters", record_name)
                value = truncate_text(value, limit)
            values[f"{field}_{language}"] = value
        return values

    def _phones(self, phones: tuple[PhoneRecord, ...], record_name: str) -> list[Values]:
        rows = []
        for phone in phones:
            if len(phone.number) > NUMBER_LENGTH:
                self.problems.notice("not-kept", "phone: too long to be a number", record_name)
                continue
            rows.append(
                {
                    "number": phone.number,
                    **self._texts("label", phone.label, record_name, LABEL_LENGTH),
                    **self._texts("charge_note", phone.charge_note, record_name, CHARGE_LENGTH),
                }
            )
        return rows

    def _facets(self, values: Mapping[str, tuple[str, ...]], record_name: str) -> dict[str, FieldValue]:
        fields: dict[str, FieldValue] = {}
        for facet in IMPORTED_FACETS:
            codes = values.get(facet.dimension, ())
            for code in codes:
                if code not in facet.labels:
                    self.problems.notice(f"unknown-{facet.dimension}", code, record_name)
            fields[facet.service] = facet.field_value(codes)
        return fields

    def _categories(self, codes: tuple[tuple[str, str], ...], record_name: str) -> list[str]:
        category_codes: set[str] = set()
        for code in codes:
            categories = self.categories.get(code)
            if categories is None:
                self.problems.notice(
                    "class-without-category", f"{code[1]} {self.class_names.get(code, '')}".strip(), record_name
                )
            category_codes.update(categories or ())
        return sorted(category_codes)

    def _exceptions(self, opening: OpeningRecord, record_name: str) -> list[Values]:
        rows = [
            {
                "starts_on": row.starts_on.isoformat(),
                "ends_on": row.ends_on.isoformat(),
                "closed": row.closed,
                "opens_at": row.opens.isoformat() if row.opens else None,
                "closes_at": row.closes.isoformat() if row.closes else None,
                **self._texts("note", row.note, record_name, EXCEPTION_NOTE_LENGTH),
            }
            for row in opening.exceptions
        ]
        return sort_rows(rows)


def _area(area: AreaRecord) -> Values:
    return {
        "nationwide": area.nationwide,
        "municipalities": sorted(area.municipalities),
        "counties": sorted(area.counties),
    }


def _schedules(opening: OpeningRecord) -> list[Values]:
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


def sort_rows(rows: list[Values]) -> list[Values]:
    """Return rows that have no order of their own in a fixed order, for comparison."""
    return sorted(rows, key=lambda row: [str(row[column] or "") for column in sorted(row)])


def utc_isoformat(value: datetime | None) -> str | None:
    """Return a moment in UTC as ISO 8601, so that equal moments are equal texts."""
    return value.astimezone(UTC).isoformat() if value else None
