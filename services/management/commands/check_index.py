from collections import Counter
from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from services.indexing.checks.check_index import index_differences
from services.models import Service

# Limits of the output: records of a kind, records in all, and values of a record.
OF_KIND, EXAMPLES, VALUES = 5, 20, 3


class Command(BaseCommand):
    help = "Compare all rows that search reads with the records; exits 1 where they differ (`reindex` mends it)."

    def handle(self, **options):
        counts, examples = Counter(), []
        with tqdm(total=Service.objects.count(), unit="services", disable=None) as bar:
            for difference in index_differences(progress=bar.update):
                counts[difference.kind] += 1
                if counts[difference.kind] <= OF_KIND and len(examples) < EXAMPLES:
                    examples.append(difference)
        for difference in examples:
            self.stdout.write(f"{difference.kind}: {difference.record}")
            for what, (stored, expected) in islice(difference.values.items(), VALUES):
                self.stdout.write(f"    {what}: {_told(stored)} is stored, {_told(expected)} is right")
            if len(difference.values) > VALUES:
                self.stdout.write(f"    and {len(difference.values) - VALUES} more")
        if counts:
            counts_by_kind = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
            raise CommandError(
                f"Out of step, records by kind: {counts_by_kind}. `manage.py reindex` makes all rows anew."
            )
        self.stdout.write("in step")


def _told(value):
    if value is None:
        return "nothing"
    return f"{value:.6f}" if isinstance(value, float) else repr(value)
