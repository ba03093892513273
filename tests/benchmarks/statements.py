"""The SQL of a page, without Django: what it is, how long it takes, and how PostgreSQL carries it out."""

import re
import statistics
import time
from dataclasses import dataclass

import psycopg
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Where the models are whose rows are made for search.
SEARCH_MODEL_MODULES = ("services.models.search", "services.models.listing")
_CURSOR = re.compile(r'^DECLARE "[^"]+" (?:NO SCROLL )?CURSOR (?:WITH HOLD |WITHOUT HOLD )?FOR ')


@dataclass
class SqlShare:
    """Medians in milliseconds of one request: the whole page over HTTP, and its SQL alone."""

    address: str
    page: float
    sql: float

    @property
    def django(self) -> float:
        return max(0.0, self.page - self.sql)


def page_statements(address: str) -> list[str]:
    """The statements that the page runs, as they are sent."""
    with CaptureQueriesContext(connection) as captured:
        response = Client(SERVER_NAME="127.0.0.1").get(address)
    assert response.status_code == 200, (response.status_code, address)
    # The choices of a form are read by a cursor; its statement alone takes as long.
    return [_CURSOR.sub("", query["sql"]) for query in captured.captured_queries]


def connect() -> psycopg.Connection:
    """A bare connection to the database in use, as Django sets it up: no prepared statements, autocommit."""
    known = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "options")
    return psycopg.connect(**{n: known[n] for n in names if known.get(n)}, autocommit=True, prepare_threshold=None)


def time_statements(bare: psycopg.Connection, statements: list[str]) -> list[float]:
    """Milliseconds of each statement with all its rows fetched."""
    took = []
    for sql in statements:
        start = time.perf_counter()
        with bare.cursor() as cursor:
            cursor.execute(sql)
            if cursor.description:
                cursor.fetchall()
        took.append((time.perf_counter() - start) * 1000)
    return took


def measure_share(bare, asker, address: str, statements: list[str], *, times: int) -> SqlShare:
    """Page and bare SQL measured in turn, so that both meet the same machine."""
    pages, sqls = [], []
    for _time in range(times):
        pages.append(asker.time_request(address))
        sqls.append(sum(time_statements(bare, statements)))
    return SqlShare(address, statistics.median(pages), statistics.median(sqls))


def slowest_statement(bare, pages: dict[str, list[str]]) -> tuple[float, str, str]:
    """(milliseconds, address, statement) of the slowest statement of all pages."""
    return max(
        (took, address, sql)
        for address, statements in pages.items()
        for took, sql in zip(time_statements(bare, statements), statements, strict=True)
    )


def explain(bare, sql: str) -> str:
    with bare.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


def table_sizes() -> list[tuple[str, int, float, float]]:
    """(table, rows, MiB of rows, MiB of indexes) of the tables that search reads."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(relname, 'services_', ''), reltuples::bigint, "
            "(pg_total_relation_size(oid) - pg_indexes_size(oid)) / 2.0^20, pg_indexes_size(oid) / 2.0^20 "
            "FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s) ORDER BY pg_total_relation_size(oid) DESC",
            [[model._meta.db_table for model in apps.get_models() if model.__module__ in SEARCH_MODEL_MODULES]],
        )
        return cursor.fetchall()
