from collections import Counter
from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from services.indexing.checks.check_index import index_differences
from services.indexing.checks.differences import IndexDifference
from services.models import Service

# Limits of the report: records of each kind, records in all, and values of each record.
MAX_RECORDS_PER_KIND, MAX_RECORDS, MAX_VALUES = 5, 20, 3


class Command(BaseCommand):
    help = "Compare the search index with the records; exit with 1 if they differ (`reindex` corrects it)."

    def handle(self, **options: object) -> None:
        counts: Counter[str] = Counter()
        examples: list[IndexDifference] = []
        with tqdm(total=Service.objects.count(), unit="services", disable=None) as bar:
            for difference in index_differences(progress=bar.update):
                counts[difference.kind] += 1
                if counts[difference.kind] <= MAX_RECORDS_PER_KIND and len(examples) < MAX_RECORDS:
                    examples.append(difference)
        for difference in examples:
            self.stdout.write(f"{difference.kind}: {difference.record}")
            for name, (stored, expected) in islice(difference.values.items(), MAX_VALUES):
                self.stdout.write(f"    {name}: {_formatted(stored)} is stored, {_formatted(expected)} is expected")
            if len(difference.values) > MAX_VALUES:
                self.stdout.write(f"    and {len(difference.values) - MAX_VALUES} more")
        if counts:
            summary = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
            raise CommandError(f"Records that differ from the index: {summary}. `manage.py reindex` rebuilds it.")
        self.stdout.write("The index is up to date.")


def _formatted(value: object) -> str:
    if value is None:
        return "nothing"
    return f"{value:.6f}" if isinstance(value, float) else repr(value)
