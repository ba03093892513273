"""A real vocabulary, where it is at hand: the figures that an import must hold.

TERO, the ontology of welfare and health, is not part of this repository; it is read from ../shared/data where that
folder is there.
"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptTerm

TERO = Path(__file__).resolve().parents[5] / "shared" / "data" / "vocabularies" / "tero.ttl"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not TERO.is_file(), reason=f"no real vocabulary at {TERO}"),
]


def run():
    output = StringIO()
    with CaptureQueriesContext(connection) as statements:
        call_command("import_vocabulary", str(TERO), stdout=output, stderr=StringIO())
    return output.getvalue(), len(statements)


def test_tero_is_imported_and_a_second_run_changes_nothing():
    output, statements = run()
    assert "concepts: 2470 new, 0 changed, 0 unchanged, 0 gone" in output
    assert "labels: 12362 new, 0 changed, 0 unchanged, 0 gone" in output
    assert (Concept.objects.count(), ConceptLabel.objects.count()) == (2470, 12362)
    # Concepts are indexed in batches, each in a transaction of its own.
    assert statements < 300
    # Hardly any label is without a word, and singular and plural are the same words.
    assert ConceptPhrase.objects.count() > 10_000
    assert ConceptTerm.objects.values("concept").distinct().count() == 2470

    again, statements = run()
    assert "concepts: 0 new, 0 changed, 2470 unchanged, 0 gone" in again
    assert "labels: 0 new, 0 changed, 12362 unchanged, 0 gone" in again
    assert "Nothing has changed." in again
    assert statements < 15
