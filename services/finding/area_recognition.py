"""The place that a search names in words, and what is left to search for without it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from organisations.models import Municipality, Organisation, WellbeingCounty
from services.search.places import Gazetteer, PlaceMention, base_forms
from services.search.spans import compose_text

_TRAILING_PUNCTUATION = " ,;:–-"


@dataclass(frozen=True)
class QueryArea:
    """A municipality or county named in a text. `rest` is the text without it."""

    dimension: str
    code: str
    rest: str

    @property
    def area(self) -> tuple[str, str]:
        return self.dimension, self.code


def find_query_area(
    text: str, municipalities: dict[str, Municipality], counties: dict[str, WellbeingCounty]
) -> QueryArea | None:
    """The one place that a text names; None where it names none, several, or an organisation that is called so.

    One statement where the name stands directly before another word ("Vantaan perheneuvola"), else none.
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


def _area_names(municipalities, counties) -> tuple[tuple[str, str], ...]:
    found = [(area, f"municipality:{code}") for code, area in municipalities.items()]
    # A city that is a county by itself is found as a municipality.
    found += [(area, f"county:{code}") for code, area in counties.items() if not area.name_fi.endswith("kaupunki")]
    return tuple((name, value) for area, value in found for name in (area.name_fi, area.name_sv, area.name_en) if name)


@lru_cache(maxsize=2)
def _cached_gazetteer(names: tuple[tuple[str, str], ...]) -> Gazetteer:
    """Made once for the names as they are: others make another one."""
    return Gazetteer(names)


def _single_area(values: set[str], municipalities: dict[str, Municipality]) -> str:
    """The only place, or the municipality beside its own county; nothing where one would have to be preferred."""
    inside = [value for value in values if value.startswith("municipality:")]
    if len(inside) == 1:
        county = municipalities[inside[0].split(":")[1]].county_id
        values = values - {f"county:{county}"}
    return next(iter(values)) if len(values) == 1 else ""


def _starts_organisation_name(mentions: list[PlaceMention], text: str) -> bool:
    """Whether a place is the beginning of an organisation's name: "Vantaan Mielenterveys ry".

    "Keravan kaupunki" alone is the organisation; with more words, it is where they are looked for.
    """
    names = {
        _organisation_name_pattern(mention)
        for mention in mentions
        if mention.following and not (mention.includes_place_kind and _remove_mentions(text, [mention]))
    }
    return bool(names) and Organisation.objects.published().called(rf"\m({'|'.join(sorted(names))})\M").exists()


def _organisation_name_pattern(mention: PlaceMention) -> str:
    """The place with the word after it, in any form, joined or apart."""
    seam = "[[:space:]–-]?"
    following = "|".join(re.escape(form) for form in sorted(base_forms(mention.following)))
    return f"{seam.join(map(re.escape, mention.core))}{seam}({following})"


def _remove_mentions(text: str, mentions: list[PlaceMention]) -> str:
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    text = re.sub(r"\s*([,;])[\s,;]*", r"\1 ", text)
    return " ".join(text.split()).strip(_TRAILING_PUNCTUATION)
