"""Admin of imported vocabularies: read-only, except that misleading labels can be disabled."""

from typing import cast

from django import forms
from django.contrib import admin
from django.db.models import Case, Count, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import LANGUAGES
from organisations.admin.tamper_safe import TamperSafeModelAdmin
from organisations.core.collation import alphabetical_key, collation_key
from services.indexing.vocabulary import index_vocabulary
from services.models import Category, Concept, ConceptLabel
from services.models.vocabulary import ConceptQuerySet, LabelKind

LABEL_ORDERING = (
    Case(*(When(language=language, then=Value(place)) for place, language in enumerate(LANGUAGES))),
    Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(LabelKind.values))),
    "text",
)


class LabelForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("is_active"):
            field.widget.attrs["aria-label"] = f"{self.instance.text}: {field.label}"


class LabelInline(admin.TabularInline):
    model = ConceptLabel
    form = LabelForm
    extra = 0
    can_delete = False
    fields = ("language", "kind", "label_text", "is_active")
    readonly_fields = ("language", "kind", "label_text")

    def get_queryset(self, request):
        return super().get_queryset(request).order_by(*LABEL_ORDERING)

    def has_add_permission(self, request, obj=None):
        return False

    @admin.display(description=_("word or phrase"))
    def label_text(self, obj):
        return format_html('<span lang="{}">{}</span>', obj.language, obj.text)


class InactiveLabelFilter(admin.SimpleListFilter):
    title = _("labels switched off")
    parameter_name = "off"

    def lookups(self, request, model_admin):
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request, queryset):
        concepts = ConceptLabel.objects.filter(is_active=False).values("concept")
        if self.value() == "yes":
            return queryset.filter(pk__in=concepts)
        return queryset.exclude(pk__in=concepts) if self.value() == "no" else queryset


@admin.register(Concept)
class ConceptAdmin(TamperSafeModelAdmin):
    list_display = ("concept_name", "scheme", "label_count", "inactive_label_count")
    list_filter = (("scheme", admin.AllValuesFieldListFilter), InactiveLabelFilter)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("labels__text",)
    inlines = (LabelInline,)
    fields = readonly_fields = ("scheme", "address", "broader_concepts", "narrower_concepts")

    def get_queryset(self, request):
        concepts = cast(ConceptQuerySet, super().get_queryset(request))
        return concepts.named().annotate(label_total=_label_count(), inactive_label_total=_label_count(is_active=False))

    def get_ordering(self, request):
        return ["scheme", collation_key(F("name")), "pk"]

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.split():
            queryset = queryset.filter(pk__in=ConceptLabel.objects.filter(text__icontains=word).values("concept"))
        return queryset, False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            index_vocabulary(concepts=[form.instance.pk])

    @admin.display(description=_("concept"), ordering=collation_key(F("name")))
    def concept_name(self, obj):
        return str(obj)

    @admin.display(description=_("labels"))
    def label_count(self, obj):
        return obj.label_total

    @admin.display(description=_("switched off"))
    def inactive_label_count(self, obj):
        return obj.inactive_label_total

    @admin.display(description=_("identifier"))
    def address(self, obj):
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', obj.uri)

    @admin.display(description=_("broader concepts"))
    def broader_concepts(self, obj):
        return _concept_links(obj.broader)

    @admin.display(description=_("narrower concepts"))
    def narrower_concepts(self, obj):
        return _concept_links(obj.narrower)


def matching_concepts_table(category: Category) -> str:
    """A table of the labels of concepts that share a label with the category's name or synonyms."""
    names = [(language, getattr(category, f"name_{language}")) for language in LANGUAGES]
    names += category.synonyms.values_list("language", "text")
    labels = ConceptLabel.objects.labels_of_concepts_named([(language, text) for language, text in names if text])
    by_concept: dict[int, list[ConceptLabel]] = {}
    for label in labels.order_by(*LABEL_ORDERING):
        by_concept.setdefault(label.concept_id, []).append(label)
    if not by_concept:
        return "–"
    concepts = Concept.objects.named().filter(pk__in=by_concept)
    headings = (_("concept"), _("vocabulary"), _("language"), _("word or phrase"), _("kind"), _("in use"))
    return format_html(
        '<table class="words"><thead><tr>{}</tr></thead>{}</table>',
        format_html_join("", '<th scope="col">{}</th>', ((capfirst(heading),) for heading in headings)),
        format_html_join(
            "",
            "<tbody>{}</tbody>",
            (
                (_concept_rows(concept, by_concept[concept.pk]),)
                for concept in sorted(concepts, key=lambda concept: alphabetical_key(str(concept)))
            ),
        ),
    )


def _concept_rows(concept: Concept, labels: list[ConceptLabel]) -> str:
    """Table rows with the labels of a concept, which spans them in the first column."""
    concept_cells = format_html(
        '<th scope="rowgroup" rowspan="{0}">{1}</th><td rowspan="{0}">{2}</td>',
        len(labels),
        _concept_link(concept),
        concept.scheme,
    )
    return format_html_join(
        "",
        '<tr>{}<td>{}</td><td lang="{}">{}</td><td>{}</td><td>{}</td></tr>',
        (
            (
                "" if number else concept_cells,
                label.get_language_display(),
                label.language,
                label.text,
                label.get_kind_display(),
                _("yes") if label.is_active else _("no"),
            )
            for number, label in enumerate(labels)
        ),
    )


def _concept_link(concept: Concept) -> str:
    return format_html('<a href="{}">{}</a>', reverse("admin:services_concept_change", args=[concept.pk]), concept)


def _concept_links(concepts) -> str:
    ordered = concepts.named().order_by(collation_key(F("name")), "pk")
    return format_html_join(", ", "{}", ((_concept_link(concept),) for concept in ordered)) or "–"


def _label_count(**conditions) -> Coalesce:
    rows = ConceptLabel.objects.filter(concept=OuterRef("pk"), **conditions).order_by().values("concept")
    return Coalesce(Subquery(rows.annotate(total=Count("pk")).values("total")), 0)
