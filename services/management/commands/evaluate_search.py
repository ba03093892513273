from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from services.finding import evaluation
from services.finding.evaluation import QueryEvaluation


class Command(BaseCommand):
    help = "Measure the search with judged queries (see docs/search.md for the two files)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queries", type=Path, help="qid, language, text; tab-separated")
        parser.add_argument("judgements", type=Path, help="qid, external id, grade 0 to 3; tab-separated")
        parser.add_argument("--run", type=Path, help="write qid, rank, external id, score of the first 20 here")
        parser.add_argument("--source", default="ptv", help="the system of the external ids (default: ptv)")

    def handle(self, *, queries: Path, judgements: Path, run: Path | None, source: str, **options: object) -> None:
        try:
            judged = evaluation.read_judged_queries(queries, judgements)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        if not judged:
            raise CommandError("No query has a judgement.")
        outcomes = [evaluation.evaluate_query(query, source) for query in tqdm(judged, unit="queries", disable=None)]
        if run:
            self.write_run(run, outcomes)
        self.print_metrics(outcomes)
        self.print_worst(outcomes)

    def write_run(self, path: Path, outcomes: list[QueryEvaluation]) -> None:
        with path.open("w", encoding="utf-8") as file:
            for outcome in outcomes:
                for rank, (identifier, score) in enumerate(outcome.results, start=1):
                    file.write(f"{outcome.query.qid}\t{rank}\t{identifier}\t{score:.6f}\n")

    def print_metrics(self, outcomes: list[QueryEvaluation]) -> None:
        groups = {"all": outcomes}
        for language in ("fi", "sv", "en"):
            groups[language] = [outcome for outcome in outcomes if outcome.query.language == language]
        for name, group in groups.items():
            if group:
                metrics = evaluation.summarise_metrics(group)
                self.stdout.write(f"{name:4}" + "".join(f"  {key} {value:.3g}" for key, value in metrics.items()))

    def print_worst(self, outcomes: list[QueryEvaluation]) -> None:
        self.stdout.write("\nThe ten worst:")
        for outcome in sorted(outcomes, key=lambda outcome: outcome.ndcg)[:10]:
            query = outcome.query
            identifiers = {identifier for identifier, _score in outcome.results}
            missed = [i for i, grade in query.grades.items() if grade == 3 and i not in identifiers]
            self.stdout.write(f"  {outcome.ndcg:.2f}  {query.qid}  {query.text}")
            self.stdout.write(
                f"        found {', '.join(identifier for identifier, _score in outcome.results[:5]) or '-'}"
            )
            self.stdout.write(f"        missed {', '.join(missed[:5]) or '-'}")
