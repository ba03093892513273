"""Recognise the municipality or county named in a query, and remove it from the text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from organisations.models import Municipality, Organisation, WellbeingCounty
from services.search.places import Gazetteer, PlaceMention, base_forms
from services.search.spans import compose_text

_TRAILING_PUNCTUATION = " ,;:–-"


@dataclass(frozen=True)
class QueryArea:
    """A municipality or county named in a text."""

    dimension: str
    code: str
    text_without_area: str

    @property
    def area(self) -> tuple[str, str]:
        return self.dimension, self.code


def find_query_area(
    text: str, municipalities: dict[str, Municipality], counties: dict[str, WellbeingCounty]
) -> QueryArea | None:
    """The only area that a text names; None if an organisation's name starts with it.

    One database query if another word follows the name ("Vantaan perheneuvola"), else none.
    """
    if not municipalities and not counties:
        return None
    text = compose_text(text)
    mentions = _cached_gazetteer(_area_names(municipalities, counties)).find(text)
    value = _single_area({mention.value for mention in mentions}, municipalities)
    if not value or _starts_organisation_name(mentions, text):
        return None
    dimension, code = value.split(":")
    return QueryArea(dimension, code, _remove_mentions(text, mentions))


def _area_names(
    municipalities: dict[str, Municipality], counties: dict[str, WellbeingCounty]
) -> tuple[tuple[str, str], ...]:
    areas: list[tuple[Municipality | WellbeingCounty, str]] = [
        (area, f"municipality:{code}") for code, area in municipalities.items()
    ]
    # Helsinki is a county by itself and is recognised as a municipality.
    areas += [(area, f"county:{code}") for code, area in counties.items() if not area.name_fi.endswith("kaupunki")]
    return tuple((name, value) for area, value in areas for name in (area.name_fi, area.name_sv, area.name_en) if name)


@lru_cache(maxsize=2)
def _cached_gazetteer(names: tuple[tuple[str, str], ...]) -> Gazetteer:
    """The gazetteer of these names, cached until the names change."""
    return Gazetteer(names)


def _single_area(values: set[str], municipalities: dict[str, Municipality]) -> str:
    """The only area, or a municipality named together with its county; "" if ambiguous."""
    municipality_values = [value for value in values if value.startswith("municipality:")]
    if len(municipality_values) == 1:
        county = municipalities[municipality_values[0].split(":")[1]].county_id
        values = values - {f"county:{county}"}
    return next(iter(values)) if len(values) == 1 else ""


def _starts_organisation_name(mentions: list[PlaceMention], text: str) -> bool:
    """Whether an area starts an organisation's name: "Vantaan Mielenterveys ry".

    "Keravan kaupunki" alone means the organisation; with more words it is the area of the search.
    """
    names = {
        _organisation_name_pattern(mention)
        for mention in mentions
        if mention.following and not (mention.includes_place_kind and _remove_mentions(text, [mention]))
    }
    pattern = rf"\m({'|'.join(sorted(names))})\M"
    return bool(names) and Organisation.objects.published().with_name_matching(pattern).exists()


def _organisation_name_pattern(mention: PlaceMention) -> str:
    """A regular expression for the area and any form of the following word, joined or separate."""
    separator = "[[:space:]–-]?"
    following = "|".join(re.escape(form) for form in sorted(base_forms(mention.following)))
    return f"{separator.join(map(re.escape, mention.core))}{separator}({following})"


def _remove_mentions(text: str, mentions: list[PlaceMention]) -> str:
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    text = re.sub(r"\s*([,;])[\s,;]*", r"\1 ", text)
    return " ".join(text.split()).strip(_TRAILING_PUNCTUATION)
