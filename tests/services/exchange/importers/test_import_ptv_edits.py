"""Imports keep local edits, field by field, and report them."""

import datetime as dt

import pytest

from organisations.models import Organisation
from services.models import Service, ServiceLocation, ServicePhone

from .ptv_pages import identifier, localised_texts, municipalities, organisation, page, service, write_json

pytestmark = pytest.mark.django_db


def the_service() -> Service:
    return Service.objects.get(references__identifier=identifier("Vertaisryhmä"))


def change_source(folder, **changes) -> None:
    write_json(folder / "services-1.json", page([service(**changes), service("Neuvonta")]))


def test_a_locally_edited_field_is_kept_and_reported(import_run, folder):
    import_run(folder)
    Service.objects.filter(pk=the_service().pk).update(summary_fi="Parempi tiivistelmä.")
    output = import_run(folder)
    assert the_service().summary_fi == "Parempi tiivistelmä."
    assert "local-edit: services: summary_fi (1)  e.g. Vertaisryhmä" in output
    assert "Nothing has changed." in output


def test_a_local_edit_is_kept_if_the_source_changes_too_and_other_fields_follow(import_run, folder):
    import_run(folder)
    Service.objects.filter(pk=the_service().pk).update(summary_fi="Parempi tiivistelmä.")
    change_source(
        folder,
        serviceDescriptions=localised_texts("Lähteen uusi.", type="Summary")
        + localised_texts("Uusi kuvaus.", type="Description"),
    )
    output = import_run(folder)
    assert (the_service().summary_fi, the_service().description_fi) == (
        "Parempi tiivistelmä.",
        "Uusi kuvaus.",
    )
    assert "local-edit-and-source-changed: services: summary_fi (1)" in output
    assert "local-edit: services: summary_fi (1)" in import_run(folder)


def test_a_local_edit_that_the_source_adopts_is_no_longer_reported(import_run, folder):
    import_run(folder)
    Service.objects.filter(pk=the_service().pk).update(summary_fi="Sama.")
    change_source(
        folder,
        serviceDescriptions=localised_texts("Sama.", type="Summary")
        + localised_texts("Ryhmä kokoontuu kerran viikossa.", type="Description"),
    )
    assert "local-edit" not in import_run(folder)
    change_source(
        folder,
        serviceDescriptions=localised_texts("Uusin.", type="Summary")
        + localised_texts("Ryhmä kokoontuu kerran viikossa.", type="Description"),
    )
    import_run(folder)
    assert the_service().summary_fi == "Uusin."


def test_a_local_translation_is_kept(import_run, folder):
    import_run(folder)
    Service.objects.filter(pk=the_service().pk).update(name_sv="Kamratgrupp")
    assert "local-edit: services: name_sv (1)" in import_run(folder)
    assert the_service().name_sv == "Kamratgrupp"


def test_a_locally_archived_record_stays_archived(import_run, folder):
    import_run(folder)
    Service.objects.filter(pk=the_service().pk).update(status="draft")
    import_run(folder)
    assert the_service().status == "draft"


def test_locally_changed_phones_are_kept(import_run, folder):
    import_run(folder)
    ServicePhone.objects.create(service=the_service(), number="09 000 0000")
    assert "local-edit: services: phones (1)" in import_run(folder)
    assert the_service().phones.count() == 1


def test_local_changes_of_a_place_and_an_organisation_are_kept(import_run, folder):
    import_run(folder)
    ServiceLocation.objects.update(latitude=60.1, longitude=24.9)
    Organisation.objects.update(name_fi="Kevätpuro")
    output = import_run(folder)
    assert "local-edit: locations: latitude (1)" in output
    assert "local-edit: organisations: name_fi (1)" in output
    assert ServiceLocation.objects.get().latitude == 60.1
    assert Organisation.objects.get().name_fi == "Kevätpuro"


class TestSets:
    """Categories, areas, channels and places: local additions and removals are kept, others follow the source."""

    def classes(self, *codes):
        return [{"code": code, "name": localised_texts(code)} for code in codes]

    def codes(self):
        return {category.code for category in the_service().categories.all()}

    def test_a_locally_added_category_is_kept_if_the_source_adds_another(self, import_run, folder, mapped_category):
        mapped_category("a", exact="P1"), mapped_category("b", exact="P2")
        own = mapped_category("own")
        change_source(folder, serviceClasses=self.classes("P1"))
        import_run(folder)
        the_service().categories.add(own)
        change_source(folder, serviceClasses=self.classes("P1", "P2"))
        assert "services: 0 new, 1 changed" in import_run(folder)
        assert self.codes() == {"a", "b", "own"}

    def test_a_locally_removed_category_is_not_added_again(self, import_run, folder, mapped_category):
        first = mapped_category("a", exact="P1")
        mapped_category("b", exact="P2")
        change_source(folder, serviceClasses=self.classes("P1", "P2"))
        import_run(folder)
        the_service().categories.remove(first)
        import_run(folder)
        assert self.codes() == {"b"}

    def test_removals_at_the_source_are_followed_and_local_additions_kept(self, import_run, folder, mapped_category):
        mapped_category("a", exact="P1")
        own = mapped_category("own")
        change_source(folder, serviceClasses=self.classes("P1"))
        import_run(folder)
        the_service().categories.add(own)
        change_source(folder, serviceClasses=[])
        import_run(folder)
        assert self.codes() == {"own"}

    def test_a_local_place_is_kept_beside_imported_ones(self, import_run, folder):
        import_run(folder)
        own = ServiceLocation.objects.create(organisation=Organisation.objects.get(), name_fi="Oma")
        the_service().locations.add(own)
        change_source(folder, areas=municipalities("245"))
        import_run(folder)
        assert {place.name_fi for place in the_service().locations.all()} == {"Perhetalo", "Oma"}


class TestConfirmations:
    def test_a_later_local_confirmation_is_kept(self, import_run, folder):
        import_run(folder)
        later = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        Service.objects.filter(pk=the_service().pk).update(assured_at=later)
        output = import_run(folder)
        assert the_service().assured_at == later
        assert "local-edit" not in output
        assert "Nothing has changed." in output

    def test_a_later_change_at_the_source_is_a_confirmation(self, import_run, folder):
        import_run(folder)
        change_source(folder, modified="2027-01-01T00:00:00")
        import_run(folder)
        assert the_service().assured_at == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def test_a_manually_linked_record_keeps_its_values_and_gets_missing_ones(import_run, folder):
    town = Organisation.objects.create(name_fi="Oma nimi", sector="ngo", status="published")
    town.references.create(system="ptv", identifier=identifier("Kevätpuron kaupunki"))
    changes = {"emails": localised_texts("posti@example.org")}
    write_json(folder / "organizations-1.json", page([organisation(**changes)]))
    import_run(folder)
    town.refresh_from_db()
    assert (town.name_fi, town.sector, town.email) == ("Oma nimi", "ngo", "posti@example.org")
    assert Organisation.objects.count() == 1
