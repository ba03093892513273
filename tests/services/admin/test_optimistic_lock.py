"""The desk: nothing is overwritten unseen. Kaisa has a page open while Satu, a member, changes the same record."""

import datetime as dt

import pytest

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Contact
from services.actions.contacts import remove_contact
from services.models import Service
from tests import cast
from tests.admin_client import FormResponsePage, form_values
from tests.html_page import view_url


class OpenAdminPage:
    """A page of the desk with its form, filled in and saved whenever one likes."""

    def __init__(self, desk, record):
        self.desk = desk
        name = record._meta.label_lower.replace(".", "_")
        self.url = view_url(f"admin:{name}_change", record.pk)
        self.page = desk.open(f"{name}_change", record.pk)

    def save(self, **typed):
        """The page that comes back; it is what the next `save` fills in."""
        data = form_values(self.page.one("form", novalidate=True)) | typed | {"_continue": "1"}
        self.page = FormResponsePage(self.desk.browser.post(self.url, data, follow=True))
        return self.page


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, summary="Vanha", channels=["chat"], tags=[cast.category("Ero")])


def change(record, **facts):
    """As Satu does, on a page of her own."""
    with audit_context(through=ChangeSource.FORM):
        type(record).objects.filter(pk=record.pk).update(**facts)


def test_what_a_member_published_meanwhile_is_told_and_stays(kaisa_admin, club):
    page = OpenAdminPage(kaisa_admin, club)
    change(club, summary_fi="Satun uusi")
    told = page.save(cost="free")
    assert "Tiivistelmä (suomi)" in told.errors[""]
    assert told.all("a", href=view_url("history:record", "service", club.pk))
    club.refresh_from_db()
    assert (club.summary_fi, club.cost) == ("Satun uusi", "")
    # What she typed is there, and all the rest as it is now: a second press overwrites nothing.
    assert (told.form_values["cost"], told.form_values["summary_fi"]) == ("free", "Satun uusi")
    assert page.save().errors == {}
    club.refresh_from_db()
    assert (club.summary_fi, club.cost) == ("Satun uusi", "free")


def test_where_both_wrote_both_are_shown_and_the_second_press_decides(kaisa_admin, club):
    page = OpenAdminPage(kaisa_admin, club)
    change(club, summary_fi="Satun uusi", channels=["phone"])
    told = page.save(summary_fi="Kaisan uusi", channels=["on-site"])
    assert "Satun uusi" in told.errors["summary_fi"]
    assert "puhelimessa" in told.errors["channels"]
    assert (told.form_values["summary_fi"], told.form_values["channels"]) == ("Kaisan uusi", "on-site")
    assert page.save().errors == {}
    club.refresh_from_db()
    assert (club.summary_fi, club.channels) == ("Kaisan uusi", ["on-site"])


def test_each_kind_of_field_that_nobody_typed_into_is_taken_over(kaisa_admin, club, kerava):
    page = OpenAdminPage(kaisa_admin, club)
    money, house = cast.category("Raha"), cast.location("Talo", club.organisation)
    facts = {
        "age_min": 3,
        "low_threshold": True,
        "valid_from": dt.date(2027, 1, 31),
        "channels": ["phone", "chat"],
        "summary_fi": None,
        "description_fi": "Yksi\n\nKaksi",
        "status": "archived",
    }
    change(club, **facts)
    with audit_context(through=ChangeSource.FORM):
        club.categories.set([money]), club.locations.add(house), club.municipalities.add(kerava)
    assert list(page.save(cost="free").errors) == [""]
    assert page.save().errors == {}
    assert Service.objects.values(*facts, "cost").get(pk=club.pk) == facts | {"cost": "free"}
    assert (club.categories.get(), club.locations.get(), club.municipalities.get()) == (money, house, kerava)


def test_what_was_emptied_meanwhile_is_told_too(kaisa_admin, club):
    page = OpenAdminPage(kaisa_admin, club)
    change(club, summary_fi="")
    assert "tyhjentänyt" in page.save(summary_fi="Kaisan uusi").errors["summary_fi"]


def test_whoever_saves_a_third_time_is_told_of_a_third_one_too(kaisa_admin, club):
    page = OpenAdminPage(kaisa_admin, club)
    for word in ("Yksi", "Kaksi"):
        change(club, summary_fi=word)
        assert page.save(cost="free").form_values["summary_fi"] == word
    assert page.save().errors == {}


def test_phones_written_anew_meanwhile_are_shown_as_they_are_now(kaisa_admin, club):
    club.phones.create(number="09 111")
    page = OpenAdminPage(kaisa_admin, club)
    club.phones.all().delete()
    club.phones.create(number="09 222")
    told = page.save(cost="free")
    assert "Puhelinnumerot" in told.errors[""]
    assert told.form_values["phones-0-number"] == "09 222"
    assert page.save().errors == {}
    assert [phone.number for phone in club.phones.all()] == ["09 222"]


def test_phones_typed_into_are_kept_on_the_page(kaisa_admin, club):
    club.phones.create(number="09 111")
    page = OpenAdminPage(kaisa_admin, club)
    change(club.phones.get(), number="09 222")
    told = page.save(**{"phones-0-number": "09 333"})
    assert told.form_values["phones-0-number"] == "09 333"
    assert page.save().errors == {}
    assert club.phones.get().number == "09 333"


def test_a_row_that_was_typed_into_and_is_gone_comes_as_a_new_one(kaisa_admin, club):
    for number in ("09 111", "09 222", "09 333"):
        club.phones.create(number=number)
    page = OpenAdminPage(kaisa_admin, club)
    club.phones.filter(number__in=["09 111", "09 222"]).delete()
    told = page.save(**{"phones-1-number": "09 444"})
    assert [told.form_values[f"phones-{row}-number"] for row in range(2)] == ["09 333", "09 444"]
    assert page.save().errors == {}
    assert {phone.number for phone in club.phones.all()} == {"09 333", "09 444"}


def test_a_row_that_somebody_else_changed_is_not_overwritten_by_an_edit_of_another_row(kaisa_admin, club):
    first, second = (club.phones.create(number=number) for number in ("09 111", "09 222"))
    page = OpenAdminPage(kaisa_admin, club)
    change(second, number="09 333")
    third = club.phones.create(number="09 444")
    told = page.save(**{"phones-0-number": "09 555"})
    assert [told.typed[f"phones-{row}-number"] for row in range(3)] == ["09 555", "09 333", "09 444"]
    assert page.save().errors == {}
    assert dict(club.phones.values_list("pk", "number")) == {
        first.pk: "09 555",
        second.pk: "09 333",
        third.pk: "09 444",
    }


def test_same_change_by_both_is_no_conflict(kaisa_admin, club):
    page = OpenAdminPage(kaisa_admin, club)
    change(club, summary_fi="Uusi")
    assert page.save(summary_fi="Uusi", cost="free").errors == {}


def test_date_that_somebody_else_put_is_shown_as_people_write_it(kaisa_admin, club):
    page = OpenAdminPage(kaisa_admin, club)
    change(club, valid_until=dt.date(2027, 1, 31))
    assert "31.1.2027" in page.save(valid_until="1.2.2027").errors["valid_until"]


@pytest.fixture
def anna(kivivuori):
    return cast.contact("Ohjaaja", kivivuori, name="Anna Ohjaaja", phone="040 1", covers=["Vantaa"])


def test_a_contact_that_changed_meanwhile_is_not_overwritten(kaisa_admin, kivivuori, anna):
    page = OpenAdminPage(kaisa_admin, kivivuori)
    change(anna, phone="040 2")
    told = page.save(abbreviation="KPT")
    assert "Yhteyshenkilöt" in told.errors[""]
    assert page.save().errors == {}
    anna.refresh_from_db()
    kivivuori.refresh_from_db()
    assert (anna.phone, kivivuori.abbreviation) == ("040 2", "KPT")


def test_a_person_who_was_forgotten_meanwhile_does_not_come_back(kaisa_admin, kivivuori, anna):
    page = OpenAdminPage(kaisa_admin, kivivuori)
    remove_contact(contact=anna)
    assert "Anna" not in str(page.save(abbreviation="KPT").form_values)
    assert page.save().errors == {}
    assert not Contact.objects.exists()


def test_a_person_who_was_forgotten_meanwhile_does_not_come_back_with_what_was_typed(kaisa_admin, kivivuori, anna):
    page = OpenAdminPage(kaisa_admin, kivivuori)
    remove_contact(contact=anna)
    assert "Anna" not in str(page.save(**{"contacts-0-title_fi": "Vastaava"}).typed)
    assert page.save().errors == {}
    assert not Contact.objects.exists()


def test_tags_of_an_organisation_are_not_overwritten(kaisa_admin, kivivuori):
    separation = cast.category("Ero")
    page = OpenAdminPage(kaisa_admin, kivivuori)
    kivivuori.categories.add(separation)
    page.save(abbreviation="KPT")
    assert page.save().errors == {}
    assert kivivuori.categories.get() == separation


def test_hours_of_a_place_are_not_overwritten(kaisa_admin, kivivuori):
    place = cast.location("Talo", kivivuori)
    place.schedules.create(weekday=1, opens_at="09:00", closes_at="16:00")
    page = OpenAdminPage(kaisa_admin, place)
    place.schedules.all().delete()
    place.schedules.create(weekday=2, opens_at="10:00", closes_at="12:00")
    assert "Viikoittaiset aukioloajat" in page.save(street_fi="Kielotie 2").errors[""]
    assert page.save().errors == {}
    place.refresh_from_db()
    assert (place.street_fi, place.schedules.get().weekday) == ("Kielotie 2", 2)


def test_words_of_a_category_are_not_overwritten(kaisa_admin):
    separation = cast.category("Ero", words=["avioero"])
    page = OpenAdminPage(kaisa_admin, separation)
    change(separation.synonyms.get(), text="erotilanne")
    assert "" in page.save(note_fi="Huomaa").errors
    assert page.save().errors == {}
    assert separation.synonyms.get().text == "erotilanne"


def test_a_confirmation_meanwhile_is_no_hindrance_and_stays(kaisa_admin, club, satu):
    page = OpenAdminPage(kaisa_admin, club)
    change(club, assured_by=satu)
    assert page.save(cost="free").errors == {}
    club.refresh_from_db()
    assert (club.assured_by, club.cost) == (satu, "free")


@pytest.mark.parametrize("base", ["", "x", "9" * 40, "{}", '{"cost": 1}'])
def test_a_page_that_does_not_say_what_it_was_made_from_is_not_saved_at_once(kaisa_admin, club, base):
    page = OpenAdminPage(kaisa_admin, club)
    assert "" in page.save(cost="free", base=base).errors
    assert page.save().errors == {}
    assert Service.objects.get().cost == "free"
