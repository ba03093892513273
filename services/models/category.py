"""The shared taxonomy: a tree of categories for each scheme, with synonyms and codes of other classifications."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.query import TreeQuerySet

from .category_tree import CategoryTree, last_successor


class CategoryQuerySet(TreeQuerySet):
    def in_use(self) -> Self:
        """Categories that were not merged into others."""
        return self.filter(replaced_by__isnull=True)


class Scheme(models.TextChoices):
    THEME = "theme", _("theme")
    FAMILY_CENTRE_TASK = "family-centre-task", _("family centre task")
    LIFE_SITUATION = "life-situation", _("life situation")
    TARGET_GROUP = "target-group", _("target group")
    FORM_OF_HELP = "form-of-help", _("form of help")


# Schemes that say what a person needs, not the form of help or the age group.
NEED_SCHEMES = (Scheme.THEME.value, Scheme.FAMILY_CENTRE_TASK.value, Scheme.LIFE_SITUATION.value)


class SafetyLevel(models.IntegerChoices):
    """What pages about a subject do for readers in danger; a higher level includes the lower ones."""

    NONE = 0, _("nothing special")
    CRISIS = 1, _("emergency numbers first")
    VIOLENCE = 2, _("emergency numbers first, quick exit, neutral titles, no copies on the device")


# The stubs cannot resolve the manager, because tree_queries has no types.
class Category(models.Model):  # type: ignore[django-manager-missing]
    """A shared tag. A merged category refers to its replacement by `replaced_by`, so that old links work."""

    scheme = models.CharField(_("scheme"), max_length=20, choices=Scheme)
    code = models.SlugField(
        _("code"), max_length=60, unique=True, help_text=_("Stays the same for ever; used in links.")
    )
    name = models.CharField(_("name"), max_length=120)
    note = models.TextField(_("note"), blank=True, help_text=_("What belongs here and what does not."))
    parent = TreeNodeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    order = models.PositiveIntegerField(_("order"), default=0)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
        help_text=_("The category that this one was merged into."),
    )
    safety = models.PositiveSmallIntegerField(
        _("safety of readers"),
        choices=SafetyLevel,
        default=SafetyLevel.NONE,
        help_text=_("Also applies to the subjects below it."),
    )
    organisations = models.ManyToManyField(
        "organisations.Organisation", blank=True, related_name="categories", verbose_name=_("organisations")
    )

    objects = CategoryQuerySet.as_manager(with_tree_fields=False)  # type: ignore[django-manager-missing]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(scheme__in=Scheme.values), name="category_scheme_is_known"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
                name="category_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_by__isnull=True) | ~models.Q(replaced_by=models.F("pk")),
                name="category_not_replaced_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @classmethod
    def tree(cls) -> CategoryTree:
        """Return the whole taxonomy after mergers. One query."""
        links = cls.objects.order_by().values_list("pk", "parent", "replaced_by")
        return CategoryTree({pk: (parent, replaced_by) for pk, parent, replaced_by in links})

    @property
    def current(self) -> "Category":
        """Return this category, or the one that it was merged into, following several mergers."""
        return last_successor(self, lambda category: category.replaced_by)

    def clean(self) -> None:
        if self.parent and self.parent.scheme != self.scheme:
            raise ValidationError({"parent": _("The parent belongs to another scheme.")})
        ancestor, visited = self.parent, {self.pk}
        while ancestor is not None:
            if ancestor.pk in visited:
                raise ValidationError({"parent": _("A category cannot be below itself.")})
            visited.add(ancestor.pk)
            ancestor = ancestor.parent
        if self.replaced_by and self.replaced_by.scheme != self.scheme:
            raise ValidationError({"replaced_by": _("The replacing category belongs to another scheme.")})
        target, visited = self.replaced_by, {self.pk}
        while target is not None:
            if target.pk in visited:
                raise ValidationError({"replaced_by": _("Replacements must not run in a circle.")})
            visited.add(target.pk)
            target = target.replaced_by


class SynonymKind(models.TextChoices):
    """Who uses a phrase: people who describe their need, or services that describe their work."""

    ASKED = "asked", _("what people say")
    ANSWERED = "answered", _("what services that help are called")


class Synonym(models.Model):
    """A word or phrase for a category, used by people or by services."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="synonyms", verbose_name=_("category"))
    language = models.CharField(
        _("language"), max_length=2, choices=[("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
    )
    text = models.CharField(_("word or phrase"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=SynonymKind, default=SynonymKind.ASKED)
    source = models.CharField(
        _("source"),
        max_length=30,
        default="curator",
        help_text=_("Where it comes from: a curator or a vocabulary."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "text"]
        constraints = [
            models.UniqueConstraint(
                "category", "language", Lower("text"), name="synonym_once_per_category_and_language"
            )
        ]

    def __str__(self) -> str:
        return self.text


class CodeMatch(models.TextChoices):
    """How a category relates to a class of another classification (SKOS mapping relations)."""

    EXACT = "exact", _("same scope")
    CLOSE = "close", _("nearly the same scope")
    NARROW = "narrow", _("the other class is narrower")
    BROAD = "broad", _("the other class is broader")


class ExternalCode(models.Model):
    """The class of another classification, for instance a PTV service class, that corresponds to a category."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="external_codes", verbose_name=_("category"))
    system = models.SlugField(_("system"), max_length=30, default="ptv")
    code = models.CharField(_("code"), max_length=60)
    match = models.CharField(_("match"), max_length=6, choices=CodeMatch, default=CodeMatch.EXACT)

    class Meta:
        verbose_name = _("external code")
        verbose_name_plural = _("external codes")
        ordering = ["system", "code"]
        constraints = [
            models.UniqueConstraint(fields=["category", "system", "code"], name="external_code_once_per_category")
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.code}"
