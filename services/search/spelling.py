"""Words that are probably misspelt -> SQL that finds indexed words spelt alike, and the choice among those."""

import math
from typing import NamedTuple

from .analysis import analyse
from .query import QueryWord, TextQuery
from .terms import fold

# How many letters it takes for one mistake, for two and for three. Without a dictionary of the language one must be
# warier, or correct words that no text holds would be corrected too.
LEAST = 4
FINNISH, OTHERS = (LEAST, 8, 12), (6, 10)
# A word that few texts hold may be misspelt there too: if no dictionary knows it, and so many more hold the other.
RARE, MUCH_MORE = 2, 20
# How alike by their trigrams (0 to 1) the words must be to be compared at all.
LEAST_ALIKE = 0.3
MOST_ALIKE = 12
# What letters after a whole Finnish word cost (an ending, perhaps), and how many there may be; what another language
# costs, and what a word gains that is ten times as frequent.
ENDING, LONGEST_ENDING = 0.25, 4
OTHER_LANGUAGE = 0.5
FREQUENT = 0.2


class Alike(NamedTuple):
    """An indexed word spelt like a word of a query; how many services and phrases hold the one and the other."""

    surface: str
    occurrences: int
    term: str
    written: str
    others: int


# Words that are found by terms of their own are left out, or else looked at only where those are rare.
_ALIKE = f"""
WITH asked AS MATERIALIZED (
  SELECT typed.surface, typed.folded, set_config('pg_trgm.similarity_threshold', '{LEAST_ALIKE}', true),
         coalesce((SELECT max(term.services + term.phrases) FROM unnest(%(owners)s::text[], %(terms)s::text[])
                   AS own(surface, text) JOIN services_searchterm AS term USING (text)
                   WHERE own.surface = typed.surface), 0) AS occurrences
  FROM unnest(%(surfaces)s::text[], %(spelt)s::text[]) AS typed(surface, folded)
)
SELECT asked.surface, asked.occurrences, other.text, other.written, other.occurrences
FROM asked CROSS JOIN LATERAL (
  SELECT text, written, services + phrases AS occurrences
  FROM services_searchterm
  WHERE folded %% asked.folded AND folded LIKE left(asked.folded, 1) || '%%' AND written <> ''
    AND services + phrases > CASE asked.occurrences WHEN 0 THEN 0 ELSE {MUCH_MORE} END
  ORDER BY similarity(folded, asked.folded) DESC, services + phrases DESC, text LIMIT {MOST_ALIKE}
) AS other
WHERE asked.occurrences <= {RARE}
"""


def doubtful(query: TextQuery) -> list[QueryWord]:
    """The words that can be compared at all: long enough, and no numbers."""
    return [w for w in query.words if len(w.folded) >= LEAST and not any(c.isdigit() for c in w.surface)]


def alike(words: list[QueryWord], language: str) -> tuple[str, dict]:
    """SQL and parameters of what is spelt like those of the words that no text, or hardly any, holds.

    Terms may be stems; the words are compared with them as typed and as stems.
    """
    own = [(word.surface, text) for word in words for text in word.terms]
    stems = {(surface, fold(text[3:])) for surface, text in own if text.startswith(f"{language}:")}
    spelt = sorted(stems | {(word.surface, word.folded) for word in words})
    return _ALIKE, {
        "owners": [surface for surface, _text in own],
        "terms": [text for _surface, text in own],
        "surfaces": [surface for surface, _folded in spelt],
        "spelt": [folded for _surface, folded in spelt],
    }


def corrections(found: list[Alike], language: str) -> dict[str, str]:
    """What each misspelt word was probably meant to be; words for which nothing is near enough are left out."""
    best: dict[str, tuple[float, str]] = {}
    for other in found:
        cost = _cost(other, language)
        if cost is not None:
            best[other.surface] = min(best.get(other.surface, (math.inf, "")), (cost, other.written))
    return {surface: written for surface, (_cost, written) in best.items()}


def _cost(other: Alike, language: str) -> float | None:
    """How far the other word is from being what was meant; None where it is too far."""
    # Whoever types no dots at all may well leave them out.
    typed, meant = other.surface, other.written
    if typed == fold(typed):
        meant = fold(meant)
    its_language, is_known = other.term[:2], analyse(typed, "fi").is_known
    mistakes, ending = _mistakes(typed, meant, LONGEST_ENDING if its_language == "fi" and not is_known else 0)
    if mistakes > _allowed(other, min(len(typed), len(meant)), its_language == language) or (ending and not mistakes):
        return None
    foreign = OTHER_LANGUAGE if its_language != language else 0.0
    return mistakes + ENDING * ending + foreign - FREQUENT * math.log10(other.others)


def _allowed(other: Alike, letters: int, own_language: bool) -> int:
    """How many mistakes a word of so many letters may have."""
    if analyse(other.surface, "fi").is_known:
        # A word of the dictionary is meant as it stands, unless no text holds it and another is very near.
        return -1 if other.occurrences else int(letters >= FINNISH[1])
    if other.occurrences or not own_language:
        return int(letters >= FINNISH[1])
    return sum(letters >= least for least in (FINNISH if other.term.startswith("fi:") else OTHERS))


def _mistakes(typed: str, meant: str, longest_ending: int) -> tuple[int, int]:
    """How many letters are wrong, missing, too many or swapped, and how many of an ending were left aside."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    best = (len(meant) + len(typed), 0)
    for at, letter in enumerate(typed, start=1):
        above, row = row, [at]
        for column, other in enumerate(meant, start=1):
            cost = min(above[column] + 1, row[column - 1] + 1, above[column - 1] + (letter != other))
            if at > 1 and column > 1 and letter == meant[column - 2] and typed[at - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            row.append(cost)
        before = above
        ending = len(typed) - at
        if ending <= longest_ending and (ending == 0 or len(meant) >= 5):
            best = min(best, (row[-1], ending), key=lambda found: found[0] + ENDING * found[1])
    return best
