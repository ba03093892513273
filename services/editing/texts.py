"""What the form of a service says: plain questions, examples, and lengths."""

from django.utils.translation import gettext_lazy as _

# Lengths that the national register of services (PTV) takes, in characters.
LENGTHS = {"name": 100, "summary": 150} | dict.fromkeys(
    ("description", "eligibility", "requirements", "client_access", "cost_note"), 2500
)
# Field: question, hint or example, lines.
TEXTS = {
    "name": (
        _("Name of the service"),
        _("As you would say it on the phone. For example: Peer group for separated parents"),
        1,
    ),
    "summary": (
        _("In one sentence"),
        _("What is it, and for whom? For example: Talk with other parents who have separated, free of charge."),
        2,
    ),
    "description": (
        _("What it is"),
        _("What happens there, how often, with whom? Numbers and prices have fields of their own."),
        7,
    ),
    "eligibility": (_("Who is it for?"), _("For example: Families of Vantaa with a child under school age."), 3),
    "requirements": (
        _("What does it ask for?"),
        _("Only if something is needed before coming. For example: You have a decision by Kela."),
        2,
    ),
    "client_access": (
        _("How does the family get in?"),
        _("The first step first. For example: Call or send a message. We answer within two days."),
        4,
    ),
    "waiting_time": (_("How long must one wait?"), _("For example: About two weeks"), 1),
    "professional_access": (
        _("How does a professional refer?"),
        _("For example: Call together with the family, or send the form on our website."),
        3,
    ),
    "professional_needs": (
        _("What does a referral need?"),
        _("For example: The family's consent. No medical statement."),
        3,
    ),
    "cost_note": (_("More about the cost"), _("For example: The group is free; camps cost 40 euros a child."), 2),
    "accessibility_note": (
        _("More about accessibility"),
        _("For example: The door is heavy; ring the bell."),
        2,
    ),
    "website": (_("Website"), _("The page about this service, for example https://www.example.fi/group"), 1),
    "search_words": (
        _("Other words people use"),
        _("One a line: words that people use and that your text lacks. For example: divorce"),
        3,
    ),
}
FACTS = {
    "age_min": (_("From age"), _("Years. Leave empty where there is no limit.")),
    "age_max": (_("To age"), _("The last age that is served.")),
    "categories": (_("Subjects"), _("All that fit well. They decide in which searches the service is found.")),
    "access_routes": (_("Who may make contact?"), _("Tick all that hold.")),
    "channels": (_("How is it given?"), ""),
    "languages": (_("In which languages?"), _("Those in which somebody really serves, not those of the brochure.")),
    "cost": (_("What does it cost?"), ""),
    "low_threshold": (_("Low threshold: no appointment, referral or diagnosis needed"), ""),
    "anonymous": (_("One need not tell who one is"), ""),
    "accessibility": (_("What makes it easier to come?"), ""),
    "nationwide": (_("All of Finland"), ""),
    "locations": (_("Where is it given?"), _("Places of your organisation.")),
    "email": (_("E-mail"), _("A shared address stays good when people change.")),
    "valid_from": (_("First day"), _("Only for what is offered for a time, such as a course.")),
    "valid_until": (_("Last day"), ""),
}
PHONES = {
    "number": _("Phone number"),
    "label": _("For what is it?"),
    "charge_note": _("Price of the call"),
}
# What to do first about a record that lacks something (see services.models.completeness), and where in the form.
NEXT = {
    "access": (_("Tell how one gets in."), "id_access_routes"),
    "reach": (_("Give a phone number, an e-mail address or a place."), "reach"),
    "summary": (_("Say in one sentence what it is."), "id_summary_fi"),
    "categories": (_("Choose subjects, so that it is found."), "categories"),
    "eligibility": (_("Tell who it is for."), "id_eligibility_fi"),
    "description": (_("Tell what it is."), "id_description_fi"),
    "cost": (_("Tell what it costs."), "id_cost"),
    "languages": (_("Tell in which languages it is given."), "id_languages"),
}
# The texts that somebody who reads one language needs; the more of them, the more complete the language is.
NEEDED = ("name", "summary", "description", "eligibility", "client_access", "professional_access")
