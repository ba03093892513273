"""Import a vocabulary: read, check, compare, and write all concepts in one transaction or not at all.

Search rows are updated after that transaction, in batches: services share terms with them, so publishing would wait for
the whole import. If the indexing is interrupted, `check_index` reports what is out of date and `reindex` corrects it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils import timezone

from organisations.core.locks import wait_at_most
from services.actions.locks import AlreadyRunning, exclusive_lock
from services.exchange.importers.progress import Progress, no_progress
from services.indexing.vocabulary import index_vocabulary
from services.models import Concept, ConceptLabel, ImportRun
from services.models.import_run import ImportOutcome
from services.models.vocabulary import MAX_LABEL_LENGTH, MAX_SCHEME_LENGTH, MAX_URI_LENGTH

from .skos import InvalidSkos, Vocabulary, read_skos
from .source import FetchLimits, SourceError, read_source

# If more than this share is missing at once, the source is probably broken or another vocabulary.
MASS_REMOVAL_SHARE = 0.2
BATCH_SIZE = 5000
# Arbitrary id of the advisory lock that allows one import of a vocabulary at a time.
LOCK_ID = 0x534B4F53


class ImportRefused(Exception):
    """Nothing was written; the message gives the reason in one line."""


@dataclass
class ImportReport:
    """The changes of an import as {"concepts": {"new": 3, ...}, "labels": ...}, and counts of what it left out."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    notices: dict[str, int] = field(default_factory=dict)

    @property
    def written(self) -> int:
        """The number of new, changed and removed concepts."""
        return sum(self.counts["concepts"][change] for change in ("new", "changed", "gone"))


def import_vocabulary(
    source: str,
    *,
    scheme: str = "tero",
    allow_mass_removal: bool = False,
    progress: Progress = no_progress,
    limits: FetchLimits | None = None,
    transport: httpx.BaseTransport | None = None,
) -> ImportReport:
    """Import SKOS from a file or an address of Finto, replacing the concepts of the vocabulary `scheme`.

    Disabled labels stay disabled. Raises ImportRefused, and then no concept was changed, or LockTimeout.
    """
    _check_scheme(scheme)
    started, report = timezone.now(), ImportReport()
    try:
        content = read_source(source, limits=limits, transport=transport)
        progress("reading", 0, 1)
        vocabulary = read_skos(content, max_label_length=MAX_LABEL_LENGTH, max_uri_length=MAX_URI_LENGTH)
        progress("reading", 1, 1)
        report.notices = dict(sorted(vocabulary.notices.items()))
        with wait_at_most(settings.COMMAND_LOCK_TIMEOUT):
            with _single_import():
                concept_ids = _compare_and_write(vocabulary, scheme, report, allow_mass_removal, progress)
            _index(concept_ids, progress)
    except InvalidSkos as error:
        refusal = ImportRefused(f"{source}: {error}")
        _record_run(scheme, source, started, report, str(refusal))
        raise refusal from error
    except (SourceError, ImportRefused) as error:
        _record_run(scheme, source, started, report, str(error))
        raise ImportRefused(str(error)) from error
    _record_run(scheme, source, started, report)
    return report


def _check_scheme(scheme: str) -> None:
    try:
        validate_slug(scheme)
    except ValidationError:
        scheme = ""
    if not 0 < len(scheme) <= MAX_SCHEME_LENGTH:
        raise ImportRefused(f"a vocabulary is named by at most {MAX_SCHEME_LENGTH} letters (a to z), digits, - and _")


@contextmanager
def _single_import() -> Iterator[None]:
    try:
        with exclusive_lock(LOCK_ID):
            yield
    except AlreadyRunning:
        raise ImportRefused("another import of a vocabulary is running") from None


@transaction.atomic
def _compare_and_write(
    vocabulary: Vocabulary, scheme: str, report: ImportReport, allow_mass_removal: bool, progress: Progress
) -> list[int]:
    """Return the ids of the written concepts."""
    diff = _VocabularyDiff(vocabulary, scheme)
    report.counts = {"concepts": diff.concept_counts(), "labels": diff.label_counts()}
    if not allow_mass_removal:
        _raise_on_mass_removal(report.counts)
    for number, write in enumerate((diff.write_concepts, diff.write_labels, diff.write_links), start=1):
        write()
        progress("writing", number, 3)
    return diff.changed_concept_ids()


def _index(concept_ids: list[int], progress: Progress) -> None:
    done = 0

    def report_batch(count: int) -> None:
        nonlocal done
        done += count
        progress("indexing", min(done, len(concept_ids)), len(concept_ids))

    if concept_ids:
        index_vocabulary(concepts=concept_ids, progress=report_batch)


def _raise_on_mass_removal(counts: dict[str, dict[str, int]]) -> None:
    for name, count in counts.items():
        stored = count["changed"] + count["unchanged"] + count["gone"]
        if count["gone"] > MASS_REMOVAL_SHARE * stored:
            raise ImportRefused(
                f"{count['gone']} of {stored} {name} would be removed, which is more than {MASS_REMOVAL_SHARE:.0%}; "
                "if that is right, allow it (--allow-mass-removal)"
            )


class _VocabularyDiff:
    """The differences between the stored concepts and those of the source, by identifiers of concepts."""

    def __init__(self, vocabulary: Vocabulary, scheme: str) -> None:
        self.scheme = scheme
        self.incoming = vocabulary.concepts
        self.pks = dict(Concept.objects.filter(scheme=scheme).values_list("uri", "pk"))
        self.removed = {uri: pk for uri, pk in self.pks.items() if uri not in self.incoming}
        self.new = [uri for uri in self.incoming if uri not in self.pks]
        self._compare_labels()
        self._compare_links()
        changed = {uri for uri, *_rest in [*self.new_labels, *self.removed_labels, *self.changed_labels]}
        changed |= {uri for uri, _broader in self.new_links | self.removed_links}
        self.changed = changed - set(self.new) - set(self.removed)

    def _compare_labels(self) -> None:
        rows = ConceptLabel.objects.filter(concept__scheme=self.scheme)
        columns = ("concept__uri", "language", "text", "pk", "kind")
        stored = {(uri, lang, text): (pk, kind) for uri, lang, text, pk, kind in rows.values_list(*columns)}
        incoming = {(uri, *key): kind for uri, concept in self.incoming.items() for key, kind in concept.labels.items()}
        self.new_labels = {key: kind for key, kind in incoming.items() if key not in stored}
        self.removed_labels = {key: pk for key, (pk, _kind) in stored.items() if key not in incoming}
        self.changed_labels = {
            key: (pk, incoming[key]) for key, (pk, kind) in stored.items() if incoming.get(key, kind) != kind
        }
        self.unchanged_labels = len(stored) - len(self.removed_labels) - len(self.changed_labels)

    def _compare_links(self) -> None:
        rows = Concept.broader.through.objects.filter(from_concept__scheme=self.scheme)
        stored = set(rows.values_list("from_concept__uri", "to_concept__uri"))
        incoming = {(uri, broader) for uri, concept in self.incoming.items() for broader in concept.broader}
        self.new_links, self.removed_links = incoming - stored, stored - incoming

    def concept_counts(self) -> dict[str, int]:
        unchanged = len(self.incoming) - len(self.new) - len(self.changed)
        return _change_counts(len(self.new), len(self.changed), unchanged, len(self.removed))

    def label_counts(self) -> dict[str, int]:
        return _change_counts(
            len(self.new_labels), len(self.changed_labels), self.unchanged_labels, len(self.removed_labels)
        )

    def changed_concept_ids(self) -> list[int]:
        """Return the ids of concepts to reindex, including those that lost a broader concept."""
        return [self.pks[uri] for uri in (*self.new, *self.changed)]

    def write_concepts(self) -> None:
        Concept.objects.filter(pk__in=self.removed.values()).delete()
        concepts = Concept.objects.bulk_create([Concept(scheme=self.scheme, uri=uri) for uri in self.new], BATCH_SIZE)
        self.pks |= {concept.uri: concept.pk for concept in concepts}

    def write_labels(self) -> None:
        ConceptLabel.objects.filter(pk__in=self.removed_labels.values()).delete()
        ConceptLabel.objects.bulk_update(
            [ConceptLabel(pk=pk, kind=kind) for pk, kind in self.changed_labels.values()], ["kind"], BATCH_SIZE
        )
        ConceptLabel.objects.bulk_create(
            [
                ConceptLabel(concept_id=self.pks[uri], language=language, text=text, kind=kind)
                for (uri, language, text), kind in self.new_labels.items()
            ],
            BATCH_SIZE,
        )

    def write_links(self) -> None:
        through = Concept.broader.through
        if self.removed_links:
            narrower = {self.pks[uri] for uri, _broader in self.removed_links}
            links = through.objects.filter(from_concept__in=narrower)
            uris = links.values_list("pk", "from_concept__uri", "to_concept__uri")
            links.filter(pk__in=[pk for pk, *pair in uris if tuple(pair) in self.removed_links]).delete()
        through.objects.bulk_create(
            [
                through(from_concept_id=self.pks[uri], to_concept_id=self.pks[broader])
                for uri, broader in self.new_links
            ],
            BATCH_SIZE,
        )


def _change_counts(new: int, changed: int, unchanged: int, gone: int) -> dict[str, int]:
    return {"new": new, "changed": changed, "unchanged": unchanged, "gone": gone}


def _record_run(scheme: str, source: str, started: datetime, report: ImportReport, reason: str = "") -> None:
    notices = [{"code": "refused", "value": reason[:300], "count": 1, "examples": []}] if reason else []
    notices += [
        {"code": code, "value": scheme, "count": count, "examples": []} for code, count in report.notices.items()
    ]
    ImportRun.objects.create(
        system=scheme[:30],
        source=source[:500],
        started_at=started,
        outcome=ImportOutcome.REFUSED if reason else ImportOutcome.DONE,
        counts=report.counts,
        notices=notices,
    )
