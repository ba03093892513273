"""Published vocabularies: concepts with labels in three languages, and the rows by which the search uses them.

`services.exchange.importers.vocabulary` writes concepts and labels; `services.indexing.vocabulary` derives the other
rows.
"""

from collections.abc import Iterable, Mapping
from typing import Self

from django.db import connection, models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from services.search.vocabulary import MAX_CONCEPTS, MAX_TERMS, RecognisedConcept

from .search import SearchTerm


class ConceptQuerySet(models.QuerySet["Concept"]):
    def with_name(self) -> Self:
        """Annotate `name`: the preferred label in the active language, or else in Finnish, Swedish or English."""
        languages = dict.fromkeys([(get_language() or "fi")[:2], "fi", "sv", "en"])
        rank = Case(*(When(language=code, then=Value(place)) for place, code in enumerate(languages)))
        names = ConceptLabel.objects.filter(concept=OuterRef("pk"), kind="preferred").order_by(rank, "text")
        return self.annotate(name=Subquery(names.values("text")[:1]))

    def recognised(self, term_ids_by_word: Mapping[int, Iterable[int]]) -> list[RecognisedConcept]:
        """Return the concepts that a query names and that have terms in services. One statement.

        `term_ids_by_word` gives the ids of the terms of each word of the query by its number. A concept is named by all
        words of one of its labels, in any order. A label within a longer matching label does not count. Concepts with
        longer labels come first, then those with preferred labels.
        """
        pairs = [(term, word) for word, ids in term_ids_by_word.items() for term in ids]
        if not pairs:
            return []
        terms, words = zip(*pairs, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_RECOGNISED_SQL, [list(terms), list(words), MAX_TERMS, MAX_CONCEPTS])
            return [
                RecognisedConcept(concept, phrase, tuple(covered), tuple(zip(ids, weights, strict=True)))
                for concept, phrase, covered, ids, weights in cursor.fetchall()
            ]


_RECOGNISED_SQL = """
WITH matches AS (
  SELECT phrase.concept_id, phrase.text, phrase.words, phrase.preferred,
         array_agg(DISTINCT query_term.word ORDER BY query_term.word) AS query_words
  FROM unnest(%s::int[], %s::int[]) AS query_term(term, word)
  JOIN services_conceptphraseterm AS phrase_term ON phrase_term.term_id = query_term.term
  JOIN services_conceptphrase AS phrase ON phrase.id = phrase_term.phrase_id
  GROUP BY phrase.id
  HAVING count(DISTINCT phrase_term.word) = phrase.words AND count(DISTINCT query_term.word) >= phrase.words
), best_matches AS (
  SELECT DISTINCT ON (concept_id) * FROM matches
  WHERE NOT EXISTS (
    SELECT FROM matches AS longer WHERE longer.query_words @> matches.query_words AND longer.words > matches.words
  )
  ORDER BY concept_id, words DESC, preferred DESC, text
)
SELECT best_matches.concept_id, best_matches.text, best_matches.query_words, terms.ids, terms.weights
FROM best_matches CROSS JOIN LATERAL (
  SELECT array_agg(term_id ORDER BY weight DESC, term_id) AS ids,
         array_agg(weight ORDER BY weight DESC, term_id) AS weights
  FROM (
    SELECT concept_term.term_id, concept_term.weight
    FROM services_conceptterm AS concept_term JOIN services_searchterm AS term ON term.id = concept_term.term_id
    WHERE concept_term.concept_id = best_matches.concept_id AND term.services > 0
    ORDER BY concept_term.weight DESC, term.services, concept_term.term_id LIMIT %s
  ) AS heaviest
) AS terms
WHERE terms.ids IS NOT NULL
ORDER BY best_matches.words DESC, best_matches.preferred DESC, best_matches.concept_id LIMIT %s
"""


class ConceptLabelQuerySet(models.QuerySet["ConceptLabel"]):
    def of_concepts_labelled(self, labels: Iterable[tuple[str, str]]) -> Self:
        """All labels of the concepts with one of these labels, given as (language, text) in any case."""
        texts: dict[str, list[Lower]] = {}
        for language, text in labels:
            texts.setdefault(language, []).append(Lower(Value(text)))
        condition = Q(pk__in=[])
        for language, lower_texts in texts.items():
            condition |= Q(language=language, lower_text__in=lower_texts)
        matching = self.model.objects.alias(lower_text=Lower("text")).filter(condition)
        return self.filter(concept__in=matching.values("concept"))


MAX_SCHEME_LENGTH, MAX_LABEL_LENGTH, MAX_URI_LENGTH = 30, 200, 500


class Concept(models.Model):
    """A concept of a vocabulary. Imports delete concepts that the vocabulary no longer has."""

    scheme = models.SlugField(_("vocabulary"), max_length=MAX_SCHEME_LENGTH, db_index=False)
    uri = models.CharField(_("identifier"), max_length=MAX_URI_LENGTH)
    broader = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="narrower", verbose_name=_("broader concepts")
    )

    objects = ConceptQuerySet.as_manager()

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        ordering = ["scheme", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "uri"], name="concept_once_per_scheme")]

    def __str__(self) -> str:
        """Return the name if the concept was read by `Concept.objects.with_name()`, or else the identifier."""
        return getattr(self, "name", None) or self.uri


class LabelKind(models.TextChoices):
    """The kinds of labels of SKOS. Hidden labels are misspellings and word forms that are never displayed."""

    PREFERRED = "preferred", _("name")
    ALTERNATIVE = "alternative", _("other name")
    HIDDEN = "hidden", _("only for search")


class ConceptLabel(models.Model):
    """A label of a concept. A coordinator may disable it; imports keep it disabled."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="labels", verbose_name=_("concept"))
    language = models.CharField(
        _("language"), max_length=2, choices=[("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
    )
    text = models.CharField(_("word or phrase"), max_length=MAX_LABEL_LENGTH)
    kind = models.CharField(_("kind"), max_length=11, choices=LabelKind)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ConceptLabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["concept", "language", "text"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "language", "text"], name="label_once_per_concept_and_language")
        ]
        indexes = [models.Index("language", Lower("text"), name="concept_label_letters")]

    def __str__(self) -> str:
        return self.text


class ConceptPhrase(models.Model):
    """The words of a label that name a concept in a query if all of them occur."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="+")
    text = models.TextField()
    words = models.SmallIntegerField()
    # Whether the label is the preferred one of its language.
    preferred = models.BooleanField()

    def __str__(self) -> str:
        return self.text


class ConceptPhraseTerm(models.Model):
    """A term that matches a word of a phrase; words are numbered."""

    pk = models.CompositePrimaryKey("term_id", "phrase_id", "word")
    # The counts of a term do not include concepts.
    term = models.ForeignKey(SearchTerm, models.PROTECT, related_name="+", db_index=False)
    phrase = models.ForeignKey(ConceptPhrase, models.CASCADE, related_name="+")
    word = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.term_id} in phrase {self.phrase_id}"


class ConceptTerm(models.Model):
    """A term that expands queries that name the concept, with its weight (0 to 1)."""

    pk = models.CompositePrimaryKey("concept_id", "term_id")
    concept = models.ForeignKey(Concept, models.CASCADE, related_name="+", db_index=False)
    term = models.ForeignKey(SearchTerm, models.PROTECT, related_name="+", db_index=False)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} of concept {self.concept_id}"
