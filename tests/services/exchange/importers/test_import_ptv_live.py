"""`manage.py import_ptv https://...`: the live interface, replayed by a server on this machine."""

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import connection

from services.exchange.importers.ptv import import_ptv
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


def waiting_pages(base_folder) -> list:
    return list((base_folder / "var" / "ptv").glob("*/*.json"))


def test_an_address_is_imported_like_a_folder(import_run, catalogue, base_folder):
    assert "services: 2 new" in import_run(catalogue.address)
    assert Service.objects.published().count() == 2
    assert ImportRun.objects.get().source == catalogue.address
    assert waiting_pages(base_folder) == []
    assert "Nothing has changed." in import_run(catalogue.address)


def test_after_a_dry_run_the_pages_wait_for_the_real_one(import_run, catalogue):
    import_run(catalogue.address, "--dry-run")
    catalogue.requests.clear()
    import_run(catalogue.address)
    assert catalogue.requests == []
    assert Service.objects.count() == 2


def test_a_refused_page_leaves_the_others_for_the_next_try(import_run, catalogue, base_folder):
    catalogue.faults["/api/v11/ServiceChannel/list"] = [403]
    with pytest.raises(CommandError, match="answered 403"):
        import_run(catalogue.address)
    assert not Service.objects.exists()
    assert waiting_pages(base_folder)
    catalogue.requests.clear()
    import_run(catalogue.address)
    assert all("/ServiceChannel/list" in request for request in catalogue.requests)
    assert Service.objects.count() == 2


def test_records_that_were_listed_but_not_delivered_are_counted(import_run, catalogue):
    catalogue.withdrawn = {service("Neuvonta")["id"]}
    assert "not-delivered: services: listed but gone when it was fetched (1)" in import_run(catalogue.address)


def test_two_imports_at_once_do_not_mix(import_run, catalogue):
    # Another connection that holds the lock of an import.
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters}
    with psycopg.connect(**wanted) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [import_ptv.LOCK_ID])
        with pytest.raises(CommandError, match="Another import"):
            import_run(catalogue.address)
    assert not Service.objects.exists()
