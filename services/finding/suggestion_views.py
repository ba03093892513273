"""What is suggested while somebody types: services, categories, organisations and places, each with its link."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.core.translated_text import TranslatedText, translated_text
from services.models import Scheme, Suggestion
from services.search.suggestions import CATEGORY, ORGANISATION, PLACE, SERVICE, SuggestionMatch, TypedText

MAX_SUGGESTIONS, MAX_PER_KIND = 10, 4
# Names in other languages than the reader's fill up to this many.
OTHER_LANGUAGE_LIMIT = 4
KIND_LABELS: dict[str, str | Promise] = {
    CATEGORY: gettext_lazy("Subjects"),
    SERVICE: gettext_lazy("Services"),
    ORGANISATION: gettext_lazy("Organisations"),
    PLACE: gettext_lazy("Municipalities"),
}
DETAIL_URL_NAMES = {SERVICE: "finding:service", ORGANISATION: "profiles:organisation"}
SCHEME_LABELS = dict(Scheme.choices)


@dataclass(frozen=True)
class SuggestionOption:
    """One suggestion; `said` is the word by which it was found, where that is not its name."""

    href: str
    name: TranslatedText
    said: TranslatedText
    more: TranslatedText

    @classmethod
    def of(cls, found: SuggestionMatch, typed: TypedText, language: str) -> "SuggestionOption":
        begun = TranslatedText(found.text, found.language, found.language != language)
        name = begun if found.has_namesakes else _name_text(found.names)
        said = TranslatedText("", language, False) if begun.value == name.value else begun
        return cls(_suggestion_url(found, typed, name.value), name, said, _distinguishing_text(found, typed, language))


@dataclass
class SuggestionGroup:
    """Suggestions of one kind."""

    kind: str
    label: str | Promise
    options: list[SuggestionOption] = field(default_factory=list)


def suggestion_groups(text: str, language: str, today: date) -> list[SuggestionGroup]:
    """What is suggested for a text, kind by kind: at most four of a kind and ten in all, fairly shared."""
    typed = TypedText.read(text)
    made = {kind: SuggestionGroup(kind, label) for kind, label in KIND_LABELS.items()}
    seen: set[str] = set()
    for found in Suggestion.objects.starting_with(typed, language, today):
        group = made[found.kind]
        if found.language != language and option_count(made.values()) >= OTHER_LANGUAGE_LIMIT:
            continue
        if len(group.options) < MAX_PER_KIND:
            option = SuggestionOption.of(found, typed, language)
            if option.href not in seen:
                seen.add(option.href)
                group.options.append(option)
    return _trim_groups([group for group in made.values() if group.options])


def option_count(groups: Iterable[SuggestionGroup]) -> int:
    return sum(len(group.options) for group in groups)


def _trim_groups(groups: list[SuggestionGroup]) -> list[SuggestionGroup]:
    """The longest groups give way until there is room for all."""
    while option_count(groups) > MAX_SUGGESTIONS:
        max(groups, key=lambda group: len(group.options)).options.pop()
    return groups


def _name_text(names: Iterable[str | None]) -> TranslatedText:
    """One of a record's names in Finnish, Swedish and English, without the cost of a record."""
    return translated_text(SimpleNamespace(name_fi=names[0], name_sv=names[1], name_en=names[2]), "name")


def _suggestion_url(found: SuggestionMatch, typed: TypedText, name: str) -> str:
    if found.kind == CATEGORY:
        query = {"category": found.code}
    elif found.kind == PLACE:
        query = {"q": _text_before_place(found, typed), "municipality": found.code}
    elif found.has_namesakes:
        query = {"q": name}
    else:
        return reverse(DETAIL_URL_NAMES[found.kind], args=[found.pk, slugify(name) or "-"])
    return f"{reverse('finding:results')}?{urlencode({key: value for key, value in query.items() if value})}"


def _text_before_place(found: SuggestionMatch, typed: TypedText) -> str:
    """What was typed before a place."""
    return typed.before if found.prefix != typed.whole else ""


def _distinguishing_text(found: SuggestionMatch, typed: TypedText, language: str) -> TranslatedText:
    """What tells suggestions of one name apart."""
    if found.kind == PLACE:
        rest = _text_before_place(found, typed)
        return TranslatedText(_("“%(text)s”") % {"text": rest} if rest else "", language, False)
    if found.kind == CATEGORY:
        return TranslatedText(str(SCHEME_LABELS[found.scheme]), language, False)
    if found.has_namesakes:
        return TranslatedText(_("several services"), language, False)
    return _name_text(found.owner)
