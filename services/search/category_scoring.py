"""What speaks for a service's fit to a category: the phrases and typical terms that its texts hold, and its tags.

In Python, which can weigh a word once for all phrases that share it; the database would group a row for each.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter, mul

# The phrase that a service holds most of, the typical terms it holds, and the tag that somebody gave it.
PHRASE_WEIGHT = 1.0
TYPICAL_WEIGHT = 0.8
TAG_WEIGHT = 0.35
# How much of a word's evidence comes from the name alone: services name themselves by what they are.
NAME_SHARE = 0.5
MIN_FIT = 0.35

# By id of the term: how much the text says about it, and how well it stands in the name.
Postings = dict[int, tuple[float, float]]
# By service, its postings and its facets.
ServiceEvidence = dict[int, tuple[Postings, list[str]]]
# Category, service, how well the one answers the other.
FitRow = tuple[int, int, float]


class CategoryScorer:
    """Phrases, typical terms and tags of categories, to hold against services.

    `phrases` are (id, category, share), `words` (term, phrase, number of the word, weight), `typical` (term,
    category, language, weight); `tags` tells the categories that facets of services name.
    """

    def __init__(
        self,
        *,
        phrases: list[tuple[int, int, float]],
        words: list[tuple[int, int, int, float]],
        typical: list[tuple[int, int, str, float]],
        tags: dict[str, int],
    ):
        # Words that many phrases share are weighed once: by term, (word, weight); by word, the places of its phrases.
        self.words: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self.phrase_indexes: list[list[int]] = []
        # How much each phrase counts, and of each category where its phrases begin and end.
        self.shares: list[float] = []
        self.spans: list[tuple[int, int, int]] = []
        self.typical: dict[int, list[tuple[tuple[int, str], float]]] = defaultdict(list)
        self.tags = tags
        self._add_words(words, self._add_phrases(phrases))
        for term, category, language, weight in typical:
            self.typical[term].append(((category, language), weight))

    def _add_phrases(self, rows: list[tuple[int, int, float]]) -> dict[int, int]:
        """Returns the places of phrases: those of a category are neighbours."""
        places: dict[int, int] = {}
        for category, found in groupby(sorted(rows, key=itemgetter(1, 0)), key=itemgetter(1)):
            start = len(self.shares)
            for phrase, _category, share in found:
                places[phrase] = len(self.shares)
                self.shares.append(PHRASE_WEIGHT * share)
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
                known[same] = len(self.phrase_indexes)
                self.phrase_indexes.append([])
                for term, weight in same:
                    self.words[term].append((known[same], weight))
            self.phrase_indexes[known[same]].append(place)

    @property
    def terms(self) -> set[int]:
        return {*self.words, *self.typical}

    def fits(self, postings: Postings, facets: Iterable[str]) -> dict[int, float]:
        """By category, how well a service answers it; those that it hardly answers are left out."""
        words: dict[int, float] = {}
        typical: dict[tuple[int, str], float] = defaultdict(float)
        for term, (weight, named) in postings.items():
            evidence = weight * (1 - NAME_SHARE) + named * NAME_SHARE
            for word, share in self.words.get(term, ()):
                if share * evidence > words.get(word, 0.0):
                    words[word] = share * evidence
            for kind, share in self.typical.get(term, ()):
                typical[kind] += share * weight
        held = [0.0] * len(self.shares)
        for word, evidence in words.items():
            for place in self.phrase_indexes[word]:
                held[place] += evidence
        best: dict[int, float] = {}
        for category, start, end in self.spans:
            best[category] = max(map(mul, held[start:end], self.shares[start:end]))
        # By language: a service is no better for being described in three.
        most: dict[int, float] = {}
        for (category, _language), weight in typical.items():
            most[category] = max(most.get(category, 0.0), weight)
        for category, weight in most.items():
            best[category] = best.get(category, 0.0) + TYPICAL_WEIGHT * min(1.0, weight)
        for category in {self.tags[facet] for facet in facets if facet in self.tags}:
            best[category] = best.get(category, 0.0) + TAG_WEIGHT
        return {category: weight for category, weight in best.items() if weight >= MIN_FIT}

    def rows(self, said: ServiceEvidence) -> list[FitRow]:
        return [
            (category, service, weight)
            for service, (postings, facets) in said.items()
            for category, weight in self.fits(postings, facets).items()
        ]
