"""The page of an organisation, with what services add to it: categories, and search that stays in step."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from organisations.admin.organisation import OrganisationAdmin, OrganisationForm
from organisations.models import Organisation
from services.actions.index_suggestions import suggest_organisations
from services.models import Service, Suggestion

from .choosing import CategoriesField, CategorySelectMultiple, all_categories
from .in_step import KeepsSearchInStep


class TaggedOrganisationForm(OrganisationForm):
    categories = CategoriesField(
        label=_("Categories"),
        queryset=all_categories(),
        required=False,
        widget=CategorySelectMultiple(admin.site),
        help_text=_("Of any scheme."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["categories"] = list(self.instance.categories.values_list("pk", flat=True))


# `organisations` must not know of services, so its page is extended from here.
admin.site.unregister(Organisation)


@admin.register(Organisation)
class TaggedOrganisationAdmin(KeepsSearchInStep, OrganisationAdmin):
    form = TaggedOrganisationForm
    unmentioned = (Suggestion,)
    tags_fieldset = (_("What it is about"), {"fields": ["categories"]})
    fieldsets = [OrganisationAdmin.fieldsets[0], tags_fieldset, *OrganisationAdmin.fieldsets[1:]]
    indexed_fields = frozenset({"name", "abbreviation", "sector", "status", "nationwide", "municipalities", "counties"})

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        # The stock page for those who may only look cannot show a relation from its other end.
        if obj is not None and not self.has_change_permission(request, obj):
            return [fieldset for fieldset in fieldsets if fieldset[0] != self.tags_fieldset[0]]
        return fieldsets

    def save_related(self, request, form, formsets, change):
        form.instance.categories.set(form.cleaned_data["categories"])
        super().save_related(request, form, formsets, change)

    def records_changed(self, records):
        super().records_changed(records)
        suggest_organisations(organisation_ids=[record.pk for record in records])

    def services_touched(self, records):
        return set(Service.objects.filter(organisation__in=records).values_list("pk", flat=True))
