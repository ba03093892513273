"""Every wait has a limit: a form that cannot be saved is shown again, and long work blocks nobody."""

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
from services.management.commands.reindex import LOCK as REINDEX
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
    with open_connection() as other_connection:
        yield other_connection


def open_connection():
    """Another connection to the database."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{name: parameters[name] for name in names if name in parameters})


@pytest.fixture
def busy(other, monkeypatch):
    """Another connection holds the lock of the search index; calling the fixture releases it."""
    # The transaction of the test holds the usual lock, as it created the services.
    monkeypatch.setattr("services.indexing.lock.LOCK", LOCK)
    other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    with pglock.timeout(seconds=LIMIT):
        yield lambda: other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def edit_service(club, satu, _admin_client):
    writer = EditorClient(satu)
    path = view_url("editing:edit", club.pk)
    form = writer.open(path).main.one("form", class_="service-form")
    return writer.browser, path, form_values(form) | {"do": "publish", "name_fi": TYPED}


def add_service(club, satu, _admin_client):
    writer = EditorClient(satu)
    path = view_url("editing:new", club.organisation_id)
    form = writer.open(path).main.one("form", class_="service-form")
    return writer.browser, path, form_values(form) | {"do": "publish", "name_fi": TYPED}


def edit_place(_club, satu, _admin_client):
    writer = EditorClient(satu)
    path = view_url("editing:place", ServiceLocation.objects.get().pk)
    form = writer.open(path).main.one("form", class_="service-form")
    return writer.browser, path, form_values(form) | {"do": "publish", "name_fi": TYPED}


def edit_in_admin(club, _satu, admin_client):
    path = view_url("admin:services_service_change", club.pk)
    form = Page(admin_client.browser.get(path)).one("form", id="service_form")
    return admin_client.browser, path, form_values(form) | {"name_fi": TYPED}


def as_texts(value):
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize("fill_in", [edit_service, add_service, edit_place, edit_in_admin])
def test_form_that_times_out_is_shown_again_as_submitted(club, satu, kaisa_admin, busy, fill_in):
    browser, path, data = fill_in(club, satu, kaisa_admin)
    before, start = Change.objects.count(), time.monotonic()
    response = browser.post(path, data)
    assert time.monotonic() - start < LIMIT + 5
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    page = Page(response, 503)
    assert "Toinen muutos on juuri kesken" in page.text
    form = next(form for form in page.all("form", method="post") if "name_fi" in form_values(form))
    ignored = {"csrfmiddlewaretoken", "stamp", "do"}
    values = form_values(form)
    assert values["name_fi"] == TYPED
    assert {name: as_texts(values.get(name)) for name in data.keys() - ignored} == {
        name: as_texts(value) for name, value in data.items() if name not in ignored
    }
    assert Change.objects.count() == before

    busy()
    assert browser.post(path, data | values).status_code == 302
    assert Change.objects.count() > before


def confirm_by_mail(club, satu, _admin_client):
    path = view_url("confirming:confirm-by-link", confirm_token(Membership.objects.get(user=satu)))
    browser = Client()
    form = Page(browser.get(path)).main.one("form", class_="confirm-form")
    return browser, path, form_values(form) | {"confirm": "1"}


def end_service(club, satu, _admin_client):
    return EditorClient(satu).browser, view_url("editing:end", club.pk), {}


def restore_version(club, satu, _admin_client):
    version = Change.objects.of("service", club.pk).earliest("pk").pk
    return EditorClient(satu).browser, view_url("history:version", "service", club.pk, version), {}


@pytest.mark.parametrize("prepare", [confirm_by_mail, end_service, restore_version])
def test_button_that_times_out_can_be_pressed_again(club, satu, kaisa_admin, busy, prepare):
    browser, path, data = prepare(club, satu, kaisa_admin)
    before = Change.objects.count()
    page = Page(browser.post(path, data), 503)
    assert "Toinen muutos on juuri kesken" in page.text
    assert Change.objects.count() == before

    busy()
    form = page.main.all("form", method="post")[0]
    assert browser.post(path, data | form_values(form)).status_code == 302
    assert Change.objects.count() > before


def test_waiting_writers_do_not_block_a_search(other, monkeypatch, django_db_blocker):
    """In the threads of a single process."""
    monkeypatch.setattr("services.indexing.lock.LOCK", LOCK)
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

    Client().get(view_url("finding:results", q="perhekerho"))  # load what is loaded once
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
    """A member and services, committed so that other connections see them; deleted one by one to keep the areas."""
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


def test_draft_of_a_locked_record_is_shown_again_as_submitted(live):
    writer, service = EditorClient(live), Service.objects.earliest("pk")
    page = writer.edit(service)
    with open_connection() as other, pglock.timeout(seconds=LIMIT):
        other.execute("SELECT FROM services_service WHERE id = %s FOR UPDATE", [service.pk])
        response_page = writer.send(page, "save", name_fi=TYPED, status=503)
    assert "Toinen muutos on juuri kesken" in response_page.text
    assert form_values(response_page.main.one("form", class_="service-form"))["name_fi"] == TYPED
    writer.send(page, "save", name_fi=TYPED)
    assert Draft.objects.get().values["name_fi"] == TYPED


def test_services_can_be_published_during_a_full_reindex(live, monkeypatch):
    monkeypatch.setattr("services.indexing.services.BATCH_SIZE", 5)
    services, published, reindexed = list(Service.objects.order_by("pk")), [], threading.Event()

    def reindex():
        try:
            call_command("reindex", stdout=StringIO(), stderr=StringIO())
        finally:
            reindexed.set()
            connection.close()

    def publish(own_services):
        writer = EditorClient(live)
        for service in own_services:
            page = writer.edit(service)
            # The status would be 503 after a wait beyond the limit.
            writer.send(page, "publish", name_fi=f"Ryhmä {service.pk}", status=200)
            published.append(service.pk)
            if reindexed.is_set():
                break
        connection.close()

    with ThreadPoolExecutor(3) as threads:
        futures = [threads.submit(reindex), *(threads.submit(publish, services[number::2]) for number in range(2))]
        for future in futures:
            future.result(timeout=120)
    assert len(published) > 2
    assert {*Service.objects.filter(name_fi__startswith="Ryhmä").values_list("pk", flat=True)} == {*published}
    assert [*index_differences()] == []
