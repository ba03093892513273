"""Synchronise autocomplete suggestions with services, organisations, categories and municipalities."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from organisations.models import Municipality, Organisation
from organisations.models.organisation import Sector
from services.indexing.lock import turn
from services.models import Category, Service, Suggestion, Synonym
from services.search.analysis import LANGUAGES
from services.search.suggestions import CATEGORY, ORGANISATION, PLACE, SERVICE, name_starts

from .bulk_replace import copy_rows
from .terms import batched

# Lower ranks come first. Names of categories and of public bodies, which serve most families, precede synonyms and
# other organisations; matches of the first word of a name precede matches of a later word.
RANK_FIRST, RANK_SECOND, LATER_WORD_PENALTY = 0, 1, 2
NamedRecord = Category | Municipality | Organisation | Service
PUBLIC_SECTORS = frozenset({Sector.COUNTY, Sector.MUNICIPALITY, Sector.STATE})
# What a row stores: all but its id.
COLUMNS = tuple(field.attname for field in Suggestion._meta.concrete_fields if not field.primary_key)
# Organisations per transaction.
ORGANISATION_BATCH_SIZE = 200


def index_service_suggestions(services: Iterable[Service], *, instead_of: Iterable[int]) -> None:
    """Insert the suggestions of these services, after deleting those of the services with the ids `instead_of`."""
    Suggestion.objects.filter(service__in=list(instead_of)).delete()
    _write_suggestions(service_suggestions(services))


def service_suggestions(services: Iterable[Service]) -> Iterator[Suggestion]:
    """Yield the suggestions of services by their names."""
    for service in services:
        for language, text in _names_by_language(service):
            yield from _suggestion_rows(
                SERVICE, language, text, RANK_FIRST, service=service, ends_on=service.valid_until
            )


def index_organisation_suggestions(*, organisation_ids: Iterable[int] | None = None) -> None:
    """Rebuild the suggestions of the given organisations, or of all. Only published organisations have any.

    Each batch is a separate transaction, unless the caller has one open. Raises LockTimeout.
    """
    pks = Organisation.objects.values_list("pk", flat=True) if organisation_ids is None else organisation_ids
    for ids in batched(sorted(pks), ORGANISATION_BATCH_SIZE):
        with turn():
            Suggestion.objects.filter(kind=ORGANISATION, organisation__in=ids).delete()
            _write_suggestions(
                organisation_suggestions(Organisation.objects.published().filter(pk__in=ids).order_by("pk"))
            )


def organisation_suggestions(organisations: Iterable[Organisation]) -> Iterator[Suggestion]:
    """Yield the suggestions of organisations by their names and abbreviations."""
    for organisation in organisations:
        rank = RANK_FIRST if organisation.sector in PUBLIC_SECTORS else RANK_SECOND
        for language, text in [*_names_by_language(organisation), (LANGUAGES[0], organisation.abbreviation)]:
            yield from _suggestion_rows(ORGANISATION, language, text, rank, organisation=organisation)


def index_category_suggestions(ids: Collection[int]) -> None:
    """Rebuild the suggestions of categories: their names and synonyms."""
    Suggestion.objects.filter(kind=CATEGORY, category__in=ids).delete()
    _write_suggestions(category_suggestions(Category.objects.in_use().filter(pk__in=ids)))


def category_suggestions(categories: QuerySet[Category]) -> Iterator[Suggestion]:
    """Yield the suggestions of categories by their names and synonyms."""
    for category in categories.order_by("order", "pk"):
        for language, text in _names_by_language(category):
            yield from _suggestion_rows(CATEGORY, language, text, RANK_FIRST, category=category)
    synonyms = Synonym.objects.filter(is_active=True, category__in=categories).select_related("category")
    for synonym in synonyms.order_by("pk"):
        yield from _suggestion_rows(CATEGORY, synonym.language, synonym.text, RANK_SECOND, category=synonym.category)


def index_place_suggestions() -> None:
    """Rebuild the suggestions of all municipalities. Raises LockTimeout."""
    with turn():
        Suggestion.objects.filter(kind=PLACE).delete()
        _write_suggestions(place_suggestions())


def place_suggestions() -> Iterator[Suggestion]:
    """Yield the suggestions of all municipalities."""
    for municipality in Municipality.objects.order_by("pk"):
        for language, text in _names_by_language(municipality):
            yield from _suggestion_rows(PLACE, language, text, RANK_FIRST, municipality=municipality)


def _names_by_language(record: NamedRecord) -> list[tuple[str, str]]:
    return [(language, getattr(record, f"name_{language}") or "") for language in LANGUAGES]


def _suggestion_rows(kind: str, language: str, text: str, rank: int, **target: Any) -> Iterable[Suggestion]:
    for position, start in enumerate(name_starts(text, language)):
        yield Suggestion(
            kind=kind,
            language=language,
            rank=rank + LATER_WORD_PENALTY if position else rank,
            start=start,
            text=text,
            **target,
        )


def _write_suggestions(rows: Iterable[Suggestion]) -> None:
    copy_rows(Suggestion, COLUMNS, [tuple(getattr(row, column) for column in COLUMNS) for row in rows])
