"""The table of the texts of a service: each field that is written in all languages, declared once.

Translation, the form, its values, search, the public pages and the admin are derived from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.core.translated_text import translated_text

Label = str | Promise
# The parts of the form and of the admin; facets precede texts in each.
FormPart = Literal["what", "whom", "access", "professional", "where", "languages", "cost", "reach", "time"]
FORM_PARTS: tuple[FormPart, ...] = get_args(FormPart)


@dataclass(frozen=True)
class ServiceText:
    """A text of a service, by the name of its field.

    The service page shows a text with a heading: as a section, or among the facts if it has one line. A text without a
    heading belongs to something else on the page, and the template names it.
    """

    name: str
    part: FormPart
    # What the form asks, and a hint or an example.
    question: Label
    hint: Label
    # The height of its box in the form.
    lines: int
    # The length that the national register of services (PTV) takes, in characters.
    max_length: int = 0
    # Whether those who read one language need it: the form counts these texts for each language.
    essential: bool = False
    heading: Label = ""
    # Whether it has a row in the comparison, under its heading.
    compared: bool = False
    # Words of the text count this much in search, and less so the more it exceeds its usual number of words.
    search_weight: float = 0.0
    usual_words: int = 0


SERVICE_TEXTS = (
    ServiceText(
        "name",
        "what",
        _("Name of the service"),
        _("As you would say it on the phone. For example: Peer group for separated parents"),
        lines=1,
        max_length=100,
        essential=True,
        search_weight=5.0,
        usual_words=4,
    ),
    ServiceText(
        "summary",
        "what",
        _("In one sentence"),
        _("What is it, and for whom? For example: Talk with other parents who have separated, free of charge."),
        lines=2,
        max_length=150,
        essential=True,
        search_weight=2.0,
        usual_words=15,
    ),
    ServiceText(
        "description",
        "what",
        _("What it is"),
        _("What happens there, how often, with whom? Numbers and prices have fields of their own."),
        lines=7,
        max_length=2500,
        essential=True,
        heading=_("What it is"),
        search_weight=1.0,
        usual_words=60,
    ),
    ServiceText(
        "eligibility",
        "whom",
        _("Who is it for?"),
        _("For example: Families of Vantaa with a child under school age."),
        lines=3,
        max_length=2500,
        essential=True,
        heading=_("For whom"),
        compared=True,
        search_weight=1.0,
        usual_words=15,
    ),
    ServiceText(
        "requirements",
        "whom",
        _("What does it ask for?"),
        _("Only if something is needed before coming. For example: You have a decision by Kela."),
        lines=2,
        max_length=2500,
        heading=_("Requirements"),
        search_weight=0.5,
        usual_words=40,
    ),
    ServiceText(
        "client_access",
        "access",
        _("How does the family get in?"),
        _("The first step first. For example: Call or send a message. We answer within two days."),
        lines=4,
        max_length=2500,
        essential=True,
        search_weight=0.5,
        usual_words=40,
    ),
    ServiceText(
        "waiting_time",
        "access",
        _("How long must one wait?"),
        _("For example: About two weeks"),
        lines=1,
        heading=_("Waiting time"),
        compared=True,
    ),
    ServiceText(
        "professional_access",
        "professional",
        _("How does a professional refer?"),
        _("For example: Call together with the family, or send the form on our website."),
        lines=3,
        essential=True,
    ),
    ServiceText(
        "professional_needs",
        "professional",
        _("What does a referral need?"),
        _("For example: The family's consent. No medical statement."),
        lines=3,
    ),
    ServiceText(
        "cost_note",
        "cost",
        _("More about the cost"),
        _("For example: The group is free; camps cost 40 euros a child."),
        lines=2,
        max_length=2500,
    ),
    ServiceText(
        "accessibility_note",
        "languages",
        _("More about accessibility"),
        _("For example: The door is heavy; ring the bell."),
        lines=2,
    ),
    ServiceText(
        "website",
        "reach",
        _("Website"),
        _("The page about this service, for example https://www.example.fi/group"),
        lines=1,
    ),
    ServiceText(
        "search_words",
        "time",
        _("Other words people use"),
        _("One a line: words that people use and that your text lacks. For example: divorce"),
        lines=3,
        search_weight=3.0,
        usual_words=12,
    ),
)
SERVICE_TEXT_NAMES = tuple(text.name for text in SERVICE_TEXTS)
SEARCHED_TEXTS = tuple(text for text in SERVICE_TEXTS if text.search_weight)


def text_names(part: FormPart) -> list[str]:
    """The fields of the texts of a part of the form."""
    return [text.name for text in SERVICE_TEXTS if text.part == part]


def text_sections(service: Model) -> Iterator[ServiceText]:
    """The texts of a service that are sections of its page; only those that are written."""
    return (text for text in _written_texts(service) if text.lines > 1)


def text_facts(service: Model) -> Iterator[ServiceText]:
    """The texts of a service in one line, which its page shows among the facts; only those that are written."""
    return (text for text in _written_texts(service) if text.lines == 1)


def _written_texts(service: Model) -> Iterator[ServiceText]:
    return (text for text in SERVICE_TEXTS if text.heading and translated_text(service, text.name))
