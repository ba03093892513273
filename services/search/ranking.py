"""Build the SQL that finds and scores services for a resolved query. All weights are defined here.

The score of a service has three parts. Text: for each word the best of its terms (base form, part of a compound,
similar spelling), weighted by rarity, summed, and multiplied by the share of words found. Fit: how well it fits the
categories that the query points at. Company: how well it fits the categories that the best results have in common.
Other services of the same name get almost the same score. Incomplete and unconfirmed records lose a small share.
"""

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Weight of the fit to a category that a query names outright; the best text match has weight 1.
FIT_WEIGHT = 1.2
# The best text match has weight 1 if a name contains all words, otherwise the share found to this power.
MISSING_WORDS_EXPONENT = 0.5
NAME_MATCH_SHARE = 0.75
# Terms below this share of the heaviest term of the word, and texts below this share of the best text score, are
# ignored: they hardly affect the order but cause most of the work.
MIN_TERM_SHARE, MIN_TEXT_SHARE = 0.1, 0.1
# Fits below this share of the best fit to the category are ignored.
MIN_FIT_SHARE = 0.35
# Weight of similarly spelt words, multiplied by their squared similarity.
SIMILAR_WORD_WEIGHT = 0.5
# Weight of the probable correction of a misspelt word.
CORRECTED_WORD_WEIGHT = 0.9
# Weight of other words for a vocabulary concept that the query names.
CONCEPT_WEIGHT = 0.35
# Minimum trigram similarity (0 to 1) of an indexed word: to a known word, and to a word not in the index.
MIN_SIMILARITY, MIN_MISSPELT_SIMILARITY = 0.5, 0.35
MAX_SIMILAR_WORDS = 12
# How many of the additional search words are shown.
MAX_SHOWN_EXTRA_WORDS = 4
# Minimum confidence for a category to be searched too.
MIN_SURENESS = 0.45
# People add words to their problem but rarely leave words out: words of the query missing from the phrase count this
# share against the phrase, words of the phrase missing from the query count the rest.
EXTRA_QUERY_WORDS_SHARE = 0.25
# Minimum confidence of a second category relative to the first.
SECOND_GUESS_RATIO = 0.75
# Factor for a second category whose phrase matches no other words of the query than the first one's.
SAME_WORDS_FACTOR = 0.6
# A word in no phrase says little about the category: it counts this share of a rare word.
UNKNOWN_WORD_FACTOR = 0.5
MAX_CATEGORIES = 2
# How many of the best results are examined for common categories, how many such categories are used, their minimum
# average fit, and the weight of such a category relative to the best score.
FEEDBACK_RESULTS, MAX_COMMON_CATEGORIES, MIN_COMMON_FIT, COMMON_CATEGORY_WEIGHT = 5, 2, 0.3, 0.25
# Services of the same name get this share of the best score among them.
SAME_NAME_FACTOR = 0.85
# A service whose name is exactly the query goes first, with this share of the best score.
EXACT_NAME_FACTOR = 1.1
# Shares of the score that an empty record and an unconfirmed record lose; small, so that the text match dominates.
INCOMPLETE_PENALTY, UNCONFIRMED_PENALTY = 0.05, 0.1
# Results below this share of the best score are dropped, except services tagged with a category of at least this
# confidence: the page states that the category was searched too.
MIN_SCORE_SHARE, MIN_TAG_SURENESS = 0.2, 0.9


@dataclass(frozen=True)
class CategoryGuess:
    """A category that a query points at, with a confidence of 0 to 1."""

    category: int
    confidence: float
    phrase: str
    # Indexes of the words of the query that the phrase contains.
    words: tuple[int, ...] = ()


@dataclass(frozen=True)
class QueryPlan:
    """A query resolved against the index: (term id, word number, whether a part, weight), and categories."""

    terms: tuple[tuple[int, int, bool, float], ...] = ()
    words: int = 0
    # The score of a text whose name contains all words.
    best_text_score: float = 0.0
    # No categories, and no boost for the same name.
    exact: bool = False
    categories: tuple[CategoryGuess, ...] = ()
    # Fingerprints (see `terms.name_fingerprint`) of services whose name is the query.
    names: tuple[int, ...] = ()
    # Additional search words, as people write them.
    also: tuple[str, ...] = ()
    # Whether similarly spelt words were searched for too.
    alike: bool = False
    # {misspelt word: probable correction}
    meant: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.terms or self.categories)


def rarity(occurrences: int, total: int) -> float:
    """Inverse document frequency (BM25's, never negative)."""
    return math.log(1 + (total - occurrences + 0.5) / (occurrences + 0.5))


def likely_guesses(guesses: list[CategoryGuess]) -> tuple[CategoryGuess, ...]:
    """Select the guesses to search by, from all guesses in descending order of confidence.

    The second guess preferably covers other words than the first: "pregnant and drinking" names two problems.
    """
    if not guesses:
        return ()
    first, *rest = guesses
    candidates = [guess for guess in rest if guess.confidence >= SECOND_GUESS_RATIO * first.confidence]
    candidates.sort(
        key=lambda guess: -guess.confidence * (SAME_WORDS_FACTOR if set(guess.words) <= set(first.words) else 1)
    )
    return (first, *candidates[: MAX_CATEGORIES - 1])


_SCORES = """
WITH hits AS (
  SELECT posting.service_id, asked.word, greatest(
           max(asked.weight * posting.weight) FILTER (WHERE NOT asked.part),
           sum(asked.weight * posting.weight) FILTER (WHERE asked.part)
         ) AS evidence
  FROM unnest(%(terms)s::int[], %(words)s::int[], %(parts)s::bool[], %(weights)s::float[])
       AS asked(term, word, part, weight)
  JOIN services_searchposting AS posting ON posting.term_id = asked.term
  GROUP BY posting.service_id, asked.word
), texts AS (
  SELECT service_id, sum(evidence) * count(*) / %(asked)s AS score FROM hits GROUP BY service_id
), best_text AS (
  SELECT nullif(max(score), 0) AS score FROM texts
), heard AS (
  SELECT texts.* FROM texts CROSS JOIN best_text WHERE texts.score >= %(least_text)s * best_text.score
), guesses AS MATERIALIZED (
  SELECT category, weight, (SELECT max(weight) FROM services_categoryfit WHERE category_id = category) AS best
  FROM unnest(%(categories)s::bigint[], %(sureness)s::float[]) AS given(category, weight)
), fits AS (
  SELECT fit.service_id, sum(guess.weight * fit.weight / guess.best) AS score
  FROM guesses AS guess
  JOIN services_categoryfit AS fit ON fit.category_id = guess.category AND fit.weight >= %(fitting)s * guess.best
  GROUP BY fit.service_id
), direct AS (
  SELECT service_id, coalesce(
           heard.score / best_text.score * least(1, best_text.score / %(ideal)s) ^ %(lacking)s, 0
         ) + coalesce(fits.score, 0) AS score
  FROM heard FULL JOIN fits USING (service_id) CROSS JOIN best_text
), leaders AS (
  SELECT service_id, score, max(score) OVER () AS best, sum(score) OVER () AS total
  FROM (SELECT * FROM direct ORDER BY score DESC, service_id LIMIT %(leaders)s) AS first
), shared AS (
  SELECT fit.category_id, top.best AS best_fit, leaders.best,
         sum(leaders.score * fit.weight / top.best / total) AS share
  FROM leaders
  JOIN services_categoryfit AS fit USING (service_id)
  CROSS JOIN LATERAL (
    SELECT max(weight) AS best FROM services_categoryfit AS other WHERE other.category_id = fit.category_id
  ) AS top
  WHERE fit.category_id <> ALL (%(categories)s::bigint[])
  GROUP BY fit.category_id, top.best, leaders.best
), common AS (
  SELECT * FROM shared WHERE share >= %(least_common)s ORDER BY share DESC, category_id LIMIT %(most_common)s
), companies AS (
  SELECT fit.service_id, sum(%(common)s * common.best * common.share * fit.weight / common.best_fit) AS score
  FROM common
  JOIN services_categoryfit AS fit
    ON fit.category_id = common.category_id AND fit.weight >= %(fitting)s * common.best_fit
  GROUP BY fit.service_id
), found AS (
  SELECT service_id, coalesce(direct.score, 0) + coalesce(companies.score, 0) AS score
  FROM direct FULL JOIN companies USING (service_id)
), tagged AS (
  SELECT service_id FROM services_listing
  WHERE facets && ARRAY(SELECT scheme || ':' || code FROM services_category WHERE id = ANY (%(sure)s::bigint[]))
), own AS (
  SELECT service_id, CASE tagged.service_id IS NULL
           WHEN true THEN found.score ELSE greatest(found.score, %(cut)s * (SELECT max(score) FROM found))
         END AS score
  FROM found FULL JOIN tagged USING (service_id)
), kinds AS (
  SELECT listing.kind, CASE listing.kind = ANY (%(names)s::bigint[])
           WHEN true THEN %(named_so)s * (SELECT max(score) FROM own) ELSE %(same_name)s * max(own.score)
         END AS score
  FROM own JOIN services_listing AS listing USING (service_id)
  WHERE own.score >= %(cut)s * (SELECT max(score) FROM own)
  GROUP BY listing.kind
)
SELECT listing.service_id, greatest(own.score, kinds.score) * (
         1 - %(silent)s * (1 - listing.completeness)
           - CASE WHEN listing.unconfirmed_from > %(today)s THEN 0 ELSE %(unconfirmed)s END
       ) AS score
FROM kinds JOIN services_listing AS listing USING (kind) LEFT JOIN own USING (service_id)
WHERE greatest(own.score, kinds.score) >= %(cut)s * (SELECT max(score) FROM own)
"""


# Django's expressions take parameters by position only.
_BY_POSITION = re.compile(r"%\((\w+)\)s")
_ORDER = _BY_POSITION.findall(_SCORES)
_STATEMENT = _BY_POSITION.sub("%s", _SCORES)


def _significant_terms(terms: tuple[tuple[int, int, bool, float], ...]) -> list[tuple[int, int, bool, float]]:
    """Drop the terms that weigh very little compared with another of the same word: they are the most common."""
    best: dict[int, float] = {}
    for _term, word, _part, weight in terms:
        best[word] = max(weight, best.get(word, 0.0))
    return [term for term in terms if term[3] >= MIN_TERM_SHARE * best[term[1]]]


def scores_sql(plan: QueryPlan, today: dt.date) -> tuple[str, list]:
    """SQL and parameters of (service_id, score), one row per service; `today` is the date in the site's time zone."""
    significant = _significant_terms(plan.terms)
    terms, words, parts, weights = zip(*significant, strict=True) if significant else ((), (), (), ())
    values = {
        "terms": list(terms),
        "words": list(words),
        "parts": list(parts),
        "weights": list(weights),
        "asked": float(max(plan.words, 1)),
        "ideal": plan.best_text_score * NAME_MATCH_SHARE or 1.0,
        "lacking": MISSING_WORDS_EXPONENT,
        "categories": [guess.category for guess in plan.categories],
        "sureness": [FIT_WEIGHT * guess.confidence**2 for guess in plan.categories],
        "sure": [guess.category for guess in plan.categories if guess.confidence >= MIN_TAG_SURENESS],
        "fitting": MIN_FIT_SHARE,
        "leaders": 0 if plan.exact else FEEDBACK_RESULTS,
        "least_common": MIN_COMMON_FIT,
        "most_common": MAX_COMMON_CATEGORIES,
        "common": COMMON_CATEGORY_WEIGHT,
        "names": [] if plan.exact else list(plan.names),
        "named_so": EXACT_NAME_FACTOR,
        "same_name": 0.0 if plan.exact else SAME_NAME_FACTOR,
        "cut": MIN_SCORE_SHARE,
        "least_text": MIN_TEXT_SHARE,
        "silent": INCOMPLETE_PENALTY,
        "unconfirmed": UNCONFIRMED_PENALTY,
        "today": today,
    }
    return _STATEMENT, [values[name] for name in _ORDER]
