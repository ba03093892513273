"""Make a list of services for a family: their order, the next step, advice in ready phrases or own words."""

import pytest

from services.models import ReferralItem, ReferralList, UsageCount
from tests import cast
from tests.html_page import Page


def order_of(response):
    page = Page(response)
    return [item.one("h2").text for item in page.one("ol", class_="referral-items").all("li") if item.all("h2")]


def test_family_sees_services_in_order_with_step_phrases_and_own_words(worker, family, counselling, club):
    advice = {
        f"s{club.pk}-next_step": "visit",
        f"s{club.pk}-phrases": ["kela-card", "bring-child"],
        f"s{club.pk}-note": "Kerho on kirkon alakerrassa.",
    }
    page = family(worker.hand_over(club, counselling, **advice))
    first, second = page.one("ol", class_="steps").children
    assert first.one("h2").text == "Perhekerho"
    assert first.one(class_="step").text == "Mene paikalle."
    assert [line.text for line in first.one(class_="advice").all("li")] == [
        "Ota Kela-kortti mukaan.",
        "Voit ottaa lapsen mukaan.",
        "Kerho on kirkon alakerrassa.",
    ]
    assert second.one("h2").text == "Eroneuvonta"
    assert second.one(class_="step").text == "Soita."


@pytest.mark.parametrize(
    ("routes", "step"),
    [
        (["open-door", "self"], "visit"),
        (["self", "referral"], "call"),
        (["referral"], "wait"),
        (["apply"], "write"),
        ([], "call"),
    ],
)
def test_next_step_follows_from_the_easiest_way_in(worker, kivivuori, routes, step):
    service = cast.service("Palvelu", kivivuori, access_routes=routes)
    page = worker.open("referrals:make-list", s=service.pk)
    assert page.one("select", name=f"s{service.pk}-next_step").one("option", selected=True)["value"] == step


def test_form_is_in_the_language_of_the_page(worker, counselling):
    page = worker.open("referrals:make-list", s=counselling.pk, lang="sv")
    assert [option.text for option in page.one("select", name="days").all("option")] == ["30 dagar", "90 dagar"]


def test_services_change_places_and_nothing_typed_is_lost(worker, counselling, club):
    form = worker.begin(counselling, club) | {f"s{counselling.pk}-note": "Soita aamulla."}
    response = worker.send(form | {"move": f"{club.pk}-up"})
    assert order_of(response) == ["Perhekerho", "Eroneuvonta"]
    assert Page(response).one("textarea", name=f"s{counselling.pk}-note").text == "Soita aamulla."
    assert order_of(worker.send(form | {"move": f"{counselling.pk}-out"})) == ["Perhekerho"]
    assert not ReferralList.objects.exists()


@pytest.mark.parametrize("note", ["Hetu 131052-308T", "010203A123B mukaan", "131052 – 308T"])
def test_identity_code_is_refused_where_it_was_written(worker, counselling, note):
    response = worker.send(worker.begin(counselling) | {f"s{counselling.pk}-note": note})
    page = Page(response, 400)
    assert "henkilötunnus" in page.one(class_="error").text
    assert page.one("textarea").text == note
    assert not ReferralList.objects.exists()


@pytest.mark.parametrize(
    ("note", "warning"),
    [
        ("Soita 040 123 4567", "puhelinnumero"),
        ("Kirjoita: oma@posti.example", "sähköpostiosoite"),
        ("Pyydä Annaa soittamaan", "nimi"),
        ("Kysy Liisaa", "nimi"),
    ],
)
def test_what_may_identify_the_family_is_sent_only_after_a_second_look(worker, counselling, note, warning):
    form = worker.begin(counselling) | {f"s{counselling.pk}-note": note}
    page = Page(worker.send(form), 400)
    assert warning in page.one(class_="referral-items").one(class_="error").text
    assert not ReferralList.objects.exists()
    assert worker.send(form | {"accept_warnings": "on"}).status_code == 302


def test_own_number_of_the_service_is_no_warning(worker, counselling):
    assert worker.hand_over(counselling, **{f"s{counselling.pk}-note": "Soita 09 000 1234 aamulla."})


def test_own_words_are_at_most_200_characters(worker, counselling):
    response = worker.send(worker.begin(counselling) | {f"s{counselling.pk}-note": "a" * 201})
    assert "200" in Page(response, 400).one(class_="error").text


@pytest.mark.parametrize("wrong", [{"days": "3650"}, {"title": "Virtasen perhe"}, {"form_key": ""}])
def test_tampered_form_makes_no_list(worker, counselling, wrong):
    assert worker.send(worker.begin(counselling) | wrong).status_code == 400
    assert not ReferralList.objects.exists()


def test_numbers_that_are_none_and_drafts_are_left_out(worker, counselling, kivivuori):
    draft = cast.service("Luonnos", kivivuori, status="draft")
    page = worker.open("referrals:make-list", s=["x", "-1", "9" * 30, draft.pk, counselling.pk])
    assert [heading.text for heading in page.one("ol", class_="referral-items").all("h2")] == ["Eroneuvonta"]


def test_services_that_do_not_fit_are_announced(worker, kivivuori):
    services = cast.services(21, kivivuori)
    page = worker.open("referrals:make-list", s=[service.pk for service in services])
    assert len(page.one("ol", class_="referral-items").all("h2")) == 20
    assert "enintään 20 palvelua" in page.one(class_="notice").text
    assert not worker.open("referrals:make-list", s=services[0].pk).all(class_="notice")


def test_list_of_nothing_says_where_services_are(worker, db):
    page = worker.open("referrals:make-list")
    assert page.main.all("a", href="/fi/palvelut/")


def test_form_that_is_sent_twice_makes_one_list_with_one_link(worker, counselling):
    form = worker.begin(counselling)
    first, second = worker.send(form), worker.send(form)
    assert first["Location"] == second["Location"]
    assert ReferralList.objects.count() == ReferralItem.objects.count() == 1


def test_services_are_counted_as_listed(worker, counselling, club):
    worker.hand_over(counselling, club)
    assert list(UsageCount.objects.values_list("listed", flat=True)) == [1, 1]


def test_lists_from_one_network_are_bounded(worker, counselling, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"hand_over": "2/h/ip"}
    worker.hand_over(counselling)
    worker.hand_over(counselling)
    form = worker.begin(counselling) | {f"s{counselling.pk}-note": "Soita aamulla."}
    page = Page(worker.send(form), 400)
    assert "monta listaa" in page.one(role="alert").text
    assert page.one("textarea").text == "Soita aamulla."
