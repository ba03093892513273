"""Admin of services."""

from django.contrib import admin, messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import PhoneInline, ReferenceInline, translated_fields
from organisations.admin.stewardship import ConfirmedFilter, StewardedAdmin, StewardedForm
from organisations.core.collation import alphabetical
from organisations.models.base import Status
from services.content.facets import FACETS, FURTHER_FACETS
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

    def lookups(self, request, model_admin):
        themes = Category.objects.in_use().filter(scheme=Scheme.THEME, parent=None)
        return [("none", _("no theme")), *((theme.code, theme.name) for theme in themes)]

    def queryset(self, request, queryset):
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


@admin.register(Service)
class ServiceAdmin(OptimisticLockMixin, ReindexMixin, StewardedAdmin):
    history_kind = "service"
    form = ServiceForm
    list_display = ("name", "organisation", "sector", "status", "cost", "confirmed")
    list_filter = (
        "status",
        ConfirmedFilter,
        "organisation__sector",
        ThemeFilter,
        *(facet.service for facet in FACETS if facet.in_admin_filters and facet.service),
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
        (
            None,
            {
                "fields": [
                    "organisation",
                    translated_fields("name"),
                    translated_fields("summary"),
                    translated_fields("description"),
                ]
            },
        ),
        StewardedAdmin.stewardship_fieldset,
        (
            _("For whom"),
            {
                "fields": [
                    translated_fields("eligibility"),
                    ("age_min", "age_max"),
                    "categories",
                    translated_fields("requirements"),
                    *(facet.service for facet in FURTHER_FACETS),
                ]
            },
        ),
        (
            _("How a client gets in"),
            {
                "fields": [
                    "access_routes",
                    translated_fields("client_access"),
                    ("low_threshold", "anonymous"),
                    translated_fields("waiting_time"),
                ]
            },
        ),
        (
            _("How a professional refers"),
            {"fields": [translated_fields("professional_access"), translated_fields("professional_needs")]},
        ),
        (
            _("Where and how"),
            {"fields": ["channels", "locations", "nationwide", "municipalities", "counties", "languages"]},
        ),
        (_("Cost"), {"fields": ["cost", translated_fields("cost_note")]}),
        (_("Accessibility"), {"fields": ["accessibility", translated_fields("accessibility_note")]}),
        (_("How to reach it"), {"fields": [translated_fields("website"), "email"]}),
        (_("Offered for a time"), {"fields": [("valid_from", "valid_until")]}),
        (_("Words for search"), {"fields": [translated_fields("search_words")]}),
    ]

    def get_ordering(self, request):
        return [alphabetical("name")]

    def get_inlines(self, request, obj):
        is_imported = obj is not None and obj.references.exists()
        return [inline for inline in self.inlines if is_imported or inline is not ServiceReferenceInline]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "categories":
            kwargs.update(
                form_class=CategoryMultipleChoiceField,
                queryset=category_choices(),
                widget=CategorySelectMultiple(self.admin_site),
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def is_public(self, obj) -> bool:
        return super().is_public(obj) and obj.organisation.status == Status.PUBLISHED

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        service = form.instance
        if service.status == Status.PUBLISHED and not self.is_public(service):
            messages.warning(
                request,
                gettext("The service shows to readers once its organisation %(organisation)s is published.")
                % {"organisation": service.organisation},
            )

    def affected_service_ids(self, records):
        return {record.pk for record in records}

    def prepare_deletion(self, records):
        remove_services_from_index(service_ids=self.affected_service_ids(records))

    @admin.display(description=_("sector"), ordering="organisation__sector")
    def sector(self, obj):
        return obj.organisation.get_sector_display()
