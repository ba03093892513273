"""Score how well services fit categories, by the phrases and typical terms in their texts and by their tags.

Computed in Python, which weighs a word once for all phrases that share it; SQL would group a row for each.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter, mul

# Weights of the best matching phrase, of typical terms, and of a tag set by an editor.
PHRASE_WEIGHT = 1.0
TYPICAL_WEIGHT = 0.8
TAG_WEIGHT = 0.35
# Share of a word's evidence that comes from the name alone: names describe services best.
NAME_SHARE = 0.5
MIN_FIT = 0.35

# By term id: weight in the whole text, and weight in the name.
Postings = dict[int, tuple[float, float]]
# By service id: its postings and its facets.
ServiceEvidence = dict[int, tuple[Postings, list[str]]]
# Category id, service id, fit.
FitRow = tuple[int, int, float]


class CategoryScorer:
    """Phrases, typical terms and tags of categories, to match against services.

    `phrases` are (id, category, share), `words` (term, phrase, number of the word, weight), `typical` (term,
    category, language, weight); `tags` maps facets of services to category ids.
    """

    def __init__(
        self,
        *,
        phrases: list[tuple[int, int, float]],
        words: list[tuple[int, int, int, float]],
        typical: list[tuple[int, int, str, float]],
        tags: dict[str, int],
    ):
        # Words that many phrases share are weighed once: (word, weight) by term, and phrase positions by word.
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
        """Return the position of each phrase by its id; the phrases of a category are contiguous."""
        places: dict[int, int] = {}
        for category, phrases in groupby(sorted(rows, key=itemgetter(1, 0)), key=itemgetter(1)):
            start = len(self.shares)
            for phrase, _category, share in phrases:
                places[phrase] = len(self.shares)
                self.shares.append(PHRASE_WEIGHT * share)
            self.spans.append((category, start, len(self.shares)))
        return places

    def _add_words(self, rows: list[tuple[int, int, int, float]], places: dict[int, int]) -> None:
        spellings: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
        for term, phrase, number, weight in rows:
            spellings[places[phrase], number].append((term, weight))
        # Words with equal terms share an index.
        indexes: dict[tuple, int] = {}
        for (place, _number), terms in spellings.items():
            key = tuple(sorted(terms))
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
        """Return the fit of a service by category id; fits below `MIN_FIT` are left out."""
        words: dict[int, float] = {}
        typical: dict[tuple[int, str], float] = defaultdict(float)
        for term, (weight, named) in postings.items():
            evidence = weight * (1 - NAME_SHARE) + named * NAME_SHARE
            for word, share in self.words.get(term, ()):
                if share * evidence > words.get(word, 0.0):
                    words[word] = share * evidence
            for kind, share in self.typical.get(term, ()):
                typical[kind] += share * weight
        evidence_by_phrase = [0.0] * len(self.shares)
        for word, evidence in words.items():
            for place in self.phrase_indexes[word]:
                evidence_by_phrase[place] += evidence
        best: dict[int, float] = {}
        for category, start, end in self.spans:
            best[category] = max(map(mul, evidence_by_phrase[start:end], self.shares[start:end]))
        # The best language counts: a description in three languages is no better than in one.
        typical_by_category: dict[int, float] = {}
        for (category, _language), weight in typical.items():
            typical_by_category[category] = max(typical_by_category.get(category, 0.0), weight)
        for category, weight in typical_by_category.items():
            best[category] = best.get(category, 0.0) + TYPICAL_WEIGHT * min(1.0, weight)
        for category in {self.tags[facet] for facet in facets if facet in self.tags}:
            best[category] = best.get(category, 0.0) + TAG_WEIGHT
        return {category: weight for category, weight in best.items() if weight >= MIN_FIT}

    def rows(self, evidence: ServiceEvidence) -> list[FitRow]:
        """Return (category id, service id, fit) of services."""
        return [
            (category, service, weight)
            for service, (postings, facets) in evidence.items()
            for category, weight in self.fits(postings, facets).items()
        ]
