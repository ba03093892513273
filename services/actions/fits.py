"""How well services answer categories: by the phrases and typical terms that their texts hold, and by their tags.

In Python, as grouping the same rows takes the database ten times as long.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection

from services.models import Category, CategoryFit, CategoryTerm, Listing, SearchPhrase, SearchPhraseTerm
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

# By id of the term: how much the text says about it, and how well it stands in the name.
Postings = dict[int, tuple[float, float]]


class Answers:
    """What speaks for a fit, as it is stored: of all categories or one, for all terms or those of some services."""

    def __init__(self, *, category: int | None = None, terms: Iterable[int] | None = None):
        chosen = {} if category is None else {"category": category}
        held = {} if terms is None else {"term__in": list(terms)}
        # By term, the words of phrases and the typical terms by what they speak for.
        self.words: dict[int, list[tuple[tuple[int, int], float]]] = defaultdict(list)
        self.typical: dict[int, list[tuple[tuple[int, str], float]]] = defaultdict(list)
        self.phrases: dict[int, tuple[int, float]] = {}
        of_phrases = {f"phrase__{name}": value for name, value in chosen.items()}
        found = SearchPhraseTerm.objects.filter(**of_phrases, **held)
        for term, phrase, word, weight in found.values_list("term_id", "phrase_id", "word", "weight").iterator():
            self.words[term].append(((phrase, word), weight))
        phrases = SearchPhrase.objects.filter(**chosen)
        if terms is not None:
            phrases = phrases.filter(pk__in={phrase for words in self.words.values() for (phrase, _n), _w in words})
        for phrase, of, kind, norm in phrases.values_list("pk", "category_id", "kind", "norm").iterator():
            self.phrases[phrase] = (of, PHRASE * (ASKED if kind == Kind.ASKED else 1.0) / norm)
        found = CategoryTerm.objects.filter(**chosen, **held)
        for term, of, language, weight in found.values_list("term_id", "category_id", "language", "weight").iterator():
            self.typical[term].append(((of, language), weight))
        tags = Category.objects.all() if category is None else Category.objects.filter(pk=category)
        self.tags = {token(scheme, code): pk for pk, scheme, code in tags.values_list("pk", "scheme", "code")}

    @property
    def terms(self) -> set[int]:
        return {*self.words, *self.typical}

    def fits(self, postings: Postings, facets: Iterable[str]) -> dict[int, float]:
        """By category, how well a service answers it; those that it hardly answers are left out."""
        words: dict[tuple[int, int], float] = {}
        typical: dict[tuple[int, str], float] = defaultdict(float)
        for term, (weight, named) in postings.items():
            evidence = weight * (1 - NAMED) + named * NAMED
            for word, share in self.words.get(term, ()):
                if share * evidence > words.get(word, 0.0):
                    words[word] = share * evidence
            for kind, share in self.typical.get(term, ()):
                typical[kind] += share * weight
        held: dict[int, float] = defaultdict(float)
        for (phrase, _number), evidence in words.items():
            held[phrase] += evidence
        best: dict[int, float] = {}
        for phrase, evidence in held.items():
            category, share = self.phrases[phrase]
            best[category] = max(best.get(category, 0.0), share * evidence)
        # By language: a service is no better for being described in three.
        most: dict[int, float] = {}
        for (category, _language), weight in typical.items():
            most[category] = max(most.get(category, 0.0), weight)
        for category, weight in most.items():
            best[category] = best.get(category, 0.0) + TYPICAL * min(1.0, weight)
        for category in {self.tags[facet] for facet in facets if facet in self.tags}:
            best[category] = best.get(category, 0.0) + TAGGED
        return {category: weight for category, weight in best.items() if weight >= LEAST_FIT}


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
