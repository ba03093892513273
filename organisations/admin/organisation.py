"""Admin of organisations with their phones, contacts and members."""

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.utils.translation import gettext_lazy as _
from stdnum.fi import ytunnus

from organisations.core.collation import alphabetical
from organisations.models import Contact, Membership, Organisation, OrganisationPhone, OrganisationReference

from .base import PhoneInline, ReferenceInline, TamperSafeInlineFormSet, TranslatedInline, translated_fields
from .last_admin import missing_admin_warning
from .stewardship import ConfirmedFilter, StewardedAdmin, StewardedForm
from .tamper_safe import TamperSafeAutocompleteMixin


class OrganisationForm(StewardedForm):
    def clean_business_id(self):
        """Normalise to the official form with a hyphen."""
        value = self.cleaned_data["business_id"].strip()
        return ytunnus.format(value) if ytunnus.is_valid(value) else value


class OrganisationPhoneInline(PhoneInline):
    model = OrganisationPhone


class OrganisationReferenceInline(ReferenceInline):
    model = OrganisationReference


class ContactForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A named person needs no title.
        if "title_fi" in self.fields:
            self.fields["title_fi"].required = False

    def clean(self):
        cleaned = super().clean()
        data = self.cleaned_data
        has_name = data.get("name") or data.get("title_fi")
        # The model accepts a title in any language, but the database constraint requires the Finnish one.
        if not has_name and (data.get("title_sv") or data.get("title_en")):
            self.add_error("title_fi", _("Give the title or desk in Finnish too."))
        return cleaned


class ContactInline(TranslatedInline):
    model = Contact
    form = ContactForm
    autocomplete_fields = ("municipalities",)
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "order"),
                    translated_fields("title"),
                    ("email", "phone"),
                    ("visibility", "purposes"),
                    "municipalities",
                ]
            },
        )
    ]


class OrganisationMembershipInline(TamperSafeAutocompleteMixin, admin.TabularInline):
    model = Membership
    formset = TamperSafeInlineFormSet
    extra = 0
    autocomplete_fields = ("user",)
    fields = ("user", "role", "created_at")
    readonly_fields = ("created_at",)


@admin.register(Organisation)
class OrganisationAdmin(StewardedAdmin):
    history_kind = "organisation"
    organisation_field = ""
    form = OrganisationForm
    list_display = ("name", "abbreviation", "sector", "parent", "status", "confirmed")
    list_filter = ("status", "sector", ConfirmedFilter, "is_demo")
    list_select_related = ("parent",)
    search_fields = ("name_fi", "name_sv", "name_en", "abbreviation", "=business_id")
    autocomplete_fields = ("parent", "municipalities", "counties")
    inlines: ClassVar[tuple[type[InlineModelAdmin], ...]] = (
        OrganisationPhoneInline,
        ContactInline,
        OrganisationReferenceInline,
        OrganisationMembershipInline,
    )
    fieldsets = [
        (
            None,
            {
                "fields": [
                    translated_fields("name"),
                    ("abbreviation", "business_id"),
                    "sector",
                    "parent",
                    translated_fields("description"),
                ]
            },
        ),
        (_("Where it works"), {"fields": ["nationwide", "municipalities", "counties"]}),
        (_("How to reach it"), {"fields": [translated_fields("website"), "email"]}),
        StewardedAdmin.stewardship_fieldset,
        (_("Demonstration"), {"fields": ["is_demo"], "classes": ["collapse"]}),
    ]

    def get_ordering(self, request):
        return [alphabetical("name")]

    def get_inlines(self, request, obj):
        # Only superusers manage memberships here.
        hidden: set[type[InlineModelAdmin]] = set() if request.user.is_superuser else {OrganisationMembershipInline}
        if obj is None or not obj.references.exists():
            hidden.add(OrganisationReferenceInline)
        return [inline for inline in self.inlines if inline not in hidden]

    def save_related(self, request, form, formsets, change):
        with missing_admin_warning(request, Organisation.objects.filter(pk=form.instance.pk)):
            super().save_related(request, form, formsets, change)
