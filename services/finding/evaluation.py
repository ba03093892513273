"""Search quality measured with judged queries, on the code path of the results page.

nDCG@10 with gain 2^grade - 1; recall@20 of services judged 2 or 3; success@3: a service judged 2 or 3 among
the first three. Unjudged results count as grade 0.
"""

import csv
import math
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from services.models import Listing, ServiceReference
from services.models.category_tree import CategoryTree

from .filters import Filters
from .reference_data import ReferenceData

RESULT_DEPTH = 20


@dataclass
class JudgedQuery:
    """One judged query; `grades` maps external ids to 1 (marginal), 2 (useful) or 3 (just what is needed)."""

    qid: str
    language: str
    text: str
    grades: dict[str, int] = field(default_factory=dict)


@dataclass
class QueryEvaluation:
    """The first results of a query as (external id, score), and its duration in milliseconds."""

    query: JudgedQuery
    results: list[tuple[str, float]]
    milliseconds: float

    @property
    def ndcg(self) -> float:
        gains = [2 ** self.query.grades.get(identifier, 0) - 1 for identifier, _score in self.results[:10]]
        ideal = sorted((2**grade - 1 for grade in self.query.grades.values()), reverse=True)[:10]
        return _discounted_cumulative_gain(gains) / _discounted_cumulative_gain(ideal) if ideal else 0.0

    @property
    def recall(self) -> float:
        relevant = {identifier for identifier, grade in self.query.grades.items() if grade >= 2}
        retrieved = relevant & {identifier for identifier, _score in self.results[:RESULT_DEPTH]}
        return len(retrieved) / len(relevant) if relevant else 0.0

    @property
    def success(self) -> bool:
        return any(self.query.grades.get(identifier, 0) >= 2 for identifier, _score in self.results[:3])


def read_judged_queries(queries: Path, judgements: Path) -> list[JudgedQuery]:
    """Read `qid, language, text` and `qid, external id, grade` (tab-separated); ValidationError names the line."""
    by_id: dict[str, JudgedQuery] = {}
    for number, row in _read_tsv_rows(queries):
        if row[1] not in ("fi", "sv", "en"):
            raise ValidationError(f"{queries}, line {number}: the language must be fi, sv or en, not {row[1]!r}.")
        by_id[row[0]] = JudgedQuery(*row)
    for number, (qid, identifier, grade) in _read_tsv_rows(judgements):
        if grade not in ("0", "1", "2", "3"):
            raise ValidationError(f"{judgements}, line {number}: the grade must be 0 to 3, not {grade!r}.")
        if qid in by_id and grade != "0":
            by_id[qid].grades[identifier] = int(grade)
    return [query for query in by_id.values() if query.grades]


def evaluate_query(query: JudgedQuery, system: str) -> QueryEvaluation:
    """Search as the results page does, without filters, in the query's language."""
    with translation.override(query.language):
        started = time.perf_counter()
        filters = Filters(reference_data=_EMPTY_REFERENCE_DATA, language=query.language, text=query.text)
        _counts, rows = Listing.objects.ranked_page(
            filters.facet_search(timezone.localdate()), page=1, size=RESULT_DEPTH
        )
        milliseconds = (time.perf_counter() - started) * 1000
    references = ServiceReference.objects.filter(system=system, service__in=[pk for pk, _score in rows])
    identifiers = dict(references.values_list("service", "identifier"))
    return QueryEvaluation(query, [(identifiers.get(pk, f"#{pk}"), score) for pk, score in rows], milliseconds)


def summarise_metrics(evaluations: list[QueryEvaluation]) -> dict[str, float]:
    times = sorted(evaluation.milliseconds for evaluation in evaluations)
    return {
        "queries": len(evaluations),
        "nDCG@10": statistics.mean(evaluation.ndcg for evaluation in evaluations),
        "recall@20": statistics.mean(evaluation.recall for evaluation in evaluations),
        "success@3": statistics.mean(evaluation.success for evaluation in evaluations),
        "no result": statistics.mean(not evaluation.results for evaluation in evaluations),
        "median ms": statistics.median(times),
        "p95 ms": times[min(len(times) - 1, math.ceil(0.95 * len(times)) - 1)],
    }


def _read_tsv_rows(path: Path):
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if not row:
                continue
            if len(row) != 3:
                raise ValidationError(f"{path}, line {number}: three columns are needed, not {len(row)}.")
            yield number, row


def _discounted_cumulative_gain(gains: list[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


_EMPTY_REFERENCE_DATA = ReferenceData(categories={}, municipalities={}, counties={}, tree=CategoryTree({}))
