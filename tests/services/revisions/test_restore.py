"""A version comes back with all that belonged to it, and is found at once; what cannot come back says why."""

import pytest

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Contact, Organisation
from services.models import Category, Change, Schedule, Service, ServiceLocation
from services.revisions.erase_contact import erase_contact
from services.revisions.restore import CannotRestore, restore_version
from services.revisions.versions import VersionedRecord
from tests import cast


def latest():
    """The number of the version that is now."""
    return Change.objects.latest("pk").pk


def restore_to(kind, pk, version):
    return restore_version(record=VersionedRecord(kind, pk), version=version)


@pytest.fixture
def place(kivivuori):
    made = cast.location("Kerhotalo", kivivuori, street="Kielotie 1")
    Schedule.objects.create(location=made, weekday=1, opens_at="09:00", closes_at="16:00")
    return made


@pytest.fixture
def separation(db):
    return cast.category("Ero", code="separation", words=["avioero"])


@pytest.fixture
def club(kivivuori, separation, place):
    made = cast.service(
        {"fi": "Perhekerho", "sv": "Familjeklubb"},
        kivivuori,
        tags=[separation],
        places=[place],
        works_in=["Kerava"],
        channels=["on-site", "chat"],
        age_max=6,
    )
    made.phones.create(number="09 123", label_sv="Klubbledaren")
    return made


def test_texts_tags_areas_and_phones_come_back(club, find):
    version, tags = latest(), cast.category("Raha")
    Service.objects.filter(pk=club.pk).update(name_fi="Muu", name_sv=None, age_max=None, channels=[])
    club.phones.update(number="09 999")
    club.phones.create(number="09 888")
    club.categories.set([tags])
    club.municipalities.clear()
    restore_to("service", club.pk, version)
    back = Service.objects.get(pk=club.pk)
    assert (back.name_fi, back.name_sv, back.age_max, back.channels) == (
        *("Perhekerho", "Familjeklubb", 6),
        ["on-site", "chat"],
    )
    assert [(phone.number, phone.label_sv) for phone in back.phones.all()] == [("09 123", "Klubbledaren")]
    assert [category.code for category in back.categories.all()] == ["separation"]
    assert [municipality.name_fi for municipality in back.municipalities.all()] == ["Kerava"]
    assert find(category="separation").names == ["Perhekerho"]
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_a_deleted_service_comes_back_whole_and_is_found(club, kaisa_admin, find):
    version, pk, public_id = latest(), club.pk, club.public_id
    kaisa_admin.delete(club)
    assert find(q="perhekerho").names == []
    restore_to("service", pk, version)
    back = Service.objects.get(pk=pk)
    assert (back.public_id, back.name_sv) == (public_id, "Familjeklubb")
    assert back.phones.get().label_sv == "Klubbledaren"
    assert [location.street for location in back.locations.all()] == ["Kielotie 1"]
    assert find(q="perhekerho", category="separation").names == ["Perhekerho"]


def test_a_deleted_location_comes_back_with_its_hours_and_its_services(club, place, kaisa_admin):
    version, pk = latest(), place.pk
    kaisa_admin.delete(place)
    assert not club.locations.exists()
    restore_to("location", pk, version)
    assert str(club.locations.get().schedules.get()) == str(Schedule.objects.get(location=pk))
    assert ServiceLocation.objects.get(pk=pk).street == "Kielotie 1"


def test_a_deleted_category_comes_back_with_its_words_and_its_services(club, separation, kaisa_admin, find):
    version, pk = latest(), separation.pk
    kaisa_admin.delete(separation)
    assert not club.categories.exists()
    restore_to("category", pk, version)
    assert [word.text for word in Category.objects.get(pk=pk).synonyms.all()] == ["avioero"]
    assert find(category="separation").names == ["Perhekerho"]


def test_what_an_import_knows_of_a_deleted_service_comes_back(club):
    club.references.create(system="ptv", identifier="a-b-c", imported={"name_fi": "Perhekerho"})
    version, pk = latest(), club.pk
    club.delete()
    restore_to("service", pk, version)
    assert Service.objects.get(pk=pk).references.get().imported == {"name_fi": "Perhekerho"}


def test_an_older_version_does_not_say_that_somebody_confirmed_it(club, satu):
    version = latest()
    Service.objects.filter(pk=club.pk).update(summary_fi="Uusi", assured_by=satu)
    restore_to("service", club.pk, version)
    back = Service.objects.get(pk=club.pk)
    assert (back.summary_fi, back.assured_by) == (None, satu)


def test_a_restored_version_is_history_too_and_can_be_taken_back(club):
    before = latest()
    Service.objects.filter(pk=club.pk).update(summary_fi="Uusi")
    after = latest()
    restore_to("service", club.pk, before)
    assert Change.objects.latest("pk").through == "restore"
    restore_to("service", club.pk, after)
    assert Service.objects.get(pk=club.pk).summary_fi == "Uusi"


def test_a_tag_that_is_no_more_is_left_out_and_told(club, separation, kaisa_admin):
    version = latest()
    kaisa_admin.delete(separation)
    assert restore_to("service", club.pk, version) == 1
    assert not club.categories.exists()


def test_a_service_of_an_organisation_that_is_no_more_cannot_come_back(club, kivivuori, place):
    version, pk = latest(), club.pk
    club.delete()
    kivivuori.delete()
    with pytest.raises(CannotRestore):
        restore_to("service", pk, version)
    assert not Service.objects.exists()


def test_what_has_another_in_its_place_cannot_come_back(separation):
    version, pk = latest(), separation.pk
    separation.delete()
    cast.category("Eron jälkeen", code="separation")
    with pytest.raises(CannotRestore):
        restore_to("category", pk, version)
    assert [category.name_fi for category in Category.objects.filter(code="separation")] == ["Eron jälkeen"]


def test_a_time_before_the_record_cannot_come_back(club):
    with pytest.raises(CannotRestore):
        restore_to("service", club.pk, Change.objects.earliest("pk").pk - 1)
    assert Service.objects.filter(pk=club.pk).exists()


def test_an_erased_person_cannot_come_back(kivivuori):
    made = cast.contact("Ohjaaja", kivivuori, name="Tarja Toivonen", email="tarja@kivivuori.example")
    version, pk = latest(), made.pk
    erase_contact(email="tarja@kivivuori.example")
    with pytest.raises(CannotRestore):
        restore_to("contact", pk, version)
    assert not kivivuori.contacts.exists()


def test_what_a_contact_was_after_somebody_was_erased_comes_back(kivivuori):
    """Only the time before tells of whoever is to be forgotten."""
    made = cast.contact("Ohjaaja", kivivuori, name="Tarja Toivonen", email="tarja@kivivuori.example")
    tarjas = latest()
    Contact.objects.update(name="Bertta Uusi", email="bertta@kivivuori.example", phone="09 1")
    erase_contact(email="tarja@kivivuori.example")
    berttas = latest()
    Contact.objects.update(phone="09 2")
    with pytest.raises(CannotRestore):
        restore_to("contact", made.pk, tarjas)
    restore_to("contact", made.pk, berttas)
    assert Contact.objects.values_list("name", "phone").get() == ("Bertta Uusi", "09 1")


def test_a_deleted_organisation_comes_back_with_its_contacts_and_places(kivivuori, place):
    desk = cast.contact("Toimisto", kivivuori, phone="09 1")
    pk, was_at = kivivuori.pk, place.pk
    with audit_context(through=ChangeSource.DESK):
        kivivuori.delete()
    gone = Change.objects.of("organisation", pk).latest("pk")
    restore_to("organisation", pk, gone.pk - 1)
    back = Organisation.objects.get(pk=pk)
    assert back.contacts.get().pk == desk.pk and back.contacts.get().phone == "09 1"
    assert back.locations.get().pk == was_at and back.locations.get().schedules.count() == 1


def test_a_place_that_had_gone_before_its_organisation_stays_away(kivivuori, place):
    pk = kivivuori.pk
    with audit_context(through=ChangeSource.DESK):
        place.delete()
    with audit_context(through=ChangeSource.DESK):
        kivivuori.delete()
    gone = Change.objects.of("organisation", pk).latest("pk")
    restore_to("organisation", pk, gone.pk - 1)
    assert not Organisation.objects.get(pk=pk).locations.exists()
