"""Keep what is suggested while somebody types in step with services, organisations, categories and places."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from organisations.models import Municipality, Organisation
from organisations.models.organisation import Sector
from services.models import Category, Service, Suggestion, Synonym
from services.search.analysis import LANGUAGES
from services.search.suggestions import CATEGORY, ORGANISATION, PLACE, SERVICE, starts

# Ranks: the names of categories and of public bodies, which serve most families, come before other words for a
# category and other organisations; all that begin with their first word come before what begins with a later one.
FIRST, SECOND, LATER = 0, 1, 2
PUBLIC = frozenset({Sector.COUNTY, Sector.MUNICIPALITY, Sector.STATE})
BATCH = 2000


def suggest_services(services: Iterable[Service], *, instead_of: Iterable[int]) -> None:
    """Suggest these services by their names, and no longer those with the given ids."""
    Suggestion.objects.filter(service__in=list(instead_of)).delete()
    _write(of_services(services))


def of_services(services: Iterable[Service]) -> Iterator[Suggestion]:
    for service in services:
        for language, text in _names(service):
            yield from _rows(SERVICE, language, text, FIRST, service=service, ends_on=service.valid_until)


@transaction.atomic
def suggest_organisations(*, organisation_ids: Iterable[int] | None = None) -> None:
    """Make the suggestions of the given organisations, or of all, anew; only published ones have any."""
    found, stale = Organisation.objects.published(), Suggestion.objects.filter(kind=ORGANISATION)
    if organisation_ids is not None:
        ids = list(organisation_ids)
        found, stale = found.filter(pk__in=ids), stale.filter(organisation__in=ids)
    stale.delete()
    _write(of_organisations(found.order_by("pk")))


def of_organisations(organisations: Iterable[Organisation]) -> Iterator[Suggestion]:
    for organisation in organisations:
        rank = FIRST if organisation.sector in PUBLIC else SECOND
        for language, text in [*_names(organisation), (LANGUAGES[0], organisation.abbreviation)]:
            yield from _rows(ORGANISATION, language, text, rank, organisation=organisation)


def suggest_categories(category: Category | None = None) -> None:
    """Make the suggestions of a category, or of all, anew: by their names and by all words that people use."""
    categories, stale = Category.objects.in_use(), Suggestion.objects.filter(kind=CATEGORY)
    if category is not None:
        categories, stale = categories.filter(pk=category.pk), stale.filter(category=category)
    stale.delete()
    _write(of_categories(categories))


def of_categories(categories) -> Iterator[Suggestion]:
    for found in categories.order_by("order", "pk"):
        for language, text in _names(found):
            yield from _rows(CATEGORY, language, text, FIRST, category=found)
    words = Synonym.objects.filter(is_active=True, category__in=categories).select_related("category")
    for word in words.order_by("pk"):
        yield from _rows(CATEGORY, word.language, word.text, SECOND, category=word.category)


@transaction.atomic
def suggest_places() -> None:
    """Make the suggestions of all municipalities anew."""
    Suggestion.objects.filter(kind=PLACE).delete()
    _write(of_places())


def of_places() -> Iterator[Suggestion]:
    for place in Municipality.objects.order_by("pk"):
        for language, text in _names(place):
            yield from _rows(PLACE, language, text, FIRST, municipality=place)


def _names(record) -> list[tuple[str, str]]:
    return [(language, getattr(record, f"name_{language}") or "") for language in LANGUAGES]


def _rows(kind: str, language: str, text: str, rank: int, **target) -> Iterable[Suggestion]:
    for later, start in enumerate(starts(text, language)):
        yield Suggestion(
            kind=kind,
            language=language,
            rank=rank + LATER if later else rank,
            start=start,
            text=text,
            **target,
        )


def _write(rows: Iterable[Suggestion]) -> None:
    Suggestion.objects.bulk_create(rows, batch_size=BATCH)
