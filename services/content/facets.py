"""The table of facets: what services can be filtered by, each declared once.

Tokens, filters, the panel, the words of pages, the form and the admin are derived from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.models.organisation import Sector
from services.models import Scheme, Service, ServiceLocation
from services.models.choices import AccessibilityFact, AccessRoute, Channel, Cost, Language, PlaceFact
from services.search.facets import choice_tokens

Label = str | Promise
FacetModel = type[Service] | type[ServiceLocation]


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
    # What the form asks, and a hint. A field of a service or of a place that has a question is written by its keepers.
    question: Label = ""
    hint: Label = ""
    in_admin_filters: bool = False
    # Whether the card, the page, the form and the admin have a place for it; else it follows after their other facts.
    has_own_place: bool = False

    @property
    def is_category_scheme(self) -> bool:
        return self.dimension in Scheme.values

    @property
    def is_flag(self) -> bool:
        return not self.choices and not self.is_category_scheme


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
        has_own_place=True,
    ),
    Facet(
        "language",
        _("Language of the service"),
        dict(Language.choices),
        service="languages",
        panel_order=70,
        question=_("In which languages?"),
        hint=_("Those in which somebody really serves, not those of the brochure."),
        has_own_place=True,
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
        has_own_place=True,
    ),
    Facet(
        "cost",
        _("Cost"),
        dict(Cost.choices),
        service="cost",
        panel_order=80,
        question=_("What does it cost?"),
        in_admin_filters=True,
        has_own_place=True,
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
        has_own_place=True,
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
        in_admin_filters=True,
        has_own_place=True,
    ),
    Facet(
        "anonymous",
        _("can be used anonymously"),
        service="anonymous",
        question=_("One need not tell who one is"),
        has_own_place=True,
    ),
    # A part of the area: its token and its place in the form come with that.
    Facet("nationwide", _("nationwide")),
)
CHOICE_FACETS = tuple(facet for facet in FACETS if facet.choices)
FLAG_FACETS = tuple(facet for facet in FACETS if facet.is_flag)
PANEL_FACETS = tuple(sorted((f for f in FACETS if not f.is_flag), key=lambda facet: facet.panel_order))
MATCH_ALL_DIMENSIONS = frozenset(facet.dimension for facet in FACETS if facet.match_all)
CHOICE_LABELS = {facet.dimension: facet.choices for facet in CHOICE_FACETS}
# Those of services for which pages, the form and the admin have no place of their own.
FURTHER_FACETS = tuple(facet for facet in FACETS if facet.service and not facet.has_own_place)


def facet_tokens(service: Service) -> set[str]:
    """The tokens of a service by its own fields and by those of its organisation and of its places in use."""
    locations = [location for location in service.locations.all() if not location.archived]
    tokens: set[str] = set()
    for facet in FACETS:
        sources = [(service, facet.service), (service.organisation, facet.organisation)]
        sources += [(location, facet.location) for location in locations]
        for record, name in sources:
            if name:
                tokens |= choice_tokens(facet.dimension, _token_values(getattr(record, name)))
    return tokens


def editable_facet_fields(model: FacetModel, kind: str) -> tuple[str, ...]:
    """The fields of facets that the keepers of a record write, by the kind: "flag", "single" or "choices"."""
    return tuple(name for name in facet_questions(model) if _field_kind(model._meta.get_field(name)) == kind)


def facet_questions(model: FacetModel) -> dict[str, tuple[Label, Label]]:
    """{field: (question, hint)} of the facets that the form of a model asks for."""
    facets = ((facet.service if model is Service else facet.location, facet) for facet in (*PANEL_FACETS, *FLAG_FACETS))
    return {name: (facet.question, facet.hint) for name, facet in facets if name and facet.question}


def further_facts(service: Service) -> list[tuple[Label, str]]:
    """(label, values in words) of the facets that a page has no place of its own for; only those that are stated."""
    facts = []
    for facet in FURTHER_FACETS:
        if values := _token_values(getattr(service, facet.service)):
            words = (str(facet.choices.get(value, _("yes"))) for value in values if value)
            facts.append((facet.label, ", ".join(words)))
    return facts


def _token_values(value: bool | str | list[str]) -> list[str]:
    if isinstance(value, bool):
        return ["yes"] if value else []
    return [value] if isinstance(value, str) and value else list(value)


def _field_kind(model_field: models.Field) -> str:
    if isinstance(model_field, models.BooleanField):
        return "flag"
    return "choices" if isinstance(model_field, ArrayField) else "single"
