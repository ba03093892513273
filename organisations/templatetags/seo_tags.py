"""What a page's head tells search engines and those who share a link."""

import json
from dataclasses import dataclass

from django import template
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

register = template.Library()

SHARE_IMAGE = "img/share.png"
OG_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
# As in Django's json_script: nothing in the data can end the element, or begin a comment in it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True)
class PageUrls:
    """Absolute addresses of a page: its own, that in each language and for all others, and its picture."""

    canonical: str
    languages: list[tuple[str, str]]
    picture: str


@register.simple_tag(takes_context=True)
def addresses(context) -> PageUrls | None:
    """The page's addresses without filters, which only repeat it; None where nothing was found.

    A record (`page_of` in the context) has another name, and thus another address, in each language.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or request.resolver_match is None or context.get("is_missing"):
        return None
    record, page = context.get("page_of"), _page_query(request)
    found = {code: _url_in_language(request, record, code) + page for code, _name in settings.LANGUAGES}
    canonical = (record.get_absolute_url() if record else request.path) + page
    # Whoever reads none of the languages is led on by the bare address, and gets Finnish pages elsewhere.
    is_home = request.resolver_match.view_name == "finding:home"
    languages = [*found.items(), ("x-default", "/" if is_home else found[settings.LANGUAGE_CODE])]
    absolute = request.build_absolute_uri
    return PageUrls(
        canonical=absolute(canonical),
        languages=[(code, absolute(path)) for code, path in languages],
        picture=absolute(static(SHARE_IMAGE)),
    )


def _url_in_language(request: HttpRequest, record, code: str) -> str:
    if record is None:
        return translate_url(request.path, code)
    with override(code):
        return record.get_absolute_url()


def _page_query(request: HttpRequest) -> str:
    """The later pages of an unfiltered list are pages of their own."""
    try:
        number = request.GET.get("page", "") if request.GET.keys() == {"page"} else ""
    except SuspiciousOperation:
        # More parts than anybody writes. Pages of refusals are rendered where nothing would catch it.
        return ""
    return f"?page={number}" if number.isascii() and number.isdigit() and 1 < int(number) < 100_000 else ""


@register.filter
def og_locale(language: str) -> str:
    return OG_LOCALES.get(language, OG_LOCALES["fi"])


@register.simple_tag
def json_ld(data: dict) -> SafeString:
    """Data about the page in schema.org's words. Browsers take it for no script, so the policy lets it stand."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


@register.tag
def capture(parser, token):
    """{% capture as name %} ... {% endcapture %}: what stands between as a variable, to be used more than once."""
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("{% capture as name %} wants a name.")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, words[2])


class CaptureNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context) -> str:
        # Escaped already, as all that templates render.
        context[self.name] = mark_safe(self.nodelist.render(context).strip())
        return ""
