"""The rules for two people who edit one record: nothing is overwritten unseen.

Versions are compared by parts: what a reader takes as a unit, such as a text in one language, all categories, or a row.
A page carries digests of the version that it shows. When it is submitted, they say who has changed what since then.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

# Each part with a value that JSON can hold.
Parts = Mapping[str, object]
Digests = dict[str, str]

DIGEST_BYTES = 6


@dataclass(frozen=True)
class EditDifference:
    """A part that differs between two versions, and who has changed it since their common base."""

    part: str
    theirs: object
    mine: object
    changed_by_them: bool
    changed_by_me: bool

    @property
    def default_choice(self) -> str:
        """The version of the only person who changed the part; "" if both did."""
        if self.changed_by_me and self.changed_by_them:
            return ""
        return "mine" if self.changed_by_me else "theirs"


class EditConflict(Exception):
    """Somebody else has changed the record meanwhile; nothing was stored.

    `digests` are those of the current version: the draft, or (`published`) what readers see.
    """

    def __init__(self, differences: Iterable[EditDifference] = (), digests: Digests | None = None, *, published: bool):
        self.differences, self.digests, self.published = list(differences), digests or {}, published
        super().__init__(f"{len(self.differences)} differences")


def part_digests(parts: Parts) -> Digests:
    """A short digest of each part, by which a change is detected."""
    return {
        part: blake2b(
            json.dumps(value, ensure_ascii=False, sort_keys=True).encode(), digest_size=DIGEST_BYTES
        ).hexdigest()
        for part, value in parts.items()
    }


def format_digests(digests: Mapping[str, str]) -> str:
    """The digests as the text of a hidden field."""
    return json.dumps(digests, sort_keys=True)


def parse_digests(text: str) -> Digests:
    """The digests of a hidden field. Invalid ones are returned empty, so that all parts are compared."""
    try:
        digests = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return digests if isinstance(digests, dict) else {}


def edit_differences(*, base: Mapping[str, str], theirs: Parts, mine: Parts) -> list[EditDifference]:
    """Where two versions differ. `base` are the digests of the version from which mine began; {} if it is unknown."""
    my_digests, their_digests = part_digests(mine), part_digests(theirs)

    def is_changed(part: str, parts: Parts, digests: Digests) -> bool:
        # A part that was added after the base was stored was empty then.
        if base and part not in base and part in parts:
            return bool(parts[part])
        return digests.get(part) != base.get(part)

    return [
        EditDifference(
            part=part,
            theirs=theirs.get(part),
            mine=mine.get(part),
            changed_by_them=is_changed(part, theirs, their_digests),
            changed_by_me=is_changed(part, mine, my_digests),
        )
        for part in dict.fromkeys((*theirs, *mine))
        if their_digests.get(part) != my_digests.get(part)
    ]
