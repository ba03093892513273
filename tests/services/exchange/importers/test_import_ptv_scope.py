"""`--only`: a sector or a county; records outside are neither written nor archived."""

import pytest
from django.core.management.base import CommandError

from organisations.models import Organisation
from services.models import Service, ServiceLocation

from .ptv_pages import municipalities, organisation, page, place, service, street_address, write_json, write_pages

pytestmark = pytest.mark.django_db

PARISH, TOWN, STATE = "Kevätpuron seurakunta", "Kevätpuron kaupunki", "Valtion virasto"


@pytest.fixture
def folder(tmp_path):
    return write_pages(
        tmp_path,
        organisations=[
            organisation(TOWN),
            organisation(PARISH, organizationType="Organization"),
            organisation(STATE, organizationType="State", areaType="Nationwide"),
        ],
        services=[
            service("Kerho Vantaalla", by=TOWN),
            service("Kerho Espoossa", by=TOWN, areas=municipalities("049")),
            service("Diakonia", by=PARISH),
            service("Tuki", by=STATE, areaType="Nationwide", areas=[]),
        ],
        channels=[
            place("Kerhotalo", "Kerho Vantaalla", by=TOWN),
            place(
                "Espoon talo",
                "Kerho Espoossa",
                by=TOWN,
                addresses=[street_address(municipality={"code": "049"})],
            ),
        ],
    )


def names(model=Service) -> set[str]:
    return set(model.objects.values_list("name_fi", flat=True))


def published() -> set[str]:
    return set(Service.objects.published().values_list("name_fi", flat=True))


def test_a_sector_limits_the_import(import_run, folder):
    import_run(folder, "--only", "parish")
    assert names() == {"Diakonia"}
    assert names(Organisation) == {PARISH}


@pytest.mark.parametrize("word", ["04", "4", "Vantaan ja Keravan hyvinvointialue", "vanda och kervo välfärdsområde"])
def test_a_county_by_code_or_name_with_the_organisations_and_places_it_needs(import_run, folder, word):
    import_run(folder, "--only", word)
    assert names() == {"Kerho Vantaalla", "Diakonia"}
    assert names(Organisation) == {TOWN, PARISH}
    assert names(ServiceLocation) == {"Kerhotalo"}


def test_the_text_county_is_a_sector(import_run, folder):
    assert "Nothing has changed." in import_run(folder, "--only", "county")


def test_records_outside_the_scope_are_not_archived(import_run, folder):
    import_run(folder)
    assert "Nothing has changed." in import_run(folder, "--only", "parish")
    assert "Nothing has changed." in import_run(folder, "--only", "04")
    assert len(published()) == 4


def test_missing_records_are_archived_only_within_the_scope(import_run, folder):
    import_run(folder)
    write_json(folder / "services-1.json", page([]))
    import_run(folder, "--only", "parish", "--allow-mass-archive")
    assert published() == {"Kerho Vantaalla", "Kerho Espoossa", "Tuki"}
    import_run(folder, "--only", "04", "--allow-mass-archive")
    assert published() == {"Kerho Espoossa", "Tuki"}


def test_a_service_that_moved_out_of_the_scope_is_not_changed(import_run, folder):
    import_run(folder, "--only", "04")
    write_json(
        folder / "services-1.json",
        page([service("Kerho Vantaalla", by=TOWN, areas=municipalities("049")), service("Diakonia", by=PARISH)]),
    )
    assert "Nothing has changed." in import_run(folder, "--only", "04")


def test_an_unknown_scope_is_refused(import_run, folder):
    with pytest.raises(CommandError, match="neither a sector"):
        import_run(folder, "--only", "Narnia")
    assert not Service.objects.exists()
