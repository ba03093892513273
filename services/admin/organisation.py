"""Extend the admin of organisations with categories, history and search indexing."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import TamperSafeInlineFormSet
from organisations.admin.organisation import ContactInline, OrganisationAdmin, OrganisationForm
from organisations.models import Contact, Organisation
from services.actions.contacts import remove_contact
from services.indexing.suggestions import index_organisation_suggestions
from services.models import Change, Service, Suggestion
from services.models.change import RecordKind
from services.revisions.erase_contact import erase_former_person

from .category_autocomplete import CategoryMultipleChoiceField, CategorySelectMultiple, category_choices
from .optimistic_lock import OptimisticLockForm, OptimisticLockMixin
from .reindex_mixin import ReindexMixin


class TaggedOrganisationForm(OptimisticLockForm, OrganisationForm):
    categories = CategoryMultipleChoiceField(
        label=_("Categories"),
        queryset=category_choices(),
        required=False,
        widget=CategorySelectMultiple(admin.site),
        help_text=_("Of any scheme."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["categories"] = list(self.instance.categories.values_list("pk", flat=True))


class ContactErasureFormSet(TamperSafeInlineFormSet):
    """Erase removed or replaced people from the history as well, as the members' pages do."""

    def delete_existing(self, obj, commit=True):
        if commit:
            remove_contact(contact=obj)

    def save_existing(self, form, obj, commit=True):
        stored = super().save_existing(form, obj, commit)
        if commit:
            erase_former_person(contact=stored)
        return stored


class ContactErasureInline(ContactInline):
    formset = ContactErasureFormSet


# `organisations` must not import `services`, so its admin is extended here.
admin.site.unregister(Organisation)


@admin.register(Organisation)
class TaggedOrganisationAdmin(OptimisticLockMixin, ReindexMixin, OrganisationAdmin):
    form = TaggedOrganisationForm
    hidden_deletion_models = (Suggestion,)
    inlines = tuple(ContactErasureInline if inline is ContactInline else inline for inline in OrganisationAdmin.inlines)
    categories_fieldset: Any = (_("What it is about"), {"fields": ["categories"]})
    fieldsets = [OrganisationAdmin.fieldsets[0], categories_fieldset, *OrganisationAdmin.fieldsets[1:]]
    indexed_fields = frozenset({"name", "abbreviation", "sector", "status", "nationwide", "municipalities", "counties"})

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        # The read-only page of Django cannot show a reverse relation.
        if obj is not None and not self.has_change_permission(request, obj):
            return [fieldset for fieldset in fieldsets if fieldset[0] != self.categories_fieldset[0]]
        return fieldsets

    def save_related(self, request, form, formsets, change):
        form.instance.categories.set(form.cleaned_data["categories"])
        super().save_related(request, form, formsets, change)

    def lock(self, record):
        super().lock(record)
        list(Contact.objects.select_for_update(of=("self",)).filter(organisation=record))

    def may_return(self, model, pk):
        """Erased people do not return."""
        return model is not Contact or not Change.objects.of(RecordKind.CONTACT, pk).filter(erased=True).exists()

    def prepare_deletion(self, records):
        """Remove each contact as its own page would: people are erased, other contacts can be restored."""
        for contact in Contact.objects.filter(organisation__in=records):
            remove_contact(contact=contact)

    def records_changed(self, records):
        super().records_changed(records)
        index_organisation_suggestions(organisation_ids=[record.pk for record in records])

    def affected_service_ids(self, records):
        return set(Service.objects.filter(organisation__in=records).values_list("pk", flat=True))
