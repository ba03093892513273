"""Published vocabularies: concepts with their labels in three languages, and the rows by which search uses them.

`services.exchange.importers.vocabulary` writes concepts and labels; `services.indexing.vocabulary` makes the rest.
"""

from collections.abc import Iterable, Mapping

from django.db import connection, models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from services.search.vocabulary import MAX_CONCEPTS, MAX_TERMS, RecognisedConcept

from .search import SearchTerm


class ConceptQuerySet(models.QuerySet):
    def named(self):
        """With `name`: the vocabulary's name in the reader's language, or else in Finnish, Swedish or English."""
        languages = dict.fromkeys([(get_language() or "fi")[:2], "fi", "sv", "en"])
        rank = Case(*(When(language=code, then=Value(place)) for place, code in enumerate(languages)))
        names = ConceptLabel.objects.filter(concept=OuterRef("pk"), kind="preferred").order_by(rank, "text")
        return self.annotate(name=Subquery(names.values("text")[:1]))

    def recognised(self, term_ids_by_word: Mapping[int, Iterable[int]]) -> list[RecognisedConcept]:
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
            cursor.execute(_RECOGNISED_SQL, [list(terms), list(words), MAX_TERMS, MAX_CONCEPTS])
            return [
                RecognisedConcept(concept, phrase, tuple(covered), tuple(zip(ids, weights, strict=True)))
                for concept, phrase, covered, ids, weights in cursor.fetchall()
            ]


_RECOGNISED_SQL = """
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
    def labels_of_concepts_named(self, said: Iterable[tuple[str, str]]):
        """All labels of the concepts that have one of these as a label: (language, text), whatever its capitals."""
        texts: dict[str, list] = {}
        for language, text in said:
            texts.setdefault(language, []).append(Lower(Value(text)))
        same = Q(pk__in=[])
        for language, letters in texts.items():
            same |= Q(language=language, letters__in=letters)
        called = self.model.objects.alias(letters=Lower("text")).filter(same)
        return self.filter(concept__in=called.values("concept"))


MAX_LABEL_LENGTH, MAX_URI_LENGTH = 200, 500


class Concept(models.Model):
    """A concept of a vocabulary. The next import deletes concepts removed from the vocabulary."""

    scheme = models.SlugField(_("vocabulary"), max_length=30, db_index=False)
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
        """Its name if it was annotated with one (`Concept.objects.named()`)."""
        return getattr(self, "name", None) or self.uri


class LabelKind(models.TextChoices):
    """SKOS: the name of a concept, its other names, and misspellings or word forms that nobody should read."""

    PREFERRED = "preferred", _("name")
    ALTERNATIVE = "alternative", _("other name")
    HIDDEN = "hidden", _("only for search")


class ConceptLabel(models.Model):
    """A label of a concept. Coordinators may deactivate it, which imports preserve."""

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
    """Words by which a concept is recognised in a query: all must be present."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="+")
    text = models.TextField()
    words = models.SmallIntegerField()
    # Whether it is a preferred label.
    preferred = models.BooleanField()

    def __str__(self) -> str:
        return self.text


class ConceptPhraseTerm(models.Model):
    """A term by which a word of a phrase is recognised; words are numbered."""

    pk = models.CompositePrimaryKey("term_id", "phrase_id", "word")
    # A term may be held by concepts alone, which its counts do not tell.
    term = models.ForeignKey(SearchTerm, models.PROTECT, related_name="+", db_index=False)
    phrase = models.ForeignKey(ConceptPhrase, models.CASCADE, related_name="+")
    word = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.term_id} in phrase {self.phrase_id}"


class ConceptTerm(models.Model):
    """A term that services about the concept may use, with its weight (0 to 1)."""

    pk = models.CompositePrimaryKey("concept_id", "term_id")
    concept = models.ForeignKey(Concept, models.CASCADE, related_name="+", db_index=False)
    term = models.ForeignKey(SearchTerm, models.PROTECT, related_name="+", db_index=False)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} of concept {self.concept_id}"
