"""Triggers record every write with its user, source and changed fields."""

import pytest
from django.core.management import call_command
from django.db import connection

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Contact, Municipality, OrganisationPhone
from services.models import Change, Schedule, ScheduleException, Service, Synonym
from services.models.change import TRACKED_TABLES
from tests import cast


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)


class ChangesSince:
    """The changes recorded since."""

    def __init__(self):
        self.last = Change.objects.count() and Change.objects.latest("pk").pk

    @property
    def changes(self):
        return list(Change.objects.filter(pk__gt=self.last).order_by("pk"))

    @property
    def what(self):
        """Each change in short: operation, record, values before and after."""
        return [(c.operation, c.kind, c.record, c.before, c.after) for c in self.changes]


@pytest.fixture
def since(club):
    return ChangesSince()


def test_change_of_a_swedish_name_is_recorded(club, since):
    club.name_sv = "Familjecafé"
    club.save()
    assert since.what == [
        ("changed", "service", club.pk, {"name_sv": "Familjeklubb"}, {"name_sv": "Familjecafé"}),
    ]


def test_new_record_is_recorded_in_all_languages(kivivuori):
    since = ChangesSince()
    service = Service.objects.create(organisation=kivivuori, name_fi="Kerho", name_sv="Klubb", name_en="Club")
    (change,) = since.changes
    assert (change.operation, change.record, change.organisation) == ("added", service.pk, kivivuori.pk)
    assert [change.after[f"name_{language}"] for language in ("fi", "sv", "en")] == ["Kerho", "Klubb", "Club"]


def test_bulk_update_is_recorded_for_each_changed_record(kivivuori, club, since):
    other = cast.service("Vertaisryhmä", kivivuori, cost="free", indexed=False)
    since.__init__()
    Service.objects.update(cost="free")
    assert since.what == [("changed", "service", club.pk, {"cost": ""}, {"cost": "free"})]
    assert other.pk != club.pk


def test_raw_sql_is_recorded(club, since):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE services_service SET summary_sv = 'Varje dag' WHERE id = %s", [club.pk])
        cursor.execute("DELETE FROM services_searchposting; DELETE FROM services_service_municipalities")
    assert since.what == [("changed", "service", club.pk, {"summary_sv": None}, {"summary_sv": "Varje dag"})]


def test_changed_primary_key_is_a_removal_and_an_addition(kivivuori):
    phone = OrganisationPhone.objects.create(organisation=kivivuori, number="09 123")
    since = ChangesSince()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisations_organisationphone SET id = 999999 WHERE id = %s", [phone.pk])
    assert [(c.operation, c.row) for c in since.changes] == [("removed", phone.pk), ("added", 999999)]


def test_changes_of_tags_and_areas_are_recorded(club, since, vantaa, kivivuori):
    separation = cast.category("Ero")
    place = cast.location("Kerhotalo", kivivuori)
    since.__init__()
    club.categories.add(separation)
    club.locations.add(place)
    club.municipalities.add(vantaa)
    club.counties.add(vantaa.county)
    separation.organisations.add(kivivuori)
    kivivuori.municipalities.clear()
    club.categories.clear()
    assert [(c.operation, c.kind, c.record) for c in since.changes] == [
        *[("added", "service", club.pk)] * 4,
        ("added", "organisation", kivivuori.pk),
        ("removed", "organisation", kivivuori.pk),
        ("removed", "service", club.pk),
    ]
    assert since.changes[-1].before["category_id"] == separation.pk


def test_changes_of_phones_hours_and_synonyms_belong_to_their_record(club, kivivuori):
    place, separation = cast.location("Kerhotalo", kivivuori), cast.category("Ero")
    since = ChangesSince()
    club.phones.create(number="09 123")
    kivivuori.phones.create(number="09 456")
    place.phones.create(number="09 789")
    Schedule.objects.create(location=place, weekday=1, opens_at="09:00", closes_at="16:00")
    ScheduleException.objects.create(location=place, starts_on="2026-12-24", ends_on="2026-12-26", note_sv="Jul")
    Synonym.objects.bulk_create([Synonym(category=separation, language="fi", text="avioero")])
    assert [(c.kind, c.record) for c in since.changes] == [
        ("service", club.pk),
        ("organisation", kivivuori.pk),
        *[("location", place.pk)] * 3,
        ("category", separation.pk),
    ]


def test_change_of_a_contact_is_recorded_with_its_organisation(kivivuori):
    since = ChangesSince()
    contact = cast.contact("Toimisto", kivivuori, covers=["Vantaa"])
    Contact.objects.filter(pk=contact.pk).update(title_sv="Byrå")
    assert [(c.kind, c.record, c.organisation) for c in since.changes if c.part == "organisations_contact"] == [
        ("contact", contact.pk, kivivuori.pk),
        ("contact", contact.pk, kivivuori.pk),
    ]
    assert any(c.part == "organisations_contact_municipalities" for c in since.changes)


def test_search_rows_and_writes_without_a_change_are_not_recorded(club, since):
    cast.index_for_search()
    club.save()
    Municipality.objects.filter(name_fi="Vantaa").update(latitude=60.0)
    assert since.what == []


def test_saving_in_the_admin_is_one_moment_with_its_user(club, kaisa, kaisa_admin, since):
    kaisa_admin.change(club, name_sv="Familjecafé", cost="free")
    kaisa_admin.change(club, cost="fee")
    assert {(c.user, c.through) for c in since.changes} == {(kaisa.pk, "desk")}
    assert len({c.moment for c in since.changes}) == 2


def test_changes_after_a_request_have_no_user(club, kaisa_admin, since):
    kaisa_admin.change(club, cost="free")
    Service.objects.filter(pk=club.pk).update(cost="fee")
    assert [(c.user, c.through) for c in since.changes][-1] == (None, "")


def test_change_without_a_request_names_its_program(club, since):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL application_name = 'manage.py load_taxonomy'")
    Service.objects.update(cost="free")
    assert since.changes[0].program == "manage.py load_taxonomy"


def test_action_within_a_request_keeps_its_moment_and_user(club, kaisa, satu, since):
    with audit_context(through=ChangeSource.DESK, by=kaisa.pk):
        Service.objects.update(cost="free")
        with audit_context(through=ChangeSource.IMPORT):
            Service.objects.update(cost="fee")
        with audit_context(through=ChangeSource.MAIL, by=satu.pk):
            Service.objects.update(cost="varies")
        Service.objects.update(cost="")
    assert [(c.user, c.through) for c in since.changes] == [
        (kaisa.pk, "desk"),
        (kaisa.pk, "import"),
        (satu.pk, "mail"),
        (kaisa.pk, "desk"),
    ]
    assert len({c.moment for c in since.changes}) == 1


def test_every_tracked_table_has_its_triggers(db):
    """The tables with triggers are those that the code tracks, with the same parameters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, array_agg(tgname ORDER BY tgname) FROM pg_trigger "
            "WHERE tgname LIKE 'history_%%' GROUP BY 1"
        )
        triggers = {table: set(names) for table, names in cursor.fetchall()}
    everything = {"history_added", "history_changed", "history_removed"}
    assert triggers == {
        part.table: {"history_removed"} if part.is_internal else everything
        for parts in TRACKED_TABLES.values()
        for part in parts
    }


def test_person_is_also_erased_from_the_history(kivivuori, capsys):
    contact = cast.contact(
        "Perheohjaaja", kivivuori, name="Tarja Toivonen", email="tarja@kivivuori.example", phone="09 1"
    )
    contact.email = "tarja.uusi@kivivuori.example"
    contact.save()
    pk = contact.pk
    contact.delete()
    call_command("erase_contact", "Tarja@kivivuori.example")
    noted = " ".join(f"{c.before} {c.after}" for c in Change.objects.filter(kind="contact", record=pk))
    assert "Perheohjaaja" in noted
    assert "arja" not in noted and "09 1" not in noted
