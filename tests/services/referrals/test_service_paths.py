"""Service paths as everybody reads them: steps in order, their services, and a list that starts from a path."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from services.models import PathStep, PathStepService, ServicePath
from services.models.category import SafetyLevel
from services.models.service_path import step_rows
from tests import cast
from tests.cast import record_url
from tests.html_page import Page, view_url


def service_path(name="Ero, kun lapset ovat pieniä", *steps, **facts):
    """A published path; each step is (title, services) or (title, services, facts)."""
    path = ServicePath.objects.create(name_fi=name, **{"is_published": True} | facts)
    for position, (title, services, *more) in enumerate(steps, 1):
        step = PathStep.objects.create(path=path, position=position, title_fi=title, **dict(*more))
        PathStepService.objects.bulk_create(step_rows(step, services))
    return path


def steps_of(page):
    return page.one("ol", class_="path-steps").children


def names_in(step):
    return [name.text for name in step.all(class_="path-service")]


@pytest.fixture
def path(counselling, club):
    return service_path(
        "Ero, kun lapset ovat pieniä",
        ("Puhutaan ensin", [counselling], {"who_fi": "Perheneuvoja", "responsible_fi": "Neuvola"}),
        ("Vertaistukea", [club], {"move_on_fi": "Arki kantaa.", "search_text_fi": "vertaisryhmä"}),
    )


def test_path_says_who_helps_in_which_order(path, open_page):
    page = open_page(path)
    assert page.one("h1").text == "Ero, kun lapset ovat pieniä"
    first, second = steps_of(page)
    assert first.one("h2").text == "1. Puhutaan ensin"
    assert [line.text for line in first.all("dd")] == ["Perheneuvoja", "Neuvola"]
    assert names_in(first) == ["Eroneuvonta"]
    assert first.one(class_="tel")["href"] == "tel:090001234"
    assert second.one("h2").text == "2. Vertaistukea"
    assert names_in(second) == ["Perhekerho"]
    (link,) = (link for link in second.all("a") if link.text.startswith("Hae lisää"))
    assert link["href"] == "/fi/palvelut/?q=vertaisryhm%C3%A4"


def test_picture_is_a_list_of_links_to_the_steps_with_their_sectors(path, open_page):
    picture = open_page(path).one("svg", role="list")
    items = picture.all(role="listitem")
    assert [item.one("a")["href"] for item in items] == ["#step-1", "#step-2"]
    assert [item.one(class_="path-title").text for item in items] == ["Puhutaan ensin", "Vertaistukea"]
    assert [[sector.text for sector in item.all(class_="path-sector")] for item in items] == [
        ["järjestö"],
        ["seurakunta"],
    ]


def test_list_starts_from_a_path(path, open_page, worker, family, counselling, club):
    (give,) = (link for link in open_page(path).main.all("a") if link.text == "Anna asiakkaalle")
    form = Page(worker.browser.get(give["href"]))
    order = [item.one("h2").text for item in form.one("ol", class_="referral-items").all("li") if item.all("h2")]
    assert order == ["Eroneuvonta", "Perhekerho"]
    assert [
        item.one("h2").text for item in family(worker.hand_over(counselling, club)).one(class_="steps").children
    ] == order


def test_readers_see_only_services_on_offer(kivivuori, open_page):
    today = timezone.localdate()
    ended = cast.service("Vanha ryhmä", kivivuori, valid_until=today - dt.timedelta(days=1))
    archived = cast.service("Toinen ryhmä", kivivuori, status="archived")
    last_day = cast.service("Viimeinen ilta", kivivuori, valid_until=today)
    page = open_page(service_path("Polku", ("Ryhmät", [ended, archived, last_day]), ("Loput", [ended])))
    ryhmat, loput = steps_of(page)
    assert names_in(ryhmat) == ["Viimeinen ilta"]
    assert (
        loput.one(class_="notice").text == "Tämän vaiheen palvelut ovat päättyneet. Koordinaattorit tietävät asiasta."
    )


def test_unpublished_path_is_not_found(path, visit, client):
    ServicePath.objects.update(is_published=False)
    assert client.get(path.get_absolute_url()).status_code == 404
    assert "Polkuja ei vielä ole." in visit("paths:paths").main.text


def test_path_is_read_in_another_language_with_what_there_is(path, open_page):
    PathStep.objects.filter(position=1).update(title_sv="Prata först")
    path.name_sv = "Separation när barnen är små"
    path.save()
    page = open_page(path, lang="sv")
    assert page.one("h1").text == "Separation när barnen är små"
    assert steps_of(page)[0].one("h2").text == "1. Prata först"
    assert steps_of(page)[1].one("h2").one(lang="fi").text == "Vertaistukea"


def test_path_through_services_about_violence_can_be_left_quickly(kivivuori, open_page):
    subject = cast.category("Väkivalta", safety=SafetyLevel.VIOLENCE)
    page = open_page(service_path("Turvaan", ("Turvakoti", [cast.service("Turvakoti", kivivuori, tags=[subject])])))
    assert page.one(class_="quick-exit") and page.one(class_="crisis")
    assert page.one("title").text == "Palvelut – Palvelukartta"


def test_number_of_queries_does_not_grow(path, kivivuori, django_assert_max_num_queries, client):
    def queries(url):
        with django_assert_max_num_queries(30) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    long_path = service_path(
        "Pitkä", *((f"Vaihe {n}", cast.services(3, kivivuori, name=f"Palvelu {n}")) for n in range(6))
    )
    assert queries(long_path.get_absolute_url()) == queries(path.get_absolute_url())


class TestSearchLeadsToPaths:
    @pytest.fixture
    def separating(self, db):
        return cast.category("Olemme eroamassa", scheme="life-situation", words=["ero"])

    @staticmethod
    def links(page):
        return [link.text for links in page.all(class_="results-links") for link in links.all("a")]

    def test_by_words_and_by_subject(self, separating, path, find):
        ServicePath.objects.update(category=separating)
        for query in ({"q": "ero"}, {"category": separating.code}):
            assert self.links(find(**query)) == ["Palvelupolku: Ero, kun lapset ovat pieniä"]
        assert self.links(find(q="vauva")) == []

    def test_also_after_the_subject_was_merged(self, separating, path, find):
        former = cast.category("Ero edessä", scheme="life-situation", replaced_by=separating)
        ServicePath.objects.update(category=former)
        assert self.links(find(category=separating.code)) == ["Palvelupolku: Ero, kun lapset ovat pieniä"]

    def test_of_the_area_of_the_search_only(self, separating, path, vantaa, find):
        ServicePath.objects.update(category=separating, county=vantaa.county)
        espoo = "049"
        assert len(self.links(find(q="ero", municipality=vantaa.pk))) == 1
        assert self.links(find(q="ero", municipality=espoo)) == []
        ServicePath.objects.update(county=None)
        assert len(self.links(find(q="ero", municipality=espoo))) == 1


def test_sitemap_names_published_paths(path, client):
    service_path("Luonnos", is_published=False)
    sitemap = client.get(view_url("sitemap-section", "paths-sv")).content.decode()
    assert re.findall(r"<loc>.*?(/sv/.*?)</loc>", sitemap) == [record_url(path, "sv")]


def test_address_leads_to_the_name_that_it_has_now(path):
    response = Client().get(view_url("paths:path", path.pk, "vanha-nimi"))
    assert response["Location"] == path.get_absolute_url()
