"""`manage.py import_ptv FOLDER`: what it writes, refuses and reports."""

import datetime as dt

import pytest
from django.core.management.base import CommandError

from organisations.models import Organisation, OrganisationReference
from services.exchange.importers.base import apply
from services.models import ImportRun, Listing, SearchPosting, Service, ServiceLocation

from .ptv_pages import (
    identifier,
    link,
    localised_texts,
    municipalities,
    organisation,
    page,
    place,
    service,
    write_json,
    write_pages,
)

pytestmark = pytest.mark.django_db


def the_service(name: str = "Vertaisryhmä") -> Service:
    return Service.objects.get(references__identifier=identifier(name))


class TestFirstImport:
    def test_every_record_is_imported_and_reported(self, import_run, folder):
        output = import_run(folder)
        assert "organisations: 1 new, 0 changed, 0 unchanged, 0 gone" in output
        assert "locations: 1 new" in output
        assert "services: 2 new" in output
        assert "4 records were written." in output
        assert (Organisation.objects.count(), Service.objects.count(), ServiceLocation.objects.count()) == (
            1,
            2,
            1,
        )

    def test_all_fields_of_a_service_are_imported(self, import_run, tmp_path, mapped_category):
        mapped_category("peer-support", exact="P4.9")
        full = service(
            "Isäryhmä",
            serviceNames=localised_texts("Isäryhmä", "Pappagrupp", type="Name"),
            serviceDescriptions=[
                *localised_texts("Ryhmä isille.", "Grupp för pappor.", type="Summary"),
                *localised_texts("Tiistaisin.", type="Description"),
                *localised_texts("Soita ensin.", type="UserInstruction"),
                *localised_texts("Viikko.", type="ProcessingTime"),
                *localised_texts("Kahvi maksaa.", type="ChargeTypeAdditionalInfo"),
            ],
            serviceChargeType="FreeOfCharge",
            requirements=localised_texts("Vantaalaisille."),
            areas=municipalities("092", "245"),
            languages=["sv", "fi"],
            keywords=localised_texts("isyys") + localised_texts("isät"),
            serviceClasses=[{"code": "P4.9", "name": localised_texts("Perheneuvonta")}],
        )
        import_run(
            write_pages(
                tmp_path,
                organisations=[organisation()],
                services=[full],
                channels=[place("Perhetalo", "Isäryhmä", phoneNumbers=[{"language": "fi", "number": "9 000"}])],
            )
        )
        stored = the_service("Isäryhmä")
        assert (stored.name_fi, stored.name_sv, stored.summary_sv) == (
            "Isäryhmä",
            "Pappagrupp",
            "Grupp för pappor.",
        )
        assert (
            stored.description_fi,
            stored.client_access_fi,
            stored.waiting_time_fi,
        ) == (
            "Tiistaisin.",
            "Soita ensin.",
            "Viikko.",
        )
        assert (stored.cost, stored.cost_note_fi, stored.requirements_fi) == (
            "free",
            "Kahvi maksaa.",
            "Vantaalaisille.",
        )
        assert stored.search_words_fi == "isyys\nisät\nPerheneuvonta"
        assert (stored.channels, stored.languages) == (["on-site"], ["fi", "sv"])
        assert [municipality.pk for municipality in stored.municipalities.all()] == ["092", "245"]
        assert [category.code for category in stored.categories.all()] == ["peer-support"]
        assert (stored.status, stored.organisation.name_fi) == ("published", "Kevätpuron kaupunki")
        assert stored.assured_at == dt.datetime(2025, 3, 4, 5, 6, 7, 123456, tzinfo=dt.UTC)
        assert [place.name_fi for place in stored.locations.all()] == ["Perhetalo"]

    def test_all_fields_of_a_place_are_imported(self, import_run, tmp_path):
        hours = [
            {
                "serviceHourType": "DaysOfTheWeek",
                "isReservation": True,
                "openingHour": [{"dayFrom": "Monday", "dayTo": "Tuesday", "from": "08:00:00", "to": "16:00:00"}],
            },
            {"serviceHourType": "Exceptional", "validFrom": "2026-12-06", "isClosed": True},
        ]
        phone = {
            "language": "fi",
            "number": "9 000 000",
            "prefixNumber": "+358",
            "additionalInformation": "Vahtimestari",
        }
        house = place("Perhetalo", serviceHours=hours, phoneNumbers=[phone])
        import_run(write_pages(tmp_path, organisations=[organisation()], services=[], channels=[house]))
        location = ServiceLocation.objects.get()
        assert (location.street_fi, location.street_sv, location.postal_code) == ("Ratatie 11", "Banvägen 11", "01300")
        assert (location.municipality_id, location.by_appointment) == ("092", True)
        assert location.latitude == pytest.approx(60.3, abs=0.02)
        assert [(row.weekday, row.opens_at.hour) for row in location.schedules.all()] == [(1, 8), (2, 8)]
        assert [row.closed for row in location.schedule_exceptions.all()] == [True]
        assert [(phone.number, phone.label_fi) for phone in location.phones.all()] == [
            ("+358 9 000 000", "Vahtimestari")
        ]

    def test_organisations_have_their_parents_in_any_order_of_the_source(self, import_run, tmp_path):
        child = organisation("Alayhdistys", parentOrganizationId=identifier("Keskusliitto"))
        import_run(write_pages(tmp_path, organisations=[child, organisation("Keskusliitto")]))
        assert Organisation.objects.get(name_fi="Alayhdistys").parent.name_fi == "Keskusliitto"

    def test_storeds_are_indexed(self, import_run, folder):
        import_run(folder)
        assert Listing.objects.count() == 2
        assert SearchPosting.objects.filter(service=the_service()).exists()

    def test_the_run_is_recorded_for_coordinators(self, import_run, folder):
        write_json(
            folder / "services-1.json",
            page([service(serviceClasses=[{"code": "P99", "name": localised_texts("Outo")}])]),
        )
        import_run(folder)
        run = ImportRun.objects.get()
        assert (run.system, run.source, run.outcome) == ("ptv", str(folder), "done")
        assert run.counts["services"] == {"new": 1, "changed": 0, "unchanged": 0, "gone": 0}
        assert {
            "code": "class-without-category",
            "value": "P99 Outo",
            "count": 1,
            "examples": ["Vertaisryhmä"],
        } in run.notices

    def test_ten_times_the_services_take_the_same_number_of_queries(
        self, import_run, tmp_path, django_assert_max_num_queries
    ):
        def import_services(count: int, limit: int) -> int:
            many = [service(f"Ryhmä {number}") for number in range(count)]
            pages = write_pages(tmp_path, organisations=[organisation()], services=many)
            with django_assert_max_num_queries(limit) as captured:
                import_run(pages)
            return len(captured)

        import_services(1, 100)
        # From twenty on rows are counted first.
        few = import_services(22, 100)
        import_services(220, few)


class TestCategories:
    def import_class(self, run, tmp_path, code):
        tagged = service(serviceClasses=[{"code": code, "name": localised_texts("Luokka")}])
        return run(write_pages(tmp_path, organisations=[organisation()], services=[tagged]))

    @pytest.mark.parametrize("match", ["exact", "close", "narrow"])
    def test_a_class_adds_the_categories_that_correspond_to_it(self, import_run, tmp_path, mapped_category, match):
        mapped_category("one", **{match: "P4.9"})
        mapped_category("other", exact="P4.9")
        self.import_class(import_run, tmp_path, "P4.9")
        assert {category.code for category in the_service().categories.all()} == {"one", "other"}

    def test_a_broader_class_does_not_add_a_category(self, import_run, tmp_path, mapped_category):
        mapped_category("babies", broad="KR1.2")
        assert "class-without-category: KR1.2 Luokka (1)" in self.import_class(import_run, tmp_path, "KR1.2")
        assert not the_service().categories.exists()

    def test_a_merged_category_is_replaced_by_its_successor(self, import_run, tmp_path, mapped_category):
        old, new = mapped_category("old", exact="P4.9"), mapped_category("new")
        self.import_class(import_run, tmp_path, "P4.9")
        old.replaced_by = new
        old.save()
        the_service().categories.set([new])
        assert "Nothing has changed." in self.import_class(import_run, tmp_path, "P4.9")


class TestSecondImport:
    def test_it_changes_nothing_and_reports_that(self, import_run, folder):
        import_run(folder)
        before = list(Service.objects.order_by("pk").values())
        output = import_run(folder)
        assert "services: 0 new, 0 changed, 2 unchanged, 0 gone" in output
        assert "Nothing has changed." in output
        assert list(Service.objects.order_by("pk").values()) == before

    def test_changes_at_the_source_are_followed_and_counted(self, import_run, folder):
        import_run(folder)
        before = the_service().updated_at
        changed = service(
            serviceDescriptions=localised_texts("Uusi tiivistelmä.", type="Summary"), areas=municipalities("245")
        )
        write_json(folder / "services-1.json", page([changed, service("Neuvonta")]))
        assert "services: 0 new, 1 changed, 1 unchanged, 0 gone" in import_run(folder)
        stored = the_service()
        assert (stored.summary_fi, stored.description_fi) == ("Uusi tiivistelmä.", "")
        untranslated = Service.objects.rewrite(False).filter(summary="Uusi tiivistelmä.")
        assert untranslated.get() == stored
        assert stored.updated_at > before
        assert [municipality.pk for municipality in stored.municipalities.all()] == ["245"]
        assert "municipality:245" in Listing.objects.get(service=stored).facets

    def test_hours_and_phones_are_replaced_not_added(self, import_run, folder):
        def week(day):
            opening = [{"dayFrom": day, "from": "08:00", "to": "16:00"}]
            return [{"serviceHourType": "DaysOfTheWeek", "openingHour": opening}]

        for day in ("Monday", "Friday"):
            house = place(
                "Perhetalo",
                "Vertaisryhmä",
                serviceHours=week(day),
                phoneNumbers=[{"number": "1", "language": "fi"}],
            )
            write_json(folder / "servicechannels-1.json", page([house]))
            import_run(folder)
        location = ServiceLocation.objects.get()
        assert [row.weekday for row in location.schedules.all()] == [5]
        assert location.phones.count() == 1

    def test_a_service_that_changes_its_organisation(self, import_run, folder):
        import_run(folder)
        write_json(folder / "organizations-1.json", page([organisation(), organisation("Naapuri")]))
        write_json(folder / "services-1.json", page([service(by="Naapuri"), service("Neuvonta")]))
        import_run(folder)
        assert the_service().organisation.name_fi == "Naapuri"


class TestMissingRecords:
    @pytest.fixture
    def many_services(self, tmp_path):
        """Write a folder with this number of services."""

        def write(count: int):
            services = [service(f"Ryhmä {number}") for number in range(count)]
            return write_pages(tmp_path, organisations=[organisation()], services=services)

        return write

    def test_records_missing_from_the_source_are_archived_not_deleted(self, import_run, many_services):
        import_run(many_services(10))
        assert "services: 0 new, 0 changed, 9 unchanged, 1 gone" in import_run(many_services(9))
        assert the_service("Ryhmä 9").status == "archived"
        assert not Listing.objects.filter(service=the_service("Ryhmä 9")).exists()
        assert "Nothing has changed." in import_run(many_services(9))

    def test_a_record_that_returns_to_the_source_is_published_again(self, import_run, many_services):
        for count in (10, 9, 10):
            import_run(many_services(count))
        assert the_service("Ryhmä 9").status == "published"

    def test_a_place_missing_from_the_source_is_archived(self, import_run, folder):
        import_run(folder)
        write_json(folder / "servicechannels-1.json", page([]))
        import_run(folder, "--allow-mass-archive")
        assert ServiceLocation.objects.get().archived
        assert not the_service().locations.exists()

    def test_archiving_more_than_a_fifth_is_refused(self, import_run, many_services):
        import_run(many_services(10))
        with pytest.raises(CommandError, match="3 of 10 services would be archived, which is more than 20%"):
            import_run(many_services(7))
        assert Service.objects.published().count() == 10
        assert ImportRun.objects.first().outcome == "refused"

    def test_archiving_a_fifth_is_allowed(self, import_run, many_services):
        import_run(many_services(10))
        import_run(many_services(8))
        assert Service.objects.published().count() == 8

    def test_archiving_more_is_possible_with_an_option(self, import_run, many_services):
        import_run(many_services(10))
        import_run(many_services(1), "--allow-mass-archive")
        assert Service.objects.published().count() == 1

    def test_an_organisation_with_local_services_is_not_archived(self, import_run, many_services, tmp_path):
        import_run(many_services(10))
        town = Organisation.objects.get()
        Service.objects.create(organisation=town, name_fi="Oma", status="published")
        write_pages(tmp_path, organisations=[])
        assert "gone-but-in-use" in import_run(tmp_path, "--allow-mass-archive")
        town.refresh_from_db()
        assert town.status == "published"


class TestAtomicity:
    def test_a_dry_run_reports_changes_and_writes_nothing(self, import_run, folder):
        output = import_run(folder, "--dry-run")
        assert "services: 2 new" in output
        assert "A dry run: 4 records would be written." in output
        assert not Organisation.objects.exists()
        assert not ImportRun.objects.exists()

    def test_bad_files_are_listed_and_nothing_is_written(self, import_run, folder):
        write_json(
            folder / "services-1.json",
            page(
                [
                    service(),
                    service(),
                    service("Nimetön", serviceNames=[]),
                    service("Väärä", areas=municipalities("999")),
                ]
            ),
        )
        (folder / "servicechannels-1.json").write_text('{"itemList": [')
        with pytest.raises(CommandError) as refusal:
            import_run(folder)
        message = str(refusal.value)
        assert message.startswith("Nothing was written.\n")
        for code in ("duplicate-id", "empty-finnish-name", "unknown-municipality", "not-json"):
            assert code in message
        assert refusal.value.returncode != 0
        assert not Organisation.objects.exists()
        assert ImportRun.objects.get().outcome == "refused"

    def test_a_failure_while_writing_rolls_everything_back(self, import_run, folder, monkeypatch):
        write = apply.write_plan

        def fail_at_services(plan):
            if plan.kind.name == "services":
                raise RuntimeError("the cable was pulled")
            return write(plan)

        monkeypatch.setattr(apply, "write_plan", fail_at_services)
        with pytest.raises(RuntimeError):
            import_run(folder)
        assert not Organisation.objects.exists()
        assert not OrganisationReference.objects.exists()

    def test_a_missing_source_is_an_error(self, import_run, tmp_path):
        with pytest.raises(CommandError, match="is not a folder"):
            import_run(tmp_path / "nowhere")

    def test_a_dangling_reference_is_counted_and_does_not_stop_the_import(self, import_run, folder):
        connection = {"serviceChannel": link("Suljettu")}
        write_json(folder / "services-1.json", page([service(serviceChannels=[connection]), service("Neuvonta")]))
        assert "dangling-reference: service to a channel (1)" in import_run(folder)
