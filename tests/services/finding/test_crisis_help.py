"""Emergency numbers and a quick exit, where readers may be in danger."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.models import Service, ServicePhone
from services.models.category import SafetyLevel
from tests import cast
from tests.html_page import Page, view_url


@pytest.fixture
def violence(db):
    """A subject about violence, with one below it."""
    return cast.category("Väkivalta", code="violence", safety=SafetyLevel.VIOLENCE, words=["mies lyö"])


@pytest.fixture
def self_harm(db):
    return cast.category("Itsetuhoisuus", code="self-harm", safety=SafetyLevel.CRISIS, words=["haluan kuolla"])


@pytest.fixture
def shelter(kivivuori, violence):
    below = cast.category("Lähisuhdeväkivalta", code="at-home", under=violence)
    return cast.service({"fi": "Turvakoti", "sv": "Skyddshem"}, kivivuori, tags=[below], summary_fi="Turvaa väkivaltaa")


@pytest.fixture
def crisis_line(vake):
    service = cast.service("Kriisipäivystys", vake, is_crisis_number=True)
    ServicePhone.objects.create(service=service, number="09 111 2222")
    return service


def numbers(page):
    return [link["href"] for link in page.one(class_="crisis").all("a", class_="tel")]


def offline_copy(service):
    return Client().get(cast.record_url(service)).headers.get("Offline-Copy")


def test_home_shows_the_emergency_numbers(visit, crisis_line):
    assert numbers(visit("finding:home")) == ["tel:112", "tel:091112222"]


@pytest.mark.parametrize("query", [{"q": "haluan kuolla"}, {"q": "itsetuhoisuus"}, {"category": "self-harm"}])
def test_search_about_danger_leads_with_them(find, self_harm, crisis_line, kivivuori, query):
    cast.service("Kriisivastaanotto", kivivuori, tags=[self_harm])
    page = find(**query)
    assert numbers(page) == ["tel:112", "tel:091112222"]
    assert not page.all(class_="quick-exit")


def test_theme_is_searched_with_its_subjects(find, shelter, violence):
    safety = cast.category("Turvallisuus", code="safety")
    type(violence).objects.filter(pk=violence.pk).update(parent=safety)
    bullying = cast.category("Kiusaaminen", code="bullying", under=safety)
    cast.service("KiVa-tiimi", shelter.organisation, tags=[bullying])
    assert find(category="safety").one(class_="quick-exit")
    assert not find(category="bullying").all(class_="crisis")


def test_other_searches_do_not_unless_nothing_is_found(find, self_harm, kivivuori):
    cast.service("Perhekerho", kivivuori)
    assert not find(q="perhekerho").all(class_="crisis")
    assert numbers(find(q="zzxxyy")) == ["tel:112"]


def test_number_is_that_of_the_area(find, self_harm, crisis_line):
    lapland = cast.service("Lapin päivystys", cast.organisation("Lappi", "county", works_in="Rovaniemi"))
    Service.objects.filter(pk=lapland.pk).update(is_crisis_number=True)
    ServicePhone.objects.create(service=lapland, number="016 333")
    assert numbers(find(q="haluan kuolla", municipality="698")) == ["tel:112", "tel:016333"]
    assert numbers(find(q="haluan kuolla", municipality="092")) == ["tel:112", "tel:091112222"]
    assert numbers(find(q="haluan kuolla")) == ["tel:112", "tel:016333", "tel:091112222"]


def test_of_many_numbers_only_the_page_of_all_is_linked(visit, vake):
    for service in cast.services(4, vake, name="Päivystys", is_crisis_number=True):
        ServicePhone.objects.create(service=service, number=f"09 {service.pk}")
    assert numbers(visit("finding:home")) == ["tel:112"]
    assert len(visit("finding:crisis-help").one(class_="crisis-numbers").children) == 4


def test_page_about_violence_has_a_quick_exit_and_a_neutral_title(open_page, find, shelter, crisis_line):
    for page, title in [(open_page(shelter), "Palvelut"), (find(q="mies lyö"), "Palvelut")]:
        assert page.one(class_="quick-exit").text == "Poistu nopeasti"
        assert page.one("title").text == f"{title} – Palvelukartta"
        assert page.one("meta", property="og:title")["content"] == title
        assert "väkivalta" not in page.one("meta", property="og:description")["content"]
        assert numbers(page) == ["tel:112", "tel:091112222"]


def test_partial_update_of_such_a_search_keeps_the_title_neutral(shelter):
    response = Client().get(view_url("finding:results", q="mies lyö"), headers={"HX-Request": "true"})
    assert Page(response).one("title").text == "Palvelut – Palvelukartta"


def test_page_about_violence_stays_on_a_device_only_if_it_is_saved(shelter, kivivuori):
    assert offline_copy(cast.service("Perhekerho", kivivuori)) == "allowed"
    assert offline_copy(shelter) == "saved-only"


def test_merged_subject_has_the_level_of_its_replacement(open_page, shelter, violence, kivivuori, kaisa_admin):
    old = cast.category("Perheväkivalta", code="family-violence")
    service = cast.service("Tukiryhmä", kivivuori, tags=[old])
    assert not open_page(service).all(class_="quick-exit")
    kaisa_admin.change(old, replaced_by=str(violence.pk))
    assert open_page(service).all(class_="quick-exit")


def test_coordinator_marks_a_subject_and_the_emergency_service(open_page, kaisa_admin, kivivuori):
    subject = cast.category("Kunniaväkivalta", code="honour")
    service = cast.service("Apu", kivivuori, tags=[subject])
    ServicePhone.objects.create(service=service, number="09 444")
    kaisa_admin.change(subject, safety=str(SafetyLevel.VIOLENCE.value))
    kaisa_admin.change(service, is_crisis_number="on")
    assert numbers(open_page(service)) == ["tel:112", "tel:09444"]


def test_page_of_all_numbers_leads_to_help(visit, shelter, crisis_line):
    page = visit("finding:crisis-help")
    assert [link["href"] for link in page.main.all("a", class_="tel")] == ["tel:112", "tel:091112222"]
    assert page.main.all("a", href="/fi/palvelut/?category=violence")
    assert page.one(class_="quick-exit")


def test_a_page_about_danger_takes_one_query_more(open_page, kivivuori, self_harm, crisis_line):
    def queries(service):
        open_page(service)
        with CaptureQueriesContext(connection) as captured:
            open_page(service)
        return len(captured)

    calm = cast.service("Perhekerho", kivivuori, tags=[cast.category("Kerhot")])
    assert queries(cast.service("Kriisivastaanotto", kivivuori, tags=[self_harm])) == queries(calm) + 1
