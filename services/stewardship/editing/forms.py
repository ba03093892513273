"""The forms of a service, of an organisation and of a contact."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.core.collation import alphabetical
from organisations.core.phone_numbers import is_phone_number
from organisations.models import Contact, Municipality, Organisation
from services.content.facets import editable_facet_fields, facet_fields
from services.content.record_values import EDITABLE_FIELDS
from services.content.service_texts import FORM_PARTS, FormPart, text_names
from services.models import Category, CategoryProposal, Service

from . import wording as texts
from .record_form import INVALID_PHONE_MESSAGE, RecordForm, formfield_with_https


class ServiceForm(RecordForm):
    proposal = forms.CharField(
        label=_("None fits? Tell what is missing, and why"),
        help_text=_("One sentence. A coordinator reads it. For example: Nothing fits grandparents who raise a child."),
        max_length=CategoryProposal.MAX_TEXT_LENGTH,
        required=False,
    )

    wording = texts.SERVICE_FORM_TEXTS
    has_phones = True
    non_value_fields = ("proposal",)

    class Meta:
        model = Service
        formfield_callback = formfield_with_https
        fields = EDITABLE_FIELDS[Service].fields

    def parts(self) -> dict[FormPart, dict[str, list]]:
        """The facets (bound fields) and the texts (names) of each part."""
        return {
            part: {
                "facets": [self[name] for name in facet_fields(part) if name in self.fields],
                "texts": text_names(part),
            }
            for part in FORM_PARTS
        }

    def configure_fields(self) -> None:
        self.set_category_choices()
        locations = (
            self.organisation.locations.in_use().select_related("municipality").order_by(alphabetical("name"), "pk")
        )
        field = self.record_choices("locations")
        field.queryset = locations
        field.widget = forms.CheckboxSelectMultiple()
        field.widget.choices = field.choices
        contacts = self.record_choices("contacts")
        contacts.queryset = self.organisation.contacts.all()
        contacts.widget = forms.CheckboxSelectMultiple()
        contacts.widget.choices = contacts.choices
        for name in ("valid_from", "valid_until"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        for name in editable_facet_fields(Service, "single"):
            facet_field: Any = self.fields[name]
            choices = list(facet_field.choices)[1:]
            facet_field.choices = [("", _("Not told")), *((value, capfirst(label)) for value, label in choices)]


class OrganisationForm(RecordForm):
    """What its members may change of an organisation alone."""

    # The relation is declared at the other end.
    categories: forms.Field = forms.ModelMultipleChoiceField(queryset=Category.objects.none(), required=False)

    wording = texts.ORGANISATION_FORM_TEXTS
    has_phones = True

    class Meta:
        model = Organisation
        formfield_callback = formfield_with_https
        fields = tuple(name for name in EDITABLE_FIELDS[Organisation].fields if name != "categories")

    def blank_instance(self, organisation: Organisation) -> Organisation:
        return Organisation(sector=organisation.sector)

    def configure_fields(self) -> None:
        self.set_category_choices()


class ContactForm(RecordForm):
    wording = texts.CONTACT_FORM_TEXTS

    class Meta:
        model = Contact
        fields = EDITABLE_FIELDS[Contact].fields

    def configure_fields(self) -> None:
        self.fields["title_fi"].required = False
        self.fields["visibility"].widget = forms.RadioSelect(
            choices=Contact._meta.get_field("visibility").choices or ()
        )
        self.record_choices("municipalities").queryset = Municipality.objects.alphabetical()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not (values.get("name") or values.get("title_fi") or {"name", "title_fi"} & self.errors.keys()):
            self.add_error("title_fi", _("Give the person's name, or what the desk is called in Finnish."))
        if values.get("phone") and not is_phone_number(values["phone"]):
            self.add_error("phone", INVALID_PHONE_MESSAGE)
        if not (values.get("email") or values.get("phone") or {"email", "phone"} & self.errors.keys()):
            self.add_error("phone", _("Give a phone number or an e-mail address."))
        return values
