"""A parsed query -> SQL that finds and scores texts. One place says what counts how much.

A text is found when it holds at least half of the words that carry meaning; its score grows with the share of the
words it holds and with the weight of the fields it holds them in (PostgreSQL's ts_rank, damped by length).
"""

from .query import TextQuery

# Weights of the classes D, C, B and A; see `services.actions.index` for what is in them.
CLASS_WEIGHTS = "{0.1, 0.25, 0.6, 1.0}"
# A match in another language than the reader's helps less.
OTHER_LANGUAGE = 0.7
# ts_rank: 1 divides by 1 + log(length), so that long texts do not win by length alone.
NORMALISATION = 1


def needed(words: int) -> int:
    """How many of a query's words a text must hold to be found."""
    return (words + 1) // 2


def scores(query: TextQuery, *, of_service: str = "") -> tuple[str, list]:
    """SQL and parameters of (service_id, score), one row per text found.

    `of_service` is a column of an outer query to which the search is limited. An empty query finds nothing.
    """
    branches, params = [], []
    for language, words in query.by_language.items():
        if not words:
            continue
        held = " + ".join("(terms @@ %s::tsquery)::int" for _ in words)
        rank = " + ".join(f"ts_rank('{CLASS_WEIGHTS}', terms, %s::tsquery, {NORMALISATION})" for _ in words)
        limit = f"AND service_id = {of_service} " if of_service else ""
        branches.append(
            f"SELECT service_id, %s * power(held / %s::float, 2) * (0.01 + rank) AS score FROM ("
            f"SELECT service_id, {held} AS held, {rank} AS rank FROM services_searchtext "
            f"WHERE language = %s {limit}AND terms @@ %s::tsquery) AS texts WHERE held >= %s"
        )
        share = 1.0 if language == query.language else OTHER_LANGUAGE
        any_word = " | ".join(f"({word})" for word in words)
        params += [share, len(words), *words, *words, language, any_word, needed(len(words))]
    return " UNION ALL ".join(branches) or "SELECT NULL::bigint AS service_id, 0.0 AS score WHERE false", params
