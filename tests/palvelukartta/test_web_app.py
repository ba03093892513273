"""The progressive web app: manifest, service worker, and pages allowed to be stored."""

import json
import struct

import pytest
from django.urls import reverse

from organisations.core.offline_copies import OFFLINE_HEADER
from tests import cast
from tests.html_page import view_url

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb", "en": "Family club"}, kivivuori)


def manifest(client, lang="fi"):
    response = client.get(view_url("manifest", lang=lang))
    assert response["Content-Type"] == "application/manifest+json"
    return json.loads(response.content)


# The manifest


@pytest.mark.parametrize("lang", LANGUAGES)
def test_application_starts_in_the_language_in_which_it_was_installed(client, visit, db, lang):
    assert visit("about", lang=lang).one("link", rel="manifest")["href"] == view_url("manifest", lang=lang)
    data = manifest(client, lang)
    assert (data["lang"], data["start_url"]) == (lang, f"/{lang}/")
    assert {shortcut["url"] for shortcut in data["shortcuts"]} == {
        view_url("finding:results", lang=lang),
        view_url("finding:saved", lang=lang),
    }


def test_it_is_one_application_in_all_languages(client, db):
    manifests = [manifest(client, lang) for lang in LANGUAGES]
    assert {(data["id"], data["scope"], data["display"]) for data in manifests} == {("/", "/", "standalone")}
    assert all(data["name"] and data["short_name"] and data["description"] for data in manifests)


def test_colours_are_those_of_the_pages(client, visit, db):
    assert manifest(client)["theme_color"] == visit("about").one("meta", name="theme-color")["content"]


def test_icons_are_as_large_as_said_and_one_may_be_cut_to_a_shape(client, db):
    icons = manifest(client)["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        response = client.get(icon["src"])
        assert response["Content-Type"] == icon["type"]
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", b"".join(response.streaming_content)[16:24])
            assert f"{width}x{height}" == icon["sizes"]


# The service worker


def test_worker_may_serve_the_whole_site_and_is_asked_for_anew_each_time(client, db):
    response = client.get(reverse("service-worker"))
    assert response.request["PATH_INFO"].count("/") == 1
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"


def test_worker_is_the_same_for_everybody(client, pirjo_client):
    path = reverse("service-worker")
    responses = [client.get(path), client.get(path, headers={"accept-language": "sv"}), pirjo_client.get(path)]
    assert len({response.content for response in responses}) == 1


def test_worker_knows_the_pages_of_every_language(client, db):
    first = client.get(reverse("service-worker")).content.decode().splitlines()[0]
    site = json.loads(first.removeprefix("const SITE = ").removesuffix(";"))
    for lang in LANGUAGES:
        assert site["languages"][lang]["offline"] == view_url("offline", lang=lang)
        assert site["languages"][lang]["saved"] == view_url("finding:saved", lang=lang)
        assert site["languages"][lang]["admin"] == view_url("admin:index", lang=lang)
        assert {"{day}", "{time}"} <= set(site["languages"][lang]["stored"].replace(".", " ").split())


def test_policy_lets_both_in_from_this_site_only(visit, db):
    policy = visit("about").response["Content-Security-Policy"]
    assert {"worker-src 'self'", "manifest-src 'self'"} <= set(policy.split("; "))


# Pages allowed to be stored


def test_service_may_be_kept_as_visitors_see_it(client, pirjo_client, club):
    path = cast.record_url(club)
    assert client.get(path)[OFFLINE_HEADER] == "allowed"
    assert OFFLINE_HEADER not in pirjo_client.get(path)


def test_pages_that_work_without_a_network_may_be_kept(client, db):
    for view in ("offline", "finding:saved"):
        assert client.get(view_url(view))[OFFLINE_HEADER] == "allowed"


def test_nothing_else_may(client, club, kivivuori):
    slug = "perhekerho"
    others = [
        *(view_url(view) for view in ("finding:home", "finding:results", "finding:compare", "about")),
        view_url("reports:service", club.pk, slug),
        view_url("reports:service-thanks", club.pk, slug),
        view_url("admin:login"),
        view_url("finding:service", club.pk, "another-name"),
        view_url("finding:service", 999_999, slug),
    ]
    assert [path for path in others if OFFLINE_HEADER in client.get(path)] == []
