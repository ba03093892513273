"""The search index is up to date after every import."""

import pytest

from services.indexing.checks.check_index import index_differences
from services.models import Listing, Service, ServiceLocation
from tests import cast

from .ptv_pages import localised_texts, municipalities, organisation, page, place, service, write_json


@pytest.mark.django_db
def test_the_index_is_up_to_date_after_imports(import_run, folder):
    cast.category("Vertaistuki", words=["vanhempien ryhmä", "neuvonta ja tuki"])
    import_run(folder)
    assert Listing.objects.count() == 2
    assert list(index_differences()) == []

    # A local edit of a name; at the source changes of a text, an area, an organisation's name and a place.
    Service.objects.filter(name_fi="Neuvonta").update(name_fi="Perheneuvonta")
    cast.index_for_search()
    changed = service(
        serviceDescriptions=localised_texts("Neuvonta ja tuki.", type="Summary"), areas=municipalities("245")
    )
    renamed = organisation(organizationNames=localised_texts("Kevätpuron kunta", type="Name"))
    write_json(folder / "services-1.json", page([changed, service("Neuvonta")]))
    write_json(folder / "organizations-1.json", page([renamed]))
    write_json(folder / "servicechannels-1.json", page([place("Tukitalo", "Neuvonta")]))
    import_run(folder, allow_mass_archive=True)
    assert ServiceLocation.objects.filter(archived=True).count() == 1
    assert list(index_differences()) == []

    write_json(folder / "services-1.json", page([service("Neuvonta")]))
    import_run(folder, allow_mass_archive=True)
    assert Listing.objects.count() == 1
    assert list(index_differences()) == []
