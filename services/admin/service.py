"""Admin of services."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import PhoneInline, ReferenceInline, translated_fields
from organisations.admin.stewardship import ConfirmedFilter, StewardedAdmin, StewardedForm
from organisations.core.collation import alphabetical
from organisations.models.base import Status
from services.content.facets import FACETS, Facet, facet_fields
from services.content.service_texts import FormPart, text_names
from services.indexing.services import remove_services_from_index
from services.models import (
    Category,
    CategoryFit,
    Listing,
    Scheme,
    SearchPosting,
    Service,
    ServicePhone,
    ServiceReference,
    Suggestion,
)

from .category_autocomplete import CategoryMultipleChoiceField, CategorySelectMultiple, category_choices
from .optimistic_lock import OptimisticLockForm, OptimisticLockMixin
from .reindex_mixin import ReindexMixin

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts


class ServiceForm(OptimisticLockForm, StewardedForm):
    pass


class ServicePhoneInline(PhoneInline):
    model = ServicePhone


class ServiceReferenceInline(ReferenceInline):
    model = ServiceReference


class ThemeFilter(admin.SimpleListFilter):
    """Services of a theme, including the categories below it, or without a theme."""

    title = _("theme")
    parameter_name = "theme"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        themes = Category.objects.in_use().filter(scheme=Scheme.THEME, parent=None)
        return [("none", _("no theme")), *((theme.code, theme.name) for theme in themes)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Service]) -> QuerySet[Service]:
        if self.value() is None:
            return queryset
        if self.value() == "none":
            services_with_theme = Service.objects.filter(categories__scheme=Scheme.THEME)
            return queryset.exclude(pk__in=services_with_theme.values("pk"))
        theme = Category.objects.filter(code=self.value()).first()
        if theme is None:
            return queryset
        category_ids = [category.pk for category in Category.objects.descendants(theme, include_self=True)]
        return queryset.filter(pk__in=Service.objects.filter(categories__in=category_ids).values("pk"))


def facet_filter(facet: Facet) -> str | type[admin.SimpleListFilter]:
    """The filter by a facet: by Django's filter of the field, or by each of the values that a list may hold."""
    if not facet.is_list:
        return facet.service or f"organisation__{facet.organisation}"

    class ValueFilter(admin.SimpleListFilter):
        title = facet.label  # type: ignore[assignment]
        parameter_name = facet.dimension

        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
            return list(facet.choices.items())

        def queryset(self, request: HttpRequest, queryset: QuerySet[Service]) -> QuerySet[Service]:
            value = self.value()
            return queryset.filter(**{f"{facet.service}__contains": [value]}) if value in facet.choices else queryset

    return ValueFilter


def part_fields(part: FormPart, *others: str | tuple[str, ...]) -> "_FieldOpts":
    """The fields of a part of the form as those of a fieldset: its facets, others, and its texts."""
    return {"fields": [*facet_fields(part), *others, *(translated_fields(name) for name in text_names(part))]}


@admin.register(Service)
class ServiceAdmin(OptimisticLockMixin, ReindexMixin, StewardedAdmin):
    history_kind = "service"
    form = ServiceForm
    list_display = ("name", "organisation", "sector", "status", "cost", "confirmed")
    list_filter = (
        "status",
        ConfirmedFilter,
        ThemeFilter,
        *(facet_filter(facet) for facet in FACETS if facet.in_admin_filters),
        "organisation__is_demo",
    )
    list_select_related = ("organisation",)
    search_fields = (
        *translated_fields("name"),
        *translated_fields("summary"),
        *translated_fields("search_words"),
        *translated_fields("organisation__name"),
        "organisation__abbreviation",
    )
    autocomplete_fields = ("organisation", "municipalities", "counties", "locations")
    inlines = (ServicePhoneInline, ServiceReferenceInline)
    hidden_deletion_models = (Listing, SearchPosting, CategoryFit, Suggestion)
    fieldsets = [
        (None, part_fields("what", "organisation")),
        StewardedAdmin.stewardship_fieldset,
        (_("For whom"), part_fields("whom", ("age_min", "age_max"), "categories")),
        (_("How a client gets in"), part_fields("access")),
        (_("How a professional refers"), part_fields("professional")),
        (_("Where and how"), part_fields("where", "locations", "nationwide", "municipalities", "counties")),
        (_("Languages and accessibility"), part_fields("languages")),
        (_("Cost"), part_fields("cost")),
        (_("How to reach it"), part_fields("reach", "email", "is_crisis_number")),
        (_("Offered for a time, and search"), part_fields("time", ("valid_from", "valid_until"))),
    ]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [alphabetical("name")]

    def get_inlines(self, request: HttpRequest, obj: Service | None) -> list[type[InlineModelAdmin]]:
        is_imported = obj is not None and obj.references.exists()
        return [inline for inline in self.inlines if is_imported or inline is not ServiceReferenceInline]

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "categories":
            kwargs.update(
                form_class=CategoryMultipleChoiceField,
                queryset=category_choices(),
                widget=CategorySelectMultiple(self.admin_site),
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def is_public(self, obj: Service) -> bool:
        return super().is_public(obj) and obj.organisation.status == Status.PUBLISHED

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        service = form.instance
        if service.status == Status.PUBLISHED and not self.is_public(service):
            messages.warning(
                request,
                gettext("The service shows to readers once its organisation %(organisation)s is published.")
                % {"organisation": service.organisation},
            )

    def affected_service_ids(self, records: Iterable[Service]) -> set[int]:
        return {record.pk for record in records}

    def prepare_deletion(self, records: list[Service]) -> None:
        remove_services_from_index(service_ids=self.affected_service_ids(records))

    @admin.display(description=_("sector"), ordering="organisation__sector")
    def sector(self, obj: Service) -> str:
        return obj.organisation.get_sector_display()
