"""The forms of a service, of an organisation and of a contact."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.core.collation import alphabetical
from organisations.core.phone_numbers import is_phone_number
from organisations.models import Contact, Municipality, Organisation
from services.content.facets import editable_facet_fields, facet_fields
from services.content.record_values import EDITABLE_FIELDS
from services.content.service_texts import FORM_PARTS, FormPart, text_names
from services.models import CategoryProposal, Service

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
    asides = ("proposal",)

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

    def prepare(self) -> None:
        self.set_category_choices()
        places = (
            self.organisation.locations.in_use().select_related("municipality").order_by(alphabetical("name"), "pk")
        )
        self.fields["locations"].queryset = places
        self.fields["locations"].widget = forms.CheckboxSelectMultiple()
        self.fields["locations"].widget.choices = self.fields["locations"].choices
        for name in ("valid_from", "valid_until"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        for name in editable_facet_fields(Service, "single"):
            choices = list(self.fields[name].choices)[1:]
            self.fields[name].choices = [("", _("Not told")), *((value, capfirst(label)) for value, label in choices)]


class OrganisationForm(RecordForm):
    """What its members may change of an organisation alone."""

    # The relation is declared at the other end.
    categories = forms.ModelMultipleChoiceField(queryset=None, required=False)

    wording = texts.ORGANISATION_FORM_TEXTS
    has_phones = True

    class Meta:
        model = Organisation
        formfield_callback = formfield_with_https
        fields = tuple(name for name in EDITABLE_FIELDS[Organisation].fields if name != "categories")

    def blank(self, organisation: Organisation) -> Organisation:
        return Organisation(sector=organisation.sector)

    def prepare(self) -> None:
        self.set_category_choices()


class ContactForm(RecordForm):
    wording = texts.CONTACT_FORM_TEXTS

    class Meta:
        model = Contact
        fields = EDITABLE_FIELDS[Contact].fields

    def prepare(self) -> None:
        self.fields["title_fi"].required = False
        self.fields["visibility"].widget = forms.RadioSelect(choices=Contact._meta.get_field("visibility").choices)
        self.fields["municipalities"].queryset = Municipality.objects.alphabetical()

    def clean(self):
        given = super().clean()
        if not (given.get("name") or given.get("title_fi") or {"name", "title_fi"} & self.errors.keys()):
            self.add_error("title_fi", _("Give the person's name, or what the desk is called in Finnish."))
        if given.get("phone") and not is_phone_number(given["phone"]):
            self.add_error("phone", INVALID_PHONE_MESSAGE)
        if not (given.get("email") or given.get("phone") or {"email", "phone"} & self.errors.keys()):
            self.add_error("phone", _("Give a phone number or an e-mail address."))
        return given
