"""Published vocabularies: concepts with their labels in three languages, and the rows by which search uses them.

Imports write concepts and labels (`services.exchange.importers.vocabulary`); `services.indexing.vocabulary` makes the rest.
"""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from services.querysets import ConceptLabelQuerySet, ConceptQuerySet

from .search import SearchTerm

LONGEST_LABEL, LONGEST_URI = 200, 500


class Concept(models.Model):
    """A concept of a vocabulary. What vanishes from the vocabulary vanishes here with the next import."""

    scheme = models.SlugField(_("vocabulary"), max_length=30, db_index=False)
    uri = models.CharField(_("identifier"), max_length=LONGEST_URI)
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
        """Its name where it was read with one (`Concept.objects.named()`)."""
        return getattr(self, "name", None) or self.uri


class LabelKind(models.TextChoices):
    """SKOS: the name of a concept, its other names, and misspellings or word forms that nobody should read."""

    PREFERRED = "preferred", _("name")
    ALTERNATIVE = "alternative", _("other name")
    HIDDEN = "hidden", _("only for search")


class ConceptLabel(models.Model):
    """What a concept is called. A coordinator may switch it off, and imports keep it so."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="labels", verbose_name=_("concept"))
    language = models.CharField(
        _("language"), max_length=2, choices=[("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
    )
    text = models.CharField(_("word or phrase"), max_length=LONGEST_LABEL)
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
    """Words by which a concept is recognised in a query: all of them must be there."""

    concept = models.ForeignKey(Concept, models.CASCADE, related_name="+")
    text = models.TextField()
    words = models.SmallIntegerField()
    # Whether the vocabulary gives the concept this very name.
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
    """A term that services about the concept may hold, and how much it says (0 to 1)."""

    pk = models.CompositePrimaryKey("concept_id", "term_id")
    concept = models.ForeignKey(Concept, models.CASCADE, related_name="+", db_index=False)
    term = models.ForeignKey(SearchTerm, models.PROTECT, related_name="+", db_index=False)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} of concept {self.concept_id}"
