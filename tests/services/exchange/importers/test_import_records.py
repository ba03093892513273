"""The shared part of imports: records of any source system are written, and systems do not affect each other."""

import pytest

from organisations.models import Organisation
from services.exchange.importers.base.import_records import import_records
from services.exchange.importers.base.records import OrganisationRecord, Records, ServiceRecord
from services.exchange.importers.base.report import ImportRefused, ImportReport, recorded_run
from services.exchange.importers.base.scope import ImportScope
from services.exchange.importers.progress import no_progress
from services.models import ImportRun, Service
from tests import cast

pytestmark = pytest.mark.django_db


def run_import(system: str, *services: ServiceRecord) -> ImportReport:
    report = ImportReport()
    organisation = OrganisationRecord("1", {"fi": f"Järjestö ({system})"}, "ngo")
    with recorded_run(system, f"{system}.csv", report, dry_run=False):
        import_records(
            Records(organisations={"1": organisation}, services={record.identifier: record for record in services}),
            system=system,
            scope=ImportScope(),
            report=report,
            dry_run=False,
            allow_mass_archive=False,
            progress=no_progress,
        )
    return report


def club(identifier: str, name: str, **values) -> ServiceRecord:
    return ServiceRecord(identifier, "1", {"fi": name}, **values)


def published(system: str) -> set[str]:
    return set(Service.objects.published().filter(references__system=system).values_list("name_fi", flat=True))


def test_equal_identifiers_of_two_systems_are_different_records():
    run_import("ptv", club("a", "Perhekerho"))
    report = run_import("spreadsheet", club("a", "Isäkerho"))
    assert report.counts["services"] == {"new": 1, "changed": 0, "unchanged": 0, "gone": 0}
    assert (published("ptv"), published("spreadsheet")) == ({"Perhekerho"}, {"Isäkerho"})
    assert Organisation.objects.count() == 2


def test_an_import_archives_only_records_of_its_own_system():
    run_import("ptv", club("a", "Perhekerho"))
    run_import("spreadsheet", *(club(str(number), f"Kerho {number}") for number in range(10)))
    report = run_import("spreadsheet", *(club(str(number), f"Kerho {number}") for number in range(9)))
    assert report.counts["services"]["gone"] == 1
    assert published("ptv") == {"Perhekerho"}
    assert len(published("spreadsheet")) == 9


def test_classes_of_several_systems_add_categories():
    for code, system in (("divorce", "ptv"), ("peer-support", "open-eligibility")):
        cast.category(code, code=code).external_codes.create(system=system, code="1")
    run_import("hsds", club("a", "Eroryhmä", codes=(("ptv", "1"), ("open-eligibility", "1"))))
    assert set(Service.objects.get().categories.values_list("code", flat=True)) == {"divorce", "peer-support"}


def test_runs_are_recorded_with_their_system():
    run_import("spreadsheet", club("a", "Perhekerho"))
    with pytest.raises(ImportRefused):
        run_import("spreadsheet")
    runs = ImportRun.objects.order_by("pk").values_list("system", "source", "outcome")
    assert list(runs) == [("spreadsheet", "spreadsheet.csv", "done"), ("spreadsheet", "spreadsheet.csv", "refused")]
