"""Count a search without storing who made it."""

import datetime as dt

from services.search.personal_data import countable_query

from .best_effort_sql import run_best_effort


def record_search(*, text: str, language: str, municipality: str | None, results: int, today: dt.date) -> None:
    """Count a search in its week, unless it may contain personal data. `municipality` is a code.

    Never fails, so that counting does not break the page of results.
    """
    query = countable_query(text, language)
    if not query:
        return
    monday = today - dt.timedelta(days=today.weekday())
    run_best_effort(_COUNT_SQL, [monday, language, query, municipality, results], subject="A search")


_COUNT_SQL = """
INSERT INTO services_searchcount AS counted (week, language, text, municipality_id, results, times)
VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (language, text, week, municipality_id)
DO UPDATE SET times = counted.times + 1, results = excluded.results
"""
