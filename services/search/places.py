"""Find names of places in a query: "perheneuvola Keravalla", "stöd i Vasa", "päihdehoito keski-suomi".

Inflected Finnish names are recognised by Voikko's base forms. Many names are also common words ("lahti", "salo",
"kotka"): such a word is a place if it has a capital, a local case or a preposition, or is the first or last word, as
people add a place before or after their query. If the common word is itself a reason to seek help (varkaus is theft,
kolari a crash), it is a place only with a capital that is not just that of the first word.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import pyvoikko

from .spans import WordSpan, compose_text, word_spans

# Names that need a capital, and the first word position where it counts ("II" is a number, "Ii" is not).
CAPITAL_REQUIRED_FROM_WORD = {"varkaus": 1, "kolari": 1, "aura": 1, "sund": 1, "ii": 0}
# Words that only look like the genitive of a name.
_FALSE_GENITIVES = frozenset({"loppis"})
# Forms that Voikko reads as the common word only.
_IRREGULAR_FORMS = {"virtain": "virrat", "virroilla": "virrat", "virroille": "virrat", "virroilta": "virrat"}
# Base forms of words that may follow a name, and words that may precede it.
_PLACE_KINDS = frozenset(
    "kunta kaupunki alue seutu maakunta hyvinvointialue stad kommun region area välfärdsområde välfärdsområdet".split()
)
_PREPOSITIONS = frozenset("i på vid nära kring från in at near around from".split())
_COUNTY_WORDS = (" hyvinvointialue", " välfärdsområde", " wellbeing services county")
_PLACE_NAME_CLASS, _PERSON_NAME_CLASSES = "paikannimi", frozenset({"etunimi", "sukunimi", "nimi"})
_LOCAL_CASES = frozenset("sisaolento sisaeronto sisatulento ulkoolento ulkoeronto ulkotulento".split())
_NOMINATIVE, _GENITIVE = "nimento", "omanto"
# Swedish names that Voikko does not know are inflected like this: "Sundissa".
_SWEDISH_NAME_ENDINGS = ("issa", "ista", "iin", "illa", "ilta", "ille", "in")


@dataclass(frozen=True)
class PlaceMention:
    """A place in a text: its value, and the span of the text that names it.

    `core` are the words of the name itself; `following` is the next word if both may begin a longer name.
    """

    value: str
    start: int
    end: int
    core: tuple[str, ...]
    following: str = ""
    includes_place_kind: bool = False


@dataclass(frozen=True)
class _Token:
    """A word of the text with its readings: {base form as a place: case}, and all base forms."""

    span: WordSpan
    capital: bool
    places: dict[str, str] = field(default_factory=dict)
    bases: frozenset[str] = frozenset()
    is_common: bool = False


class Gazetteer:
    """Known names of places, from pairs (name, value); `find` returns the values."""

    def __init__(self, names: Iterable[tuple[str, str]]):
        self.names: dict[tuple[str, ...], str] = {}
        for name, value in names:
            for key in _name_keys(name):
                self.names.setdefault(key, value)
        # Names of several words by their first one.
        self._multiword_names = defaultdict(list)
        for key in self.names:
            if len(key) > 1:
                self._multiword_names[key[0]].append(key)

    def find(self, text: str) -> list[PlaceMention]:
        """The places that an NFC text names, in order; longer names take precedence."""
        tokens = [_token(span, capital=_has_capital(text[span.start : span.end])) for span in word_spans(text)]
        mentions, position = [], 0
        while position < len(tokens):
            value, length, case = self._match_at(tokens, position)
            if value:
                mentions.append(_mention(tokens, position, length, value, may_begin_a_name=case not in _LOCAL_CASES))
            position += max(length, 1)
        return mentions

    def _match_at(self, tokens: list[_Token], position: int) -> tuple[str, int, str]:
        """The value of the name that starts at a word, how many words it has, and the case of one word."""
        longer = [key for base in tokens[position].bases for key in self._multiword_names.get(base, ())]
        for key in sorted(longer, key=len, reverse=True):
            window = tokens[position : position + len(key)]
            if len(window) == len(key) and all(w in token.bases for w, token in zip(key, window, strict=True)):
                return self.names[key], len(key), ""
        for base, case in tokens[position].places.items():
            if (base,) in self.names and _is_place_meant(tokens, position, base, case):
                return self.names[base,], 1, case
        return "", 0, ""


def _is_place_meant(tokens: list[_Token], position: int, base: str, case: str) -> bool:
    """Whether a word that can be a place is one here."""
    token = tokens[position]
    if base in CAPITAL_REQUIRED_FROM_WORD and (token.is_common or base == token.span.surface):
        return token.capital and position >= CAPITAL_REQUIRED_FROM_WORD[base]
    after_preposition = position > 0 and tokens[position - 1].span.surface in _PREPOSITIONS
    is_first_or_last = position in (0, len(tokens) - 1)
    return not token.is_common or token.capital or case in _LOCAL_CASES or after_preposition or is_first_or_last


def _mention(tokens: list[_Token], position: int, length: int, value: str, *, may_begin_a_name: bool) -> PlaceMention:
    first, last, after = position, position + length - 1, position + length
    following = tokens[after] if after < len(tokens) else None
    by_kind = following is not None and bool(following.bases & _PLACE_KINDS)
    if first > 0 and tokens[first - 1].span.surface in _PREPOSITIONS:
        first, may_begin_a_name = first - 1, False
    return PlaceMention(
        value=value,
        start=tokens[first].span.start,
        end=tokens[after if by_kind else last].span.end,
        core=tuple(token.span.surface for token in tokens[position:after]),
        following=following.span.surface if following and may_begin_a_name else "",
        includes_place_kind=by_kind,
    )


@lru_cache(maxsize=20_000)
def _readings(surface: str) -> tuple[tuple[str, str, str, bool], ...]:
    """(base form, class, case, whether a compound) of a lower-case word as Voikko reads it."""
    return tuple(
        (_clean_base_form(reading.BASEFORM), reading.CLASS or "", reading.SIJAMUOTO or "", bool(reading.COMPOUND_PARTS))
        for reading in pyvoikko.analyse(surface)
    )


def base_forms(surface: str) -> frozenset[str]:
    """A lower-case word and all its base forms."""
    return frozenset({surface, *(base for base, *_rest in _readings(surface))})


def _token(span: WordSpan, *, capital: bool) -> _Token:
    surface = span.surface
    readings = _readings(surface)
    places = {
        base: case
        for base, kind, case, _c in readings
        if kind == _PLACE_NAME_CLASS and case in {*_LOCAL_CASES, _NOMINATIVE, _GENITIVE}
    }
    if surface in _IRREGULAR_FORMS:
        places[_IRREGULAR_FORMS[surface]] = "ulkoolento"
    if not readings:
        places |= {surface.removesuffix(e): "sisaolento" for e in _SWEDISH_NAME_ENDINGS if surface.endswith(e)}
    # Swedish and English genitives: "Vasas", "Tampere's".
    for ending in ("'s", "’s", "s"):
        if surface.endswith(ending) and surface not in _FALSE_GENITIVES:
            places.setdefault(surface.removesuffix(ending), _GENITIVE)
    places.setdefault(surface, _NOMINATIVE)
    common = any(
        kind != _PLACE_NAME_CLASS and kind not in _PERSON_NAME_CLASSES and not compound
        for _b, kind, _case, compound in readings
    )
    return _Token(span, capital, places, base_forms(surface) | frozenset(places), common)


def _has_capital(word: str) -> bool:
    """Whether only the first letters are upper case; a word all in capitals does not count."""
    return word[0].isupper() and not word.isupper()


def _name_keys(name: str) -> Iterable[tuple[str, ...]]:
    """The keys of a name: "Keski-Suomen hyvinvointialue" as keski-suomi and as keski suomi."""
    name = compose_text(name).lower()
    region = name
    for ending in _COUNTY_WORDS:
        region = region.removesuffix(ending)
    words = [span.surface for span in word_spans(region)]
    if region != name:
        words = [_region_word(word) for word in words]
    yield tuple(words)
    if any("-" in word for word in words):
        yield tuple(part for word in words for part in word.split("-"))
    if words[:2] == ["s", "t"]:
        yield ("st", *words[2:])


def _region_word(word: str) -> str:
    """The base form of a word in the name of a county: "pirkanmaan" -> "pirkanmaa", "birkalands" -> "birkaland"."""
    place = [base for base, kind, *_rest in _readings(word) if kind == _PLACE_NAME_CLASS]
    if place:
        return place[0]
    return word[:-1] if word.endswith("lands") else word


def _clean_base_form(baseform: str) -> str:
    """Remove Voikko's compound boundaries: "keski--Suomi", "Pirkan=maa"."""
    return baseform.replace("--", "-").replace("=", "").replace("|", "").lower()
