"""A resolved query -> SQL that finds and scores services. One place says what counts how much.

A service's score has two parts. Its text: for each word the best of the word's terms (base form, part of a compound,
similar spelling), weighed by how rare the term is, summed, and multiplied by the share of words found. Its fit: how
well it answers the categories that the query points at.
"""

import math
from dataclasses import dataclass

# A fit to the category that a query names outright counts this much beside the best text match, which counts 1.
FIT = 1.2
# A service that fits the category less than this share of the best one does not answer it.
FITTING = 0.35
# Words that are merely spelt alike count by their similarity, squared, times this.
ALIKE = 0.5
# How alike (trigram similarity, 0 to 1) an indexed word must be.
LEAST_ALIKE = 0.3
MOST_ALIKE = 12
# How surely a query must point at a category for it to be searched too, and how many of those count.
LEAST_SURE = 0.5
# A second category must be nearly as sure as the first.
NEARLY = 0.75
# A word that no phrase holds says little about which category is meant: it counts this share of a rare word.
UNHEARD = 0.5
MOST_CATEGORIES = 2
# Results with less than this share of the best score are left out.
CUT = 0.2


@dataclass(frozen=True)
class CategoryGuess:
    """A category that a query points at, and how surely (0 to 1)."""

    category: int
    sureness: float
    phrase: str


@dataclass(frozen=True)
class Plan:
    """A query resolved against the index: (term id, word number, whether a part, weight), and categories."""

    terms: tuple[tuple[int, int, bool, float], ...] = ()
    words: int = 0
    categories: tuple[CategoryGuess, ...] = ()
    # Words that were searched for as well, as people write them.
    also: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.categories)


def rarity(occurrences: int, total: int) -> float:
    """Inverse document frequency (BM25's, never negative)."""
    return math.log(1 + (total - occurrences + 0.5) / (occurrences + 0.5))


def likely(guesses: list[CategoryGuess]) -> tuple[CategoryGuess, ...]:
    """The guesses that are searched by, of all guesses in falling order of sureness."""
    return tuple(guess for guess in guesses[:MOST_CATEGORIES] if guess.sureness >= NEARLY * guesses[0].sureness)


_SCORES = """
WITH hits AS (
  SELECT posting.service_id, asked.word, greatest(
           max(asked.weight * posting.weight) FILTER (WHERE NOT asked.part),
           sum(asked.weight * posting.weight) FILTER (WHERE asked.part)
         ) AS evidence
  FROM unnest(%s::int[], %s::int[], %s::bool[], %s::float[]) AS asked(term, word, part, weight)
  JOIN services_searchposting AS posting ON posting.term_id = asked.term
  GROUP BY posting.service_id, asked.word
), texts AS (
  SELECT service_id, sum(evidence) * count(*) / %s AS score FROM hits GROUP BY service_id
), fits AS (
  SELECT fit.service_id, sum(guess.weight * fit.weight / guess.best) AS score
  FROM unnest(%s::bigint[], %s::float[]) AS given(category, weight)
  CROSS JOIN LATERAL (
    SELECT given.category, given.weight,
           (SELECT max(weight) FROM services_categoryfit WHERE category_id = given.category) AS best
  ) AS guess
  JOIN services_categoryfit AS fit ON fit.category_id = guess.category AND fit.weight >= %s * guess.best
  GROUP BY fit.service_id
), scores AS (
  SELECT service_id,
         coalesce(texts.score / nullif((SELECT max(score) FROM texts), 0), 0) + coalesce(fits.score, 0) AS score
  FROM texts FULL JOIN fits USING (service_id)
)
SELECT service_id, score FROM scores WHERE score >= %s * (SELECT max(score) FROM scores)
"""


def scores(plan: Plan) -> tuple[str, list]:
    """SQL and parameters of (service_id, score), one row per service found."""
    columns = zip(*plan.terms, strict=True) if plan.terms else ((), (), (), ())
    return _SCORES, [
        *map(list, columns),
        float(max(plan.words, 1)),
        [guess.category for guess in plan.categories],
        [FIT * guess.sureness**2 for guess in plan.categories],
        FITTING,
        CUT,
    ]
