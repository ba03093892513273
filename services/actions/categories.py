"""Change the taxonomy: categories, their words, their order, mergers. Search rows follow in the same transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.core.form_idempotency import submit_once
from services.content.record_values import Values, raise_on_conflict, record_values
from services.indexing.lock import lock_search_index
from services.indexing.services import index_category
from services.models import Category, Synonym
from services.models.category import SynonymKind
from services.search.analysis import LANGUAGES

from .write_record import write_record

CURATOR = "curator"


class CannotMerge(Exception):
    """The category was merged meanwhile, or the target cannot replace it."""


@dataclass(frozen=True)
class AddedWords:
    """What became of pasted words: stored, in use already, and too long."""

    added: list[str]
    known: list[str]
    too_long: list[str]


@transaction.atomic
def write_category(*, category: Category, facts: Mapping[str, Any], values: Values, base: Mapping[str, str]) -> None:
    """Change a category. `base` are the digests of the values the writer started from. Raises EditConflict."""
    lock_search_index()
    stored = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    raise_on_conflict(theirs=record_values(stored), mine=values, base=base)
    write_record(record=stored, facts=facts)
    index_category(category=stored)


def add_category(*, scheme: str, code: str, facts: Mapping[str, Any], form_key: str) -> Category:
    """Add a category as the last of its scheme. Raises AlreadySubmitted and SubmissionInProgress."""

    def write() -> Category:
        lock_search_index()
        last = Category.objects.aggregate(last=Max("order"))["last"] or 0
        category = Category(scheme=scheme, code=code, order=last + 1)
        write_record(record=category, facts=facts)
        index_category(category=category)
        return category

    return submit_once(key=form_key, write=write)


@transaction.atomic
def move_category(*, category: Category, by: int) -> None:
    """Move a category one position up (-1) or down (1) among its siblings."""
    siblings = list(
        Category.objects.in_use()
        .select_for_update(of=("self",))
        .filter(scheme=category.scheme, parent=category.parent_id)
        .order_by("order", "pk")
    )
    position = siblings.index(category)
    neighbour = position + by
    if not 0 <= neighbour < len(siblings):
        return
    orders = sorted(sibling.order for sibling in siblings)
    siblings.insert(neighbour, siblings.pop(position))
    # Equal numbers, as imports may leave them, are told apart.
    for index, sibling in enumerate(siblings):
        order = max(orders[index], orders[0] + index)
        if sibling.order != order:
            Category.objects.filter(pk=sibling.pk).update(order=order)


@transaction.atomic
def add_words(*, category: Category, language: str, kind: str, texts: Iterable[str]) -> AddedWords:
    """Add words or phrases to a category; known ones are left as they are, but switched on."""
    lock_search_index()
    limit = Synonym._meta.get_field("text").max_length or 0
    wanted = {text.lower(): text for text in (" ".join(line.split()) for line in texts) if text}
    too_long = [text for text in wanted.values() if len(text) > limit]
    fitting = {key: text for key, text in wanted.items() if len(text) <= limit}
    stored = {synonym.text.lower(): synonym for synonym in Synonym.objects.filter(category=category, language=language)}
    known = [text for key, text in fitting.items() if key in stored]
    Synonym.objects.filter(pk__in=[stored[text.lower()].pk for text in known], is_active=False).update(is_active=True)
    added = [text for key, text in fitting.items() if key not in stored]
    Synonym.objects.bulk_create(
        Synonym(category=category, language=language, kind=kind, text=text, source=CURATOR) for text in added
    )
    index_category(category=category)
    return AddedWords(added, known, too_long)


@transaction.atomic
def switch_words(*, category: Category, words: Collection[int], is_active: bool) -> int:
    """Switch words of a category on or off; returns how many changed."""
    lock_search_index()
    changed = Synonym.objects.filter(category=category, pk__in=words, is_active=not is_active).update(
        is_active=is_active
    )
    index_category(category=category)
    return changed


@transaction.atomic
def remove_words(*, category: Category, words: Collection[int]) -> int:
    """Delete words of a category; returns how many. Words of imported vocabularies come back with the next import."""
    lock_search_index()
    removed, _rows = Synonym.objects.filter(category=category, pk__in=words).delete()
    index_category(category=category)
    return removed


@transaction.atomic
def merge_category(*, category: Category, into: Category) -> None:
    """Let another category of the scheme stand for this one. It gets its words, its tags and the categories below it.

    Raises CannotMerge if either was merged meanwhile, or the target is below the category.
    """
    lock_search_index()
    stored, target = (Category.objects.select_for_update(of=("self",)).get(pk=c.pk) for c in (category, into))
    if not can_merge(stored, target):
        raise CannotMerge
    stored.replaced_by = target
    with audit_context(through=ChangeSource.MERGE):
        stored.save()
        Synonym.objects.bulk_create(words_that_move(stored, target))
    index_category(category=stored)
    index_category(category=target)


def words_that_move(category: Category, into: Category) -> list[Synonym]:
    """The names and active words that the target of a merger gets, unsaved: those that it does not have yet.

    The originals stay with the merged category, so that a merger can be undone.
    """
    known = {(word.language, word.text.lower()) for word in Synonym.objects.filter(category=into)}
    known |= {(language, (getattr(into, f"name_{language}") or "").lower()) for language in LANGUAGES}
    names = [(language, getattr(category, f"name_{language}") or "", SynonymKind.ASKED) for language in LANGUAGES]
    words = Synonym.objects.filter(category=category, is_active=True).values_list("language", "text", "kind")
    moving = []
    for language, text, kind in (*names, *words):
        if text and (language, text.lower()) not in known:
            known.add((language, text.lower()))
            source = _merger_source(category)
            moving.append(Synonym(category=into, language=language, text=text[:120], kind=kind, source=source))
    return moving


def _merger_source(category: Category) -> str:
    return f"merged-{category.pk}"


def can_merge(category: Category, into: Category) -> bool:
    """Whether both are in use, of one scheme, and the target is neither the category nor below it."""
    is_below = into.pk in {below.pk for below in Category.objects.descendants(category.pk, include_self=True)}
    in_use = category.replaced_by_id is None and into.replaced_by_id is None
    return in_use and not is_below and category.scheme == into.scheme


@transaction.atomic
def undo_merger(*, category: Category) -> None:
    """Let a merged category stand for itself again, with the tags and words that it had."""
    lock_search_index()
    stored = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    target = stored.replaced_by
    stored.replaced_by = None
    with audit_context(through=ChangeSource.MERGE):
        stored.save()
        Synonym.objects.filter(category=target, source=_merger_source(stored)).delete()
    index_category(category=stored)
    if target:
        index_category(category=target)
