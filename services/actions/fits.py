"""How well services answer categories: by the phrases and typical terms that their texts hold, and by their tags.

In Python, which can weigh a word once for all phrases that share it; the database would group a row for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter, mul

from django.db import connection

from services.models import Category, CategoryFit, Listing
from services.models.category import Kind
from services.search.facets import token

# What speaks for a service's fit to a category: the phrase it holds most of (what people say counts less than what
# services are called), the typical terms it holds, and the tag that somebody gave it.
PHRASE, ASKED = 1.0, 0.4
TYPICAL = 0.8
TAGGED = 0.35
# How much of a word's evidence comes from the name alone: services name themselves by what they are.
NAMED = 0.5
LEAST_FIT = 0.35

# No joins: they are planned badly where the rows are of this transaction.
_WORDS = "SELECT term_id, phrase_id, word, weight FROM services_searchphraseterm"
_PHRASES = "SELECT id, category_id, kind, norm FROM services_searchphrase"
_TYPICAL = "SELECT term_id, category_id, language, weight FROM services_categoryterm"

# By id of the term: how much the text says about it, and how well it stands in the name.
Postings = dict[int, tuple[float, float]]


class Answers:
    """What speaks for a fit, as it is stored: of all categories or one, for all terms or those of some services."""

    def __init__(self, *, category: int | None = None, terms: Iterable[int] | None = None):
        # Words that many phrases share are weighed once: by term, (word, weight); by word, the places of its phrases.
        self.words: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self.holders: list[list[int]] = []
        # How much each phrase counts, and of each category where its phrases begin and end.
        self.shares: list[float] = []
        self.spans: list[tuple[int, int, int]] = []
        self.typical: dict[int, list[tuple[tuple[int, str], float]]] = defaultdict(list)
        if category is not None:
            phrases = _read(f"{_PHRASES} WHERE category_id = %s", category)
            words = _read(f"{_WORDS} WHERE phrase_id = ANY(%s::int8[])", [phrase for phrase, *_rest in phrases])
            typical = _read(f"{_TYPICAL} WHERE category_id = %s", category)
        elif terms is not None:
            held = list(terms)
            words = _read(f"{_WORDS} WHERE term_id = ANY(%s::int[])", held)
            phrases = _read(f"{_PHRASES} WHERE id = ANY(%s::int8[])", list({phrase for _term, phrase, *_rest in words}))
            typical = _read(f"{_TYPICAL} WHERE term_id = ANY(%s::int[])", held)
        else:
            words, phrases, typical = _read(_WORDS), _read(_PHRASES), _read(_TYPICAL)
        self._add_words(words, self._add_phrases(phrases))
        for term, of, language, weight in typical:
            self.typical[term].append(((of, language), weight))
        tags = Category.objects.all() if category is None else Category.objects.filter(pk=category)
        self.tags = {token(scheme, code): pk for pk, scheme, code in tags.values_list("pk", "scheme", "code")}

    def _add_phrases(self, rows: list[tuple[int, int, str, float]]) -> dict[int, int]:
        """Returns the places of phrases: those of a category are neighbours."""
        places: dict[int, int] = {}
        for category, found in groupby(sorted(rows, key=itemgetter(1, 0)), key=itemgetter(1)):
            start = len(self.shares)
            for phrase, _category, kind, norm in found:
                places[phrase] = len(self.shares)
                self.shares.append(PHRASE * (ASKED if kind == Kind.ASKED else 1.0) / norm)
            self.spans.append((category, start, len(self.shares)))
        return places

    def _add_words(self, rows: list[tuple[int, int, int, float]], places: dict[int, int]) -> None:
        spelt: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
        for term, phrase, number, weight in rows:
            spelt[places[phrase], number].append((term, weight))
        known: dict[tuple, int] = {}
        for (place, _number), found in spelt.items():
            same = tuple(sorted(found))
            if same not in known:
                known[same] = len(self.holders)
                self.holders.append([])
                for term, weight in same:
                    self.words[term].append((known[same], weight))
            self.holders[known[same]].append(place)

    @property
    def terms(self) -> set[int]:
        return {*self.words, *self.typical}

    def fits(self, postings: Postings, facets: Iterable[str]) -> dict[int, float]:
        """By category, how well a service answers it; those that it hardly answers are left out."""
        words: dict[int, float] = {}
        typical: dict[tuple[int, str], float] = defaultdict(float)
        for term, (weight, named) in postings.items():
            evidence = weight * (1 - NAMED) + named * NAMED
            for word, share in self.words.get(term, ()):
                if share * evidence > words.get(word, 0.0):
                    words[word] = share * evidence
            for kind, share in self.typical.get(term, ()):
                typical[kind] += share * weight
        held = [0.0] * len(self.shares)
        for word, evidence in words.items():
            for place in self.holders[word]:
                held[place] += evidence
        best: dict[int, float] = {}
        for category, start, end in self.spans:
            best[category] = max(map(mul, held[start:end], self.shares[start:end]))
        # By language: a service is no better for being described in three.
        most: dict[int, float] = {}
        for (category, _language), weight in typical.items():
            most[category] = max(most.get(category, 0.0), weight)
        for category, weight in most.items():
            best[category] = best.get(category, 0.0) + TYPICAL * min(1.0, weight)
        for category in {self.tags[facet] for facet in facets if facet in self.tags}:
            best[category] = best.get(category, 0.0) + TAGGED
        return {category: weight for category, weight in best.items() if weight >= LEAST_FIT}


def _read(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def fit_services(services: dict[int, tuple[Postings, Iterable[str]]], answers: Answers) -> None:
    """Store how the services, with their postings and facets, fit all categories."""
    stored = CategoryFit.objects.filter(service__in=list(services))
    stored._raw_delete(stored.db)
    _write(
        (category, service, weight)
        for service, (postings, facets) in services.items()
        for category, weight in answers.fits(postings, facets).items()
    )


def fit_category(category: int) -> None:
    """Compute anew how all services fit the category."""
    stored = CategoryFit.objects.filter(category=category)
    stored._raw_delete(stored.db)
    answers = Answers(category=category)
    _write(
        (category, service, weight)
        for service, postings, facets in _all_services(answers)
        for weight in answers.fits(postings, facets).values()
    )


def _write(rows: Iterable[tuple[int, int, float]]) -> None:
    found = sorted(rows)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY services_categoryfit (category_id, service_id, weight) FROM STDIN") as copy,
    ):
        for row in found:
            copy.write_row(row)


def _all_services(answers: Answers) -> Iterator[tuple[int, Postings, list[str]]]:
    """Services that hold any of the terms or tags, as they are stored."""
    tagged = dict(Listing.objects.filter(facets__overlap=list(answers.tags)).values_list("pk", "facets"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, array_agg(term_id), array_agg(weight), array_agg(named) "
            "FROM services_searchposting WHERE term_id = ANY(%s) GROUP BY service_id",
            [sorted(answers.terms)],
        )
        for service, terms, weights, named in cursor:
            said = dict(zip(terms, zip(weights, named, strict=True), strict=True))
            yield service, said, tagged.pop(service, [])
    for service, facets in tagged.items():
        yield service, {}, facets
