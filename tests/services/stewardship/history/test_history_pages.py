"""The pages of a record's history, for those who maintain it: read, compare and restore."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Contact, Organisation
from services.actions.confirm import confirm
from services.models import Change, Schedule, ScheduleException, Service
from services.revisions.erase_contact import erase_contact
from services.stewardship.history import timeline
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)


class HistoryClient:
    def __init__(self, browser):
        self.browser = browser

    def read(self, kind, pk, *, lang="fi", status=200, **query):
        return Page(self.browser.get(view_url("history:record", kind, pk, lang=lang, **query)), status)

    def moments(self, kind, pk, **query):
        return [ChangeText(item) for item in self.read(kind, pk, **query).main.one("ol", class_="moments").all("li")]

    def pages(self, kind, pk):
        """The moments of each page, the latest page first, by the links to older ones."""
        page = self.read(kind, pk)
        while True:
            yield page.main.one("ol", class_="moments").all("li")
            older = page.main.all("a", rel="next")
            if not older:
                return
            page = self.open(view_url("history:record", kind, pk) + older[0]["href"])

    def open(self, path, **data):
        return Page(self.browser.get(path, data))

    def restore(self, moment):
        return self.press(self.open(moment.link))

    def press(self, page):
        """Press the button that restores the version."""
        (form,) = page.main.all("form", method="post")
        return Page(self.browser.post(form["action"], form_values(form), follow=True))


class ChangeText:
    """An entry of the timeline, or the differences of a version, as shown on the page."""

    def __init__(self, item):
        self.item = item
        self.text = item.text
        self.links = [link["href"] for link in item.all("a")]

    @property
    def link(self):
        return self.links[-1]

    @property
    def lines(self):
        """Removed and added texts by label."""
        return {
            row.one("dt").text: ([_text(e) for e in row.all("del")], [_text(e) for e in row.all("ins")])
            for differences in self.item.all("dl")
            for row in differences.all("div")
        }


def _text(element):
    hidden = element.one("span", class_="visually-hidden").text
    return element.text.removeprefix(hidden).strip()


@pytest.fixture
def kaisas(kaisa_admin):
    return HistoryClient(kaisa_admin.browser)


def test_saved_form_is_one_entry_with_its_author_and_changes(club, kaisa_admin, kaisas):
    separation = cast.category({"fi": "Ero", "sv": "Separation"})
    kaisa_admin.change(club, name_sv="Familjecafé", cost="free", categories=[separation.pk], channels=["chat"])
    (moment, *_created) = kaisas.moments("service", club.pk)
    assert "Kaisa Koordinaattori" in moment.text
    assert moment.lines["Nimi (ruotsi)"] == (["Familjeklubb"], ["Familjecafé"])
    assert moment.lines["Hinta"] == ([], ["maksuton"])
    assert ([], ["Ero"]) in moment.lines.values()
    swedish, *_others = kaisas.read("service", club.pk).all("dd", lang="sv")
    assert swedish.all(class_="visually-hidden", lang="fi")


def test_history_is_shown_in_the_readers_language(club, kaisa_admin, kaisas):
    separation = cast.category({"fi": "Ero", "sv": "Separation"})
    kaisa_admin.change(club, cost="free", categories=[separation.pk])
    (moment, *_created) = kaisas.moments("service", club.pk, lang="sv")
    assert [line for line in (([], ["Separation"]), ([], ["avgiftsfri"])) if line not in moment.lines.values()] == []


def test_hours_are_formatted_for_people(kivivuori, kaisas):
    place = cast.location("Kerhotalo", kivivuori)
    summer = {"valid_from": "2027-06-01", "valid_until": "2027-08-15"}
    with audit_context(through=ChangeSource.FORM):
        for day, opens, closes, season in (
            (2, "09:00", "15:30", {}),
            (1, "09:00", "16:00", {}),
            (1, "10:00", "14:00", summer),
        ):
            Schedule.objects.create(location=place, weekday=day, opens_at=opens, closes_at=closes, **season)
        christmas = {"starts_on": "2026-12-24", "ends_on": "2026-12-26", "note_fi": "Joulu", "note_sv": "Jul"}
        ScheduleException.objects.create(location=place, **christmas)
    moment = kaisas.moments("location", place.pk)[0]
    # In the order of the week, the usual hours before those of a season.
    assert moment.lines["Viikoittaiset aukioloajat"][1] == [
        "maanantai 9–16", "tiistai 9–15.30", "maanantai 10–14 (1.6.2027–15.8.2027)",
    ]  # fmt: skip
    assert moment.lines["Poikkeavat aukioloajat"][1] == ["24.12.2026–26.12.2026 suljettu, Joulu, Jul"]


def test_changed_hours_are_shown_with_their_day(kivivuori, kaisas):
    place = cast.location("Kerhotalo", kivivuori)
    hours = Schedule.objects.create(location=place, weekday=1, opens_at="09:00", closes_at="16:00")
    day = {"starts_on": "2026-12-24", "ends_on": "2026-12-24"}
    eve = ScheduleException.objects.create(location=place, **day)
    first = Change.objects.latest("pk").pk
    for change in (
        lambda: Schedule.objects.update(opens_at="10:00"),
        lambda: ScheduleException.objects.update(closed=False, opens_at="09:00", closes_at="12:00"),
        lambda: Schedule.objects.update(opens_at="11:00"),
        hours.delete,
        lambda: ScheduleException.objects.update(note_sv="Julafton"),
    ):
        with audit_context(through=ChangeSource.FORM):
            change()
    noted, deleted, later, shorter, late, *_created = kaisas.moments("location", place.pk)
    assert late.lines == {"Viikoittaiset aukioloajat": (["maanantai 9–16"], ["maanantai 10–16"])}
    assert shorter.lines == {"Poikkeavat aukioloajat": (["24.12.2026 suljettu"], ["24.12.2026 9–12"])}
    assert later.lines == {"Viikoittaiset aukioloajat": (["maanantai 10–16"], ["maanantai 11–16"])}
    assert deleted.lines == {"Viikoittaiset aukioloajat": (["maanantai 11–16"], [])}
    assert noted.lines == {"Poikkeavat aukioloajat": (["24.12.2026 9–12"], ["24.12.2026 9–12, Julafton"])}
    ScheduleException.objects.filter(pk=eve.pk).update(note_sv="")
    page = kaisas.open(view_url("history:version", "location", place.pk, first))
    (compared, *_whole) = [ChangeText(item) for item in page.main.all("section")]
    assert compared.lines["Poikkeavat aukioloajat"] == (["24.12.2026 9–12"], ["24.12.2026 suljettu"])


def test_history_of_an_organisation_includes_its_contacts(kivivuori, kaisas):
    contact = cast.contact("Toimisto", kivivuori)
    assert any(
        view_url("history:record", "contact", contact.pk) in m.links
        for m in kaisas.moments("organisation", kivivuori.pk)
    )


def test_confirmation_by_mail_shows_its_author(club, kivivuori, satu, kaisas):
    with audit_context(through=ChangeSource.MAIL, by=satu.pk):
        confirm(organisation=kivivuori, services=[club.pk], by=satu, now=timezone.now())
    for kind, record in (("service", club), ("organisation", kivivuori)):
        moment = kaisas.moments(kind, record.pk)[0]
        assert "Satu Sihteeri" in moment.text and "sähköpostin linkistä" in moment.text
        assert "Tarkistettu" in moment.text and moment.lines == {}


def test_merger_of_categories_is_one_entry(kaisa_admin, kaisas):
    separation, divorce = cast.category("Ero"), cast.category("Avioero")
    kaisa_admin.change(divorce, replaced_by=separation.pk)
    (merger, _created) = kaisas.moments("category", divorce.pk)
    assert "Kaisa" in merger.text and "yhdistämällä" in merger.text
    assert [new for _old, new in merger.lines.values()] == [["Ero"]]


def test_rewritten_but_unchanged_part_is_not_shown(club, kaisas):
    club.phones.create(number="09 123")
    club.phones.all().delete()
    club.phones.create(number="09 123")
    lines = [line for moment in kaisas.moments("service", club.pk) for line in moment.lines.items()]
    assert sum(added.count("09 123") for _label, (_removed, added) in lines) == 1


def test_erased_person_is_not_named(kivivuori, kaisas):
    contact = cast.contact("Ohjaaja", kivivuori, name="Tarja Toivonen", email="tarja@kivivuori.example")
    pk = contact.pk
    erase_contact(email=contact.email)
    for page in (kaisas.read("contact", pk), kaisas.read("organisation", kivivuori.pk)):
        assert "Tarja" not in page.main.text and "tarja@" not in page.main.text
    assert not Contact.objects.exists()


def test_deleted_account_is_not_named(club, sirkka, sirkka_admin, kaisas):
    sirkka_admin.change(club, cost="free")
    assert "Sirkka" in kaisas.read("service", club.pk).main.text
    sirkka.delete()
    assert "Sirkka" not in kaisas.read("service", club.pk).main.text


def test_long_histories_have_pages(club, kaisas):
    with connection.cursor() as cursor:
        for number in range(45):
            cursor.execute("SELECT set_config('palvelukartta.doing', %s, true)", [f'{{"moment": {number + 1}}}'])
            Service.objects.filter(pk=club.pk).update(waiting_time_fi=f"{number} viikkoa")
    sizes = [len(moments) for moments in kaisas.pages("service", club.pk)]
    assert sum(sizes) == 46
    assert max(sizes) <= 20


@pytest.mark.parametrize("most", [1, 3, 7, 1000])
def test_history_with_many_changes_is_split_into_pages_without_gaps(club, kaisas, monkeypatch, most):
    """Four moments of three changes each: a page ends before the moment that would exceed the most that is read."""
    monkeypatch.setattr(timeline, "MAX_CHANGES", most)
    for number in range(4):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('palvelukartta.doing', %s, true)", [f'{{"moment": {number + 1}}}'])
        for step in range(3):
            Service.objects.filter(pk=club.pk).update(waiting_time_fi=f"{number} viikkoa, {step} päivää")
    moments = [moment.text for page in kaisas.pages("service", club.pk) for moment in page if "viikkoa" in moment.text]
    assert [next(n for n in (3, 2, 1, 0) if f"{n} viikkoa, 2 päivää" in text) for text in moments] == [3, 2, 1, 0]


def test_query_count_does_not_grow_with_the_history(club, kaisas):
    def query_count():
        with CaptureQueriesContext(connection) as queries:
            kaisas.read("service", club.pk)
        return len(queries)

    def edit(number):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('palvelukartta.doing', %s, true)", [f'{{"moment": {number}}}'])
        club.categories.add(cast.category(f"Luokka {number}"))
        club.municipalities.clear()
        cast.set_area(club, "Vantaa")

    edit(1), edit(2)
    kaisas.read("service", club.pk)
    few = query_count()
    for number in range(3, 12):
        edit(number)
    assert query_count() == few


def test_two_versions_are_compared(club, kaisa_admin, kaisas):
    for name in ("Yksi", "Kaksi", "Kolme"):
        kaisa_admin.change(club, summary_fi=name)
    third, second, first, _created = kaisas.moments("service", club.pk)
    beside_now = ChangeText(kaisas.open(first.link).main.one("section"))
    assert beside_now.lines["Tiivistelmä (suomi)"] == (["Kolme"], ["Yksi"])
    number = second.link.rstrip("/").split("/")[-1]
    beside_second = ChangeText(kaisas.open(first.link, **{"with": number}).main.one("section"))
    assert beside_second.lines["Tiivistelmä (suomi)"] == (["Kaksi"], ["Yksi"])
    assert third.link != second.link


def test_button_restores_a_version(club, kaisa, kaisa_admin, kaisas, open_page):
    kaisa_admin.change(club, summary_fi="Aamupala ja leikkiä.")
    kaisa_admin.change(club, summary_fi="Väärin.")
    _latest, right, _created = kaisas.moments("service", club.pk)
    page = kaisas.restore(right)
    assert page.main.all(role="status")
    assert "Aamupala ja leikkiä." in open_page(club).main.text
    back = Change.objects.latest("pk")
    assert (back.through, back.user) == ("restore", kaisa.pk)


def test_version_is_not_restored_over_a_later_change(club, kaisa_admin, kaisas):
    kaisa_admin.change(club, summary_fi="Aamupala ja leikkiä.")
    kaisa_admin.change(club, summary_fi="Väärin.")
    _latest, right, _created = kaisas.moments("service", club.pk)
    page = kaisas.open(right.link)
    kaisa_admin.change(club, summary_fi="Satu korjasi tämän jo.")
    again = kaisas.press(page)
    assert again.main.one(role="alert")
    club.refresh_from_db()
    assert club.summary_fi == "Satu korjasi tämän jo."
    # The page now shows the later change; pressing the button again restores the version.
    assert "Satu korjasi tämän jo." in again.main.text
    kaisas.press(again)
    club.refresh_from_db()
    assert club.summary_fi == "Aamupala ja leikkiä."


def test_deleted_record_is_listed_and_restored(club, kaisa_admin, kaisas, find):
    kaisa_admin.delete(club)
    listed = kaisas.open(view_url("history:deleted")).main
    (link,) = listed.all("a", href=view_url("history:record", "service", club.pk))
    assert link.text == "Perhekerho"
    deletion, *_created = kaisas.moments("service", club.pk)
    kaisas.restore(deletion)
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_failed_restoration_says_why_and_changes_nothing(club, kivivuori, kaisa_admin, sirkka_admin):
    kaisas = HistoryClient(sirkka_admin.browser)
    kaisa_admin.delete(club)
    kivivuori.delete()
    deletion, *_created = kaisas.moments("service", club.pk)
    page = kaisas.restore(deletion)
    assert page.main.all(role="alert")
    assert not Service.objects.exists()


def test_admin_links_to_the_history(club, kaisa_admin):
    page = kaisa_admin.browser.get(view_url("admin:services_service_history", club.pk))
    assert page["Location"] == view_url("history:record", "service", club.pk)


def test_pages_of_members_link_to_the_history(club, satu):
    place = cast.location("Kerhotalo", club.organisation)
    satus = Client()
    satus.force_login(satu)
    for page, kind, record in (
        (view_url("editing:edit", club.pk), "service", club),
        (view_url("editing:place", place.pk), "location", place),
        (view_url("editing:services", club.organisation_id), "organisation", club.organisation),
    ):
        history = view_url("history:record", kind, record.pk)
        assert history in [link["href"] for link in Page(satus.get(page)).main.all("a")]
        links = [link["href"] for link in Page(satus.get(history)).main.all("a")]
        assert view_url("editing:services", club.organisation_id) in links
        assert view_url("history:deleted") in links


def test_history_is_hidden_from_others(club, pirjo_client):
    version = view_url("history:version", "service", club.pk, Change.objects.latest("pk").pk)
    for path in (view_url("history:record", "service", club.pk), version, view_url("history:deleted")):
        assert pirjo_client.get(path).status_code == 404
    assert pirjo_client.post(version).status_code == 404


def test_members_see_and_bring_back_what_is_theirs(club, satu, parish, kaisa_admin):
    browser, others = Client(), cast.service("Partio", parish)
    browser.force_login(satu)
    kaisa_admin.delete(club), kaisa_admin.delete(others)
    listed = [link["href"] for link in HistoryClient(browser).open(view_url("history:deleted")).main.all("a")]
    assert view_url("history:record", "service", club.pk) in listed
    assert view_url("history:record", "service", others.pk) not in listed
    deletion, *_created = HistoryClient(browser).moments("service", club.pk)
    HistoryClient(browser).restore(deletion)
    assert Service.objects.get().name_fi == "Perhekerho"
    HistoryClient(browser).read("service", others.pk, status=404)


def test_members_bring_back_what_they_may_write_and_nothing_else(kivivuori, satu):
    """Its sector, its business ID and whether readers see it at all are for coordinators to say."""
    now = {"status": "draft", "sector": "company", "business_id": "1234567-1"}
    with audit_context(through=ChangeSource.DESK):
        Organisation.objects.update(**now, description_fi="Uusi kuvaus")
    browser = Client()
    browser.force_login(satu)
    _changed, before = HistoryClient(browser).moments("organisation", kivivuori.pk)
    HistoryClient(browser).restore(before)
    assert Organisation.objects.values(*now).get() == now
    kivivuori.refresh_from_db()
    assert kivivuori.description_fi != "Uusi kuvaus"


def test_members_do_not_bring_back_what_a_coordinator_has_archived(kivivuori, club, satu, kaisas):
    with audit_context(through=ChangeSource.DESK):
        Organisation.objects.update(status="archived")
    _archived, before = kaisas.moments("organisation", kivivuori.pk)
    browser = Client()
    browser.force_login(satu)
    for kind, pk in (("organisation", kivivuori.pk), ("service", club.pk)):
        HistoryClient(browser).read(kind, pk, status=404)
    assert browser.post(before.link).status_code == 404
    assert Organisation.objects.get().status == "archived"
    kaisas.restore(before)
    assert Organisation.objects.get().status == "published"


def test_admin_of_the_parent_sees_deletions_of_its_descendants(kivivuori, club, kaisa_admin):
    parent = cast.organisation("Perhetalojen liitto")
    kivivuori.parent = parent
    kivivuori.save()
    lauri = cast.create_user("lauri@liitto.example")
    parent.memberships.create(user=lauri, role="admin")
    kaisa_admin.delete(club)
    browser = Client()
    browser.force_login(lauri)
    page = HistoryClient(browser).open(view_url("history:deleted"))
    assert page.main.all("a", href=view_url("history:record", "service", club.pk))


def test_restoring_does_not_move_a_record_to_its_former_organisation(club, parish, kaisa_admin, kaisas):
    before, *_created = kaisas.moments("service", club.pk)
    kaisa_admin.change(club, organisation=parish.pk)
    kaisas.restore(before)
    assert Service.objects.get(pk=club.pk).organisation == parish


@pytest.mark.parametrize("path", ["service/999999/", "user/1/", "service/1/?before=x", "service/1/?before=" + "9" * 40])
def test_urls_of_unknown_records_are_not_found(kaisas, club, path):
    start = view_url("history:record", "service", 1).removesuffix("service/1/")
    assert kaisas.browser.get(start + path).status_code == 404
