"""Tokens of filters and facets: "dimension:value"."""

from collections.abc import Iterable
from dataclasses import dataclass

# Matches every area, so that a nationwide service need not list them all.
NATIONWIDE = "nationwide:yes"
REMOTE_CHANNELS = frozenset({"phone", "chat", "remote", "written"})


def token(dimension: str, value: str) -> str:
    return f"{dimension}:{value}"


@dataclass(frozen=True)
class ServedArea:
    """The area that a service serves, by codes of municipalities and counties."""

    nationwide: bool
    municipalities: frozenset[str]
    counties: frozenset[str]


def area_tokens(area: ServedArea, county_of: dict[str, str], municipalities_of: dict[str, list[str]]) -> set[str]:
    """Return tokens of all municipalities served, also through a county, and of every county with one of them."""
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
