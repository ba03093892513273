"""Every form that makes a record makes one, however often it is sent, and says only what is true."""

import threading
from dataclasses import dataclass

import pglock
import pytest
from django.db import DatabaseError, connection, models

from organisations.core import form_idempotency
from organisations.models import Claim, Contact, Invitation, Organisation
from services.models import Category, CategoryProposal, MistakeReport, Service, ServiceLocation
from services.stewardship.reports import spam_protection
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient


@dataclass
class Form:
    """A form as it is open in somebody's browser; sent, it makes a record of `model` among others."""

    browser: object
    path: str
    data: dict
    model: type[models.Model]

    def send(self, **changes):
        self.browser.raise_request_exception = False
        return self.browser.post(self.path, self.data | changes)

    @property
    def records(self):
        return self.model.objects.filter(pk__gt=self.before)

    def __post_init__(self):
        self.before = max(self.model.objects.values_list("pk", flat=True), default=0)

    def key(self):
        return f"once:{self.path} {self.data['stamp']}" if "stamp" in self.data else f"once:{self.data['opened']}"


def written(name, model, **typed):
    def form(satu, kivivuori, **_others):
        writer = EditorClient(satu)
        page = writer.open(view_url(name, kivivuori.pk))
        data = form_values(page.main.one("form", class_="service-form")) | typed
        return Form(writer.browser, page.path, data, model)

    return form


def report(record_of):
    def form(client, kivivuori, monkeypatch, **_others):
        record = record_of(kivivuori)
        path = Page(client.get(cast.record_url(record))).one("a", rel="nofollow")["href"]
        data = form_values(Page(client.get(path)).one("form", method="post")) | {"kind": "ended"}
        monkeypatch.setattr(spam_protection, "MIN_FORM_AGE", -1)
        return Form(client, path, data, MistakeReport)

    return form


def invitation(satu, kivivuori, **_others):
    browser, path = EditorClient(satu).browser, view_url("people:members", kivivuori.pk)
    return Form(browser, path, {"email": "eetu@kivivuori.example", "role": "editor", "language": "fi"}, Invitation)


def claim(pirjos_browser, kivivuori, **_others):
    return Form(pirjos_browser, view_url("people:claim", kivivuori.pk), {"text": "Olen töissä täällä."}, Claim)


def added_organisation(pirjos_browser, **_others):
    data = {"name": "Naapuruston tupa", "sector": "ngo", "text": "Uusi yhdistys."}
    return Form(pirjos_browser, view_url("people:add"), data, Organisation)


def proposal(satu, kivivuori, **_others):
    writer, club = EditorClient(satu), cast.service("Perhekerho", kivivuori)
    page = writer.edit(club)
    data = form_values(page.main.one("form", class_="service-form")) | {"proposal": "Isovanhemmat", "do": "save"}
    return Form(writer.browser, page.path, data, CategoryProposal)


def at_the_desk(model, **typed):
    def form(kaisas_desk, kivivuori, **_others):
        name = model._meta.label_lower.replace(".", "_")
        page = kaisas_desk.open(f"{name}_add")
        data = form_values(page.one("form", id=f"{model._meta.model_name}_form")) | typed
        data |= {"organisation": kivivuori.pk} if "organisation" in data else {}
        return Form(kaisas_desk.browser, page.path, data, model)

    return form


CONTACT = {"title_fi": "Neuvonta", "phone": "09 123 456"}
STAMPED = {
    "service kept as a draft": written("editing:new", Service, name_fi="Kerho", do="save"),
    "service published": written("editing:new", Service, name_fi="Kerho", do="publish"),
    "service previewed": written("editing:new", Service, name_fi="Kerho", do="preview"),
    "contact": written("editing:contact-new", Contact, **CONTACT),
    "place": written("editing:place-new", ServiceLocation, name_fi="Kerhotalo"),
    "report about a service": report(lambda organisation: cast.service("Perhekerho", organisation)),
    "report about an organisation": report(lambda organisation: organisation),
}
AT_THE_DESK = {
    "organisation at the desk": at_the_desk(Organisation, name_fi="Naapuruston tupa", sector="ngo"),
    "service at the desk": at_the_desk(Service, name_fi="Kerho"),
    "place at the desk": at_the_desk(ServiceLocation, name_fi="Kerhotalo"),
    "category at the desk": at_the_desk(Category, name_fi="Velat", code="debts", scheme="theme"),
}
# These know their record again by what it says.
BY_CONTENT = {
    "invitation": invitation,
    "claim": claim,
    "added organisation": added_organisation,
    "proposal of a category": proposal,
}


@pytest.fixture
def form(request, satu, kivivuori, client, pirjo_client, kaisa_admin, monkeypatch):
    return request.param(
        satu=satu,
        kivivuori=kivivuori,
        client=client,
        pirjos_browser=pirjo_client,
        kaisas_desk=kaisa_admin,
        monkeypatch=monkeypatch,
    )


def each(forms):
    return pytest.mark.parametrize("form", list(forms.values()), ids=list(forms), indirect=True)


@each(STAMPED | AT_THE_DESK | BY_CONTENT)
def test_form_submitted_twice_creates_one_record(form):
    assert form.send().status_code in (200, 302)
    assert form.send().status_code in (200, 302)
    assert form.records.count() == 1


@each(STAMPED | AT_THE_DESK | BY_CONTENT)
def test_form_can_be_submitted_again_after_a_failure(form):
    def fail(execute, sql, *rest):
        if sql.startswith(f'INSERT INTO "{form.model._meta.db_table}"'):
            raise DatabaseError("The disk is full.")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail):
        assert form.send().status_code == 500
    assert not form.records.exists()
    assert form.send().status_code in (200, 302)
    assert form.records.count() == 1


@pytest.fixture
def in_flight(form, monkeypatch):
    """The same form is on its way through another connection, until `in_flight.close()`."""
    monkeypatch.setattr(form_idempotency, "MAX_WAIT", form_idempotency.dt.timedelta(milliseconds=200))
    other = connection.copy()
    other.inc_thread_sharing()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [pglock.advisory(form.key()).int_lock_id])
    yield other
    other.close()


@each(STAMPED)
def test_second_click_during_the_first_gets_a_message_and_keeps_the_input(form, in_flight):
    answer = form.send()
    page = Page(answer, answer.status_code)
    assert "Lähetit tämän hetki sitten" in page.main.text
    assert not form.records.exists()
    shown = form_values(
        page.main.one("form", class_="service-form") if "stamp" in form.data else page.one("form", method="post")
    )
    kept = {name: value for name, value in form.data.items() if name not in ("csrfmiddlewaretoken", "do") and value}
    assert kept.items() <= shown.items()
    in_flight.close()
    form.send(**shown)
    assert form.records.count() == 1


@each({"contact": STAMPED["contact"]})
def test_second_click_waits_for_the_first(form, in_flight, monkeypatch):
    monkeypatch.setattr(form_idempotency, "MAX_WAIT", form_idempotency.dt.timedelta(seconds=5))
    end = threading.Timer(0.3, in_flight.close)
    end.start()
    assert form.send().status_code == 302
    end.join()
    assert form.records.count() == 1


@each({name: STAMPED[name] for name in ("service kept as a draft", "contact", "place")})
def test_changes_made_before_a_second_submission_are_compared(form):
    form.send()
    both = form.send(**({"title_fi": "Päivystys"} if "title_fi" in form.data else {"name_fi": "Toinen nimi"}))
    assert both.status_code == 409
    assert Page(both, 409).main.one("form", id="conflict")["action"] != form.path
    assert form.records.count() == 1


@each({name: STAMPED[name] for name in ("service kept as a draft", "contact", "place")})
def test_record_removed_since_is_not_shown_as_saved(form):
    form.send()
    form.records.get().delete()
    answer = form.send()
    page = Page(answer, 409)
    assert "se on poistettu sen jälkeen" in page.main.text
    form.send(**form_values(page.main.one("form", class_="service-form")) | {"do": form.data.get("do", "save")})
    assert form.records.count() == 1
