"""Replace rows of services by others, where most stay as they are: these are not written again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

# By service, and by what stands beside it: the values.
RowsByService = dict[int, dict[int, tuple[float, ...]]]


@dataclass(frozen=True)
class BulkTable:
    """A table whose rows are of one service and one other thing each, with their values."""

    name: str
    other: str
    values: tuple[str, ...]

    def replace(self, wanted: RowsByService) -> Counter:
        """Make the rows of the services those that are wanted; returns what rows each other thing gained (or lost)."""
        stored: RowsByService = {service: {} for service in wanted}
        new, change = [], Counter()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT service_id, {self._columns} FROM {self.name} WHERE service_id = ANY(%s)", [[*wanted]]
            )
            for service, other, *values in cursor:
                stored[service][other] = tuple(values)
            for service, rows in wanted.items():
                before = stored[service]
                change.update(rows.keys() - before.keys())
                change.subtract(before.keys() - rows.keys())
                new += [(other, service, *values) for other, values in rows.items() if before.get(other) != values]
                # No join, which is planned badly where the rows are of this transaction.
                if wrong := [other for other, values in before.items() if rows.get(other) != values]:
                    cursor.execute(
                        f"DELETE FROM {self.name} WHERE service_id = %s AND {self.other} = ANY(%s)", [service, wrong]
                    )
        self.add(new)
        return change

    def add(self, rows: Iterable[tuple]) -> None:
        """Add rows of (other thing, service, values)."""
        # In the order of the table's key, where neighbours are written together; and read before anything is written.
        found = sorted(rows)
        columns = f"{self.other}, service_id, {', '.join(self.values)}"
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)

    @property
    def _columns(self) -> str:
        return ", ".join((self.other, *self.values))


POSTINGS_TABLE = BulkTable("services_searchposting", "term_id", ("weight", "named"))
FITS_TABLE = BulkTable("services_categoryfit", "category_id", ("weight",))
