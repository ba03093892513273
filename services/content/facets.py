"""The table of facets: what services can be filtered by, each declared once.

Tokens, filters, the panel, pages, cards, the comparison, the form, the admin and imports are derived from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.core.translated_text import translated_text
from organisations.models.organisation import Sector
from services.models import Scheme, Service, ServiceLocation
from services.models.choices import AccessibilityFact, AccessRoute, Channel, Cost, Language, PlaceFact
from services.search.facets import choice_tokens

from .service_texts import FormPart, Label

FacetModel = type[Service] | type[ServiceLocation]
FieldKind = Literal["flag", "single", "choices"]
FieldValue = bool | str | list[str]
# How pages show what a service states: a heading and words among the facts; words on cards and beside the way in; a
# section of the page; sentences that the template writes. The comparison has rows of facts and sections.
Shown = Literal["fact", "badge", "section", "sentence"]
_FLAG_LABELS: Mapping[str, Label] = {"yes": _("yes")}


@dataclass(frozen=True)
class Facet:
    """A dimension to filter by; its name is the URL parameter and the prefix of its tokens.

    `choices` are the labels of its values; a flag has none, and the categories of a scheme are read from the database.
    `service`, `location` and `organisation` name the fields that hold values. A facet without any of them gets its
    tokens from what it is derived from: categories, areas.
    """

    dimension: str
    # The heading in the panel; of a flag, what is ticked.
    label: Label
    choices: Mapping[str, Label] = field(default_factory=dict)
    service: str = ""
    location: str = ""
    organisation: str = ""
    # Whether all ticked values must hold, or any.
    match_all: bool = False
    # Groups are shown by this number, the lowest first. Flags have a group of their own.
    panel_order: int = 0
    initially_open: bool = False
    # The label on pages and badges, if another.
    short_label: Label = ""
    # What the form asks, and a hint. A field of a service or of a place that has a question is written by its keepers.
    question: Label = ""
    hint: Label = ""
    # The part of the form and of the admin that has the field.
    part: FormPart = "whom"
    shown_as: Shown = "fact"
    # The text of a service that says more; it follows the values.
    note: str = ""
    in_admin_filters: bool = False
    # Whether imports fill the field of the service, from the facets of their records.
    imported: bool = False

    @property
    def is_category_scheme(self) -> bool:
        return self.dimension in Scheme.values

    @property
    def is_flag(self) -> bool:
        return not self.choices and not self.is_category_scheme

    @property
    def heading(self) -> Label:
        return self.short_label or self.label

    @property
    def labels(self) -> Mapping[str, Label]:
        """The labels of its values; the only value of a flag is "yes"."""
        return self.choices or _FLAG_LABELS

    @property
    def is_list(self) -> bool:
        """Whether the field of the service holds several values."""
        return bool(self.service) and _field_kind(Service, self.service) == "choices"

    def words(self, service: Service) -> str:
        """What a service states, in words; nothing if it states nothing."""
        return ", ".join(str(self.labels.get(value, value)) for value in _token_values(getattr(service, self.service)))

    def field_value(self, values: Iterable[str]) -> FieldValue:
        """The value of the field of a service from values of the facet. Unknown ones are left out."""
        known = sorted(set(values) & self.labels.keys())
        match _field_kind(Service, self.service):
            case "flag":
                return bool(known)
            case "choices":
                return known
        return known[0] if known else ""


@dataclass(frozen=True)
class Fact:
    """What a service states about a facet, for its page: `words`, and the field of a text that says more."""

    name: str
    heading: Label
    words: str
    note: str


# In the order of the parameters of the URL and of the chips.
FACETS = (
    Facet(
        "sector",
        _("Who offers it"),
        dict(Sector.choices),
        organisation="sector",
        panel_order=10,
        initially_open=True,
        in_admin_filters=True,
    ),
    Facet(
        "channel",
        _("How it is offered"),
        dict(Channel.choices),
        service="channels",
        panel_order=60,
        question=_("How is it given?"),
        part="where",
        in_admin_filters=True,
        imported=True,
    ),
    Facet(
        "language",
        _("Language of the service"),
        dict(Language.choices),
        service="languages",
        panel_order=70,
        short_label=_("Languages"),
        question=_("In which languages?"),
        hint=_("Those in which somebody really serves, not those of the brochure."),
        part="languages",
        imported=True,
    ),
    Facet(
        "route",
        _("How to get in"),
        dict(AccessRoute.choices),
        service="access_routes",
        panel_order=50,
        initially_open=True,
        question=_("Who may make contact?"),
        hint=_("Tick all that hold."),
        part="access",
        shown_as="sentence",
    ),
    Facet(
        "cost",
        _("Cost"),
        dict(Cost.choices),
        service="cost",
        panel_order=80,
        question=_("What does it cost?"),
        part="cost",
        note="cost_note",
        in_admin_filters=True,
        imported=True,
    ),
    Facet(
        "accessibility",
        _("Accessibility"),
        {**dict(AccessibilityFact.choices), **dict(PlaceFact.choices)},
        service="accessibility",
        location="accessibility",
        match_all=True,
        panel_order=110,
        question=_("What makes it easier to come?"),
        part="languages",
        shown_as="section",
        note="accessibility_note",
    ),
    Facet(Scheme.THEME, _("Theme"), panel_order=20, initially_open=True),
    Facet(Scheme.FORM_OF_HELP, _("Form of help"), panel_order=30),
    Facet(Scheme.TARGET_GROUP, _("For whom"), panel_order=40),
    Facet(Scheme.LIFE_SITUATION, _("Life situation"), panel_order=90),
    Facet(Scheme.FAMILY_CENTRE_TASK, _("Family centre task"), panel_order=100),
    Facet(
        "low_threshold",
        _("low threshold"),
        service="low_threshold",
        question=_("Low threshold: no appointment, referral or diagnosis needed"),
        part="access",
        shown_as="badge",
        in_admin_filters=True,
    ),
    Facet(
        "anonymous",
        _("can be used anonymously"),
        service="anonymous",
        short_label=_("anonymous"),
        question=_("One need not tell who one is"),
        part="access",
        shown_as="badge",
    ),
    # A part of the area: its token and its place in the form come with that.
    Facet("nationwide", _("nationwide")),
)
CHOICE_FACETS = tuple(facet for facet in FACETS if facet.choices)
FLAG_FACETS = tuple(facet for facet in FACETS if facet.is_flag)
PANEL_FACETS = tuple(sorted((f for f in FACETS if not f.is_flag), key=lambda facet: facet.panel_order))
MATCH_ALL_DIMENSIONS = frozenset(facet.dimension for facet in FACETS if facet.match_all)
CHOICE_LABELS = {facet.dimension: facet.choices for facet in CHOICE_FACETS}
IMPORTED_FACETS = tuple(facet for facet in FACETS if facet.imported)


def facet_tokens(service: Service) -> set[str]:
    """The tokens of a service by its own fields and by those of its organisation and of its places in use."""
    locations = [location for location in service.locations.all() if not location.archived]
    tokens: set[str] = set()
    for facet in FACETS:
        sources: list[tuple[models.Model, str]] = [
            (service, facet.service),
            (service.organisation, facet.organisation),
        ]
        sources += [(location, facet.location) for location in locations]
        for record, name in sources:
            if name:
                tokens |= choice_tokens(facet.dimension, _token_values(getattr(record, name)))
    return tokens


def editable_facet_fields(model: FacetModel, kind: FieldKind) -> tuple[str, ...]:
    """The fields of facets that the keepers of a record write, by the kind."""
    return tuple(name for name in facet_questions(model) if _field_kind(model, name) == kind)


def facet_questions(model: FacetModel) -> dict[str, tuple[Label, Label]]:
    """{field: (question, hint)} of the facets that the form of a model asks for."""
    facets = ((facet.service if model is Service else facet.location, facet) for facet in _in_order())
    return {name: (facet.question, facet.hint) for name, facet in facets if name and facet.question}


def facet_fields(part: FormPart) -> list[str]:
    """The fields of the facets of a service in a part of the form."""
    return [facet.service for facet in _in_order() if facet.service and facet.part == part]


def compared_facets() -> list[Facet]:
    """The facets that are rows of the comparison."""
    return [facet for facet in _in_order() if facet.service and facet.shown_as in ("fact", "section")]


def service_facts(service: Service, shown_as: Shown) -> list[Fact]:
    """The facets that pages show in a way, if the service states them or has a note about them."""
    facts = []
    for facet in _in_order():
        if facet.service and facet.shown_as == shown_as:
            words = facet.words(service)
            if words or (facet.note and translated_text(service, facet.note)):
                facts.append(Fact(str(facet.dimension), facet.heading, words, facet.note))
    return facts


def service_badges(service: Service) -> list[Label]:
    """What badges say of a service: the labels of flags that hold, and of values."""
    badges: list[Label] = []
    for facet in _in_order():
        if facet.service and facet.shown_as == "badge":
            values = _token_values(getattr(service, facet.service))
            badges += [facet.heading if facet.is_flag else facet.labels.get(value, value) for value in values]
    return badges


def _in_order() -> tuple[Facet, ...]:
    """Those of the panel in its order, then the flags."""
    return (*PANEL_FACETS, *FLAG_FACETS)


def _token_values(value: FieldValue) -> list[str]:
    if isinstance(value, bool):
        return ["yes"] if value else []
    return [value] if isinstance(value, str) and value else list(value)


def _field_kind(model: FacetModel, name: str) -> FieldKind:
    model_field = model._meta.get_field(name)
    if isinstance(model_field, models.BooleanField):
        return "flag"
    return "choices" if isinstance(model_field, ArrayField) else "single"
