"""What the forms of an organisation, its services, locations and contacts say."""

from django.utils.translation import gettext_lazy as _

from services.content.facets import facet_questions
from services.content.form_texts import FormTexts
from services.content.service_texts import SERVICE_TEXTS
from services.models import Service, ServiceLocation

_SERVICE_FACT_QUESTIONS = {
    "age_min": (_("From age"), _("Years. Leave empty where there is no limit.")),
    "age_max": (_("To age"), _("The last age that is served.")),
    "categories": (_("Subjects"), _("All that fit well. They decide in which searches the service is found.")),
    **facet_questions(Service),
    "nationwide": (_("All of Finland"), ""),
    "locations": (_("Where is it given?"), _("Places of your organisation.")),
    "contacts": (
        _("Whom do professionals contact?"),
        _("Tick none where it is the same as for the other services of your organisation."),
    ),
    "email": (_("E-mail"), _("A shared address stays good when people change.")),
    "valid_from": (_("First day"), _("Only for what is offered for a time, such as a course.")),
    "valid_until": (_("Last day"), ""),
}
PHONE_LABELS = {
    "number": _("Phone number"),
    "label": _("For what is it?"),
    "charge_note": _("Price of the call"),
}
# What to do first about a record that lacks something (see services.content.completeness), and where in the form.
SERVICE_NEXT_STEPS = {
    "access": (_("Tell how one gets in."), "id_access_routes"),
    "reach": (_("Give a phone number, an e-mail address or a place."), "reach"),
    "summary": (_("Say in one sentence what it is."), "id_summary_fi"),
    "categories": (_("Choose subjects, so that it is found."), "categories"),
    "eligibility": (_("Tell who it is for."), "id_eligibility_fi"),
    "description": (_("Tell what it is."), "id_description_fi"),
    "cost": (_("Tell what it costs."), "id_cost"),
    "languages": (_("Tell in which languages it is given."), "id_languages"),
}
SERVICE_FORM_TEXTS = FormTexts(
    {text.name: (text.question, text.hint, text.lines) for text in SERVICE_TEXTS},
    _SERVICE_FACT_QUESTIONS,
    essential_texts=tuple(text.name for text in SERVICE_TEXTS if text.essential),
    max_lengths={text.name: text.max_length for text in SERVICE_TEXTS if text.max_length},
)
ORGANISATION_FORM_TEXTS = FormTexts(
    {
        "name": (_("Name of the organisation"), _("The name that people know it by, written out."), 1),
        "description": (
            _("What the organisation does"),
            _("For whom, and what is special about it? Services and places have pages of their own."),
            7,
        ),
        "website": (_("Website"), _("The front page, for example https://www.example.fi"), 1),
    },
    {
        "abbreviation": (_("Abbreviation"), _("Only if people use it. For example: KPT")),
        "email": (_("E-mail"), _("A shared address stays good when people change.")),
        "nationwide": (_("All of Finland"), ""),
        "categories": (_("Subjects"), _("What the organisation is about. Each service has subjects of its own.")),
    },
    essential_texts=("name", "description", "website"),
    max_lengths={"name": 100, "description": 2500},
)
# As NEXT, for an organisation.
ORGANISATION_NEXT_STEPS = {
    "reach": _("Give a phone number or an e-mail address."),
    "description": _("Tell what the organisation does."),
    "area": _("Tell where it works."),
    "contacts": _("Name a contact whom a professional can call."),
    "website": _("Give the address of the website."),
    "categories": _("Choose subjects that tell what it is about."),
    "translated": _("Tell what it does in Swedish or English too."),
}
CONTACT_FORM_TEXTS = FormTexts(
    {"title": (_("Title or desk"), _("For example: Coordinator of family work, or: Advice for families"), 1)},
    {
        "name": (_("Person's name"), _("Leave it empty for a desk that several people answer for.")),
        "phone": (_("Phone"), _("A work number.")),
        "email": (_("E-mail"), _("A shared address stays good when people change.")),
        "purposes": (_("In which matters?"), _("Tick all that hold.")),
        "visibility": (
            _("Who sees this contact?"),
            _("Professionals are those who have signed in and work with families. Ask the person which one is right."),
        ),
        "municipalities": (_("For which municipalities?"), _("Tick none where it is the organisation's whole area.")),
    },
    essential_texts=("title",),
)
LOCATION_FORM_TEXTS = FormTexts(
    {
        "name": (_("Name of the place"), _("For example: Family house, 2nd floor"), 1),
        "street": (_("Street address"), _("For example: Kivivuorentie 4"), 1),
        "city": (_("Post office"), "", 1),
        "hours_note": (_("More about the hours"), _("For example: Come by 11 at the latest."), 1),
        "accessibility_note": (
            _("More about accessibility"),
            _("For example: The door is heavy; ring the bell."),
            2,
        ),
        "website": (_("Website"), _("The page about this place, if it has one."), 1),
    },
    {
        "by_appointment": (_("By appointment only, or mostly"), ""),
        "email": (_("E-mail"), _("A shared address stays good when people change.")),
        **facet_questions(ServiceLocation),
    },
    essential_texts=("name", "street", "city"),
    max_lengths={"name": 100},
)
