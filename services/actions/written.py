"""A service as its form writes it: plain values by the names of fields, to be kept as a draft and to be compared.

Parts are what a reader takes for one thing: a text in one language, all categories, all phone numbers.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from services.models import Service
from services.search.analysis import LANGUAGES

TEXTS = (
    "name",
    "summary",
    "description",
    "eligibility",
    "requirements",
    "client_access",
    "waiting_time",
    "professional_access",
    "professional_needs",
    "cost_note",
    "accessibility_note",
    "website",
    "search_words",
)
CHOICES = ("access_routes", "channels", "languages", "accessibility")
RECORDS = ("categories", "locations", "municipalities", "counties")
FLAGS = ("low_threshold", "anonymous", "nationwide")
OTHERS = ("age_min", "age_max", "cost", "email", "valid_from", "valid_until")
PHONES = "phones"
PHONE = ("number", *(f"{text}_{language}" for text in ("label", "charge_note") for language in LANGUAGES))
MOST_PHONES = 8

Values = dict[str, str | bool | list[str]]
_PHONE = re.compile(r"phone-(\d)-(\w+)")


def text_fields() -> list[str]:
    return [f"{text}_{language}" for text in TEXTS for language in LANGUAGES]


def written(service: Service) -> Values:
    """The values of a service; reads its phones and everything in `RECORDS`."""
    values: Values = {name: getattr(service, name) or "" for name in text_fields()}
    values |= {name: _plain(getattr(service, name)) for name in OTHERS}
    values |= {name: getattr(service, name) for name in FLAGS}
    values |= {name: list(getattr(service, name)) for name in CHOICES}
    values |= {name: [str(record.pk) for record in getattr(service, name).all()] for name in RECORDS}
    for row, phone in enumerate(service.phones.all()):
        values |= {f"phone-{row}-{name}": getattr(phone, name) or "" for name in PHONE}
    return tidy(values)


def tidy(values: Mapping) -> Values:
    """Values that compare: lines end alike, lists are in order, phone numbers follow each other without gaps."""
    found = {name: _tidy(value) for name, value in values.items()}
    rows = sorted({int(match[1]) for name in found if (match := _PHONE.fullmatch(name))})
    phones = [{part: found.pop(f"phone-{row}-{part}", "") for part in PHONE} for row in rows]
    for row, phone in enumerate(phone for phone in phones if any(phone.values())):
        found |= {f"phone-{row}-{part}": value for part, value in phone.items()}
    return found


def phones_of(values: Mapping) -> list[dict]:
    """The phone numbers among values, each as {"number": ..., "label_fi": ...}."""
    rows = sorted({int(match[1]) for name in values if (match := _PHONE.fullmatch(name))})
    return [{part: values.get(f"phone-{row}-{part}") or "" for part in PHONE} for row in rows]


def parts(values: Values) -> dict[str, object]:
    """The values by part."""
    found = {name: value for name, value in values.items() if not _PHONE.fullmatch(name)}
    return found | {PHONES: [list(phone.values()) for phone in phones_of(values)]}


def digests(values: Values) -> dict[str, str]:
    """A few letters for each part, by which one sees whether it has changed."""
    return {
        part: blake2b(json.dumps(value, ensure_ascii=False).encode(), digest_size=6).hexdigest()
        for part, value in parts(values).items()
    }


@dataclass(frozen=True)
class Difference:
    """A part that two people see differently; who of them has changed it since they had the same."""

    part: str
    theirs: object
    mine: object
    they_changed: bool
    i_changed: bool


def differences(*, base: Mapping[str, str], theirs: Values, mine: Values) -> list[Difference]:
    """Where two versions differ; `base` are the digests of the one from which mine began."""
    my_digests, their_digests, my_parts = digests(mine), digests(theirs), parts(mine)
    return [
        Difference(
            part=part,
            theirs=value,
            mine=my_parts.get(part),
            they_changed=their_digests[part] != base.get(part),
            i_changed=my_digests.get(part) != base.get(part),
        )
        for part, value in parts(theirs).items()
        if their_digests[part] != my_digests.get(part)
    ]


def merged(*, mine: Values, theirs: Values, take: Iterable[str]) -> Values:
    """My version with some parts of theirs."""
    found, taken = dict(mine), set(take)
    if PHONES in taken:
        found = {name: value for name, value in found.items() if not _PHONE.fullmatch(name)}
        found |= {name: value for name, value in theirs.items() if _PHONE.fullmatch(name)}
    return found | {part: theirs[part] for part in taken if part in theirs}


def _plain(value) -> str:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _tidy(value):
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value)
    if isinstance(value, bool):
        return value
    return (value or "").replace("\r\n", "\n").replace("\x00", "").strip()
