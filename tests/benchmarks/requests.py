"""What is asked for: searches by text or filters, suggestions, and handing over, as addresses of the site."""

import csv
from contextlib import suppress
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils import translation

from services.actions.referral_lists import list_token
from services.models import Category, Scheme, Synonym

from .lists import LIST_KEY, listed_services
from .options import QUERIES_FILE

TEXT_SEARCHES, FILTER_SEARCHES, SUGGESTIONS = "results with text", "filters only", "suggestions"
HANDING_OVER = "handing over"
# Every other text search is for a place; the largest and a middling municipality, and two counties.
AREA_FILTERS = (
    ("municipality", "091"),
    ("municipality", "092"),
    ("municipality", "211"),
    ("county", "04"),
    ("county", "06"),
)


def all_requests() -> dict[str, list[str]]:
    """Addresses by kind; the kind is missing where the site has no such page."""
    texts = _judged_queries() or _synonym_queries()
    kinds = {TEXT_SEARCHES: _text_searches(texts), FILTER_SEARCHES: _filter_searches()}
    with suppress(NoReverseMatch):
        kinds[SUGGESTIONS] = [
            _address("finding:suggest", language, q=text[:length])
            for language, text in texts
            for length in (3, 6)
            if len(text) >= length
        ]
        kinds[HANDING_OVER] = _handing_over()
    return kinds


def has_judged_queries() -> bool:
    return QUERIES_FILE.is_file()


def _judged_queries() -> list[tuple[str, str]]:
    """(language, text) as typed."""
    if not has_judged_queries():
        return []
    with QUERIES_FILE.open(encoding="utf-8", newline="") as file:
        return [(language, text) for _qid, language, text in csv.reader(file, delimiter="\t")]


def _synonym_queries() -> list[tuple[str, str]]:
    known = Synonym.objects.filter(kind="asked", is_active=True).order_by("language", "text", "pk")
    chosen = list(known.values_list("language", "text"))
    return chosen[:: max(1, len(chosen) // 40)]


def _text_searches(texts: list[tuple[str, str]]) -> list[str]:
    addresses = []
    for number, (language, text) in enumerate(texts):
        dimension, code = AREA_FILTERS[number % len(AREA_FILTERS)]
        addresses.append(_address("finding:results", language, q=text))
        addresses.append(_address("finding:results", language, q=text, **{dimension: code}))
    return addresses


def _filter_searches() -> list[str]:
    themes, forms = (
        list(
            Category.objects.in_use()
            .filter(scheme=scheme, parent=None)
            .order_by("order")
            .values_list("code", flat=True)
        )
        for scheme in (Scheme.THEME, Scheme.FORM_OF_HELP)
    )
    searches = [
        {},
        {"page": 3},
        {"sort": "name"},
        {"sector": "ngo"},
        {"sector": ["ngo", "parish"]},
        {"category": themes[0]},
        {"category": themes[4]},
        {"category": [themes[1], forms[0]]},
        {"age": 7},
        {"cost": "free"},
        {"low_threshold": 1},
        {"language": "sv"},
        {"route": "self", "channel": "on-site"},
        {"accessibility": "step-free"},
        *({dimension: code} for dimension, code in AREA_FILTERS),
        {"municipality": "091", "local": 1},
        {"municipality": "049", "category": themes[0], "age": 4},
        {"municipality": "837", "sector": ["ngo", "parish"], "cost": "free"},
        {"county": "06", "category": themes[4], "route": "self"},
        {"county": "15", "sort": "name"},
        {"county": "04", "sector": "county", "category": [themes[0], themes[3]], "language": "en", "page": 2},
    ]
    languages = ("fi", "fi", "sv", "fi", "en")
    return [
        _address("finding:results", languages[number % len(languages)], **search)
        for number, search in enumerate(searches)
    ]


def _handing_over() -> list[str]:
    """Making lists of one, three and ten services, and the page of a family, one of whose services has ended."""
    services = list(listed_services().values_list("pk", flat=True))
    lists = [
        _address("referrals:make-list", "fi", s=chosen, **{"municipality": "091"} if with_area else {})
        for chosen in (services[:1], services[:3], services)
        for with_area in (False, True)
    ]
    return [*lists, reverse("family:list", args=[list_token(LIST_KEY)])]


def _address(page: str, reads: str, /, **query) -> str:
    with translation.override(reads):
        return f"{reverse(page)}?{urlencode(query, doseq=True)}"
