"""Category autocompletion, which also matches synonyms and shows scheme and parent."""

from urllib.parse import urlencode

from django import forms
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteMixin
from django.db.models import Case, Q, When
from django.urls import reverse

from organisations.admin.base import LANGUAGES
from organisations.admin.tamper_safe import TamperSafeAutocompleteSelect, TamperSafeAutocompleteSelectMultiple
from services.models import Category, Scheme, Service


def category_path_label(category: Category) -> str:
    """The name with scheme and parent, as names repeat across schemes."""
    steps = [category.parent, category] if category.parent else [category]
    return f"{' › '.join(map(str, steps))} ({category.get_scheme_display()})"


class CategoryAutocompleteView(AutocompleteJsonView):
    """Selectable categories: `scheme` limits them, `without` excludes a category and its descendants."""

    def process_request(self, request):
        assert self.admin_site is not None
        category_admin = self.admin_site.get_model_admin(Category)
        return request.GET.get("term", "").replace("\x00", ""), category_admin, None, "id"

    def get_queryset(self):
        # Names that start with the term come first, synonym matches last.
        rank = Case(
            When(self._name_condition("istartswith"), then=0),
            When(self._name_condition("icontains"), then=1),
            default=2,
        )
        categories = Category.objects.in_use().select_related("parent").order_by(rank, "scheme", "order", "pk")
        scheme, without = self.request.GET.get("scheme"), self.request.GET.get("without", "")
        if scheme in Scheme.values:
            categories = categories.filter(scheme=scheme)
        if without.isdecimal() and len(without) < 19:
            excluded = Category.objects.descendants(int(without), include_self=True)
            categories = categories.exclude(pk__in=[category.pk for category in excluded])
        return self.model_admin.get_search_results(self.request, categories, self.term)[0]

    def _name_condition(self, lookup):
        return Q(
            *((f"name_{language}__{lookup}", self.term) for language in LANGUAGES),
            _connector=Q.OR,
        )

    def serialize_result(self, obj, to_field_name):
        return {"id": str(obj.pk), "text": category_path_label(obj)}


class _CategoryAutocompleteMixin(AutocompleteMixin):
    """The default widgets, using `CategoryAutocompleteView`."""

    def __init__(self, admin_site, *, query: dict[str, str] | None = None, **kwargs):
        # The field only determines the model of the ids.
        super().__init__(Service._meta.get_field("categories"), admin_site, **kwargs)
        self.query = query or {}

    def get_url(self):
        url = reverse(f"{self.admin_site.name}:services_category_choices")
        return f"{url}?{urlencode(self.query)}" if self.query else url


class CategorySelect(_CategoryAutocompleteMixin, TamperSafeAutocompleteSelect):
    pass


class CategorySelectMultiple(_CategoryAutocompleteMixin, TamperSafeAutocompleteSelectMultiple):
    pass


class CategoryChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return category_path_label(obj)


class CategoryMultipleChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        return category_path_label(obj)


def category_choices():
    """Selectable categories with the relations of their labels."""
    return Category.objects.select_related("parent")
