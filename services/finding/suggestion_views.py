"""Search suggestions while typing: services, categories, organisations and municipalities, each with its link."""

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
# Suggestions in other languages are added only up to this total.
OTHER_LANGUAGE_LIMIT = 4
KIND_LABELS: dict[str, str | Promise] = {
    CATEGORY: gettext_lazy("Subjects"),
    SERVICE: gettext_lazy("Services"),
    ORGANISATION: gettext_lazy("Organisations"),
    PLACE: gettext_lazy("Municipalities"),
}
DETAIL_URL_NAMES = {SERVICE: "finding:service", ORGANISATION: "profiles:organisation"}


@dataclass(frozen=True)
class SuggestionOption:
    """A suggestion. `matched_name` is empty if it is the name itself."""

    href: str
    name: TranslatedText
    matched_name: TranslatedText
    distinguishing_text: TranslatedText

    @classmethod
    def from_match(cls, match: SuggestionMatch, typed: TypedText, language: str) -> "SuggestionOption":
        matched_name = TranslatedText(match.text, match.language, match.language != language)
        name = matched_name if match.has_namesakes else _name_text(match.names)
        if matched_name.value == name.value:
            matched_name = TranslatedText("", language, False)
        url = _suggestion_url(match, typed, name.value)
        return cls(url, name, matched_name, _distinguishing_text(match, typed, language))


@dataclass
class SuggestionGroup:
    """Suggestions of one kind."""

    kind: str
    label: str | Promise
    options: list[SuggestionOption] = field(default_factory=list)


def suggestion_groups(text: str, language: str, today: date) -> list[SuggestionGroup]:
    """Suggestions by kind: at most MAX_PER_KIND each and MAX_SUGGESTIONS in total."""
    typed = TypedText.read(text)
    groups = {kind: SuggestionGroup(kind, label) for kind, label in KIND_LABELS.items()}
    urls: set[str] = set()
    for match in Suggestion.objects.starting_with(typed, language, today):
        group = groups[match.kind]
        if match.language != language and option_count(groups.values()) >= OTHER_LANGUAGE_LIMIT:
            continue
        if len(group.options) < MAX_PER_KIND:
            option = SuggestionOption.from_match(match, typed, language)
            if option.href not in urls:
                urls.add(option.href)
                group.options.append(option)
    return _trim_groups([group for group in groups.values() if group.options])


def option_count(groups: Iterable[SuggestionGroup]) -> int:
    return sum(len(group.options) for group in groups)


def _trim_groups(groups: list[SuggestionGroup]) -> list[SuggestionGroup]:
    """Shorten the longest groups until the total is within MAX_SUGGESTIONS."""
    while option_count(groups) > MAX_SUGGESTIONS:
        max(groups, key=lambda group: len(group.options)).options.pop()
    return groups


def _name_text(names: tuple[str | None, ...]) -> TranslatedText:
    """The translated name from (Finnish, Swedish, English) names, without loading the record."""
    name_fi, name_sv, name_en = names
    return translated_text(SimpleNamespace(name_fi=name_fi, name_sv=name_sv, name_en=name_en), "name")


def _suggestion_url(match: SuggestionMatch, typed: TypedText, name: str) -> str:
    if match.kind == CATEGORY:
        query: dict[str, str | None] = {"category": match.code}
    elif match.kind == PLACE:
        query = {"q": _text_before_place(match, typed), "municipality": match.code}
    elif match.has_namesakes:
        query = {"q": name}
    else:
        return reverse(DETAIL_URL_NAMES[match.kind], args=[match.pk, slugify(name) or "-"])
    return f"{reverse('finding:results')}?{urlencode({key: value for key, value in query.items() if value})}"


def _text_before_place(match: SuggestionMatch, typed: TypedText) -> str:
    """The typed text before the name of a municipality."""
    return typed.before if match.prefix != typed.whole else ""


def _distinguishing_text(match: SuggestionMatch, typed: TypedText, language: str) -> TranslatedText:
    """The text that distinguishes suggestions with the same name."""
    if match.kind == PLACE:
        rest = _text_before_place(match, typed)
        return TranslatedText(_("“%(text)s”") % {"text": rest} if rest else "", language, False)
    if match.kind == CATEGORY and match.scheme:
        return TranslatedText(str(Scheme(match.scheme).label), language, False)
    if match.has_namesakes:
        return TranslatedText(_("several services"), language, False)
    return _name_text(match.owner)
