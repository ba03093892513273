"""Tampered forms and URLs of the admin lead to errors; nothing breaks or is written elsewhere."""

import pytest

from organisations.models import Contact
from services.models import CategoryProposal
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url

NO_KEYS = ["abc", "1.5", "-1", "9" * 40, "\x00"]


def change_of(record):
    return f"{record._meta.label_lower.replace('.', '_')}_change"


@pytest.fixture
def club(kivivuori):
    service = cast.service("Perhekerho", kivivuori)
    service.phones.create(number="09 111")
    return service


@pytest.fixture
def kaisa_admin(kaisa_admin):
    """A client that returns error pages, as in production."""
    kaisa_admin.browser.raise_request_exception = False
    return kaisa_admin


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("field", ["organisation", "categories", "locations", "municipalities", "counties"])
def test_invalid_choice_of_a_service_is_an_error_at_its_field(kaisa_admin, club, field, key):
    assert list(kaisa_admin.change(club, **{field: key}).errors) == [field]


@pytest.mark.parametrize("key", NO_KEYS)
def test_invalid_choice_is_an_error_on_other_pages(kaisa_admin, kivivuori, key):
    place, separation = cast.location("Talo", kivivuori), cast.category("Ero")
    contact = cast.contact("Ohjaaja", kivivuori)
    assert list(kaisa_admin.change(place, municipality=key).errors) == ["municipality"]
    assert list(kaisa_admin.change(separation, parent=key).errors) == ["parent"]
    field = "contacts-0-municipalities"
    assert list(kaisa_admin.change(contact.organisation, **{field: key}).errors) == [field]


@pytest.mark.parametrize("key", NO_KEYS)
def test_invalid_category_does_not_answer_a_proposal(kaisa_admin, satu, club, key):
    proposal = CategoryProposal.objects.create(service=club, text="Perhevapaat", by=satu)
    url = view_url("admin:services_categoryproposal_change", proposal.pk)
    page = Page(kaisa_admin.browser.post(url, {"category": key, "answer": ""}))
    assert page.all(id="id_category_error")


@pytest.mark.parametrize("key", NO_KEYS)
def test_invalid_row_is_an_error(kaisa_admin, club, key):
    page = kaisa_admin.change(club, **{"phones-0-id": key})
    assert "ei ole enää" in page.one(id="phones-0").text
    assert club.phones.get().number == "09 111"


@pytest.mark.parametrize("key", NO_KEYS)
def test_invalid_row_is_an_error_beside_concurrent_changes(kaisa_admin, club, key):
    contact = cast.contact("Ohjaaja", club.organisation)
    pages = [(club, "phones"), (contact.organisation, "contacts")]
    forms = [
        form_values(kaisa_admin.open(change_of(record), record.pk).one("form", novalidate=True)) for record, _ in pages
    ]
    club.phones.update(number="09 222")
    Contact.objects.update(phone="09 444")
    for (record, part), form in zip(pages, forms, strict=True):
        url = view_url(f"admin:{change_of(record)}", record.pk)
        Page(kaisa_admin.browser.post(url, form | {f"{part}-0-id": key, f"{part}-0-order": "7"}))
    assert club.phones.get().order == 0


def test_row_of_another_record_is_not_changed(kaisa_admin, club, parish):
    others = cast.service("Partio", parish).phones.create(number="09 222")
    kaisa_admin.change(club, **{"phones-0-id": str(others.pk), "phones-0-number": "09 333"})
    others.refresh_from_db()
    assert others.number == "09 222"
    assert club.phones.get().number == "09 111"


@pytest.mark.parametrize("key", [key for key in NO_KEYS if key != "\x00"])
def test_invalid_initial_value_in_the_url_is_ignored(kaisa_admin, key):
    for field in ("organisation", "categories", "locations", "municipalities"):
        kaisa_admin.open("services_service_add", **{field: key})


def test_record_with_an_invalid_lookup_is_found_by_its_id(kaisa_admin, club, kivivuori):
    for record in (club, kivivuori, cast.category("Ero")):
        kaisa_admin.open(change_of(record), record.pk, _to_field="")


@pytest.mark.parametrize("key", ["abc", "1.5", "\x00"])
def test_action_on_invalid_records_does_nothing(kaisa_admin, club, key):
    url = view_url("admin:services_service_changelist")
    data = {"action": "archive", "_selected_action": [str(club.pk), key]}
    assert kaisa_admin.browser.post(url, data).status_code == 400
    club.refresh_from_db()
    assert club.status == "published"
