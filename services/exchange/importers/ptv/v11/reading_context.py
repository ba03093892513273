"""The context of reading a record: what is known beside it, and where problems go."""

from collections.abc import Collection, Set
from dataclasses import dataclass, field

from services.exchange.importers.base.problems import Problems


@dataclass
class ReadingContext:
    """The record being read: its position in the source (`where`) and its name in notices."""

    problems: Problems
    municipalities: Collection[str]
    """Existing codes, of three digits."""
    counties: Collection[str]
    """Existing codes, of two digits."""
    where: str = ""
    record_name: str = ""
    class_names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Filled with the names of classes of other classifications by (system, code)."""

    def error(self, code: str, detail: str) -> None:
        self.problems.error(code, self.where, detail)

    def notice(self, code: str, value: str) -> None:
        self.problems.notice(code, value, self.record_name)

    def notice_unread_keys(self, kind: str, item: dict, *, read: Set[str], bookkeeping: Set[str] = frozenset()) -> None:
        """Add notices of keys of an object that have a value and are neither read nor administrative."""
        for key, value in item.items():
            if key in read or key in bookkeeping or value in (None, "", [], {}, False):
                continue
            self.notice("not-kept", f"{kind}: {key}")
