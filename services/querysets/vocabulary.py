"""Reads of vocabularies."""

from collections.abc import Iterable, Mapping

from django.db import connection, models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower
from django.utils.translation import get_language

from services.search.vocabulary import MOST_CONCEPTS, MOST_TERMS, Recognised


class ConceptQuerySet(models.QuerySet):
    def named(self):
        """With `name`: the vocabulary's name in the reader's language, or else in Finnish, Swedish or English."""
        labels = self.model._meta.get_field("labels").related_model.objects
        languages = dict.fromkeys([(get_language() or "fi")[:2], "fi", "sv", "en"])
        rank = Case(*(When(language=code, then=Value(place)) for place, code in enumerate(languages)))
        names = labels.filter(concept=OuterRef("pk"), kind="preferred").order_by(rank, "text")
        return self.annotate(name=Subquery(names.values("text")[:1]))

    def recognised(self, term_ids_by_word: Mapping[int, Iterable[int]]) -> list[Recognised]:
        """The concepts that a query names, in one statement; those of which no service has a term are left out.

        Given for each word of the query, by number, the ids of its own terms: also of terms that neither services
        nor phrases of categories hold. A concept is named by all words of one of its labels, in any order. A label
        among the words of a longer one that was found does not count; longer labels come first, then names.
        """
        asked = [(term, word) for word, ids in term_ids_by_word.items() for term in ids]
        if not asked:
            return []
        terms, words = zip(*asked, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_RECOGNISED, [list(terms), list(words), MOST_TERMS, MOST_CONCEPTS])
            return [
                Recognised(concept, phrase, tuple(covered), tuple(zip(ids, weights, strict=True)))
                for concept, phrase, covered, ids, weights in cursor.fetchall()
            ]


_RECOGNISED = """
WITH found AS (
  SELECT phrase.concept_id, phrase.text, phrase.words, phrase.preferred,
         array_agg(DISTINCT asked.word ORDER BY asked.word) AS covered
  FROM unnest(%s::int[], %s::int[]) AS asked(term, word)
  JOIN services_conceptphraseterm AS held ON held.term_id = asked.term
  JOIN services_conceptphrase AS phrase ON phrase.id = held.phrase_id
  GROUP BY phrase.id
  HAVING count(DISTINCT held.word) = phrase.words AND count(DISTINCT asked.word) >= phrase.words
), named AS (
  SELECT DISTINCT ON (concept_id) * FROM found
  WHERE NOT EXISTS (
    SELECT FROM found AS longer WHERE longer.covered @> found.covered AND longer.words > found.words
  )
  ORDER BY concept_id, words DESC, preferred DESC, text
)
SELECT named.concept_id, named.text, named.covered, terms.ids, terms.weights
FROM named CROSS JOIN LATERAL (
  SELECT array_agg(term_id ORDER BY weight DESC, term_id) AS ids,
         array_agg(weight ORDER BY weight DESC, term_id) AS weights
  FROM (
    SELECT held.term_id, held.weight
    FROM services_conceptterm AS held JOIN services_searchterm AS term ON term.id = held.term_id
    WHERE held.concept_id = named.concept_id AND term.services > 0
    ORDER BY held.weight DESC, term.services, held.term_id LIMIT %s
  ) AS best
) AS terms
WHERE terms.ids IS NOT NULL
ORDER BY named.words DESC, named.preferred DESC, named.concept_id LIMIT %s
"""


class ConceptLabelQuerySet(models.QuerySet):
    def of_concepts_called(self, said: Iterable[tuple[str, str]]):
        """All labels of the concepts that have one of these as a label: (language, text), whatever its capitals."""
        texts: dict[str, list] = {}
        for language, text in said:
            texts.setdefault(language, []).append(Lower(Value(text)))
        same = Q(pk__in=[])
        for language, letters in texts.items():
            same |= Q(language=language, letters__in=letters)
        called = self.model.objects.alias(letters=Lower("text")).filter(same)
        return self.filter(concept__in=called.values("concept"))
