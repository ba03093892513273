"""A version is restored with its parts and found at once; if it cannot be restored, the error says why."""

import pytest

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Contact, Organisation
from services.models import Category, Change, Schedule, Service, ServiceLocation
from services.revisions.erase_contact import erase_contact
from services.revisions.restore import CannotRestore, restore_version
from services.revisions.versions import VersionedRecord
from tests import cast


def latest():
    """The number of the current version."""
    return Change.objects.latest("pk").pk


def restore_to(kind, pk, version):
    return restore_version(record=VersionedRecord(kind, pk), version=version)


@pytest.fixture
def place(kivivuori):
    new_location = cast.location("Kerhotalo", kivivuori, street="Kielotie 1")
    Schedule.objects.create(location=new_location, weekday=1, opens_at="09:00", closes_at="16:00")
    return new_location


@pytest.fixture
def separation(db):
    return cast.category("Ero", code="separation", words=["avioero"])


@pytest.fixture
def club(kivivuori, separation, place):
    new_service = cast.service(
        {"fi": "Perhekerho", "sv": "Familjeklubb"},
        kivivuori,
        tags=[separation],
        places=[place],
        works_in=["Kerava"],
        channels=["on-site", "chat"],
        age_max=6,
    )
    new_service.phones.create(number="09 123", label_sv="Klubbledaren")
    return new_service


def test_texts_tags_areas_and_phones_are_restored(club, find):
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


def test_deleted_service_is_restored_completely_and_found(club, kaisa_admin, find):
    version, pk, public_id = latest(), club.pk, club.public_id
    kaisa_admin.delete(club)
    assert find(q="perhekerho").names == []
    restore_to("service", pk, version)
    back = Service.objects.get(pk=pk)
    assert (back.public_id, back.name_sv) == (public_id, "Familjeklubb")
    assert back.phones.get().label_sv == "Klubbledaren"
    assert [location.street for location in back.locations.all()] == ["Kielotie 1"]
    assert find(q="perhekerho", category="separation").names == ["Perhekerho"]


def test_deleted_location_is_restored_with_its_hours_and_services(club, place, kaisa_admin):
    version, pk = latest(), place.pk
    kaisa_admin.delete(place)
    assert not club.locations.exists()
    restore_to("location", pk, version)
    assert str(club.locations.get().schedules.get()) == str(Schedule.objects.get(location=pk))
    assert ServiceLocation.objects.get(pk=pk).street == "Kielotie 1"


def test_deleted_category_is_restored_with_its_synonyms_and_services(club, separation, kaisa_admin, find):
    version, pk = latest(), separation.pk
    kaisa_admin.delete(separation)
    assert not club.categories.exists()
    restore_to("category", pk, version)
    assert [word.text for word in Category.objects.get(pk=pk).synonyms.all()] == ["avioero"]
    assert find(category="separation").names == ["Perhekerho"]


def test_references_of_a_deleted_imported_service_are_restored(club):
    club.references.create(system="ptv", identifier="a-b-c", imported={"name_fi": "Perhekerho"})
    version, pk = latest(), club.pk
    club.delete()
    restore_to("service", pk, version)
    assert Service.objects.get(pk=pk).references.get().imported == {"name_fi": "Perhekerho"}


def test_restoring_does_not_restore_the_confirmation(club, satu):
    version = latest()
    Service.objects.filter(pk=club.pk).update(summary_fi="Uusi", assured_by=satu)
    restore_to("service", club.pk, version)
    back = Service.objects.get(pk=club.pk)
    assert (back.summary_fi, back.assured_by) == (None, satu)


def test_restoring_is_recorded_and_can_be_undone(club):
    before = latest()
    Service.objects.filter(pk=club.pk).update(summary_fi="Uusi")
    after = latest()
    restore_to("service", club.pk, before)
    assert Change.objects.latest("pk").through == "restore"
    restore_to("service", club.pk, after)
    assert Service.objects.get(pk=club.pk).summary_fi == "Uusi"


def test_deleted_tag_is_left_out_and_counted(club, separation, kaisa_admin):
    version = latest()
    kaisa_admin.delete(separation)
    assert restore_to("service", club.pk, version) == 1
    assert not club.categories.exists()


def test_service_of_a_deleted_organisation_cannot_be_restored(club, kivivuori, place):
    version, pk = latest(), club.pk
    club.delete()
    kivivuori.delete()
    with pytest.raises(CannotRestore):
        restore_to("service", pk, version)
    assert not Service.objects.exists()


def test_record_whose_place_is_taken_cannot_be_restored(separation):
    version, pk = latest(), separation.pk
    separation.delete()
    cast.category("Eron jälkeen", code="separation")
    with pytest.raises(CannotRestore):
        restore_to("category", pk, version)
    assert [category.name_fi for category in Category.objects.filter(code="separation")] == ["Eron jälkeen"]


def test_version_before_the_record_cannot_be_restored(club):
    with pytest.raises(CannotRestore):
        restore_to("service", club.pk, Change.objects.earliest("pk").pk - 1)
    assert Service.objects.filter(pk=club.pk).exists()


def test_erased_person_cannot_be_restored(kivivuori):
    new_contact = cast.contact("Ohjaaja", kivivuori, name="Tarja Toivonen", email="tarja@kivivuori.example")
    version, pk = latest(), new_contact.pk
    erase_contact(email="tarja@kivivuori.example")
    with pytest.raises(CannotRestore):
        restore_to("contact", pk, version)
    assert not kivivuori.contacts.exists()


def test_version_of_a_contact_after_an_erasure_can_be_restored(kivivuori):
    """Only earlier versions hold data of the erased person."""
    new_contact = cast.contact("Ohjaaja", kivivuori, name="Tarja Toivonen", email="tarja@kivivuori.example")
    tarjas = latest()
    Contact.objects.update(name="Bertta Uusi", email="bertta@kivivuori.example", phone="09 1")
    erase_contact(email="tarja@kivivuori.example")
    berttas = latest()
    Contact.objects.update(phone="09 2")
    with pytest.raises(CannotRestore):
        restore_to("contact", new_contact.pk, tarjas)
    restore_to("contact", new_contact.pk, berttas)
    assert Contact.objects.values_list("name", "phone").get() == ("Bertta Uusi", "09 1")


def test_deleted_organisation_is_restored_with_its_contacts_and_locations(kivivuori, place):
    desk = cast.contact("Toimisto", kivivuori, phone="09 1")
    pk, was_at = kivivuori.pk, place.pk
    with audit_context(through=ChangeSource.DESK):
        kivivuori.delete()
    deletion = Change.objects.of("organisation", pk).latest("pk")
    restore_to("organisation", pk, deletion.pk - 1)
    back = Organisation.objects.get(pk=pk)
    assert back.contacts.get().pk == desk.pk and back.contacts.get().phone == "09 1"
    assert back.locations.get().pk == was_at and back.locations.get().schedules.count() == 1


def test_location_deleted_before_its_organisation_is_not_restored(kivivuori, place):
    pk = kivivuori.pk
    with audit_context(through=ChangeSource.DESK):
        place.delete()
    with audit_context(through=ChangeSource.DESK):
        kivivuori.delete()
    deletion = Change.objects.of("organisation", pk).latest("pk")
    restore_to("organisation", pk, deletion.pk - 1)
    assert not Organisation.objects.get(pk=pk).locations.exists()
