"""Every public page of the site, from its URL configuration, with examples of what it shows."""

import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import URLPattern, get_resolver, reverse
from django.utils.translation import override

LANGUAGES = ("fi", "sv", "en")
# Routes that show no page of their own, and why.
NO_PAGES = {
    "to-language": "leads on to a home page",
    "robots": "plain text",
    "sitemap": "XML",
    "sitemap-section": "XML",
    "keeping:keep": "only for whom its link was sent to, see test_keeping",
    "history:record": "for those who keep the record, see test_histories",
    "history:version": "for those who keep the record, see test_histories",
    "history:deleted": "for those who keep the record, see test_histories",
    "service-worker": "a script, see test_offline",
    "manifest": "JSON",
    "finding:saved-cards": "a piece of a page, see test_saving",
    "finding:suggest": "a piece of a page, see test_suggestions",
    "finding:map-points": "GeoJSON",
    "finding:map-places": "a piece of a page, see test_map",
    "finding:map-ground": "JSON",
}


@dataclass(frozen=True)
class Example:
    """A page to look at. `query` may hold words by language, and what is made of the records that there are;
    `record` says whose page it is; `do` comes before."""

    of: str = ""
    query: dict = field(default_factory=dict)
    record: str = ""
    do: Callable | None = None

    def address(self, route: str, language: str, records: dict[str, list]) -> str:
        with override(language):
            path = reverse(route, args=records[self.record] if self.record else [])
        query = {
            name: value[language] if isinstance(value, dict) else value(records) if callable(value) else value
            for name, value in self.query.items()
        }
        return f"{path}?{urlencode(query, doseq=True)}" if query else path


def send_empty(page):
    """What a form says when nothing was filled in."""
    page.locator("main form[method=post] button[type=submit]").click()
    page.locator("main [role=alert]").wait_for()


def open_point(page):
    """What a point of the map tells."""
    page.locator(".pin[aria-expanded]").first.click()
    page.locator(".popup .spot").first.wait_for()


def wait_for_points(page):
    page.locator(".pin").first.wait_for()


def save_some(page):
    """Two services on the list of the device."""
    saved = [{"id": str(number), "href": "/", "name": "x"} for number in page.records["some"][:2]]
    page.evaluate("saved => { localStorage.saved = JSON.stringify(saved) }", saved)
    page.reload()
    page.locator("#saved-cards .card").last.wait_for()
    page.evaluate("localStorage.clear()")


WORDS = {"fi": "ero", "sv": "skilsmässa", "en": "separation"}
PLACES = {"fi": "perheneuvola Keravalla", "sv": "stöd i Vanda", "en": "eating disorder Kerava"}
EXAMPLES: dict[str, list[Example]] = {
    "finding:home": [Example()],
    "finding:results": [
        Example("all"),
        Example("words", {"q": WORDS}),
        Example("filters", {"municipality": "092", "age": 5, "sector": "ngo", "category": "family-life"}),
        Example("later page", {"language": "fi", "route": "self", "page": 2}),
        Example("place in the words", {"q": PLACES}),
        Example("nothing under filters", {"q": WORDS, "municipality": "092", "age": 1, "sector": "company"}),
        Example("nothing", {"q": "qqxxqq"}),
        Example("not understood", {"sector": "x", "age": 999, "county": "zz"}),
        Example("identity code", {"q": "010120A123X"}),
    ],
    "finding:map": [
        Example("all", do=wait_for_points),
        Example("words", {"q": WORDS}, do=open_point),
        Example("nothing in view", {"bbox": "22,65,22.1,65.1"}),
        Example("nothing", {"q": "qqxxqq"}),
    ],
    "finding:compare": [Example("nothing"), Example("four", {"s": lambda records: records["some"]})],
    "finding:service": [Example(record="service")],
    "finding:saved": [Example("nothing"), Example("some", do=save_some)],
    "offline": [Example()],
    "profiles:organisations": [Example()],
    "profiles:organisation": [Example(record="organisation")],
    "profiles:contacts": [Example("start"), Example("county", {"county": "04"})],
    "reporting:service": [Example("empty", record="service"), Example("errors", record="service", do=send_empty)],
    "reporting:service-thanks": [Example(record="service")],
    "reporting:organisation": [Example(record="organisation")],
    "reporting:organisation-thanks": [Example(record="organisation")],
    "about": [Example()],
    "accessibility": [Example()],
    "privacy": [Example()],
    "terms": [Example()],
}
# The parts that the pages of records are chosen for: those that have all of them.
PARTS = {
    "services": ('id="professional-access"', 'id="where"', 'id="complementary"', 'class="hours"'),
    "organisations": ('id="contacts"', 'id="where"', 'class="cards"', 'class="phones"'),
}


def public_routes(patterns=None, namespace=""):
    """The names of all routes but those of the desk."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.app_name != "admin":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from public_routes(pattern.url_patterns, inner)


def records_of(site: str) -> dict[str, list]:
    """The arguments of the page of a service and of an organisation, which have all parts that such pages may have."""
    found = {kind.removesuffix("s"): _richest(site, kind, parts) for kind, parts in PARTS.items()}
    # Numbers of a few more services, to compare them.
    found["some"] = re.findall(r"<loc>[^<]*/(\d+)-", _read(f"{site}/sitemap-services-fi.xml"))[:4]
    return found


def _richest(site: str, kind: str, parts: tuple[str, ...]) -> list:
    addresses = re.findall(r"<loc>(.*?)</loc>", _read(f"{site}/sitemap-{kind}-fi.xml"))
    best, most = None, -1
    for address in addresses:
        page = _read(address)
        has = sum(part in page for part in parts)
        if has > most:
            best, most = address, has
        if has == len(parts):
            break
    number, slug = re.search(r"/(\d+)-([^/]+)/$", best).groups()
    return [int(number), slug]


def _read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()
