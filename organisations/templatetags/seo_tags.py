"""Head elements of a page for search engines and link previews."""

import json
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

register = template.Library()

SHARE_IMAGE = "img/share.png"
OG_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
# As in Django's json_script, so that the data cannot close the element or open a comment.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True)
class PageUrls:
    """Absolute URLs of a page: canonical, by language (and x-default), and the share image."""

    canonical: str
    languages: list[tuple[str, str]]
    share_image: str


@register.simple_tag(takes_context=True)
def page_urls(context: template.Context) -> PageUrls | None:
    """The URLs of the page without filters; None for error pages.

    A record (`page_record` in the context) has a different URL in each language, as its name is part of it.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or request.resolver_match is None or context.get("is_missing"):
        return None
    record, page_query = context.get("page_record"), _page_query(request)
    paths = {code: _url_in_language(request, record, code) + page_query for code, _name in settings.LANGUAGES}
    canonical = (record.get_absolute_url() if record else request.path) + page_query
    # x-default: the home page redirects by language from "/"; all other pages default to Finnish.
    is_home = request.resolver_match.view_name == "finding:home"
    languages = [*paths.items(), ("x-default", "/" if is_home else paths[settings.LANGUAGE_CODE])]
    absolute = request.build_absolute_uri
    return PageUrls(
        canonical=absolute(canonical),
        languages=[(code, absolute(path)) for code, path in languages],
        share_image=absolute(static(SHARE_IMAGE)),
    )


def _url_in_language(request: HttpRequest, record: Any, code: str) -> str:
    if record is None:
        return translate_url(request.path, code)
    with override(code):
        return record.get_absolute_url()


def _page_query(request: HttpRequest) -> str:
    """The page parameter, which is kept because later pages of an unfiltered list have their own content."""
    try:
        number = request.GET.get("page", "") if request.GET.keys() == {"page"} else ""
    except SuspiciousOperation:
        # Too many parameters. An exception here would escape, as error pages are rendered outside any handler.
        return ""
    return f"?page={number}" if number.isascii() and number.isdigit() and 1 < int(number) < 100_000 else ""


@register.filter
def og_locale(language: str) -> str:
    return OG_LOCALES.get(language, OG_LOCALES["fi"])


@register.simple_tag
def json_ld(data: dict) -> SafeString:
    """Render schema.org data. Browsers do not execute this type, so the CSP allows it inline."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


@register.tag
def capture(parser: Parser, token: Token) -> "CaptureNode":
    """{% capture as name %} ... {% endcapture %}: store the rendered content in a variable for repeated use."""
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("{% capture as name %} needs a name.")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, words[2])


class CaptureNode(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> str:
        # Template output is already escaped.
        context[self.name] = mark_safe(self.nodelist.render(context).strip())
        return ""
