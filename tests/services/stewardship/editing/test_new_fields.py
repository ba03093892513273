"""A field is added to a form, or taken away, while drafts lie and pages are open: nobody meets a conflict for that."""

import json

import pytest

from organisations.models import Contact
from services.models import Draft, Service, ServiceLocation
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient

# Of each kind of field one: what the record holds, and what somebody writes into it.
FIELDS = {
    "waiting_time_fi": ("Kaksi viikkoa", "Heti"),
    "anonymous": (True, "on"),
    "channels": (["chat"], ["phone"]),
    "age_max": (17, "25"),
    "email": ("kerho@kivivuori.example", "uusi@kivivuori.example"),
}


@pytest.fixture
def satu_client(satu):
    return EditorClient(satu)


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, **{"channels": ["visit"], "access_routes": ["self"]})


def begun_before(field):
    """Drafts as they would lie here if the field had been added after they were begun."""
    for draft in Draft.objects.all():
        draft.values.pop(field, None)
        draft.seen.pop(field, None)
        draft.save()


def opened_before(page, field):
    """What is sent by a page that was opened before the field was added."""
    sent = form_values(page.main.one("form", class_="service-form"))
    sent.pop(field, None)
    for versions in {"base", "published_base"} & sent.keys():
        known = json.loads(sent[versions])
        known.pop(field, None)
        sent[versions] = json.dumps(known)
    return sent


@pytest.mark.parametrize("field", FIELDS)
def test_draft_begun_before_a_field_was_added_is_published(field, satu_client, club):
    satu_client.send(satu_client.edit(club), "save", summary_fi="Aamupala.")
    begun_before(field)
    _held, typed = FIELDS[field]
    satu_client.send(satu_client.edit(club), "publish", **{field: typed})
    shown = form_values(satu_client.edit(club).main.one("form", class_="service-form"))
    assert shown[field] == (typed[0] if isinstance(typed, list) else typed)
    assert Service.objects.get().summary_fi == "Aamupala."


@pytest.mark.parametrize("field", FIELDS)
def test_draft_begun_before_keeps_what_the_record_has_in_the_field(field, satu_client, club):
    """Filled in for all records as it was added, for instance; published from the list, without opening the form."""
    satu_client.send(satu_client.edit(club), "save", summary_fi="Aamupala.")
    begun_before(field)
    held, _typed = FIELDS[field]
    Service.objects.filter(pk=club.pk).update(**{field: held})
    answer = satu_client.browser.post(view_url("editing:publish", club.pk))
    assert answer.status_code == 302
    service = Service.objects.get()
    assert (service.summary_fi, getattr(service, field)) == ("Aamupala.", held)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("do", ["save", "publish"])
def test_page_opened_before_a_field_was_added_keeps_it_as_it_is(do, field, satu_client, club):
    sent = opened_before(satu_client.edit(club), field)
    held, _typed = FIELDS[field]
    Service.objects.filter(pk=club.pk).update(**{field: held})
    Page(
        satu_client.browser.post(
            view_url("editing:edit", club.pk), sent | {"summary_fi": "Aamupala.", "do": do}, follow=True
        )
    )
    if do == "save":
        satu_client.send(satu_client.edit(club), "publish")
    service = Service.objects.get()
    assert (service.summary_fi, getattr(service, field)) == ("Aamupala.", held)


@pytest.mark.parametrize(
    ("model", "name", "field"), [(Contact, "contact", "email"), (ServiceLocation, "place", "accessibility_note_fi")]
)
def test_pages_without_drafts_keep_it_too(model, name, field, satu_client, kivivuori):
    made = (
        cast.contact("Neuvonta", kivivuori, phone="09 123 456")
        if model is Contact
        else cast.location("Kerhotalo", kivivuori)
    )
    path = view_url(f"editing:{name}", made.pk)
    sent = opened_before(satu_client.open(path), field)
    model.objects.filter(pk=made.pk).update(**{field: "talo@kivivuori.example"})
    changed = "title_fi" if model is Contact else "name_fi"
    Page(satu_client.browser.post(path, sent | {changed: "Uusi nimi"}, follow=True))
    made.refresh_from_db()
    assert (getattr(made, changed), getattr(made, field)) == ("Uusi nimi", "talo@kivivuori.example")


def test_profile_with_a_draft_begun_before_is_published(satu_client, kivivuori):
    path = view_url("editing:profile", kivivuori.pk)
    satu_client.send(satu_client.open(path), "save", description_fi="Avoin kohtaamispaikka.")
    begun_before("abbreviation")
    satu_client.send(satu_client.open(path), "publish", abbreviation="KPT")
    kivivuori.refresh_from_db()
    assert (kivivuori.description_fi, kivivuori.abbreviation) == ("Avoin kohtaamispaikka.", "KPT")


def test_draft_with_a_field_that_is_no_more_is_published(satu_client, club):
    satu_client.send(satu_client.edit(club), "save", summary_fi="Aamupala.")
    draft = Draft.objects.get()
    draft.values["former_note_fi"], draft.seen["former_note_fi"] = "Vanha", "abc"
    draft.save()
    assert satu_client.browser.post(view_url("editing:publish", club.pk)).status_code == 302
    assert Service.objects.get().summary_fi == "Aamupala."


@pytest.mark.parametrize("field", ["waiting_time_fi", "channels"])
def test_what_somebody_else_writes_into_the_new_field_is_not_overwritten_unseen(field, satu_client, club, kivivuori):
    """Once a page shows the field it is compared like any other."""
    satu_client.send(satu_client.edit(club), "save", summary_fi="Aamupala.")
    begun_before(field)
    page = satu_client.edit(club)
    held, typed = FIELDS[field]
    Service.objects.filter(pk=club.pk).update(**{field: held})
    both = satu_client.send(page, "publish", status=409, **{field: typed})
    assert list(satu_client.conflicts(both)) == [field]
