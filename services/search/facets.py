"""The tokens that filters and facets work on: "dimension:value"."""

from collections.abc import Iterable
from dataclasses import dataclass

# A nationwide service is found in every area without listing them all.
NATIONWIDE = "nationwide:yes"
REMOTE_CHANNELS = frozenset({"phone", "chat", "remote", "written"})


def token(dimension: str, value: str) -> str:
    return f"{dimension}:{value}"


@dataclass(frozen=True)
class ServedArea:
    """Where a service works, with the county of each municipality and the municipalities of each county."""

    nationwide: bool
    municipalities: frozenset[str]
    counties: frozenset[str]


def area_tokens(area: ServedArea, county_of: dict[str, str], municipalities_of: dict[str, list[str]]) -> set[str]:
    """Tokens of all municipalities served, also through a county, and of all counties touched."""
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
