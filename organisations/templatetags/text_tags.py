"""Template tags of the whole house; loaded as built-ins."""

import re

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations import permissions
from organisations.core.number_format import GroupedInt
from organisations.core.phone_numbers import find_phone_numbers
from organisations.core.translated_text import TranslatedText, translated_text

register = template.Library()


@register.simple_tag
def text(record, field: str) -> SafeString | str:
    """A short text; in a language other than the page's it carries its `lang`."""
    return inline(translated_text(record, field))


@register.simple_tag
def prose(record, field: str) -> SafeString | str:
    """A longer text in paragraphs; one in another language than the page's is marked in words too."""
    found = translated_text(record, field)
    if not found:
        return ""
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n|\n", found.value) if p.strip()]
    body = format_html_join("", "<p>{}</p>", ((p,) for p in paragraphs))
    if not found.foreign:
        return format_html('<div class="prose">{}</div>', body)
    return format_html(
        '<div class="prose"><p class="foreign">{}</p><div lang="{}">{}</div></div>',
        language_note(found),
        found.language,
        body,
    )


@register.simple_tag
def has(record, field: str) -> bool:
    return bool(translated_text(record, field))


@register.simple_tag
def foreign(record, field: str) -> str:
    """A remark where the text is in another language than the page's, else nothing."""
    found = translated_text(record, field)
    return language_note(found) if found.foreign else ""


def language_note(found: TranslatedText) -> str:
    return {
        "fi": _("Only in Finnish"),
        "sv": _("Only in Swedish"),
        "en": _("Only in English"),
    }[found.language]


@register.filter
def inline(found: TranslatedText, html: SafeString | None = None) -> SafeString:
    """A short text with its `lang` where it is foreign; `html` is the text made up already."""
    shown = conditional_escape(found.value) if html is None else html
    return format_html('<span lang="{}">{}</span>', found.language, shown) if found.foreign else shown


@register.filter
def tel(text: str) -> SafeString:
    """The phone numbers of a text as links to call them, each kept on one line."""
    parts, position = [], 0
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
    """The name of a website as people say it: without scheme and www."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")


@register.simple_tag(takes_context=True)
def in_language(context, language: str) -> str:
    """The address of this page in another language, with the same query."""
    request = context.get("request")
    if request is None:
        return f"/{language}/"
    translated = translate_url(request.get_full_path(), language)
    # A page that has no translation (an unknown address) leads to that language's home.
    return translated if translated.startswith(f"/{language}/") else f"/{language}/"


@register.simple_tag
def current_language() -> str:
    return (get_language() or "fi")[:2]


@register.simple_tag
def places(record) -> str:
    """Where an organisation or service works, in a few words."""
    if record.nationwide:
        return place_names(record, [])
    return place_names(record, [area.name for area in (*record.counties.all(), *record.municipalities.all())])


def place_names(record, names: list[str]) -> str:
    """The names of a record's counties and municipalities in a few words."""
    if record.nationwide:
        return _("Whole country")
    if len(names) > 4:
        return _("%(names)s and %(count)s more") % {"names": ", ".join(names[:3]), "count": len(names) - 3}
    return ", ".join(names)


@register.simple_tag
def options(records: dict, chosen) -> SafeString:
    """Options of a select by code; hundreds of them, which a loop in the template takes long to write."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, mark_safe(" selected") if code in (chosen or ()) else "", one.name) for code, one in records.items()),
    )


@register.filter
def grouped(number: int) -> GroupedInt:
    return GroupedInt(number)


@register.simple_tag
def mark(name: str) -> SafeString:
    """The sign of a sector: a shape of its own, so that colour is never the only difference."""
    return mark_safe(f'<span class="mark mark-{name}" aria-hidden="true"></span>')


@register.filter
def has_session(request) -> bool:
    """Whether the reader has probably signed in. Looks at the cookie alone: reading the session would make the page
    differ by cookies for everybody, and no cache could keep it (see organisations.people.middleware)."""
    return bool(request) and settings.SESSION_COOKIE_NAME in request.COOKIES


@register.filter
def keeps(request, organisation) -> bool:
    """Whether the reader may edit what the organisation says. Of visitors nothing is asked, not even their session."""
    return has_session(request) and permissions.may_edit(request.user, organisation)
