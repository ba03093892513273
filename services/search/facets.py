"""The tokens of filters and facets: "dimension:value"."""

from collections.abc import Iterable
from dataclasses import dataclass

# Matches every area, so that a nationwide service does not list them all.
NATIONWIDE = "nationwide:yes"
FLAG_FIELDS = ("low_threshold", "anonymous")
REMOTE_CHANNELS = frozenset({"phone", "chat", "remote", "written"})


def token(dimension: str, value: str) -> str:
    return f"{dimension}:{value}"


@dataclass(frozen=True)
class ServedArea:
    """The area that a service covers: the whole country, or codes of municipalities and counties."""

    nationwide: bool
    municipalities: frozenset[str]
    counties: frozenset[str]


def area_tokens(area: ServedArea, county_of: dict[str, str], municipalities_of: dict[str, list[str]]) -> set[str]:
    """Tokens of all municipalities covered, directly or through a county, and of all counties of these."""
    served = set(area.municipalities)
    for county in area.counties:
        served.update(municipalities_of[county])
    counties = set(area.counties) | {county_of[code] for code in served}
    tokens = {token("municipality", code) for code in served} | {token("county", code) for code in counties}
    if area.nationwide:
        tokens.add(NATIONWIDE)
    return tokens


def choice_tokens(dimension: str, values: Iterable[str]) -> set[str]:
    return {token(dimension, value) for value in values if value}
