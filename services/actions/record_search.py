"""Count a search, without a trace of who made it."""

import datetime as dt
import logging

from django.db import Error, connection, transaction

from services.search.personal import countable

logger = logging.getLogger(__name__)


def record_search(*, text: str, language: str, municipality: str | None, results: int, today: dt.date) -> None:
    """Count a search of the week; one that may tell of a person is not counted.

    `municipality` is a code. Never fails: counting must not cost anybody the results, so whatever keeps it from
    being written within a fifth of a second is logged, without the text.
    """
    counted = countable(text, language)
    if not counted:
        return
    monday = today - dt.timedelta(days=today.weekday())
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Nobody waits for the disk either; a count that is lost in a crash is no harm.
            cursor.execute("SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off")
            cursor.execute(_COUNT, [monday, language, counted, municipality, results])
    except Error as error:
        # Its own words would quote what was searched for.
        logger.warning("A search was not counted: %s", type(error).__name__)


_COUNT = """
INSERT INTO services_searchcount AS counted (week, language, text, municipality_id, results, times)
VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (language, text, week, municipality_id)
DO UPDATE SET times = counted.times + 1, results = excluded.results;
SET LOCAL lock_timeout TO DEFAULT -- whoever called this may be in a transaction that is more patient
"""
