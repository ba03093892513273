"""`manage.py import_ptv https://...`: an import from the live interface, which a local server replaces."""

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import connection

from services.exchange.importers.base import import_records
from services.models import ImportRun, Service

from .ptv_pages import organisation, place, service
from .ptv_server import FakePtv, serve_ptv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def base_folder(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    return tmp_path


@pytest.fixture
def catalogue():
    services = [service("Vertaisryhmä"), service("Neuvonta")]
    with serve_ptv(FakePtv([organisation()], services, [place("Perhetalo", "Vertaisryhmä")])) as running:
        yield running


def cached_pages(base_folder) -> list:
    return list((base_folder / "var" / "ptv").glob("*/*.json"))


def test_an_address_is_imported_like_a_folder(import_run, catalogue, base_folder):
    assert "services: 2 new" in import_run(catalogue.address)
    assert Service.objects.published().count() == 2
    assert ImportRun.objects.get().source == catalogue.address
    assert cached_pages(base_folder) == []
    assert "Nothing has changed." in import_run(catalogue.address)


def test_the_pages_of_a_dry_run_are_used_by_the_next_run(import_run, catalogue):
    import_run(catalogue.address, "--dry-run")
    catalogue.requests.clear()
    import_run(catalogue.address)
    assert catalogue.requests == []
    assert Service.objects.count() == 2


def test_pages_before_a_failed_request_are_used_by_the_next_run(import_run, catalogue, base_folder):
    catalogue.faults["/api/v11/ServiceChannel/list"] = [403]
    with pytest.raises(CommandError, match="answered 403"):
        import_run(catalogue.address)
    assert not Service.objects.exists()
    assert cached_pages(base_folder)
    catalogue.requests.clear()
    import_run(catalogue.address)
    assert all("/ServiceChannel/list" in request for request in catalogue.requests)
    assert Service.objects.count() == 2


def test_records_that_were_listed_but_not_delivered_are_counted(import_run, catalogue):
    catalogue.withdrawn = {service("Neuvonta")["id"]}
    assert "not-delivered: services: listed but gone when it was fetched (1)" in import_run(catalogue.address)


def test_a_second_import_at_the_same_time_is_refused(import_run, catalogue):
    # Another connection that holds the lock of an import.
    keys = ("host", "port", "user", "password", "dbname")
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in keys}
    with psycopg.connect(**parameters) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [import_records.LOCK_ID])
        with pytest.raises(CommandError, match="Another import"):
            import_run(catalogue.address)
    assert not Service.objects.exists()
