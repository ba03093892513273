"""Build the SQL of suggestions: names with a word that starts with the typed text.

A name is stored once for each of its words, rotated so that the word comes first, as in a catalogue: "varhainen
perhetyo" and "perhetyo, varhainen" (with a mark in place of the comma that sorts before all other characters). Names
are read in index order, and equal names of services only once, so that the time does not grow with their number.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .analysis import LANGUAGES, normalise_text
from .stopwords import STOP_WORDS
from .terms import fold_letters

CATEGORY, SERVICE, ORGANISATION, PLACE = KINDS = ("category", "service", "organisation", "place")
# Number of ranks, which come before the order of names; see `services.indexing.suggestions`.
RANK_COUNT = 4
MIN_PREFIX_LENGTH, MAX_PREFIX_LENGTH = 2, 80  # letters of a prefix
MAX_STARTS = 8
# How many names are read of each kind, language and rank, and how many rows are returned.
NAMES_PER_RANK, MAX_MATCHES = 8, 60
# If no name starts as typed: how many similarly spelt words to try, and from how many letters on.
MAX_SIMILAR_TERMS, MIN_SIMILAR_TERM_LENGTH = 4, 4
# Similar words below this share of the best similarity are not tried.
NEAR_MATCH_RATIO = 0.75
_PIECE = re.compile(r"[^\W_]+")
# Sorts before blanks and letters, so that a name comes before longer ones.
_ROTATION_MARK = "\t"
# Sorts after every letter.
_LAST_CHARACTER = "\U0010ffff"


def plain_words(text: str) -> str:
    """Return the words of a text without case, diacritics and punctuation: "Äiti-lapsiryhmä!" is "aiti lapsiryhma"."""
    return " ".join(_PIECE.findall(fold_letters(normalise_text(text))))


def name_starts(text: str, language: str) -> list[str]:
    """Return a name and its rotations, which start with each further word that is not a stop word."""
    pieces = _PIECE.findall(normalise_text(text).lower())
    folded = [fold_letters(piece) for piece in pieces]
    starts = [" ".join(folded)] if folded else []
    starts += [
        " ".join(folded[at:]) + _ROTATION_MARK + " ".join(folded[:at])
        for at in range(1, min(len(folded), MAX_STARTS))
        if pieces[at] not in STOP_WORDS[language]
    ]
    return [start[:MAX_PREFIX_LENGTH] for start in starts]


@dataclass(frozen=True)
class TypedText:
    """The content of the search box: all of it and its last word, both plain, and the text before that word.

    `last` and `before` are "" for a single word. A part that is too short or too long to start a name is "".
    """

    whole: str
    last: str
    before: str

    @classmethod
    def read(cls, text: str) -> "TypedText":
        whole = plain_words(text)
        before, _blank, word = text.strip().rpartition(" ")
        last = plain_words(word) if before else ""
        return cls(
            whole=whole if MIN_PREFIX_LENGTH <= len(whole) < MAX_PREFIX_LENGTH else "",
            last=last if MIN_PREFIX_LENGTH < len(last) < MAX_PREFIX_LENGTH else "",
            before=before.strip(" ,;"),
        )

    @property
    def prefixes(self) -> list[tuple[str, str]]:
        """(kind, prefix): a place may also be the last word alone, as in "ero Vantaa"."""
        prefixes = [(kind, self.whole) for kind in KINDS] if self.whole else []
        return [*prefixes, (PLACE, self.last)] if self.last else prefixes

    @property
    def unfinished(self) -> str:
        """The word being typed, if it is long enough for comparison by spelling, or ""."""
        word = self.whole.rpartition(" ")[2]
        return word if len(word) >= MIN_SIMILAR_TERM_LENGTH else ""

    def spelt(self, words: list[str]) -> list[tuple[str, str]]:
        """Return (kind, prefix) with each of the words in place of the last one."""
        rest = self.whole.rpartition(" ")[0]
        wholes = [f"{rest} {word}".strip()[:MAX_PREFIX_LENGTH] for word in words]
        return [
            (kind, word if kind == PLACE else whole)
            for word, whole in zip(words, wholes, strict=True)
            for kind in KINDS
        ]


class SuggestionMatch(NamedTuple):
    """A matching row: the typed beginning and the target, with its name in Finnish, Swedish and English."""

    kind: str
    text: str
    language: str
    prefix: str
    pk: int | None
    code: str | None
    names: tuple[str | None, ...]
    scheme: str | None
    owner: tuple[str | None, ...]
    has_namesakes: bool


_SAME_GROUP_SQL = "row.kind = prefix.kind AND row.language = prefix.language AND row.rank = prefix.rank"
_OFFERED_SQL = "(row.ends_on IS NULL OR row.ends_on >= %(today)s)"
# A name that several services have is read once.
_AFTER_PREVIOUS_SQL = (
    f"(row.start, row.id) > (walk.start, CASE walk.kind WHEN '{SERVICE}' THEN 9e18::bigint ELSE walk.id END)"
)
_MATCHES_SQL = f"""
WITH prefix AS (
  SELECT typed.kind, typed.start, typed.start || %(last)s AS beyond, typed.number, language.code AS language,
         language.number AS place, rank
  FROM unnest(%(kinds)s::text[], %(starts)s::text[]) WITH ORDINALITY AS typed(kind, start, number)
  CROSS JOIN unnest(%(languages)s::text[]) WITH ORDINALITY AS language(code, number)
  CROSS JOIN generate_series(0, {RANK_COUNT - 1}) AS rank
), match AS (
  SELECT walk.*, prefix.start AS typed_start,
         row_number() OVER (
           PARTITION BY walk.kind ORDER BY prefix.place, prefix.number, prefix.rank, walk.start, walk.id
         ) AS number
  FROM prefix CROSS JOIN LATERAL (
    WITH RECURSIVE walk AS (
      (SELECT row.*, 1 AS step FROM services_suggestion AS row
       WHERE {_SAME_GROUP_SQL} AND row.start >= prefix.start AND row.start < prefix.beyond AND {_OFFERED_SQL}
       ORDER BY row.start, row.id LIMIT 1)
      UNION ALL
      SELECT further.*, walk.step + 1 FROM walk CROSS JOIN LATERAL (
        SELECT row.* FROM services_suggestion AS row
        WHERE {_SAME_GROUP_SQL} AND {_AFTER_PREVIOUS_SQL} AND row.start < prefix.beyond AND {_OFFERED_SQL}
        ORDER BY row.start, row.id LIMIT 1
      ) AS further WHERE walk.step < {NAMES_PER_RANK}
    ) SELECT * FROM walk
  ) AS walk
  ORDER BY number, prefix.place LIMIT {MAX_MATCHES}
)
SELECT match.kind, match.text, match.language, match.typed_start,
       coalesce(service.id, organisation.id, category.id), coalesce(category.code, municipality.code),
       ARRAY[coalesce(service.name_fi, organisation.name_fi, category.name_fi, municipality.name_fi),
             coalesce(service.name_sv, organisation.name_sv, category.name_sv, municipality.name_sv),
             coalesce(service.name_en, organisation.name_en, category.name_en, municipality.name_en)],
       category.scheme, ARRAY[owner.name_fi, owner.name_sv, owner.name_en],
       match.kind = '{SERVICE}' AND EXISTS (
         SELECT FROM services_suggestion AS row
         WHERE row.kind = match.kind AND row.language = match.language AND row.rank = match.rank
           AND row.start = match.start AND row.service_id <> match.service_id AND {_OFFERED_SQL}
       )
FROM match
LEFT JOIN services_service AS service ON service.id = match.service_id
LEFT JOIN organisations_organisation AS owner ON owner.id = service.organisation_id
LEFT JOIN organisations_organisation AS organisation ON organisation.id = match.organisation_id
LEFT JOIN services_category AS category ON category.id = match.category_id
LEFT JOIN organisations_municipality AS municipality ON municipality.code = match.municipality_id
ORDER BY match.language <> %(language)s, match.number
"""


def matches_sql(prefixes: list[tuple[str, str]], language: str, today: date) -> tuple[str, dict]:
    """Return SQL and parameters of the matching rows, best first: the reader's language comes before others."""
    kinds, starts = zip(*prefixes, strict=True)
    return _MATCHES_SQL, {
        "kinds": list(kinds),
        "starts": list(starts),
        "language": language,
        "languages": [language, *(code for code in LANGUAGES if code != language)],
        "last": _LAST_CHARACTER,
        "today": today,
    }


# Both conditions use the trigram index; the first letter is seldom wrong, and saves most comparisons. The word is not a
# constant in the statement, because the planner would then consider it too common for the index.
_SIMILAR_TERMS_SQL = f"""
WITH alike AS (
  SELECT folded, similarity(left(folded, length(word)), word) AS sure, sum(services) AS services
  FROM unnest(%(words)s::text[]) AS word CROSS JOIN services_searchterm
  WHERE folded %% word AND folded LIKE left(word, 1) || '%%' AND services + phrases > 0
  GROUP BY folded, word
)
SELECT folded FROM alike WHERE sure >= {NEAR_MATCH_RATIO} * (SELECT max(sure) FROM alike)
ORDER BY sure DESC, services DESC, folded LIMIT {MAX_SIMILAR_TERMS}
"""


def similar_terms_sql(word: str) -> tuple[str, dict]:
    """Return SQL and parameters of indexed terms spelt like a word, most similar first."""
    return _SIMILAR_TERMS_SQL, {"words": [word]}
