"""No wait is endless: a form that cannot be saved comes back, readers read on, and long work lets others write."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pglock
import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from organisations.core.locks import LockTimeout
from organisations.models import Membership, Organisation, User
from services.actions.confirm_tokens import confirm_token
from services.indexing.checks.check_index import index_differences
from services.indexing.services import index_services, lock_search_index
from services.management.commands.reindex import LOCK_ID as REINDEX
from services.models import Change, Draft, SearchTerm, Service, ServiceLocation
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient

LIMIT = 0.3  # seconds
LOCK = 0x74657374
TYPED = "Vauvakerho"


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, places=[cast.location("Kerhotalo", kivivuori)])


@pytest.fixture
def other(db):
    with elsewhere() as made:
        yield made


def elsewhere():
    """Another connection to the database."""
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters}
    return psycopg.connect(**wanted)


@pytest.fixture
def busy(other, monkeypatch):
    """Somebody else writes search rows; calling it ends that."""
    # The usual lock is held by the transaction of the test, in which the services were made.
    monkeypatch.setattr("services.indexing.lock.LOCK_ID", LOCK)
    other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    with pglock.timeout(seconds=LIMIT):
        yield lambda: other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def edit_service(club, satu, _desk):
    writer = EditorClient(satu)
    path = view_url("editing:edit", club.pk)
    form = writer.open(path).main.one("form", class_="service-form")
    return writer.browser, path, form_values(form) | {"do": "publish", "name_fi": TYPED}


def begin_service(club, satu, _desk):
    writer = EditorClient(satu)
    path = view_url("editing:new", club.organisation_id)
    form = writer.open(path).main.one("form", class_="service-form")
    return writer.browser, path, form_values(form) | {"do": "publish", "name_fi": TYPED}


def edit_place(_club, satu, _desk):
    writer = EditorClient(satu)
    path = view_url("editing:place", ServiceLocation.objects.get().pk)
    form = writer.open(path).main.one("form", class_="service-form")
    return writer.browser, path, form_values(form) | {"do": "publish", "name_fi": TYPED}


def edit_at_the_desk(club, _satu, desk):
    path = view_url("admin:services_service_change", club.pk)
    form = Page(desk.browser.get(path)).one("form", id="service_form")
    return desk.browser, path, form_values(form) | {"name_fi": TYPED}


def listed(value):
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize("fill_in", [edit_service, begin_service, edit_place, edit_at_the_desk])
def test_a_form_that_cannot_be_saved_in_time_is_shown_again_as_submitted(club, satu, kaisa_admin, busy, fill_in):
    browser, path, sent = fill_in(club, satu, kaisa_admin)
    before, start = Change.objects.count(), time.monotonic()
    response = browser.post(path, sent)
    assert time.monotonic() - start < LIMIT + 5
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    page = Page(response, 503)
    assert "Toinen muutos on juuri kesken" in page.text
    form = next(form for form in page.all("form", method="post") if "name_fi" in form_values(form))
    ignored = {"csrfmiddlewaretoken", "stamp", "do"}
    again = form_values(form)
    assert again["name_fi"] == TYPED
    assert {name: listed(again.get(name)) for name in sent.keys() - ignored} == {
        name: listed(value) for name, value in sent.items() if name not in ignored
    }
    assert Change.objects.count() == before

    busy()
    assert browser.post(path, sent | again).status_code == 302
    assert Change.objects.count() > before


def confirm_by_mail(club, satu, _desk):
    path = view_url("confirming:confirm-by-link", confirm_token(Membership.objects.get(user=satu)))
    browser = Client()
    form = Page(browser.get(path)).main.one("form", class_="keeping")
    return browser, path, form_values(form) | {"confirm": "1"}


def end_service(club, satu, _desk):
    return EditorClient(satu).browser, view_url("editing:end", club.pk), {}


def bring_back(club, satu, _desk):
    version = Change.objects.of("service", club.pk).earliest("pk").pk
    return EditorClient(satu).browser, view_url("history:version", "service", club.pk, version), {}


@pytest.mark.parametrize("prepare", [confirm_by_mail, end_service, bring_back])
def test_an_action_without_a_form_can_be_repeated(club, satu, kaisa_admin, busy, prepare):
    browser, path, sent = prepare(club, satu, kaisa_admin)
    before = Change.objects.count()
    page = Page(browser.post(path, sent), 503)
    assert "Toinen muutos on juuri kesken" in page.text
    assert Change.objects.count() == before

    busy()
    form = page.main.all("form", method="post")[0]
    assert browser.post(path, sent | form_values(form)).status_code == 302
    assert Change.objects.count() > before


def test_waiting_writers_do_not_block_a_search(other, monkeypatch, django_db_blocker):
    """In the threads of one process of the site."""
    monkeypatch.setattr("services.indexing.lock.LOCK_ID", LOCK)
    other.execute("SELECT pg_advisory_lock(%s)", [LOCK])

    def write():
        try:
            with pglock.timeout(seconds=5), transaction.atomic():
                lock_search_index()
        except LockTimeout:
            return "refused"
        finally:
            connection.close()

    def search():
        start = time.monotonic()
        Page(Client().get(view_url("finding:results", q="perhekerho")))
        connection.close()
        return time.monotonic() - start

    Client().get(view_url("finding:results", q="perhekerho"))  # everything that is loaded once is there
    with django_db_blocker.unblock(), ThreadPoolExecutor(4) as threads:
        start = time.monotonic()
        writers = [threads.submit(write) for _number in range(8)]
        threads.submit(search).result()
        assert time.monotonic() - start < 4
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        assert [writer.result() for writer in writers].count("refused") == 6


def test_exclusive_work_is_refused_to_a_second_process(other):
    other.execute("SELECT pg_advisory_lock(%s)", [REINDEX])
    with pytest.raises(CommandError, match="Another process is reindexing"):
        call_command("reindex", stdout=StringIO())
    other.execute("SELECT pg_advisory_unlock(%s)", [REINDEX])
    call_command("reindex", stdout=StringIO())


@pytest.fixture
def live(django_db_setup, django_db_blocker):
    """A member and services that other connections see too. Taken away by hand, as the areas are to stay."""
    with django_db_blocker.unblock():
        home = Organisation.objects.create(name_fi="Kivivuori", sector="ngo", status="published")
        user = User.objects.create_user("satu@kivivuori.example")
        Membership.objects.create(user=user, organisation=home, role="admin")
        for number in range(60):
            Service.objects.create(organisation=home, name_fi=f"Kerho {number}", status="published")
        index_services()
        yield user
        home.services.all().delete()
        home.delete()
        user.delete()
        Session.objects.all().delete()
        Change.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM services_searchposting; DELETE FROM services_categoryfit")
        SearchTerm.objects.all().delete()
        connection.close()


def test_a_draft_of_a_locked_record_is_shown_again_as_submitted(live):
    writer, service = EditorClient(live), Service.objects.earliest("pk")
    page = writer.edit(service)
    with elsewhere() as locking, pglock.timeout(seconds=LIMIT):
        locking.execute("SELECT FROM services_service WHERE id = %s FOR UPDATE", [service.pk])
        again = writer.send(page, "save", name_fi=TYPED, status=503)
    assert "Toinen muutos on juuri kesken" in again.text
    assert form_values(again.main.one("form", class_="service-form"))["name_fi"] == TYPED
    writer.send(page, "save", name_fi=TYPED)
    assert Draft.objects.get().values["name_fi"] == TYPED


def test_services_can_be_published_during_a_reindex(live, monkeypatch):
    monkeypatch.setattr("services.indexing.services.BATCH_SIZE", 5)
    services, published, reindexed = list(Service.objects.order_by("pk")), [], threading.Event()

    def reindex():
        try:
            call_command("reindex", stdout=StringIO(), stderr=StringIO())
        finally:
            reindexed.set()
            connection.close()

    def publish(mine):
        writer = EditorClient(live)
        for service in mine:
            page = writer.edit(service)
            # The page answers 503 where it had to wait for longer than the limit.
            writer.send(page, "publish", name_fi=f"Ryhmä {service.pk}", status=200)
            published.append(service.pk)
            if reindexed.is_set():
                break
        connection.close()

    with ThreadPoolExecutor(3) as threads:
        work = [threads.submit(reindex), *(threads.submit(publish, services[number::2]) for number in range(2))]
        for job in work:
            job.result(timeout=120)
    assert len(published) > 2
    assert {*Service.objects.filter(name_fi__startswith="Ryhmä").values_list("pk", flat=True)} == {*published}
    assert [*index_differences()] == []
