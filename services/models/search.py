"""The rows that text search reads, all derived: `services.indexing.services` and `index_taxonomy` make them.

A term is a word's base form or stem with its language ("fi:perhe"). Postings say how much a service's text says about
a term, fits how well a service answers a category, phrases what people say when they mean a category.

Postings and fits are many (a hundred thousand services have twelve million) and only derived: the database does not
check their foreign keys, which would take longer than making them.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from services.querysets import SearchPhraseQuerySet, SearchTermQuerySet

from .category import Category, Kind
from .service import Service


class SearchTerm(models.Model):
    """A term, in how many services and phrases it occurs, and how rare it is among phrases and among categories.

    The rarities are those of the last reindexing, or of the term's first phrase after it: what is stored of one
    category does not depend on what happens to others. `written` is a whole word that the term stands for.
    """

    id = models.AutoField(primary_key=True)
    text = models.TextField(unique=True)
    folded = models.TextField()
    written = models.TextField(default="")
    services = models.IntegerField(default=0)
    phrases = models.IntegerField(default=0)
    phrase_rarity = models.FloatField(null=True)
    category_rarity = models.FloatField(null=True)

    objects = SearchTermQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["folded"], name="search_term_letters", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.text


class SearchPosting(models.Model):
    """How much the text of a service says about a term, and how well the term stands in its name; both from 0 to 1."""

    pk = models.CompositePrimaryKey("term_id", "service_id")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", db_constraint=False)
    weight = models.FloatField()
    named = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} in {self.service_id}"


class SearchPhrase(models.Model):
    """Something people say when they mean a category: its name, a synonym, or what its services are called."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    text = models.TextField()
    kind = models.CharField(max_length=8, choices=Kind)
    # The weights of its words together.
    norm = models.FloatField()

    objects = SearchPhraseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


class SearchPhraseTerm(models.Model):
    """A term by which a word of a phrase is found; words are numbered."""

    pk = models.CompositePrimaryKey("term_id", "phrase_id", "word")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False)
    phrase = models.ForeignKey(SearchPhrase, models.CASCADE, related_name="+")
    word = models.SmallIntegerField()
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} in phrase {self.phrase_id}"


class CategoryTerm(models.Model):
    """How typical a term is of a category; the weights of its most typical terms of a language add up to 1."""

    pk = models.CompositePrimaryKey("term_id", "category_id")
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    language = models.CharField(max_length=2)
    weight = models.FloatField()

    def __str__(self) -> str:
        return f"{self.term_id} of category {self.category_id}"


class CategoryFit(models.Model):
    """How well a service answers a category, by its text and by its tags."""

    pk = models.CompositePrimaryKey("category_id", "service_id")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", db_constraint=False)
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["category", "-weight"], name="category_fit_best")]

    def __str__(self) -> str:
        return f"{self.service_id} for category {self.category_id}"
