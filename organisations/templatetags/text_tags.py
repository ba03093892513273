"""Template tags and filters of the whole project; loaded as built-ins."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations import permissions
from organisations.core.number_format import GroupedInt
from organisations.core.phone_numbers import find_phone_numbers
from organisations.core.translated_text import TranslatedText, translated_text
from organisations.models import Area, Organisation

register = template.Library()


@register.simple_tag
def text(record: Model, field: str) -> SafeString | str:
    """A short text, with `lang` if it is not in the active language."""
    return inline(translated_text(record, field))


@register.simple_tag
def prose(record: Model, field: str) -> SafeString | str:
    """A longer text in paragraphs, with a note if it is not in the active language."""
    translation = translated_text(record, field)
    if not translation:
        return ""
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n|\n", translation.value) if p.strip()]
    body = format_html_join("", "<p>{}</p>", ((p,) for p in paragraphs))
    if not translation.foreign:
        return format_html('<div class="prose">{}</div>', body)
    return format_html(
        '<div class="prose"><p class="foreign">{}</p><div lang="{}">{}</div></div>',
        language_note(translation),
        translation.language,
        body,
    )


@register.simple_tag
def has_text(record: Model, field: str) -> bool:
    return bool(translated_text(record, field))


def language_note(translation: TranslatedText) -> str:
    return {
        "fi": _("Only in Finnish"),
        "sv": _("Only in Swedish"),
        "en": _("Only in English"),
    }[translation.language]


@register.filter
def inline(translation: TranslatedText, html: SafeString | None = None) -> SafeString:
    """A short text, with `lang` if it is foreign; `html` replaces the text if it is already rendered."""
    rendered = conditional_escape(translation.value) if html is None else html
    return format_html('<span lang="{}">{}</span>', translation.language, rendered) if translation.foreign else rendered


@register.filter
def phone_links(text: str) -> SafeString:
    """A text whose phone numbers are links, with non-breaking spaces."""
    parts: list[str] = []
    position = 0
    for number in find_phone_numbers(text):
        label = text[number.start : number.end].replace(" ", "\u00a0")
        link = format_html('<a class="tel" href="{}">{}</a>', number.uri, label)
        parts += [text[position : number.start], link]
        position = number.end
    return format_html_join("", "{}", ((part,) for part in (*parts, text[position:])))


@register.filter
def mailto(address: str) -> SafeString:
    return format_html('<a href="mailto:{0}">{0}</a>', address)


@register.filter
def host(url: str) -> str:
    """A URL without scheme, "www." and trailing slash."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")


@register.simple_tag(takes_context=True)
def url_in_language(context: template.Context, language: str) -> str:
    """The URL of this page in another language, with the same query."""
    request = context.get("request")
    if request is None:
        return f"/{language}/"
    translated = translate_url(request.get_full_path(), language)
    # An unknown URL has no translation: link to the home page of that language.
    return translated if translated.startswith(f"/{language}/") else f"/{language}/"


@register.simple_tag
def current_language() -> str:
    return (get_language() or "fi")[:2]


@register.simple_tag
def area_summary(record: Area) -> str:
    """A summary of the area of an organisation or service."""
    return summarise_area(record.nationwide, [] if record.nationwide else record.area_names())


def summarise_area(nationwide: bool, names: list[str]) -> str:
    """A summary of the names of counties and municipalities; at most four are listed."""
    if nationwide:
        return _("Whole country")
    if len(names) > 4:
        return _("%(names)s and %(count)s more") % {"names": ", ".join(names[:3]), "count": len(names) - 3}
    return ", ".join(names)


@register.simple_tag
def select_options(records: Mapping[str, Any], selected_codes: Collection[str] | None) -> SafeString:
    """The options of a select by code. Built here because a template loop over hundreds is slow."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (code, mark_safe(" selected") if code in (selected_codes or ()) else "", record.name)
            for code, record in records.items()
        ),
    )


@register.filter
def grouped(number: int) -> GroupedInt:
    return GroupedInt(number)


@register.simple_tag
def sector_symbol(sector: str) -> SafeString:
    """The symbol of a sector, distinguished by shape as well as colour."""
    return format_html('<span class="mark mark-{}" aria-hidden="true"></span>', sector)


@register.filter
def has_session(request: HttpRequest | None) -> bool:
    """Whether the user has probably signed in, judged by the session cookie alone.

    Reading the session would add `Vary: Cookie` and prevent shared caching (see organisations.people.middleware).
    """
    return bool(request and settings.SESSION_COOKIE_NAME in request.COOKIES)


@register.filter
def may_edit(request: HttpRequest | None, organisation: Organisation) -> bool:
    """Whether the user may edit the organisation. Does not read the session of anonymous visitors."""
    return bool(request and has_session(request) and permissions.may_edit(request.user, organisation))
