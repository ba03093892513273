"""Build the SQL that finds indexed words spelt like those of a query, and choose probable corrections."""

import math
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from .analysis import PART_WEIGHT, analyse
from .query import QueryWord
from .terms import fold_letters, term, term_letters
from .typo_candidates import swapped_neighbours, typo_candidates

# {typed word: {possible correction: its terms}}
RepairsByWord = dict[str, dict[str, tuple[str, ...]]]

# Minimum word lengths for one, two and three mistakes. Languages without a dictionary have stricter limits, so that
# correct words that are not in the index stay as they are.
MIN_WORD_LENGTH = 4
FINNISH_MISTAKE_LENGTHS, OTHER_MISTAKE_LENGTHS = (MIN_WORD_LENGTH, 8, 12), (6, 10)
# A word that few texts hold may be misspelt there too: if no dictionary knows it, and so many more hold the other.
RARE_WORD_COUNT, MUCH_MORE_FACTOR = 2, 20
# Minimum trigram similarity (0 to 1) of words that are compared.
MIN_SIMILARITY = 0.3
MAX_SIMILAR_WORDS = 40
# How many words of a query are compared with the dictionary, longest first.
MAX_REPAIRED_WORDS = 2
# Cost of letters after a whole Finnish word (possibly an ending) and their maximum number; cost of another language;
# gain of a word that is ten times as frequent.
ENDING_COST, MAX_ENDING_LENGTH = 0.25, 4
OTHER_LANGUAGE_COST = 0.5
# Cost of a Finnish inflected form, as there are many unusual ones.
INFLECTION_COST = 0.4
TENFOLD_FREQUENCY_GAIN = 0.2


class SimilarWord(NamedTuple):
    """An indexed word spelt like a word of a query: similarity (0 to 1), and how many services and phrases use it."""

    surface: str
    folded: str
    alike: float
    pk: int
    term: str
    written: str
    others: int


# The operator % reads its threshold from a setting, which the outer side of the join sets for each word before the
# index scan.
_SIMILAR_WORDS_SQL = """
SELECT word.surface, word.folded, term.alike, term.id, term.text, term.written, term.occurrences
FROM (
  SELECT surface, folded, set_config('pg_trgm.similarity_threshold', least::text, true)
  FROM unnest(%(surfaces)s::text[], %(spelt)s::text[], %(least)s::float[]) AS asked(surface, folded, least)
) AS word
CROSS JOIN LATERAL (
  SELECT id, text, written, services + phrases AS occurrences, similarity(folded, word.folded) AS alike
  FROM services_searchterm
  WHERE folded %% word.folded AND services + phrases > 0
  ORDER BY alike DESC, occurrences DESC, id LIMIT %(most)s
) AS term
UNION ALL
SELECT '', folded, 0, id, text, written, services + phrases FROM services_searchterm
WHERE text = ANY(%(repaired)s) AND services + phrases > 0
"""


def is_doubtful(word: QueryWord, occurrences: int) -> bool:
    """Whether a word with so many occurrences may be misspelt: rare, long enough, without digits."""
    return (
        occurrences <= RARE_WORD_COUNT
        and len(word.folded) >= MIN_WORD_LENGTH
        and not any(c.isdigit() for c in word.surface)
    )


def repair_candidates(words: Iterable[QueryWord], language: str) -> RepairsByWord:
    """Possible corrections, one mistake away, of the longest words: {typed word: {word: its terms}}."""
    longest = sorted((word.surface for word in words), key=lambda surface: (-len(surface), surface))
    candidates_of = typo_candidates if language == "fi" else partial(swapped_neighbours, language=language)
    return {surface: candidates_of(surface) for surface in longest[:MAX_REPAIRED_WORDS]}


def candidate_terms(repairs_of: RepairsByWord) -> set[str]:
    """The terms of corrections to look up in the index: their own, and those of parts of compounds."""
    candidates = [(word, names) for words in repairs_of.values() for word, names in words.items()]
    return {name for word, names in candidates for name in (*names, *_compound_part_terms(word, names))}


def similar_words_sql(least: list[tuple[QueryWord, float]], language: str, repaired: Iterable[str]) -> tuple[str, dict]:
    """SQL and parameters of what is spelt like the words, at least so much (0 to 1), and of the repaired terms.

    Terms may be stems; doubtful words are compared with them as typed and as stems.
    """
    spelt = {(word.surface, word.folded): share for word, share in least}
    for word, share in least:
        if share == MIN_SIMILARITY:
            own = (term_letters(text) for text in word.terms if text.startswith(f"{language}:"))
            spelt |= {(word.surface, stem): share for stem in own if stem}
    return _SIMILAR_WORDS_SQL, {
        "surfaces": [surface for surface, _folded in spelt],
        "spelt": [folded for _surface, folded in spelt],
        "least": list(spelt.values()),
        "most": MAX_SIMILAR_WORDS,
        "repaired": list(repaired),
    }


def indexed_repairs(similar_words: Iterable[SimilarWord], repairs_of: RepairsByWord) -> list[SimilarWord]:
    """The corrections of each word whose terms are indexed, in the form that was meant.

    If there is none, compounds whose parts are all indexed.
    """
    indexed = {other.term: other for other in similar_words if not other.surface}
    indexed_words: list[SimilarWord] = []
    for surface, words in repairs_of.items():
        whole = [(word, indexed[name]) for word, names in words.items() for name in names if name in indexed]
        compounds = [
            (word, [indexed.get(part) for part in _compound_part_terms(word, names)]) for word, names in words.items()
        ]
        parts = [
            (word, parts_of_word[-1]._replace(others=1))
            for word, parts_of_word in compounds
            if parts_of_word and all(parts_of_word)
        ]
        indexed_words += [other._replace(surface=surface, written=word) for word, other in whole or parts]
    return indexed_words


def _compound_part_terms(word: str, names: tuple[str, ...]) -> list[str]:
    """The terms of the single words that a Finnish compound is made of; none of a word that is no compound."""
    parts = analyse(word, "fi").parts if names[0].startswith("fi:") else {}
    return [term("fi", part) for part, weight in parts.items() if weight == PART_WEIGHT] if len(parts) > 1 else []


def probable_words(
    similar_words: Iterable[SimilarWord], language: str, occurrences: dict[str, int]
) -> dict[str, SimilarWord]:
    """The best correction of each misspelt word; words without a close enough candidate are left out.

    `occurrences` are the numbers of services and phrases that use each word that may be misspelt.
    """
    best: dict[str, tuple[float, str, SimilarWord]] = {}
    for other in similar_words:
        count = occurrences.get(other.surface)
        if count is None or not other.written or (count and other.others <= MUCH_MORE_FACTOR):
            continue
        cost = _cost(other, count, language)
        if cost is not None:
            candidate = (cost, other.written, other)
            best[other.surface] = min(best.get(other.surface, candidate), candidate)
    return {surface: other for surface, (_cost, _written, other) in best.items()}


def _cost(other: SimilarWord, occurrences: int, language: str) -> float | None:
    """The cost of the other word as a correction; None if it is too different."""
    # A word typed without dots may lack them because of the keyboard.
    typed, meant = other.surface, other.written
    if typed == fold_letters(typed):
        meant = fold_letters(meant)
    its_language, is_known = other.term[:2], analyse(typed, "fi").is_known
    mistakes, ending = _edit_distance(typed, meant, MAX_ENDING_LENGTH if its_language == "fi" and not is_known else 0)
    # The first letter is rarely wrong.
    mistakes += fold_letters(typed)[:1] != fold_letters(meant)[:1]
    if mistakes > _max_mistakes(other, occurrences, min(len(typed), len(meant)), its_language == language) or (
        ending and not mistakes
    ):
        return None
    foreign = OTHER_LANGUAGE_COST if its_language != language else 0.0
    inflected = INFLECTION_COST if its_language == "fi" and other.written != other.term[3:] else 0.0
    return mistakes + ENDING_COST * ending + inflected + foreign - TENFOLD_FREQUENCY_GAIN * math.log10(other.others)


def _max_mistakes(other: SimilarWord, occurrences: int, letters: int, own_language: bool) -> int:
    """The maximum number of mistakes for a word with this many letters."""
    if analyse(other.surface, "fi").is_known:
        # A dictionary word is not corrected, unless it is not indexed and another word is very close.
        return -1 if occurrences else int(letters >= FINNISH_MISTAKE_LENGTHS[1])
    if occurrences or not own_language:
        return int(letters >= FINNISH_MISTAKE_LENGTHS[1])
    return sum(
        letters >= least
        for least in (FINNISH_MISTAKE_LENGTHS if other.term.startswith("fi:") else OTHER_MISTAKE_LENGTHS)
    )


def _edit_distance(typed: str, meant: str, longest_ending: int) -> tuple[int, int]:
    """How many letters are wrong, missing, too many or swapped, and how many letters of an ending were ignored."""
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
            best = min(best, (row[-1], ending), key=lambda distance: distance[0] + ENDING_COST * distance[1])
    return best
