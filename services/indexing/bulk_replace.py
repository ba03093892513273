"""Replace the rows of services in bulk. Unchanged rows are not rewritten."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

# {service id: {id of the related object: values}}
RowsByService = Mapping[int, Mapping[int, tuple[float, ...]]]


@dataclass(frozen=True)
class BulkTable:
    """A table that links services to another table by the column `other`, with further columns `values`."""

    name: str
    other: str
    values: tuple[str, ...]

    def replace(self, target: RowsByService) -> Counter[int]:
        """Replace the rows of these services; return the change of the number of rows of each related object."""
        stored: dict[int, dict[int, tuple[float, ...]]] = {service: {} for service in target}
        new: list[tuple] = []
        change: Counter[int] = Counter()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT service_id, {self._columns} FROM {self.name} WHERE service_id = ANY(%s)", [[*target]]
            )
            for service, other, *values in cursor:
                stored[service][other] = tuple(values)
            for service, rows in target.items():
                before = stored[service]
                change.update(rows.keys() - before.keys())
                change.subtract(before.keys() - rows.keys())
                new += [(other, service, *values) for other, values in rows.items() if before.get(other) != values]
                # No join: the planner has no statistics for rows of the current transaction.
                if outdated := [other for other, values in before.items() if rows.get(other) != values]:
                    cursor.execute(
                        f"DELETE FROM {self.name} WHERE service_id = %s AND {self.other} = ANY(%s)", [service, outdated]
                    )
        self.add(new)
        return change

    def add(self, rows: Iterable[tuple]) -> None:
        """Insert rows of (related id, service id, *values)."""
        # Sorted in key order for locality of writes; sorting also consumes a lazy iterable before COPY starts.
        ordered = sorted(rows)
        columns = f"{self.other}, service_id, {', '.join(self.values)}"
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
            for row in ordered:
                copy.write_row(row)

    @property
    def _columns(self) -> str:
        return ", ".join((self.other, *self.values))


POSTINGS_TABLE = BulkTable("services_searchposting", "term_id", ("weight", "named"))
FITS_TABLE = BulkTable("services_categoryfit", "category_id", ("weight",))
