"""The desk: whoever tampers with a form or an address is told so, and nothing breaks or is written elsewhere."""

import pytest

from organisations.models import Contact
from services.models import CategoryProposal
from tests import cast
from tests.admin_client import values
from tests.html_page import Page, address

NO_KEYS = ["abc", "1.5", "-1", "9" * 40, "\x00"]


def change_of(record):
    return f"{record._meta.label_lower.replace('.', '_')}_change"


@pytest.fixture
def club(kivivuori):
    made = cast.service("Perhekerho", kivivuori)
    made.phones.create(number="09 111")
    return made


@pytest.fixture
def kaisas_desk(kaisas_desk):
    """Answers as in production: a page for whatever happens."""
    kaisas_desk.browser.raise_request_exception = False
    return kaisas_desk


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("field", ["organisation", "categories", "locations", "municipalities", "counties"])
def test_what_cannot_be_chosen_for_a_service_is_told_at_its_field(kaisas_desk, club, field, key):
    assert list(kaisas_desk.change(club, **{field: key}).errors) == [field]


@pytest.mark.parametrize("key", NO_KEYS)
def test_what_cannot_be_chosen_is_told_on_the_other_pages(kaisas_desk, kivivuori, key):
    place, separation = cast.location("Talo", kivivuori), cast.category("Ero")
    contact = cast.contact("Ohjaaja", kivivuori)
    assert list(kaisas_desk.change(place, municipality=key).errors) == ["municipality"]
    assert list(kaisas_desk.change(separation, parent=key).errors) == ["parent"]
    field = "contacts-0-municipalities"
    assert list(kaisas_desk.change(contact.organisation, **{field: key}).errors) == [field]


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_category_that_is_none_is_no_answer_to_a_proposal(kaisas_desk, satu, club, key):
    proposal = CategoryProposal.objects.create(service=club, text="Perhevapaat", by=satu)
    url = address("admin:services_categoryproposal_change", proposal.pk)
    page = Page(kaisas_desk.browser.post(url, {"category": key, "answer": ""}))
    assert page.all(id="id_category_error")


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_row_of_nothing_says_so(kaisas_desk, club, key):
    page = kaisas_desk.change(club, **{"phones-0-id": key})
    assert "ei ole enää" in page.one(id="phones-0").text
    assert club.phones.get().number == "09 111"


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_row_of_nothing_is_met_where_somebody_else_has_changed_rows_too(kaisas_desk, club, key):
    contact = cast.contact("Ohjaaja", club.organisation)
    pages = [(club, "phones"), (contact.organisation, "contacts")]
    forms = [values(kaisas_desk.open(change_of(record), record.pk).one("form", novalidate=True)) for record, _ in pages]
    club.phones.update(number="09 222")
    Contact.objects.update(phone="09 444")
    for (record, part), form in zip(pages, forms, strict=True):
        url = address(f"admin:{change_of(record)}", record.pk)
        Page(kaisas_desk.browser.post(url, form | {f"{part}-0-id": key, f"{part}-0-order": "7"}))
    assert club.phones.get().order == 0


def test_a_row_of_another_record_stays_as_it_is(kaisas_desk, club, parish):
    others = cast.service("Partio", parish).phones.create(number="09 222")
    kaisas_desk.change(club, **{"phones-0-id": str(others.pk), "phones-0-number": "09 333"})
    others.refresh_from_db()
    assert others.number == "09 222"
    assert club.phones.get().number == "09 111"


@pytest.mark.parametrize("key", [key for key in NO_KEYS if key != "\x00"])
def test_an_address_that_fills_a_form_with_nothing_is_read_leniently(kaisas_desk, key):
    for field in ("organisation", "categories", "locations", "municipalities"):
        kaisas_desk.open("services_service_add", **{field: key})


def test_a_record_that_is_looked_for_by_nothing_is_found_by_its_number(kaisas_desk, club, kivivuori):
    for record in (club, kivivuori, cast.category("Ero")):
        kaisas_desk.open(change_of(record), record.pk, _to_field="")


@pytest.mark.parametrize("key", ["abc", "1.5", "\x00"])
def test_nothing_is_done_to_records_that_cannot_be(kaisas_desk, club, key):
    url = address("admin:services_service_changelist")
    data = {"action": "archive", "_selected_action": [str(club.pk), key]}
    assert kaisas_desk.browser.post(url, data).status_code == 400
    club.refresh_from_db()
    assert club.status == "published"
