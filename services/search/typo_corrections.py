"""Find indexed words with a similar spelling, and choose corrections of misspelt words of a query."""

import math
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from .analysis import PART_WEIGHT, analyse
from .query import QueryWord
from .terms import fold_letters, term, term_letters
from .typo_candidates import swapped_neighbours, typo_candidates

# By word as typed: possible corrections with the terms of each.
RepairsByWord = dict[str, dict[str, tuple[str, ...]]]

# Minimum length in letters for one mistake, two and three. Languages without a dictionary need longer words, or correct
# words that no text has would be "corrected" too.
MIN_WORD_LENGTH = 4
FINNISH_MISTAKE_LENGTHS, OTHER_MISTAKE_LENGTHS = (MIN_WORD_LENGTH, 8, 12), (6, 10)
# A word in at most this many texts may be misspelt there too, if no dictionary knows it and the other is in more than
# this many.
RARE_WORD_COUNT, MUCH_MORE_FACTOR = 2, 20
# Minimum trigram similarity (0 to 1) of words to compare.
MIN_SIMILARITY = 0.3
MAX_SIMILAR_WORDS = 40
# How many words of a query are checked against the whole dictionary, the longest first.
MAX_REPAIRED_WORDS = 2
# Costs in mistakes: each letter after a whole Finnish word (perhaps an ending), up to a maximum number, and another
# language. A word that is ten times as frequent gains.
ENDING_COST, MAX_ENDING_LENGTH = 0.25, 4
OTHER_LANGUAGE_COST = 0.5
# Cost of a Finnish form other than the base form: there are many, some of them rare.
INFLECTION_COST = 0.4
TENFOLD_FREQUENCY_GAIN = 0.2


class SimilarWord(NamedTuple):
    """An indexed word spelt like a word of a query: similarity (0 to 1), and number of services and phrases with it."""

    surface: str
    folded: str
    similarity: float
    pk: int
    term: str
    written: str
    occurrences: int


# The operator % reads its threshold from a setting. The outer side of the join sets it for each word before the index
# is read for that word.
_SIMILAR_WORDS_SQL = """
SELECT word.surface, word.folded, term.similarity, term.id, term.text, term.written, term.occurrences
FROM (
  SELECT surface, folded, set_config('pg_trgm.similarity_threshold', min_similarity::text, true)
  FROM unnest(%(surfaces)s::text[], %(folded)s::text[], %(min_similarities)s::float[])
       AS typed(surface, folded, min_similarity)
) AS word
CROSS JOIN LATERAL (
  SELECT id, text, written, services + phrases AS occurrences, similarity(folded, word.folded) AS similarity
  FROM services_searchterm
  WHERE folded %% word.folded AND services + phrases > 0
  ORDER BY similarity DESC, occurrences DESC, id LIMIT %(max_words)s
) AS term
UNION ALL
SELECT '', folded, 0, id, text, written, services + phrases FROM services_searchterm
WHERE text = ANY(%(repair_terms)s) AND services + phrases > 0
"""


def is_doubtful(word: QueryWord, occurrences: int) -> bool:
    """Whether a word may be misspelt: long enough, no digits, and in few services and phrases (`occurrences`)."""
    return (
        occurrences <= RARE_WORD_COUNT
        and len(word.folded) >= MIN_WORD_LENGTH
        and not any(c.isdigit() for c in word.surface)
    )


def repair_candidates(words: Iterable[QueryWord], language: str) -> RepairsByWord:
    """Return corrections of the longest words, one mistake away: {typed: {word: its terms}}."""
    longest = sorted((word.surface for word in words), key=lambda surface: (-len(surface), surface))
    read = typo_candidates if language == "fi" else partial(swapped_neighbours, language=language)
    return {surface: read(surface) for surface in longest[:MAX_REPAIRED_WORDS]}


def candidate_terms(repairs_of: RepairsByWord) -> set[str]:
    """Return the terms of corrections to look up in the index: their own, and those of the parts of compounds."""
    every = [(word, names) for words in repairs_of.values() for word, names in words.items()]
    return {name for word, names in every for name in (*names, *_compound_part_terms(word, names))}


def similar_words_sql(
    min_similarities: list[tuple[QueryWord, float]], language: str, repair_terms: Iterable[str]
) -> tuple[str, dict]:
    """Return SQL and parameters of similarly spelt terms, and of the `repair_terms`.

    `min_similarities` gives the minimum similarity (0 to 1) of each word. Terms may be stems, so doubtful words are
    compared both as typed and as stems.
    """
    thresholds = {(word.surface, word.folded): similarity for word, similarity in min_similarities}
    for word, similarity in min_similarities:
        if similarity == MIN_SIMILARITY:
            stems = (term_letters(text) for text in word.terms if text.startswith(f"{language}:"))
            thresholds |= {(word.surface, stem): similarity for stem in stems if stem}
    return _SIMILAR_WORDS_SQL, {
        "surfaces": [surface for surface, _folded in thresholds],
        "folded": [folded for _surface, folded in thresholds],
        "min_similarities": list(thresholds.values()),
        "max_words": MAX_SIMILAR_WORDS,
        "repair_terms": list(repair_terms),
    }


def indexed_repairs(similar_words: Iterable[SimilarWord], repairs_of: RepairsByWord) -> list[SimilarWord]:
    """Return the corrections of each word whose terms are in the index, in the inflected form.

    If a word has none, compounds whose parts are all in the index are returned.
    """
    indexed = {other.term: other for other in similar_words if not other.surface}
    every: list[SimilarWord] = []
    for surface, words in repairs_of.items():
        whole = [(word, indexed[name]) for word, names in words.items() for name in names if name in indexed]
        compounds = [
            (word, [indexed.get(part) for part in _compound_part_terms(word, names)]) for word, names in words.items()
        ]
        parts = [
            (word, terms[-1]._replace(occurrences=1)) for word, terms in compounds if terms and terms[-1] and all(terms)
        ]
        every += [other._replace(surface=surface, written=word) for word, other in whole or parts]
    return every


def _compound_part_terms(word: str, names: tuple[str, ...]) -> list[str]:
    """Return the terms of the single words of a Finnish compound; empty for other words."""
    parts = analyse(word, "fi").parts if names[0].startswith("fi:") else {}
    return [term("fi", part) for part, weight in parts.items() if weight == PART_WEIGHT] if len(parts) > 1 else []


def probable_words(
    candidates: Iterable[SimilarWord], language: str, occurrences: dict[str, int]
) -> dict[str, SimilarWord]:
    """Return the probable correction of each misspelt word; words without a near enough one are left out.

    `occurrences` gives the number of services and phrases with each word that may be misspelt.
    """
    best: dict[str, tuple[float, str, SimilarWord]] = {}
    for other in candidates:
        typed_occurrences = occurrences.get(other.surface)
        if (
            typed_occurrences is None
            or not other.written
            or (typed_occurrences and other.occurrences <= MUCH_MORE_FACTOR)
        ):
            continue
        cost = _cost(other, typed_occurrences, language)
        if cost is not None:
            new = (cost, other.written, other)
            best[other.surface] = min(best.get(other.surface, new), new)
    return {surface: other for surface, (_cost, _written, other) in best.items()}


def _cost(other: SimilarWord, occurrences: int, language: str) -> float | None:
    """Return the cost of a correction, in mistakes; None if it is too far."""
    # Without any dots typed, missing dots are not mistakes.
    typed, correction = other.surface, other.written
    if typed == fold_letters(typed):
        correction = fold_letters(correction)
    its_language, is_known = other.term[:2], analyse(typed, "fi").is_known
    mistakes, ending = _edit_distance(
        typed, correction, MAX_ENDING_LENGTH if its_language == "fi" and not is_known else 0
    )
    # The first letter is seldom wrong.
    mistakes += fold_letters(typed)[:1] != fold_letters(correction)[:1]
    if mistakes > _max_mistakes(other, occurrences, min(len(typed), len(correction)), its_language == language) or (
        ending and not mistakes
    ):
        return None
    foreign = OTHER_LANGUAGE_COST if its_language != language else 0.0
    inflected = INFLECTION_COST if its_language == "fi" and other.written != other.term[3:] else 0.0
    return (
        mistakes + ENDING_COST * ending + inflected + foreign - TENFOLD_FREQUENCY_GAIN * math.log10(other.occurrences)
    )


def _max_mistakes(other: SimilarWord, occurrences: int, letters: int, own_language: bool) -> int:
    """Return how many mistakes a word of so many letters may have; -1 rejects every correction."""
    if analyse(other.surface, "fi").is_known:
        # Keep a word of the dictionary, unless no text has it and another is very near.
        return -1 if occurrences else int(letters >= FINNISH_MISTAKE_LENGTHS[1])
    if occurrences or not own_language:
        return int(letters >= FINNISH_MISTAKE_LENGTHS[1])
    return sum(
        letters >= min_letters
        for min_letters in (FINNISH_MISTAKE_LENGTHS if other.term.startswith("fi:") else OTHER_MISTAKE_LENGTHS)
    )


def _edit_distance(typed: str, correction: str, max_ending: int) -> tuple[int, int]:
    """Return the number of wrong, missing, extra or swapped letters, and the length of the ignored ending."""
    before: list[int] = []
    row = list(range(len(correction) + 1))
    best = (len(correction) + len(typed), 0)
    for at, letter in enumerate(typed, start=1):
        above, row = row, [at]
        for column, other in enumerate(correction, start=1):
            cost = min(above[column] + 1, row[column - 1] + 1, above[column - 1] + (letter != other))
            if at > 1 and column > 1 and letter == correction[column - 2] and typed[at - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            row.append(cost)
        before = above
        ending = len(typed) - at
        if ending <= max_ending and (ending == 0 or len(correction) >= 5):
            best = min(best, (row[-1], ending), key=lambda distance: distance[0] + ENDING_COST * distance[1])
    return best
