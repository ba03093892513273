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

from organisations.core.translated_text import Text, text_of
from services.models import Scheme, Suggestion
from services.search.suggestions import CATEGORY, ORGANISATION, PLACE, SERVICE, Found, Typed

MOST, MOST_OF_A_KIND = 10, 4
# Names in other languages than the reader's fill up to this many.
ENOUGH = 4
LABELS: dict[str, str | Promise] = {
    CATEGORY: gettext_lazy("Subjects"),
    SERVICE: gettext_lazy("Services"),
    ORGANISATION: gettext_lazy("Organisations"),
    PLACE: gettext_lazy("Municipalities"),
}
PAGES = {SERVICE: "finding:service", ORGANISATION: "profiles:organisation"}
SCHEMES = dict(Scheme.choices)


@dataclass(frozen=True)
class Option:
    """One suggestion; `said` is the word by which it was found, where that is not its name."""

    href: str
    name: Text
    said: Text
    more: Text

    @classmethod
    def of(cls, found: Found, typed: Typed, language: str) -> "Option":
        begun = Text(found.text, found.language, found.language != language)
        name = begun if found.several else _text(found.names)
        said = Text("", language, False) if begun.value == name.value else begun
        return cls(_href(found, typed, name.value), name, said, _more(found, typed, language))


@dataclass
class Group:
    """Suggestions of one kind."""

    kind: str
    label: str | Promise
    options: list[Option] = field(default_factory=list)


def groups(text: str, language: str, today: date) -> list[Group]:
    """What is suggested for a text, kind by kind: at most four of a kind and ten in all, fairly shared."""
    typed = Typed.read(text)
    made = {kind: Group(kind, label) for kind, label in LABELS.items()}
    seen: set[str] = set()
    for found in Suggestion.objects.beginning(typed, language, today):
        group = made[found.kind]
        if found.language != language and count(made.values()) >= ENOUGH:
            continue
        if len(group.options) < MOST_OF_A_KIND:
            option = Option.of(found, typed, language)
            if option.href not in seen:
                seen.add(option.href)
                group.options.append(option)
    return _shared([group for group in made.values() if group.options])


def count(groups: Iterable[Group]) -> int:
    return sum(len(group.options) for group in groups)


def _shared(groups: list[Group]) -> list[Group]:
    """The longest groups give way until there is room for all."""
    while count(groups) > MOST:
        max(groups, key=lambda group: len(group.options)).options.pop()
    return groups


def _text(names: Iterable[str | None]) -> Text:
    """One of a record's names in Finnish, Swedish and English, without the cost of a record."""
    return text_of(SimpleNamespace(name_fi=names[0], name_sv=names[1], name_en=names[2]), "name")


def _href(found: Found, typed: Typed, name: str) -> str:
    if found.kind == CATEGORY:
        query = {"category": found.code}
    elif found.kind == PLACE:
        query = {"q": _rest(found, typed), "municipality": found.code}
    elif found.several:
        query = {"q": name}
    else:
        return reverse(PAGES[found.kind], args=[found.pk, slugify(name) or "-"])
    return f"{reverse('finding:results')}?{urlencode({key: value for key, value in query.items() if value})}"


def _rest(found: Found, typed: Typed) -> str:
    """What was typed before a place."""
    return typed.before if found.begun != typed.whole else ""


def _more(found: Found, typed: Typed, language: str) -> Text:
    """What tells suggestions of one name apart."""
    if found.kind == PLACE:
        rest = _rest(found, typed)
        return Text(_("“%(text)s”") % {"text": rest} if rest else "", language, False)
    if found.kind == CATEGORY:
        return Text(str(SCHEMES[found.scheme]), language, False)
    if found.several:
        return Text(_("several services"), language, False)
    return _text(found.owner)
