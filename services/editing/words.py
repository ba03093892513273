"""Values of a service in words, to be read side by side."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from services.actions.written import PHONES, RECORDS, Difference
from services.search.analysis import LANGUAGES

from .forms import ServiceForm


@dataclass(frozen=True)
class Compared:
    """A part in two versions. `chosen` is "mine" or "theirs", or "" where both have changed it."""

    part: str
    label: str
    language: str
    theirs: list[str]
    mine: list[str]
    chosen: str


def compared(form: ServiceForm, differences: list[Difference], sent) -> list[Compared]:
    """Differences in the order of the form. What one person alone has changed is chosen beforehand."""
    order = {name: place for place, name in enumerate(form.fields)}
    return [
        Compared(
            part=difference.part,
            label=_label(form, difference.part),
            language=_language(difference.part),
            theirs=_lines(form, difference.part, difference.theirs),
            mine=_lines(form, difference.part, difference.mine),
            chosen=sent.get(f"keep-{difference.part}") or _chosen(difference),
        )
        for difference in sorted(differences, key=lambda found: order.get(found.part, len(order)))
    ]


def _chosen(difference: Difference) -> str:
    if difference.i_changed and difference.they_changed:
        return ""
    return "mine" if difference.i_changed else "theirs"


def _label(form: ServiceForm, part: str) -> str:
    extra = {
        PHONES: _("Phone numbers"),
        "municipalities": _("Municipalities"),
        "counties": _("Wellbeing services counties"),
    }
    return str(extra.get(part) or form.fields[part].label)


def _language(part: str) -> str:
    language = part.rpartition("_")[2]
    return language if language in LANGUAGES else ""


def _lines(form: ServiceForm, part: str, value) -> list[str]:
    if part == PHONES:
        return [", ".join(filter(None, phone)) for phone in value or ()]
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    if part in RECORDS:
        wanted = [pk for pk in value or () if str(pk).isalnum()]
        return [str(record) for record in form.fields[part].queryset.filter(pk__in=wanted)]
    choices = dict(getattr(form.fields[part], "choices", None) or ())
    if isinstance(value, list):
        return [str(choices.get(one, one)) for one in value]
    return str(choices.get(value, value) or "").splitlines()
