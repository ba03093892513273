"""Every form that creates a record creates a single record, however often it is sent."""

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
    """A form open in a browser; sending it creates a record of `model`."""

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


def editing_form(name, model, **values):
    def form(satu, kivivuori, **_others):
        writer = EditorClient(satu)
        page = writer.open(view_url(name, kivivuori.pk))
        data = form_values(page.main.one("form", class_="service-form")) | values
        return Form(writer.browser, page.path, data, model)

    return form


def report_form(record_of):
    def form(client, kivivuori, monkeypatch, **_others):
        record = record_of(kivivuori)
        path = Page(client.get(cast.record_url(record))).one("a", rel="nofollow")["href"]
        data = form_values(Page(client.get(path)).one("form", method="post")) | {"kind": "ended"}
        monkeypatch.setattr(spam_protection, "MIN_FORM_AGE", -1)
        return Form(client, path, data, MistakeReport)

    return form


def invitation_form(satu, kivivuori, **_others):
    browser, path = EditorClient(satu).browser, view_url("people:members", kivivuori.pk)
    return Form(browser, path, {"email": "eetu@kivivuori.example", "role": "editor", "language": "fi"}, Invitation)


def claim_form(pirjo_client, kivivuori, **_others):
    return Form(pirjo_client, view_url("people:claim", kivivuori.pk), {"text": "Olen töissä täällä."}, Claim)


def organisation_form(pirjo_client, **_others):
    data = {"name": "Naapuruston tupa", "sector": "ngo", "text": "Uusi yhdistys."}
    return Form(pirjo_client, view_url("people:add"), data, Organisation)


def proposal_form(satu, kivivuori, **_others):
    writer, club = EditorClient(satu), cast.service("Perhekerho", kivivuori)
    page = writer.edit(club)
    data = form_values(page.main.one("form", class_="service-form")) | {"proposal": "Isovanhemmat", "do": "save"}
    return Form(writer.browser, page.path, data, CategoryProposal)


def copy_form(satu, kivivuori, **_others):
    writer, club = EditorClient(satu), cast.service("Perhekerho", kivivuori)
    path = view_url("editing:copy", club.pk)
    (button,) = [form for form in writer.list(kivivuori).main.all("form") if form.attributes.get("action") == path]
    return Form(writer.browser, path, form_values(button), Service)


def admin_form(model, **values):
    def form(admin_client, kivivuori, **_others):
        name = model._meta.label_lower.replace(".", "_")
        page = admin_client.open(f"{name}_add")
        data = form_values(page.one("form", id=f"{model._meta.model_name}_form")) | values
        data |= {"organisation": kivivuori.pk} if "organisation" in data else {}
        return Form(admin_client.browser, page.path, data, model)

    return form


CONTACT = {"title_fi": "Neuvonta", "phone": "09 123 456"}
KEYED_FORMS = {
    "service saved as a draft": editing_form("editing:new", Service, name_fi="Kerho", do="save"),
    "service published": editing_form("editing:new", Service, name_fi="Kerho", do="publish"),
    "service previewed": editing_form("editing:new", Service, name_fi="Kerho", do="preview"),
    "contact": editing_form("editing:contact-new", Contact, **CONTACT),
    "place": editing_form("editing:place-new", ServiceLocation, name_fi="Kerhotalo"),
    "report about a service": report_form(lambda organisation: cast.service("Perhekerho", organisation)),
    "report about an organisation": report_form(lambda organisation: organisation),
}
ADMIN_FORMS = {
    "organisation in the admin": admin_form(Organisation, name_fi="Naapuruston tupa", sector="ngo"),
    "service in the admin": admin_form(Service, name_fi="Kerho"),
    "place in the admin": admin_form(ServiceLocation, name_fi="Kerhotalo"),
    "category in the admin": admin_form(Category, name_fi="Velat", code="debts", scheme="theme"),
}
COPIES = {"copy of a service": copy_form}
# These recognise an existing record by its content.
FORMS_COMPARED_BY_CONTENT = {
    "invitation": invitation_form,
    "claim": claim_form,
    "added organisation": organisation_form,
    "proposal of a category": proposal_form,
}


@pytest.fixture
def form(request, satu, kivivuori, client, pirjo_client, kaisa_admin, monkeypatch):
    return request.param(
        satu=satu,
        kivivuori=kivivuori,
        client=client,
        pirjo_client=pirjo_client,
        admin_client=kaisa_admin,
        monkeypatch=monkeypatch,
    )


def for_each(forms):
    return pytest.mark.parametrize("form", list(forms.values()), ids=list(forms), indirect=True)


@for_each(KEYED_FORMS | COPIES | ADMIN_FORMS | FORMS_COMPARED_BY_CONTENT)
def test_form_sent_twice_stores_one_record(form):
    assert form.send().status_code in (200, 302)
    assert form.send().status_code in (200, 302)
    assert form.records.count() == 1


@for_each(KEYED_FORMS | COPIES | ADMIN_FORMS | FORMS_COMPARED_BY_CONTENT)
def test_form_can_be_sent_again_after_a_failure(form):
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
def concurrent_submission(form, monkeypatch):
    """Another connection is storing the same form, until `concurrent_submission.close()`."""
    monkeypatch.setattr(form_idempotency, "MAX_WAIT", form_idempotency.dt.timedelta(milliseconds=200))
    other = connection.copy()
    other.inc_thread_sharing()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [pglock.advisory(form.key()).int_lock_id])
    yield other
    other.close()


@for_each(KEYED_FORMS)
def test_second_click_during_the_first_shows_a_message_and_keeps_the_values(form, concurrent_submission):
    response = form.send()
    page = Page(response, response.status_code)
    assert "Lähetit tämän hetki sitten" in page.main.text
    assert not form.records.exists()
    shown_values = form_values(
        page.main.one("form", class_="service-form") if "stamp" in form.data else page.one("form", method="post")
    )
    sent_values = {
        name: value for name, value in form.data.items() if name not in ("csrfmiddlewaretoken", "do") and value
    }
    assert sent_values.items() <= shown_values.items()
    concurrent_submission.close()
    form.send(**shown_values)
    assert form.records.count() == 1


@for_each(COPIES)
def test_second_copy_during_the_first_is_reported(form, concurrent_submission):
    assert "Lähetit tämän hetki sitten" in Page(form.browser.post(form.path, form.data, follow=True)).main.text
    assert not form.records.exists()


@for_each(COPIES)
def test_copy_that_was_removed_since_is_not_opened(form):
    form.send()
    form.records.get().delete()
    page = Page(form.browser.post(form.path, form.data, follow=True))
    assert "se on poistettu sen jälkeen" in page.main.text
    assert not form.records.exists()


@for_each({"contact": KEYED_FORMS["contact"]})
def test_second_click_waits_for_the_first(form, concurrent_submission, monkeypatch):
    monkeypatch.setattr(form_idempotency, "MAX_WAIT", form_idempotency.dt.timedelta(seconds=5))
    timer = threading.Timer(0.3, concurrent_submission.close)
    timer.start()
    assert form.send().status_code == 302
    timer.join()
    assert form.records.count() == 1


@for_each({name: KEYED_FORMS[name] for name in ("service saved as a draft", "contact", "place")})
def test_changed_resubmission_is_a_conflict(form):
    form.send()
    response = form.send(**({"title_fi": "Päivystys"} if "title_fi" in form.data else {"name_fi": "Toinen nimi"}))
    assert response.status_code == 409
    assert Page(response, 409).main.one("form", id="conflict")["action"] != form.path
    assert form.records.count() == 1


@for_each({name: KEYED_FORMS[name] for name in ("service saved as a draft", "contact", "place")})
def test_resubmission_of_a_deleted_record_says_that_it_was_deleted(form):
    form.send()
    form.records.get().delete()
    response = form.send()
    page = Page(response, 409)
    assert "se on poistettu sen jälkeen" in page.main.text
    form.send(**form_values(page.main.one("form", class_="service-form")) | {"do": form.data.get("do", "save")})
    assert form.records.count() == 1
