"""The words of a category for its page, and those that it shares with others."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.db.models.functions import Lower

from organisations.core.collation import alphabetical_key
from services.models import Category, Synonym
from services.models.category import SynonymKind
from services.search.analysis import LANGUAGES


@dataclass
class WordGroup:
    """The words of a language and kind, alphabetically."""

    language: str
    kind: str
    label: str
    words: list[Synonym] = field(default_factory=list)

    @property
    def active(self) -> int:
        return sum(word.is_active for word in self.words)


def words_by_group(words: QuerySet[Synonym]) -> list[WordGroup]:
    """Return the groups that have words: Finnish first, what people say before what services are called."""
    groups = {
        (language, kind): WordGroup(language, kind, str(SynonymKind(kind).label))
        for language in LANGUAGES
        for kind in SynonymKind.values
    }
    for word in sorted(words, key=lambda word: alphabetical_key(word.text)):
        groups[word.language, word.kind].words.append(word)
    return [group for group in groups.values() if group.words]


def words_of_others(category: Category, language: str, texts: Collection[str]) -> list[tuple[Category, list[str]]]:
    """Return the other categories in use that have some of these words, too, with those words. One statement."""
    shared = (
        Synonym.objects.annotate(plain=Lower("text"))
        .filter(plain__in=[text.lower() for text in texts], language=language, category__replaced_by=None)
        .exclude(category=category)
        .select_related("category")
    )
    by_category: dict[Category, list[str]] = defaultdict(list)
    for word in shared:
        by_category[word.category].append(word.text)
    return sorted(by_category.items(), key=lambda item: item[0].order)
