"""A whole source is read, checked and linked; errors have their position."""

import json

import pytest

from services.exchange.importers.base.problems import Problems, SourceError
from services.exchange.importers.ptv.link_records import read_records
from services.exchange.importers.ptv.source import read_folder

from .ptv_pages import (
    channel,
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


def read_pages(folder):
    problems = Problems()
    items = read_folder(folder, problems)
    return read_records(items, municipalities={"091", "092"}, counties={"04"}, problems=problems), problems


def errors(folder) -> list[str]:
    return [str(problem) for problem in read_pages(folder)[1].errors]


@pytest.fixture
def folder(tmp_path):
    return write_pages(
        tmp_path,
        organisations=[organisation()],
        services=[service()],
        channels=[place("Perhetalo", "Vertaisryhmä")],
    )


def test_a_good_folder_gives_records_and_no_errors(folder):
    records, problems = read_pages(folder)
    assert problems.errors == []
    assert (len(records.organisations), len(records.services), len(records.locations)) == (1, 1, 1)


class TestBadFiles:
    def test_a_truncated_file_is_reported_with_the_position_of_its_end(self, folder):
        whole = (folder / "services-1.json").read_text("utf-8")
        (folder / "services-1.json").write_text(whole[:200], "utf-8")
        (error,) = errors(folder)
        assert error.startswith("services-1.json: line 1, column ")
        assert "(not-json)" in error

    def test_a_file_that_is_not_utf8(self, folder):
        (folder / "services-1.json").write_bytes("ä".encode("latin-1"))
        assert errors(folder) == ["services-1.json: not UTF-8 at byte 0 (not-json)"]

    def test_an_empty_file(self, folder):
        (folder / "services-1.json").write_text("")
        assert "the file is truncated" in errors(folder)[0]

    @pytest.mark.parametrize("body", [[], {"items": []}, "text", {"itemList": {}}, {"itemList": ["a"]}])
    def test_a_page_of_another_shape(self, folder, body):
        write_json(folder / "services-1.json", body)
        (error,) = errors(folder)
        assert error.startswith("services-1.json: ")
        assert error.endswith("(wrong-shape)")

    def test_a_record_of_another_shape_is_reported_with_its_position(self, folder):
        write_json(folder / "services-1.json", page([service(), service("Toinen", serviceNames=3)]))
        assert errors(folder) == [
            f"services-1.json, item 2 ({identifier('Toinen')}): serviceNames should be a list, not a number"
            " (wrong-shape)"
        ]

    def test_a_record_without_an_id(self, folder):
        write_json(folder / "services-1.json", page([service(id=None)]))
        assert errors(folder) == ["services-1.json, item 1: the record has no id (wrong-shape)"]

    @pytest.mark.parametrize("identifier", ["a/2", "\x00", "a b", "x" * 101, "\ud800"])
    def test_a_malformed_id(self, folder, identifier):
        (folder / "services-1.json").write_text(json.dumps(page([service(id=identifier)])), "utf-8")
        (error,) = errors(folder)
        assert error.endswith("is not an id (wrong-shape)")
        assert error.isprintable()

    def test_a_duplicate_id_also_across_pages(self, folder):
        write_json(folder / "services-1.json", page([service()], 1, 2))
        write_json(folder / "services-2.json", page([service()], 2, 2))
        assert errors(folder) == [
            f"services-2.json, item 1: {identifier('Vertaisryhmä')} is in services-1.json, item 1 already"
            " (duplicate-id)"
        ]

    def test_a_missing_page(self, folder):
        write_json(folder / "services-1.json", page([service()], 1, 3))
        assert errors(folder) == [f"{folder}: services: page 2, 3 of 3 is missing (missing-page)"]

    def test_a_missing_page_is_reported_beside_an_unreadable_one(self, folder):
        write_json(folder / "services-1.json", page([service()], 1, 3))
        (folder / "services-2.json").write_text("{")
        assert [error.rpartition(" ")[2] for error in errors(folder)] == ["(not-json)", "(missing-page)"]
        assert "services: page 3 of 3 is missing" in errors(folder)[1]

    def test_a_kind_without_pages(self, folder):
        (folder / "servicechannels-1.json").unlink()
        assert errors(folder) == [f"{folder}: there is no servicechannels-*.json (missing-page)"]

    def test_an_unknown_municipality(self, folder):
        write_json(folder / "services-1.json", page([service(areas=municipalities("999"))]))
        assert "municipality 999 does not exist" in errors(folder)[0]

    def test_an_empty_finnish_name(self, folder):
        write_json(folder / "services-1.json", page([service(serviceNames=localised_texts(" ", type="Name"))]))
        assert "the service has no Finnish name" in errors(folder)[0]

    def test_a_missing_organisation(self, folder):
        write_json(folder / "services-1.json", page([service(by="Tuntematon")]))
        assert "the responsible organisation" in errors(folder)[0]

    def test_all_errors_are_reported_together(self, folder):
        (folder / "organizations-1.json").write_text("{")
        write_json(folder / "services-1.json", page([service(), service()]))
        assert len(errors(folder)) >= 3

    def test_no_folder_and_no_pages(self, tmp_path):
        for path in (tmp_path / "none", tmp_path):
            with pytest.raises(SourceError):
                read_pages(path)


class TestLinks:
    def test_a_place_makes_a_service_on_site(self, folder):
        records, _ = read_pages(folder)
        record = records.services[identifier("Vertaisryhmä")]
        assert record.locations == (identifier("Perhetalo"),)
        assert record.facets["channel"] == ("on-site",)

    def test_either_side_may_have_the_link(self, tmp_path):
        services = [service(serviceChannels=[{"serviceChannel": link("Perhetalo")}])]
        write_pages(tmp_path, organisations=[organisation()], services=services, channels=[place("Perhetalo")])
        records, _ = read_pages(tmp_path)
        assert records.services[identifier("Vertaisryhmä")].locations == (identifier("Perhetalo"),)

    def test_phone_lines_forms_and_pages_enrich_the_service(self, tmp_path):
        hours = {
            "serviceHourType": "DaysOfTheWeek",
            "openingHour": [{"dayFrom": "Monday", "dayTo": "Thursday", "from": "09:00:00", "to": "15:30:00"}],
        }
        line = channel(
            "Neuvontapuhelin",
            "Phone",
            "Vertaisryhmä",
            phoneNumbers=[{"language": "fi", "number": "40 000 0000", "prefixNumber": "+358"}],
            supportEmails=localised_texts("neuvonta@example.org"),
            serviceHours=[hours],
        )
        pages = channel("Sivut", "WebPage", "Vertaisryhmä", webPages=[{"language": "fi", "url": "https://example.org"}])
        form = channel(
            "Lomake",
            "EChannel",
            "Vertaisryhmä",
            webPages=[{"language": "fi", "url": "https://example.org/f"}],
        )
        write_pages(tmp_path, organisations=[organisation()], services=[service()], channels=[line, pages, form])
        record = read_pages(tmp_path)[0].services[identifier("Vertaisryhmä")]
        assert record.facets["channel"] == ("phone", "written")
        assert [(phone.number, phone.label) for phone in record.phones] == [
            ("+358 40 000 0000", {"fi": "Neuvontapuhelin"})
        ]
        assert record.email == "neuvonta@example.org"
        assert record.website == {"fi": "https://example.org"}
        assert record.client_access == {"fi": "Neuvontapuhelin: ma–to 9.00–15.30\n\nLomake: https://example.org/f"}

    def test_a_connection_adds_contact_details(self, tmp_path):
        connection = {
            "serviceChannel": link("Perhetalo"),
            "description": localised_texts("Kysy aulasta.", type="Description"),
            "contactDetails": {"phoneNumbers": [{"language": "fi", "number": "9 000 000", "prefixNumber": "+358"}]},
            "digitalAuthorizations": [{"code": "x"}],
        }
        write_pages(
            tmp_path,
            organisations=[organisation()],
            services=[service(serviceChannels=[connection])],
            channels=[place("Perhetalo")],
        )
        records, problems = read_pages(tmp_path)
        record = records.services[identifier("Vertaisryhmä")]
        assert record.client_access == {"fi": "Kysy aulasta."}
        assert [phone.number for phone in record.phones] == ["+358 9 000 000"]
        assert [notice.value for notice in problems.notices] == ["service's channel: digitalAuthorizations"]

    def test_a_service_without_description_takes_that_of_its_only_place(self, tmp_path):
        write_pages(
            tmp_path,
            organisations=[organisation()],
            services=[service(serviceDescriptions=[])],
            channels=[
                place(
                    "Perhetalo", "Vertaisryhmä", serviceChannelDescriptions=localised_texts("Piha.", type="Description")
                )
            ],
        )
        assert read_pages(tmp_path)[0].services[identifier("Vertaisryhmä")].description == {"fi": "Piha."}

    def test_dangling_references_are_counted(self, tmp_path):
        write_pages(
            tmp_path,
            organisations=[
                organisation(services=[{"service": link("Poistunut")}], parentOrganizationId=identifier("Poissa"))
            ],
            services=[service(serviceChannels=[{"serviceChannel": link("Suljettu")}])],
            channels=[place("Perhetalo", "Muualla"), place("Irrallinen", by="Tuntematon")],
        )
        records, problems = read_pages(tmp_path)
        assert problems.errors == []
        assert {notice.value: notice.count for notice in problems.notices} == {
            "organisation to its parent": 1,
            "organisation to a service": 1,
            "service to a channel": 1,
            "channel to a service": 1,
            "channel to its organisation": 1,
        }
        assert list(records.locations) == [identifier("Perhetalo")]

    def test_a_cycle_of_parents_is_broken(self, tmp_path):
        write_pages(
            tmp_path,
            organisations=[
                organisation("A", parentOrganizationId=identifier("B")),
                organisation("B", parentOrganizationId=identifier("A")),
                organisation("C", parentOrganizationId=identifier("C")),
                organisation("D", parentOrganizationId=identifier("A")),
            ],
        )
        records, problems = read_pages(tmp_path)
        parents = {record.name["fi"]: record.parent for record in records.organisations.values()}
        assert parents == {"A": "", "B": identifier("A"), "C": "", "D": identifier("A")}
        assert problems.count("circular-reference") == 2

    def test_a_place_of_an_unknown_organisation_goes_to_that_of_its_service(self, tmp_path):
        write_pages(
            tmp_path,
            organisations=[organisation()],
            services=[service()],
            channels=[place("Perhetalo", "Vertaisryhmä", by="Tuntematon")],
        )
        place_record = read_pages(tmp_path)[0].locations[identifier("Perhetalo")]
        assert place_record.organisation == identifier("Kevätpuron kaupunki")
