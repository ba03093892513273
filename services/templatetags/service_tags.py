"""Template tags that show facts about services as text."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations.core.translated_text import translated_text
from organisations.models.contact import Purpose
from organisations.templatetags.text_tags import inline, phone_links, summarise_area
from services.content import opening_hours
from services.content.facets import CHOICE_LABELS, service_badges, service_facts
from services.content.service_texts import text_facts, text_sections
from services.models.choices import AccessRoute

register = template.Library()

register.filter("badges", service_badges)
register.filter("facts", service_facts)
register.filter("text_facts", text_facts)
register.filter("text_sections", text_sections)

_CHOICE_LABELS = {**CHOICE_LABELS, "purpose": dict(Purpose.choices)}
_SHORT_ROUTE_LABELS = {
    "open-door": gettext_lazy("open door"),
    "self": gettext_lazy("contact yourself"),
    "professional": gettext_lazy("through a professional"),
    "apply": gettext_lazy("by application"),
    "referral": gettext_lazy("with a referral"),
}
_FIRST_STEPS = {
    "open-door": gettext_lazy("You can just come."),
    "self": gettext_lazy("You can make contact yourself."),
    "professional": gettext_lazy("A professional makes contact for you."),
    "apply": gettext_lazy("You apply for this."),
    "referral": gettext_lazy("You need a referral."),
}
_FIRST_STEPS_WITH_NUMBER = {
    "": gettext_lazy("Call {number}."),
    "open-door": gettext_lazy("You can just come, or call {number}."),
    "self": gettext_lazy("You can make contact yourself: call {number}."),
    "professional": gettext_lazy("A professional makes contact for you. Ask more: {number}."),
    "apply": gettext_lazy("You apply for this. Ask more: {number}."),
    "referral": gettext_lazy("You need a referral. Ask more: {number}."),
}
# The easiest way in comes first.
_ROUTE_ORDER = {value: i for i, value in enumerate(AccessRoute.values)}


@register.simple_tag(takes_context=True)
def highlighted(context, record, field: str) -> SafeString:
    """Show a short text like `text` does, with the words of the search highlighted on a result page."""
    translation, highlighter = translated_text(record, field), context.get("highlighter")
    return inline(translation, highlighter.html(translation.value, translation.language) if highlighter else None)


@register.filter
def labels(values: list[str], kind: str) -> str:
    """Return the labels of codes, separated by commas."""
    return ", ".join(str(_CHOICE_LABELS[kind].get(value, value)) for value in values)


@register.filter
def routes(service) -> str:
    return labels(sorted(service.access_routes, key=lambda route: _ROUTE_ORDER.get(route, 99)), "route")


@register.filter
def other_routes(service) -> str:
    """Return the ways in other than the easiest one, which `first_step` shows."""
    return labels(sorted(service.access_routes, key=lambda route: _ROUTE_ORDER.get(route, 99))[1:], "route")


@register.filter
def short_routes(service) -> str:
    """Return the ways in, the easiest first, in short form for a card."""
    known = [route for route in _SHORT_ROUTE_LABELS if route in service.access_routes]
    return ", ".join(str(_SHORT_ROUTE_LABELS[route]) for route in known)


@register.filter
def languages(service_languages: list[str]) -> str:
    """Return the languages of a service in short form."""
    names = [str(_CHOICE_LABELS["language"].get(code, code)) for code in service_languages]
    if len(names) > 4:
        return _("%(names)s and %(count)s more") % {"names": ", ".join(names[:3]), "count": len(names) - 3}
    return ", ".join(names)


@register.simple_tag
def first_step(service, phones) -> SafeString:
    """Return the first step by the easiest way in, with the phone number if there is one."""
    easiest = min(service.access_routes, key=lambda route: _ROUTE_ORDER.get(route, 99), default="")
    number = phone_links(phones[0].number) if phones else ""
    sentences = _FIRST_STEPS_WITH_NUMBER if number else _FIRST_STEPS
    return format_html(str(sentences[easiest]), number=number) if easiest in sentences else SafeString()


@register.filter
def ages(service) -> str:
    """The ages served: "0–6 v", "yli 13 v", "alle 18 v"; empty without a limit."""
    low, high = service.age_min, service.age_max
    if low is None and high is None:
        return ""
    if high is None:
        return _("from age %(low)s") % {"low": low}
    if low is None:
        return _("up to age %(high)s") % {"high": high}
    if low == high:
        return _("age %(age)s") % {"age": low}
    return _("ages %(low)s–%(high)s") % {"low": low, "high": high}


@register.filter
def start_text(service) -> str:
    """Return the start of a service that has not started; empty for others."""
    if service.valid_from and service.valid_from > timezone.localdate():
        return _("starts %(day)s") % {"day": date_format(service.valid_from, "SHORT_DATE_FORMAT")}
    return ""


@register.filter
def has_ended(service) -> bool:
    return bool(service.valid_until and service.valid_until < timezone.localdate())


@register.filter
def area_text(service) -> str:
    """Return the area that a service serves: its own, or that of its organisation if it has none.

    The service comes with the names (`for_cards`).
    """
    own = summarise_area(service.nationwide, service.own_areas)
    return own or summarise_area(service.organisation.nationwide, service.organisation_areas)


@register.filter
def is_remote(service) -> bool:
    """Whether a service is only remote, without a location to visit."""
    return bool(service.channels) and not {"on-site", "home-visit"} & set(service.channels)


@register.filter
def confirmed(moment) -> str:
    """Return when a record was last confirmed, in plain words."""
    if moment is None:
        return _("never confirmed")
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    if days < 1:
        return _("confirmed today")
    if days < 60:
        return ngettext("confirmed %(n)s day ago", "confirmed %(n)s days ago", days) % {"n": days}
    months = round(days / 30.4)
    if months < 24:
        return ngettext("confirmed %(n)s month ago", "confirmed %(n)s months ago", months) % {"n": months}
    years = days // 365
    return ngettext("confirmed %(n)s year ago", "confirmed %(n)s years ago", years) % {"n": years}


@register.simple_tag
def confirmation(record, dated: bool = False) -> SafeString | str:
    """When a record was last confirmed, and that this is too long ago.

    On paper and in a stored copy "ago" is no longer true: there the day stands.
    """
    unconfirmed = _("information has not been confirmed") if record.is_unconfirmed() else ""
    if record.assured_at is None:
        return capfirst(unconfirmed or _("never confirmed"))
    day = timezone.localdate(record.assured_at)
    date_text = date_format(day, "SHORT_DATE_FORMAT")
    ago = capfirst(f"{unconfirmed}: {confirmed(record.assured_at)}" if unconfirmed else confirmed(record.assured_at))
    then = format_html(_("Confirmed {day}"), day=date_text)
    return format_html(
        '<span class="ago">{}</span><span class="then">{}</span>',
        format_html('{} (<time datetime="{}">{}</time>)', ago, day.isoformat(), date_text) if dated else ago,
        format_html("{}. {}", capfirst(unconfirmed), then) if unconfirmed else then,
    )


@register.filter
def is_stale(record) -> bool:
    """Whether a record is unconfirmed for longer than its cycle and the grace period."""
    return record.is_unconfirmed()


@register.filter
def weekly_hours(location) -> list[tuple[str, str]]:
    """Return (days, times) of a location's week, with equal days grouped."""
    return opening_hours.weekly_hours(location.schedules.all(), timezone.localdate())


@register.filter
def coming_exceptions(location) -> list:
    """Return at most six future exceptional hours, the nearest first."""
    today = timezone.localdate()
    return [e for e in location.schedule_exceptions.all() if e.ends_on >= today][:6]


@register.filter
def opening_times(exception) -> str:
    return opening_hours.time_span(exception.opens_at, exception.closes_at)
