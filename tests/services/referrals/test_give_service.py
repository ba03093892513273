"""Give one service to a client: a link, a code and a text to send. Nothing is stored."""

from urllib.parse import parse_qs, unquote, urlsplit

from organisations.models import OrganisationPhone
from services.models import ReferralList, Schedule
from tests import cast


def sent_text(page):
    return page.one("textarea").text


def test_text_holds_what_the_family_needs_in_one_text_message(worker, counselling):
    page = worker.open("referrals:service", counselling.pk)
    text = page.one("textarea").children[0]
    assert text.splitlines() == [
        "Eroneuvonta",
        "Soita.",
        "09 000 1234",
        "Kivivuorentie 4, Vantaa",
        "Avoinna: ma 9–12",
        f"http://testserver/p/{counselling.pk}/",
    ]
    assert "1 tekstiviesti" in page.one(id="handover-length").text


def test_text_is_in_the_language_of_the_page(worker, counselling):
    text = sent_text(worker.open("referrals:service", counselling.pk, lang="sv"))
    assert text.startswith("Skilsmässorådgivning Ring.")
    assert "Öppet: mån 9–12" in text


def test_messages_open_in_the_workers_own_programs_without_a_recipient(worker, counselling):
    page = worker.open("referrals:service", counselling.pk)
    links = {urlsplit(link["href"]).scheme: link["href"] for link in page.one(class_="handover-buttons").all("a")}
    assert links["sms"].startswith("sms:?&body=Eroneuvonta")
    mail = parse_qs(urlsplit(links["mailto"]).query)
    assert mail["subject"] == ["Eroneuvonta"]
    assert "09 000 1234" in unquote(mail["body"][0])


def test_long_text_loses_hours_before_anything_else(worker, kivivuori):
    house = cast.location("Talo", kivivuori, street_fi="Katu " * 35, city_fi="Vantaa")
    for weekday in range(1, 8):
        Schedule.objects.create(location=house, weekday=weekday, opens_at=f"0{weekday}:00", closes_at="12:00")
    name = "Perheiden " + "yhteinen " * 20
    OrganisationPhone.objects.create(organisation=kivivuori, number="09 000 1111")
    service = cast.service(name, kivivuori, access_routes=["self"], places=[house])
    text = sent_text(worker.open("referrals:service", service.pk))
    assert len(text) <= 480
    assert "Avoinna" not in text
    assert "Katu Katu" in text
    assert "Soita. 09 000 1111" in text
    assert text.endswith(f"/p/{service.pk}/")


def test_short_address_leads_to_the_page_of_the_service(client, counselling):
    response = client.get(f"/p/{counselling.pk}/", headers={"Accept-Language": "sv"})
    assert response["Location"] == cast.record_url(counselling, "sv")


def test_code_opens_the_short_address(worker, counselling):
    code = worker.open("referrals:service", counselling.pk).one(class_="qr")
    assert f"/p/{counselling.pk}/" in code["aria-label"]
    assert code.all("path")


def test_draft_cannot_be_given(worker, kivivuori):
    draft = cast.service("Luonnos", kivivuori, status="draft")
    worker.open("referrals:service", draft.pk, status=404)


def test_nothing_is_stored(worker, counselling):
    worker.open("referrals:service", counselling.pk)
    assert not ReferralList.objects.exists()


def test_service_page_saved_list_and_comparison_lead_here(visit, open_page, counselling, club):
    give = f"/fi/anna/{counselling.pk}/"
    assert open_page(counselling).all("a", href=give)
    assert visit("finding:compare", s=[counselling.pk]).all("a", href=give)
    assert visit("finding:results").all("a", href=give)
    assert visit("finding:saved").all("a", href="/fi/anna/")
    together = visit("finding:compare", s=[counselling.pk, club.pk])
    assert together.all("a", href=f"/fi/anna/?s={counselling.pk}&s={club.pk}")
