"""Score how well services fit categories, by phrases and typical terms in their texts and by their tags.

Computed in Python, where a word is weighed once for all phrases that share it; SQL would need a row for each phrase.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter, mul

# Weights of the best matching phrase, of typical terms and of a tag.
PHRASE_WEIGHT = 1.0
TYPICAL_WEIGHT = 0.8
TAG_WEIGHT = 0.35
# Share of a word's evidence that comes from the service's name, which usually says what the service is.
NAME_SHARE = 0.5
MIN_FIT = 0.35

# {term id: (weight in all texts, weight in the name)}
Postings = dict[int, tuple[float, float]]
# {service id: (postings, facet tokens)}
ServiceEvidence = dict[int, tuple[Postings, list[str]]]
# (category id, service id, fit)
FitRow = tuple[int, int, float]


class CategoryScorer:
    """Phrases, typical terms and tags of categories, to compare with services.

    `phrases` are (id, category, share), `words` (term, phrase, number of the word, weight), `typical` (term,
    category, language, weight); `tags` are {facet token: category id}.
    """

    def __init__(
        self,
        *,
        phrases: list[tuple[int, int, float]],
        words: list[tuple[int, int, int, float]],
        typical: list[tuple[int, int, str, float]],
        tags: dict[str, int],
    ):
        # Words shared by phrases are weighed once: {term: [(word index, weight)]}, and by word its phrases.
        self.words: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self.phrase_indexes: list[list[int]] = []
        # The weight of each phrase, and (category, start, end) of the phrases of each category.
        self.shares: list[float] = []
        self.spans: list[tuple[int, int, int]] = []
        self.typical: dict[int, list[tuple[tuple[int, str], float]]] = defaultdict(list)
        self.tags = tags
        self._add_words(words, self._add_phrases(phrases))
        for term, category, language, weight in typical:
            self.typical[term].append(((category, language), weight))

    def _add_phrases(self, rows: list[tuple[int, int, float]]) -> dict[int, int]:
        """Return {phrase id: index}; phrases of a category are adjacent."""
        places: dict[int, int] = {}
        for category, category_rows in groupby(sorted(rows, key=itemgetter(1, 0)), key=itemgetter(1)):
            start = len(self.shares)
            for phrase, _category, share in category_rows:
                places[phrase] = len(self.shares)
                self.shares.append(PHRASE_WEIGHT * share)
            self.spans.append((category, start, len(self.shares)))
        return places

    def _add_words(self, rows: list[tuple[int, int, int, float]], places: dict[int, int]) -> None:
        word_terms: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
        for term, phrase, number, weight in rows:
            word_terms[places[phrase], number].append((term, weight))
        indexes: dict[tuple, int] = {}
        for (place, _number), weights in word_terms.items():
            key = tuple(sorted(weights))
            if key not in indexes:
                indexes[key] = len(self.phrase_indexes)
                self.phrase_indexes.append([])
                for term, weight in key:
                    self.words[term].append((indexes[key], weight))
            self.phrase_indexes[indexes[key]].append(place)

    @property
    def terms(self) -> set[int]:
        return {*self.words, *self.typical}

    def fits(self, postings: Postings, facets: Iterable[str]) -> dict[int, float]:
        """How well a service fits each category; fits below MIN_FIT are left out."""
        words: dict[int, float] = {}
        typical: dict[tuple[int, str], float] = defaultdict(float)
        for term, (weight, named) in postings.items():
            evidence = weight * (1 - NAME_SHARE) + named * NAME_SHARE
            for word, share in self.words.get(term, ()):
                if share * evidence > words.get(word, 0.0):
                    words[word] = share * evidence
            for kind, share in self.typical.get(term, ()):
                typical[kind] += share * weight
        phrase_scores = [0.0] * len(self.shares)
        for word, evidence in words.items():
            for place in self.phrase_indexes[word]:
                phrase_scores[place] += evidence
        best: dict[int, float] = {}
        for category, start, end in self.spans:
            best[category] = max(map(mul, phrase_scores[start:end], self.shares[start:end]))
        # The best language counts, so that descriptions in several languages do not add up.
        best_typical: dict[int, float] = {}
        for (category, _language), weight in typical.items():
            best_typical[category] = max(best_typical.get(category, 0.0), weight)
        for category, weight in best_typical.items():
            best[category] = best.get(category, 0.0) + TYPICAL_WEIGHT * min(1.0, weight)
        for category in {self.tags[facet] for facet in facets if facet in self.tags}:
            best[category] = best.get(category, 0.0) + TAG_WEIGHT
        return {category: weight for category, weight in best.items() if weight >= MIN_FIT}

    def rows(self, evidence: ServiceEvidence) -> list[FitRow]:
        return [
            (category, service, weight)
            for service, (postings, facets) in evidence.items()
            for category, weight in self.fits(postings, facets).items()
        ]
