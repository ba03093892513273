"""Read the filters of a search from the URL. Unknown values are ignored, and the page names them."""

import unicodedata
from collections.abc import Container

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from services.content.facets import CHOICE_LABELS
from services.search.personal_data import holds_identity_code
from services.search.query import MAX_LENGTH

from .filters import FLAG_LABELS, SORT_LABELS, Filters
from .reference_data import ReferenceData

MAX_AGE_YEARS = 120
MAX_PAGE = 100_000
MAX_IGNORED_LENGTH = 40  # characters of a value that is shown as ignored
TRUE_VALUES = frozenset({"1", "on", "yes", "true"})


def request_filters(request: HttpRequest) -> Filters:
    return read_filters(request.GET, ReferenceData.current(), current_language())


def current_language() -> str:
    return (get_language() or "fi")[:2]


def read_filters(query: QueryDict, reference_data: ReferenceData, language: str) -> Filters:
    """Read filters from a query string; unknown values are listed in `ignored`."""
    reader = _QueryReader(query)
    values = {name: reader.choices(name, choices) for name, choices in CHOICE_LABELS.items()}
    categories = [reference_data.categories[code] for code in reader.choices("category", reference_data.categories)]
    for scheme in dict.fromkeys(category.scheme for category in categories):
        codes = [category.code for category in categories if category.scheme == scheme]
        values[scheme] = reference_data.most_specific(codes)
    area_values, other_areas = _read_areas(reader, reference_data)
    values |= area_values
    for flag in FLAG_LABELS:
        values[flag] = ["yes"] if reader.flag(flag) else []
    text = reader.text("q")
    has_identity_code = holds_identity_code(text)
    if has_identity_code:
        text = ""
    if len(text) > MAX_LENGTH:
        reader.ignored.append(_("the end of the search text"))
    return Filters(
        reference_data=reference_data,
        language=language,
        text=text[:MAX_LENGTH],
        values={name: tuple(dict.fromkeys(selected)) for name, selected in values.items() if selected},
        age=reader.number("age", maximum=MAX_AGE_YEARS),
        local=reader.flag("local"),
        exact=reader.flag("exact"),
        query_area_off=bool(reader.choices("place", {"off"})),
        sort=next(iter(reader.choices("sort", SORT_LABELS)), ""),
        page=reader.number("page", minimum=1, maximum=MAX_PAGE) or 1,
        ignored=tuple(reader.ignored),
        other_areas=tuple(other_areas),
        has_identity_code=has_identity_code,
    )


def _read_areas(reader: "_QueryReader", reference_data: ReferenceData) -> tuple[dict[str, list[str]], list[str]]:
    """The first area as values, municipalities before counties, and the names of the others."""
    names = {
        (dimension, code): areas[code].name
        for dimension, areas in (("municipality", reference_data.municipalities), ("county", reference_data.counties))
        for code in reader.choices(dimension, areas)
    }
    if not names:
        return {}, []
    dimension, code = next(iter(names))
    del names[dimension, code]
    if dimension == "municipality":
        # A municipality narrows the search in its county, which is therefore not another area.
        names.pop(("county", reference_data.municipalities[code].county_id), None)
    return {dimension: [code]}, list(names.values())


class _QueryReader:
    """Reads known values of a query string and collects the others in `ignored`."""

    def __init__(self, query: QueryDict):
        self._query = query
        self.ignored: list[str] = []

    def text(self, name: str) -> str:
        return " ".join(_printable(self._query.get(name, "")).split())

    def choices(self, name: str, choices: Container[str]) -> list[str]:
        values = [value for value in self._query.getlist(name) if value]
        for value in values:
            if value not in choices:
                self._ignore(name, _printable(value))
        return [value for value in values if value in choices]

    def flag(self, name: str) -> bool:
        return bool(self.choices(name, TRUE_VALUES))

    def number(self, name: str, *, maximum: int, minimum: int = 0) -> int | None:
        text = _printable(self._query.get(name, "")).strip()
        if text.isascii() and text.isdigit() and len(text) < 10 and minimum <= int(text) <= maximum:
            return int(text)
        if text:
            self._ignore(name, text)
        return None

    def _ignore(self, name: str, value: str) -> None:
        self.ignored.append(f"{name}={value[:MAX_IGNORED_LENGTH]}")


def _printable(text: str) -> str:
    """The text without characters that cannot be stored or searched: control characters and broken UTF-8.

    Invisible characters (category Cf), such as soft hyphens copied from web pages, are removed; others become spaces.
    """
    visible = (character for character in text if unicodedata.category(character) != "Cf")
    return "".join(c if c.isprintable() and c != "\ufffd" else " " for c in visible)
