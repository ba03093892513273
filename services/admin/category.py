"""Admin of the taxonomy: categories as trees, with their synonyms."""

from contextlib import nullcontext
from typing import cast

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import Case, Count, IntegerField, Max, Model, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import TamperSafeInlineFormSet, TranslatedModelAdmin, translated_fields
from organisations.core.audit_context import ChangeSource, audit_context
from services.indexing.services import index_category, service_ids_tagged_below
from services.indexing.taxonomy import remove_category_rows
from services.models import (
    Category,
    CategoryFit,
    CategoryTerm,
    ExternalCode,
    Scheme,
    SearchPhrase,
    SearchPhraseTerm,
    Service,
    Suggestion,
    Synonym,
)
from services.models.category import CategoryQuerySet

from .category_autocomplete import CategoryAutocompleteView, CategoryChoiceField, CategorySelect, category_choices
from .optimistic_lock import OptimisticLockForm, OptimisticLockMixin
from .reindex_mixin import ReindexMixin
from .vocabulary import matching_concepts_table


class CategoryForm(OptimisticLockForm):
    def clean(self):
        cleaned_data = super().clean()
        scheme = cleaned_data.get("scheme")
        if scheme and self.instance.pk and self.instance.children.exclude(scheme=scheme).exists():
            self.add_error("scheme", _("The categories below this one belong to another scheme."))
        return cleaned_data


class SynonymFormSet(TamperSafeInlineFormSet):
    def clean(self):
        """Report a duplicate at its field; Django does not validate this constraint."""
        super().clean()
        if self.instance.pk is None:
            stored_pks = {}
        else:
            rows = Synonym.objects.filter(category=self.instance).values_list("language", "text", "pk")
            stored_pks = {(language, text.lower()): pk for language, text, pk in rows}
        words = set()
        for form in self.forms:
            cleaned_data = getattr(form, "cleaned_data", {})
            if not cleaned_data.get("text") or cleaned_data.get("DELETE"):
                continue
            word = (cleaned_data.get("language", ""), cleaned_data["text"].lower())
            if word in words or stored_pks.get(word, form.instance.pk) != form.instance.pk:
                form.add_error("text", _("The category has this word already."))
            words.add(word)


class SynonymInline(admin.TabularInline):
    model = Synonym
    formset = SynonymFormSet
    extra = 3
    fields = ("language", "kind", "text", "source", "is_active")

    def get_ordering(self, request):
        return [Case(When(language="fi", then=0), When(language="sv", then=1), default=2), "kind", "text", "pk"]


class ExternalCodeInline(admin.TabularInline):
    model = ExternalCode
    formset = TamperSafeInlineFormSet
    extra = 0


class CategoryChangeList(ChangeList):
    """Each scheme as a tree, parents before children, unless sorted by a column."""

    def get_ordering(self, request, queryset):
        if self.params.get(ORDER_VAR):
            return super().get_ordering(request, queryset)
        schemes = Case(
            *(When(scheme=scheme, then=Value(i)) for i, scheme in enumerate(Scheme.values)),
            output_field=IntegerField(),
        )
        return [schemes, "tree_ordering"]


class MergedFilter(admin.SimpleListFilter):
    title = _("merged into another")
    parameter_name = "merged"

    def lookups(self, request, model_admin):
        return [("no", _("no")), ("yes", _("yes"))]

    def queryset(self, request, queryset):
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(replaced_by__isnull=self.value() == "no")


@admin.register(Category)
class CategoryAdmin(OptimisticLockMixin, ReindexMixin, TranslatedModelAdmin):
    history_kind = "category"
    form = CategoryForm
    list_display = ("indented_name", "scheme", "code", "synonym_count", "service_count", "replaced_by")
    list_filter = ("scheme", MergedFilter)
    list_select_related = ("replaced_by",)
    list_per_page = 300  # show whole trees on one page
    search_fields = ("name_fi", "name_sv", "name_en", "code", "synonyms__text")
    prepopulated_fields = {"code": ("name_fi",)}
    inlines = (SynonymInline, ExternalCodeInline)
    hidden_deletion_models = (CategoryFit, CategoryTerm, SearchPhrase, SearchPhraseTerm, Suggestion)
    indexed_fields = frozenset({"scheme", "code", "name", "parent", "replaced_by"})
    indexed_inlines = (Synonym,)
    fieldsets = [
        (
            None,
            {
                "fields": [
                    translated_fields("name"),
                    translated_fields("note"),
                    ("scheme", "parent"),
                    ("code", "order"),
                    "safety",
                ]
            },
        ),
        (_("Merged"), {"fields": ["replaced_by"], "classes": ["collapse"]}),
    ]
    vocabularies_fieldset = (_("Words from vocabularies"), {"fields": ["vocabulary_words"], "classes": ["collapse"]})

    def get_urls(self):
        choices = CategoryAutocompleteView.as_view(admin_site=self.admin_site)
        return [
            path("choices/", self.admin_site.admin_view(choices), name="services_category_choices"),
            *super().get_urls(),
        ]

    def get_changelist(self, request, **kwargs):
        return CategoryChangeList

    def get_queryset(self, request):
        categories = cast(CategoryQuerySet, super().get_queryset(request))
        return categories.with_tree_fields().annotate(
            synonym_total=_related_count(Synonym, "category"),
            service_total=_related_count(Service.categories.through, "category"),
        )

    def get_search_results(self, request, queryset, search_term):
        # By subquery: the default search joins synonyms, which the recursive tree query does not support.
        for word in search_term.split():
            condition = Q(code__icontains=word) | Q(
                pk__in=Synonym.objects.filter(text__icontains=word).values("category")
            )
            for field in translated_fields("name"):
                condition |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(condition)
        return queryset, False

    def get_readonly_fields(self, request, obj=None):
        # The code is part of public URLs, so it does not change.
        return (*super().get_readonly_fields(request, obj), *(["code", "vocabulary_words"] if obj else []))

    def get_fieldsets(self, request, obj=None):
        return [*super().get_fieldsets(request, obj), *([self.vocabularies_fieldset] if obj else [])]

    def get_changeform_initial_data(self, request):
        """Place a new category last."""
        last = Category.objects.aggregate(last=Max("order"))["last"]
        return {"order": (last or 0) + 1} | super().get_changeform_initial_data(request)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("parent", "replaced_by"):
            kwargs.update(
                form_class=CategoryChoiceField,
                queryset=category_choices(),
                widget=CategorySelect(self.admin_site),
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        scheme = obj.scheme if obj else request.GET.get("scheme")
        query = {"scheme": scheme} if scheme else {}
        for name in ("parent", "replaced_by"):
            if name in form.base_fields:
                # The outer widget adds the buttons beside the select box.
                form.base_fields[name].widget.widget.query = query | ({"without": str(obj.pk)} if obj else {})
        return form

    def save_model(self, request, obj, form, change):
        merges = obj.replaced_by_id and "replaced_by" in form.changed_data
        with audit_context(through=ChangeSource.MERGE) if merges else nullcontext():
            super().save_model(request, obj, form, change)

    def records_changed(self, records):
        for category in records:
            index_category(category=category)

    def prepare_deletion(self, records):
        remove_category_rows([category.pk for category in records])

    def affected_service_ids(self, records):
        return service_ids_tagged_below(categories=records)

    def get_deleted_objects(self, objs, request):
        names, counts, *rest = super().get_deleted_objects(objs, request)
        services = Service.objects.filter(categories__in=[category.pk for category in objs]).distinct()
        if service_count := services.count():
            counts[gettext("services that lose the category")] = service_count
        return names, counts, *rest

    def view_on_site(self, obj):
        return f"{reverse('finding:results')}?category={obj.code}"

    @admin.display(description=_("category"))
    def indented_name(self, obj):
        return format_html('<span class="tree-{}">{}</span>', min(obj.tree_depth, 5), obj)

    @admin.display(description=_("concepts with a word in common"))
    def vocabulary_words(self, obj):
        return matching_concepts_table(obj)

    @admin.display(description=_("synonyms"))
    def synonym_count(self, obj):
        return obj.synonym_total

    @admin.display(description=_("services"))
    def service_count(self, obj):
        if not obj.service_total:
            return 0
        url = reverse(f"{self.admin_site.name}:services_service_changelist")
        return format_html('<a href="{}?categories__id__exact={}">{}</a>', url, obj.pk, obj.service_total)


def _related_count(model: type[Model], field: str) -> Coalesce:
    """A subquery counting related rows; joining several relations would multiply the counts."""
    rows = model._default_manager.filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(total=Count("pk")).values("total")), 0)
