"""Services: what can be offered to a family."""

from django.contrib import admin, messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import PhoneInline, ReferenceInline, in_languages
from organisations.admin.stewardship import ConfirmedFilter, StewardedAdmin, StewardedForm
from organisations.core.collation import alphabetical
from organisations.models.base import Status
from services.indexing.services import unlist_services
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

from .category_autocomplete import CategoriesField, CategorySelectMultiple, all_categories
from .optimistic_lock import NothingUnseen, SeenForm
from .reindex_mixin import KeepsSearchInStep


class ServiceForm(SeenForm, StewardedForm):
    pass


class ServicePhoneInline(PhoneInline):
    model = ServicePhone


class ServiceReferenceInline(ReferenceInline):
    model = ServiceReference


class ThemeFilter(admin.SimpleListFilter):
    """By theme with all below it; and services that nobody has given a theme."""

    title = _("theme")
    parameter_name = "theme"

    def lookups(self, request, model_admin):
        themes = Category.objects.in_use().filter(scheme=Scheme.THEME, parent=None)
        return [("none", _("no theme")), *((theme.code, theme.name) for theme in themes)]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() == "none":
            themed = Service.objects.filter(categories__scheme=Scheme.THEME)
            return queryset.exclude(pk__in=themed.values("pk"))
        theme = Category.objects.filter(code=self.value()).first()
        if theme is None:
            return queryset
        below = [category.pk for category in Category.objects.descendants(theme, include_self=True)]
        return queryset.filter(pk__in=Service.objects.filter(categories__in=below).values("pk"))


@admin.register(Service)
class ServiceAdmin(NothingUnseen, KeepsSearchInStep, StewardedAdmin):
    history_kind = "service"
    form = ServiceForm
    list_display = ("name", "organisation", "sector", "status", "cost", "confirmed")
    list_filter = (
        "status",
        ConfirmedFilter,
        "organisation__sector",
        ThemeFilter,
        "cost",
        "low_threshold",
        "organisation__is_demo",
    )
    list_select_related = ("organisation",)
    search_fields = (
        *in_languages("name"),
        *in_languages("summary"),
        *in_languages("search_words"),
        *in_languages("organisation__name"),
        "organisation__abbreviation",
    )
    autocomplete_fields = ("organisation", "municipalities", "counties", "locations")
    inlines = (ServicePhoneInline, ServiceReferenceInline)
    unmentioned = (Listing, SearchPosting, CategoryFit, Suggestion)
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "organisation",
                    in_languages("name"),
                    in_languages("summary"),
                    in_languages("description"),
                ]
            },
        ),
        StewardedAdmin.stewardship_fieldset,
        (
            _("For whom"),
            {
                "fields": [
                    in_languages("eligibility"),
                    ("age_min", "age_max"),
                    "categories",
                    in_languages("requirements"),
                ]
            },
        ),
        (
            _("How a client gets in"),
            {
                "fields": [
                    "access_routes",
                    in_languages("client_access"),
                    ("low_threshold", "anonymous"),
                    in_languages("waiting_time"),
                ]
            },
        ),
        (
            _("How a professional refers"),
            {"fields": [in_languages("professional_access"), in_languages("professional_needs")]},
        ),
        (
            _("Where and how"),
            {"fields": ["channels", "locations", "nationwide", "municipalities", "counties", "languages"]},
        ),
        (_("Cost"), {"fields": ["cost", in_languages("cost_note")]}),
        (_("Accessibility"), {"fields": ["accessibility", in_languages("accessibility_note")]}),
        (_("How to reach it"), {"fields": [in_languages("website"), "email"]}),
        (_("Offered for a time"), {"fields": [("valid_from", "valid_until")]}),
        (_("Words for search"), {"fields": [in_languages("search_words")]}),
    ]

    def get_ordering(self, request):
        return [alphabetical("name")]

    def get_inlines(self, request, obj):
        imported = obj is not None and obj.references.exists()
        return [inline for inline in self.inlines if imported or inline is not ServiceReferenceInline]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "categories":
            kwargs.update(
                form_class=CategoriesField,
                queryset=all_categories(),
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

    def services_touched(self, records):
        return {record.pk for record in records}

    def before_deleting(self, records):
        unlist_services(service_ids=self.services_touched(records))

    @admin.display(description=_("sector"), ordering="organisation__sector")
    def sector(self, obj):
        return obj.organisation.get_sector_display()
