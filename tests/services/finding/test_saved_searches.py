"""A signed-in professional keeps a search and learns once a week what is new in it or gone, by mail or by a feed."""

import datetime as dt
import re
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from services.models import SavedSearch, SearchNews
from tests import cast
from tests.html_page import Page, view_url

ATOM = "{http://www.w3.org/2005/Atom}"
PIRJO = "pirjo@koulu.example"


class Searcher:
    """The browser of a professional with an account."""

    def __init__(self, browser):
        self.browser = browser

    def open(self, name, *args, status=200, **query):
        return Page(self.browser.get(view_url(name, *args, **query)), status)

    def keep(self, name="Erot Vantaalla", *, by_mail=True, **query):
        address = view_url("searches:save", **query)
        key = Page(self.browser.get(address)).one("input", name="form_key")["value"]
        facts = {"name": name, "form_key": key} | ({"by_mail": "on"} if by_mail else {})
        return self.browser.post(address, facts)

    @property
    def news(self):
        """The news of all kept searches, as their page shows them."""
        lists = self.open("searches:searches").all("ul", class_="given-lists")
        lines = [line.text for kept in lists for line in kept.all("li") if not line.all("h2")]
        return [re.sub(r" [\d.]+$", "", line) for line in lines]

    def feed(self, client):
        (link,) = (a["href"] for a in self.open("searches:searches").all("a") if a.text.startswith("Atom-syöte"))
        feed = ElementTree.fromstring(client.get(link).content)
        return [entry.find(f"{ATOM}title").text for entry in feed.iter(f"{ATOM}entry")]


@pytest.fixture(autouse=True)
def site_address(settings):
    settings.SITE_ADDRESS = "https://kartta.example"


@pytest.fixture
def pirjo_searches(pirjo_client):
    return Searcher(pirjo_client)


@pytest.fixture
def separation(db):
    return cast.category("Ero", words=["ero"])


@pytest.fixture
def group(kivivuori, separation):
    return cast.service("Eroryhmä", kivivuori, tags=[separation])


def pass_days(days):
    later = dt.timedelta(days=days)
    for search in SavedSearch.objects.all():
        SavedSearch.objects.filter(pk=search.pk).update(checked_at=search.checked_at - later)
    for item in SearchNews.objects.all():
        SearchNews.objects.filter(pk=item.pk).update(noticed_at=item.noticed_at - later)


def run_daily():
    out = StringIO()
    call_command("notify_saved_searches", stdout=out)
    return out.getvalue()


def archive(service):
    service.status = "archived"
    service.save()
    cast.index_for_search(service)


def test_results_lead_to_keeping_the_search(pirjo_searches, find, group):
    page = pirjo_searches.open("finding:results", q="ero", municipality="092")
    (link,) = (a for a in page.all("a") if a.text == "Tallenna tämä haku")
    form = Page(pirjo_searches.browser.get(link["href"]))
    assert form.one("input", name="name")["value"] == "”ero”, Vantaa"
    assert not [a for a in find(q="ero").all("a") if a.text == "Tallenna tämä haku"]


def test_mail_tells_once_a_week_what_is_new_and_gone(pirjo_searches, mailbox, group, kivivuori, separation):
    pirjo_searches.keep(q="ero", municipality="092")
    cast.service("Isien eroilta", kivivuori, tags=[separation])
    cast.service("Perhekerho", kivivuori)
    archive(group)
    pass_days(6)
    run_daily()
    assert not mailbox
    pass_days(1)
    assert run_daily() == "checked: 1 searches; sent: 1 mails\n"
    (mail,) = mailbox.of(PIRJO)
    assert mail.subject == "Uutta haussasi: Erot Vantaalla"
    assert "Uudet:\n- Isien eroilta (Kivivuoren perhetalo)" in mail.text
    assert "Ei enää löydy:\n- Eroryhmä (Kivivuoren perhetalo)" in mail.text
    assert "Perhekerho" not in mail.text
    page = Client().get(mail.links[0], follow=True)
    assert Page(page).one("h1").text == "Isien eroilta"
    assert mail.links[-1] == view_url("searches:searches")
    run_daily()
    pass_days(7)
    run_daily()
    assert len(mailbox) == 1  # nothing has changed since


def test_page_and_feed_show_the_news_also_without_mails(pirjo_searches, client, mailbox, group, kivivuori, separation):
    pirjo_searches.keep(q="ero", by_mail=False)
    assert pirjo_searches.news == [] and pirjo_searches.feed(client) == []
    cast.service("Isien eroilta", kivivuori, tags=[separation])
    archive(group)
    pass_days(7)
    run_daily()
    assert pirjo_searches.news == ["Uusi: Isien eroilta", "Ei enää löydy: Eroryhmä"]
    assert pirjo_searches.feed(client) == pirjo_searches.news
    assert not mailbox
    pass_days(61)
    run_daily()
    assert pirjo_searches.news == []


def test_feed_opens_with_its_secret_only(pirjo_searches, client, group):
    pirjo_searches.keep(q="ero")
    search = SavedSearch.objects.get()
    for token in ("x", search.feed_token[:-1] + "_", search.feed_nonce):
        assert client.get(view_url("searches:feed", search.pk, token)).status_code == 404
    response = client.get(view_url("searches:feed", search.pk, search.feed_token))
    assert response.headers["Cache-Control"] == "private, max-age=3600"
    assert response.headers["X-Robots-Tag"] == "noindex"
    SavedSearch.objects.update(feed_nonce="other")
    assert client.get(view_url("searches:feed", search.pk, search.feed_token)).status_code == 404


def test_mail_that_fails_is_sent_by_the_next_run(pirjo_searches, mailbox, group, kivivuori, separation):
    pirjo_searches.keep(q="ero")
    cast.service("Isien eroilta", kivivuori, tags=[separation])
    pass_days(7)
    mailbox.rejected_addresses.add(PIRJO)
    with pytest.raises(CommandError, match="1 mails could not be sent"):
        run_daily()
    mailbox.rejected_addresses.clear()
    run_daily()
    assert len(mailbox.of(PIRJO)) == 1
    assert pirjo_searches.news == ["Uusi: Isien eroilta"]


def test_mails_are_switched_and_searches_removed_by_their_user_only(pirjo_searches, satu, group):
    pirjo_searches.keep(q="ero", by_mail=False)
    search = SavedSearch.objects.get()
    other = Client()
    other.force_login(satu)
    for name in ("searches:mail", "searches:remove"):
        assert other.post(view_url(name, search.pk), {"on": "1"}).status_code == 404
    assert not Searcher(other).open("searches:searches").all("ul", class_="given-lists")
    for button, by_mail in (("on", True), ("off", False)):
        pirjo_searches.browser.post(view_url("searches:mail", search.pk), {button: "1"})
        search.refresh_from_db()
        assert search.by_mail is by_mail
    pirjo_searches.browser.post(view_url("searches:remove", search.pk))
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("text", ["Kaisa Virtanen ero", "040 1234567", "kaisa@example.org"])
def test_search_about_a_person_is_not_kept(pirjo_searches, group, text):
    page = pirjo_searches.open("searches:save", q=text)
    assert "Sellaista hakua ei tallenneta." in page.main.text
    pirjo_searches.browser.post(view_url("searches:save", q=text), {"name": "Haku"})
    assert not SavedSearch.objects.exists()


def test_mistakes_are_explained_beside_the_name(pirjo_searches, group):
    for name, error in (
        ("", "Täytä tämä kohta."),
        ("Virtasen Kaisa", "Tästä näyttää selviävän, kuka joku on. Kuvaile sen sijaan tilannetta."),
    ):
        page = Page(pirjo_searches.keep(name, q="ero"))
        assert page.one(id="id_name_error").text == error
        assert page.one("input", name="name").attributes.get("value", "") == name


def test_form_sent_twice_keeps_one_search(pirjo_searches, group):
    address = view_url("searches:save", q="ero")
    form = {"name": "Erot", "form_key": "k" * 22}
    for _time in range(2):
        assert pirjo_searches.browser.post(address, form).status_code == 302
    assert SavedSearch.objects.count() == 1


def test_nothing_is_kept_without_a_search(pirjo_searches):
    assert "Hae ensin." in pirjo_searches.open("searches:save").main.text
    pirjo_searches.browser.post(view_url("searches:save"), {"name": "Kaikki"})
    assert not SavedSearch.objects.exists()


def test_search_is_kept_in_its_language(pirjo_searches, mailbox, kivivuori, separation):
    pirjo_searches.browser.post(view_url("searches:save", lang="sv", q="skilsmässa"), {"name": "Skilsmässor"})
    cast.service({"fi": "Isien ilta", "sv": "Skilsmässokväll"}, kivivuori)
    pass_days(7)
    run_daily()
    assert pirjo_searches.news == ["Uusi: Isien ilta"]


def test_user_who_was_switched_off_gets_no_mail(pirjo_searches, pirjo, mailbox, group, kivivuori, separation):
    pirjo_searches.keep(q="ero")
    cast.service("Isien eroilta", kivivuori, tags=[separation])
    pirjo.is_active = False
    pirjo.save()
    pass_days(7)
    assert run_daily() == "checked: 0 searches; sent: 0 mails\n"


def test_user_keeps_thirty_searches(pirjo_searches, pirjo, group):
    SavedSearch.objects.bulk_create(
        SavedSearch(user=pirjo, name=f"Haku {n}", query="q=ero", language="fi", checked_at=timezone.now())
        for n in range(30)
    )
    assert "Sinulla on jo 30 tallennettua hakua." in Page(pirjo_searches.keep(q="ero")).main.text
