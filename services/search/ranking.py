"""Build the SQL that matches and scores services for a resolved query. All ranking weights are defined here.

A service's score has three parts. Text: for each word the best of the word's terms (base form, part of a compound,
similar spelling), weighted by the rarity of the term, summed, and multiplied by the share of words matched. Fit: how
well the service matches the categories that the query suggests. Feedback: how well it matches the categories that the
best results have in common. Services of the same name get a share of the best score among them. Complete and recently
confirmed records score slightly higher.
"""

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Weight of a full fit to a category that the query surely means, relative to the best text match (1).
FIT_WEIGHT = 1.2
# The best text match counts 1 if a name holds all words of the query; otherwise its share, to this power.
MISSING_WORDS_EXPONENT = 0.5
NAME_MATCH_SHARE = 0.75
# Terms below this share of the word's heaviest term are ignored, and so are texts below this share of the best text.
# They rarely change the order, and are most of the work.
MIN_TERM_SHARE, MIN_TEXT_SHARE = 0.1, 0.1
# Services below this share of the best fit to a category do not match it.
MIN_FIT_SHARE = 0.35
# Similarly spelt words count by their squared similarity times this.
SIMILAR_WORD_WEIGHT = 0.5
# Weight of the probable correction of a misspelt word.
CORRECTED_WORD_WEIGHT = 0.9
# Weight of other labels of a vocabulary concept that the query names.
CONCEPT_WEIGHT = 0.35
# Minimum trigram similarity (0 to 1) of an indexed word: to a known word, and to one that no text has.
MIN_SIMILARITY, MIN_MISSPELT_SIMILARITY = 0.5, 0.35
MAX_SIMILAR_WORDS = 12
# How many of the additional search words the page shows.
MAX_SHOWN_EXTRA_WORDS = 4
# Minimum sureness (0 to 1) for a category to be searched too.
MIN_SURENESS = 0.45
# People add words to a phrase more often than they leave some out: extra words of the query count this share against
# the phrase, and words of the phrase that the query lacks count the rest.
EXTRA_QUERY_WORDS_SHARE = 0.25
# A second category must be nearly as sure as the first.
SECOND_GUESS_RATIO = 0.75
# A category whose phrase matches no further words of the query than the first one's counts this share in the choice.
SAME_WORDS_FACTOR = 0.6
# A word that no phrase has says little about the category meant: it counts this share of a rare word.
UNKNOWN_WORD_FACTOR = 0.5
MAX_CATEGORIES = 2
# Feedback: the number of best results whose common categories count, the maximum number of such categories, their
# minimum average fit, and the weight of such a category relative to the best score.
FEEDBACK_RESULTS, MAX_COMMON_CATEGORIES, MIN_COMMON_FIT, COMMON_CATEGORY_WEIGHT = 5, 2, 0.3, 0.25
# Services of the same name get this share of the best one's score.
SAME_NAME_FACTOR = 0.85
# A service whose name is exactly the query goes first: it gets this share of the best score.
EXACT_NAME_FACTOR = 1.1
# Share of its score that an empty record loses, and one not confirmed in time. Kept small, so that text decides.
INCOMPLETE_PENALTY, UNCONFIRMED_PENALTY = 0.05, 0.1
# Results below this share of the best score are left out, except services tagged with a category of at least this
# sureness: the page says that the category was searched too.
MIN_SCORE_SHARE, MIN_TAG_SURENESS = 0.2, 0.9


@dataclass(frozen=True)
class CategoryGuess:
    """A category that a query suggests, with its sureness (0 to 1)."""

    category: int
    confidence: float
    phrase: str
    # Numbers of the words of the query that the phrase has.
    words: tuple[int, ...] = ()


@dataclass(frozen=True)
class QueryPlan:
    """A query resolved against the index: terms as (term id, word number, is part, weight), and categories."""

    terms: tuple[tuple[int, int, bool, float], ...] = ()
    word_count: int = 0
    # The score of a text that has all words in a name.
    best_text_score: float = 0.0
    # Search only what was typed: no categories, no score for the same name.
    exact: bool = False
    categories: tuple[CategoryGuess, ...] = ()
    # Fingerprints (see `terms.name_fingerprint`) of names that equal the query.
    name_fingerprints: tuple[int, ...] = ()
    # Additional search words in their written forms.
    extra_words: tuple[str, ...] = ()
    # Whether similarly spelt words are searched too.
    has_similar_words: bool = False
    # Corrections by misspelt word.
    corrections: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.terms or self.categories)


def rarity(occurrences: int, total: int) -> float:
    """Return the inverse document frequency (as in BM25, never negative)."""
    return math.log(1 + (total - occurrences + 0.5) / (occurrences + 0.5))


# Categories of which the query has phrases: (id, confidence, phrase, numbers of the words).
CATEGORY_GUESSES_SQL = """
WITH hits AS (
  SELECT phrase_term.phrase_id, query_term.word, max(query_term.weight * phrase_term.weight) AS evidence
  FROM unnest(%s::int[], %s::int[], %s::float[]) AS query_term(term, word, weight)
  JOIN services_searchphraseterm AS phrase_term ON phrase_term.term_id = query_term.term
  GROUP BY phrase_term.phrase_id, query_term.word
), phrases AS (
  SELECT phrase.category_id, phrase.text,
         CASE WHEN lower(phrase.text) = %s THEN 1 ELSE sum(hits.evidence) / (%s + %s * phrase.norm) END AS confidence,
         array_agg(hits.word ORDER BY hits.word) AS words
  FROM hits JOIN services_searchphrase AS phrase ON phrase.id = hits.phrase_id AND phrase.kind = 'asked'
  GROUP BY phrase.id
)
SELECT DISTINCT ON (category_id) category_id, least(confidence, 1), text, words FROM phrases
WHERE confidence >= %s ORDER BY category_id, confidence DESC
"""


def likely_guesses(guesses: list[CategoryGuess]) -> tuple[CategoryGuess, ...]:
    """Choose the guesses to search by from all guesses in descending order of sureness.

    The second one should match other words than the first: "pregnant and drinking" names two needs.
    """
    if not guesses:
        return ()
    first, *rest = guesses
    near = [guess for guess in rest if guess.confidence >= SECOND_GUESS_RATIO * first.confidence]
    near.sort(key=lambda guess: -guess.confidence * (SAME_WORDS_FACTOR if set(guess.words) <= set(first.words) else 1))
    return (first, *near[: MAX_CATEGORIES - 1])


_SCORES = """
WITH hits AS (
  SELECT posting.service_id, query_term.word, greatest(
           max(query_term.weight * posting.weight) FILTER (WHERE NOT query_term.part),
           sum(query_term.weight * posting.weight) FILTER (WHERE query_term.part)
         ) AS evidence
  FROM unnest(%(terms)s::int[], %(words)s::int[], %(parts)s::bool[], %(weights)s::float[])
       AS query_term(term, word, part, weight)
  JOIN services_searchposting AS posting ON posting.term_id = query_term.term
  GROUP BY posting.service_id, query_term.word
), texts AS (
  SELECT service_id, sum(evidence) * count(*) / %(word_count)s AS score FROM hits GROUP BY service_id
), best_text AS (
  SELECT nullif(max(score), 0) AS score FROM texts
), strong_texts AS (
  SELECT texts.* FROM texts CROSS JOIN best_text WHERE texts.score >= %(min_text_share)s * best_text.score
), guesses AS MATERIALIZED (
  SELECT category, weight, (SELECT max(weight) FROM services_categoryfit WHERE category_id = category) AS best
  FROM unnest(%(categories)s::bigint[], %(category_weights)s::float[]) AS guess(category, weight)
), fits AS (
  SELECT fit.service_id, sum(guess.weight * fit.weight / guess.best) AS score
  FROM guesses AS guess
  JOIN services_categoryfit AS fit ON fit.category_id = guess.category AND fit.weight >= %(min_fit_share)s * guess.best
  GROUP BY fit.service_id
), direct AS (
  SELECT service_id, coalesce(
           strong_texts.score / best_text.score
             * least(1, best_text.score / %(best_text_score)s) ^ %(missing_words_exponent)s,
           0
         ) + coalesce(fits.score, 0) AS score
  FROM strong_texts FULL JOIN fits USING (service_id) CROSS JOIN best_text
), leaders AS (
  SELECT service_id, score, max(score) OVER () AS best, sum(score) OVER () AS total
  FROM (SELECT * FROM direct ORDER BY score DESC, service_id LIMIT %(max_leaders)s) AS best_results
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
  SELECT * FROM shared WHERE share >= %(min_common_fit)s ORDER BY share DESC, category_id LIMIT %(max_common)s
), feedback AS (
  SELECT fit.service_id, sum(%(common_weight)s * common.best * common.share * fit.weight / common.best_fit) AS score
  FROM common
  JOIN services_categoryfit AS fit
    ON fit.category_id = common.category_id AND fit.weight >= %(min_fit_share)s * common.best_fit
  GROUP BY fit.service_id
), combined AS (
  SELECT service_id, coalesce(direct.score, 0) + coalesce(feedback.score, 0) AS score
  FROM direct FULL JOIN feedback USING (service_id)
), tagged AS (
  SELECT service_id FROM services_listing
  WHERE facets && ARRAY(
    SELECT scheme || ':' || code FROM services_category WHERE id = ANY (%(sure_categories)s::bigint[])
  )
), own_scores AS (
  SELECT service_id, CASE tagged.service_id IS NULL
           WHEN true THEN combined.score
           ELSE greatest(combined.score, %(min_score_share)s * (SELECT max(score) FROM combined))
         END AS score
  FROM combined FULL JOIN tagged USING (service_id)
), kinds AS (
  SELECT listing.kind, CASE listing.kind = ANY (%(fingerprints)s::bigint[])
           WHEN true THEN %(exact_name_factor)s * (SELECT max(score) FROM own_scores)
           ELSE %(same_name_factor)s * max(own_scores.score)
         END AS score
  FROM own_scores JOIN services_listing AS listing USING (service_id)
  WHERE own_scores.score >= %(min_score_share)s * (SELECT max(score) FROM own_scores)
  GROUP BY listing.kind
)
SELECT listing.service_id, greatest(own_scores.score, kinds.score) * (
         1 - %(incomplete_penalty)s * (1 - listing.completeness)
           - CASE WHEN listing.unconfirmed_from > %(today)s THEN 0 ELSE %(unconfirmed_penalty)s END
       ) AS score
FROM kinds JOIN services_listing AS listing USING (kind) LEFT JOIN own_scores USING (service_id)
WHERE greatest(own_scores.score, kinds.score) >= %(min_score_share)s * (SELECT max(score) FROM own_scores)
"""


# Django's expressions take parameters by position only.
_BY_POSITION = re.compile(r"%\((\w+)\)s")
_ORDER = _BY_POSITION.findall(_SCORES)
_STATEMENT = _BY_POSITION.sub("%s", _SCORES)


def _significant_terms(terms: tuple[tuple[int, int, bool, float], ...]) -> list[tuple[int, int, bool, float]]:
    """Drop terms that weigh next to nothing beside another of the same word: they are the most common."""
    best: dict[int, float] = {}
    for _term, word, _part, weight in terms:
        best[word] = max(weight, best.get(word, 0.0))
    return [term for term in terms if term[3] >= MIN_TERM_SHARE * best[term[1]]]


def scores_sql(plan: QueryPlan, today: dt.date) -> tuple[str, list]:
    """Return SQL and parameters of (service_id, score) per matching service; `today` is the site's day, not UTC's."""
    matched_terms = _significant_terms(plan.terms)
    terms, words, parts, weights = zip(*matched_terms, strict=True) if matched_terms else ((), (), (), ())
    values = {
        "terms": list(terms),
        "words": list(words),
        "parts": list(parts),
        "weights": list(weights),
        "word_count": float(max(plan.word_count, 1)),
        "best_text_score": plan.best_text_score * NAME_MATCH_SHARE or 1.0,
        "missing_words_exponent": MISSING_WORDS_EXPONENT,
        "categories": [guess.category for guess in plan.categories],
        "category_weights": [FIT_WEIGHT * guess.confidence**2 for guess in plan.categories],
        "sure_categories": [guess.category for guess in plan.categories if guess.confidence >= MIN_TAG_SURENESS],
        "min_fit_share": MIN_FIT_SHARE,
        "max_leaders": 0 if plan.exact else FEEDBACK_RESULTS,
        "min_common_fit": MIN_COMMON_FIT,
        "max_common": MAX_COMMON_CATEGORIES,
        "common_weight": COMMON_CATEGORY_WEIGHT,
        "fingerprints": [] if plan.exact else list(plan.name_fingerprints),
        "exact_name_factor": EXACT_NAME_FACTOR,
        "same_name_factor": 0.0 if plan.exact else SAME_NAME_FACTOR,
        "min_score_share": MIN_SCORE_SHARE,
        "min_text_share": MIN_TEXT_SHARE,
        "incomplete_penalty": INCOMPLETE_PENALTY,
        "unconfirmed_penalty": UNCONFIRMED_PENALTY,
        "today": today,
    }
    return _STATEMENT, [values[name] for name in _ORDER]
