"""Indexing brings the search rows of services up to date with the records."""

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.indexing.services import index_category, index_organisation, index_services
from services.models import Category, Listing, SearchPosting, Service, Synonym
from tests import cast


def change(record, **values):
    type(record).objects.filter(pk=record.pk).update(**values)


def rows():
    """Return all search rows as plain values."""
    return list(Listing.objects.order_by("pk").values()), list(
        SearchPosting.objects.order_by("service", "term__text").values("service", "term__text", "weight")
    )


def test_publishing_adds_and_archiving_removes_rows(kivivuori, find):
    club = cast.service("Perhekerho", kivivuori, status="draft")
    assert find(q="perhekerho").names == []
    change(club, status="published")
    index_services(service_ids=[club.pk])
    assert find(q="perhekerho").names == ["Perhekerho"]
    change(club, status="archived")
    index_services(service_ids=[club.pk])
    assert find(q="perhekerho").names == []
    assert rows() == ([], [])


def test_archiving_an_organisation_removes_its_services(kivivuori, vake, find):
    cast.service("Perhekerho", kivivuori)
    cast.service("Perhetyö", vake)
    change(kivivuori, status="archived")
    index_organisation(organisation=kivivuori)
    assert find().names == ["Perhetyö"]


def test_a_new_name_of_an_organisation_is_searchable(kivivuori, find):
    cast.service("Perhekerho", kivivuori)
    change(kivivuori, name_fi="Lumikellon talo")
    kivivuori.refresh_from_db()
    index_organisation(organisation=kivivuori)
    assert find(q="lumikello").names == ["Perhekerho"]
    assert find(q="kivivuori").names == []


def test_new_synonyms_are_searchable(kivivuori, find):
    money = cast.category("Raha")
    debts = cast.category("Velat", under=money)
    cast.service("Talousneuvonta", kivivuori, tags=[debts])
    cast.service("Perhekerho", kivivuori)
    Synonym.objects.create(category=money, language="fi", text="tili tyhjä")
    index_category(category=money)
    assert find(q="tyhjä tili").names == ["Talousneuvonta"]


def test_new_synonyms_also_match_services_without_the_tag(kivivuori, find):
    bullying = cast.category("Kiusaaminen", words=["lasta syrjitään luokassa"])
    cast.service("Koulukuraattori", kivivuori)
    assert find(q="lasta syrjitään luokassa").names == []
    Synonym.objects.create(category=bullying, language="fi", text="koulukuraattori", kind="answered")
    index_category(category=bullying)
    assert find(q="lasta syrjitään luokassa").names == ["Koulukuraattori"]


def test_a_disabled_synonym_is_not_searchable(kivivuori, find):
    debts = cast.category("Velat", words=["ulosotto"])
    cast.service("Talousneuvonta", kivivuori, tags=[debts])
    assert find(q="ulosotto").names == ["Talousneuvonta"]
    Synonym.objects.filter(category=debts).update(is_active=False)
    index_category(category=debts)
    assert find(q="ulosotto").names == []


def test_a_merged_tag_counts_as_its_replacement(kivivuori, find):
    """Also over several mergers, whatever category the old tag ended in."""
    first, second, last = (cast.category(name, code=name.lower()) for name in ("Velka", "Velat", "Talous"))
    change(first, replaced_by=second)
    change(second, replaced_by=last)
    for name, tag in (("Neuvonta", first), ("Ohjaus", second), ("Kurssi", last)):
        cast.service(name, kivivuori, tags=[tag])
    for code in ("velka", "velat", "talous"):
        assert find(category=code, sort="name").names == ["Kurssi", "Neuvonta", "Ohjaus"]


def test_a_cycle_of_mergers_ends(kivivuori):
    one, other = cast.category("Yksi"), cast.category("Toinen")
    change(one, replaced_by=other)
    change(other, replaced_by=one)
    assert cast.service("Kerho", kivivuori, tags=[one]).listing


def test_a_cycle_of_parents_ends(kivivuori):
    one = cast.category("Yksi")
    other = cast.category("Toinen", under=one)
    Category.objects.filter(pk=one.pk).update(parent=other)
    assert cast.service("Kerho", kivivuori, tags=[one]).listing


def test_an_archived_place_adds_nothing(kivivuori, find):
    house = cast.location("Perhetalo", kivivuori, accessibility=["step-free"])
    club = cast.service("Perhekerho", kivivuori, places=[house])
    assert find(accessibility="step-free").names == ["Perhekerho"]
    change(house, archived=True)
    index_services(service_ids=[club.pk])
    assert find(accessibility="step-free").names == []


def test_indexing_again_changes_nothing(kivivuori, vake):
    cast.service("Perhekerho", kivivuori, tags=[cast.category("Arki", words=["väsymys"])])
    cast.service("Perhetyö", vake, description_sv="Familjearbete")
    before = rows()
    assert index_services() == 2
    assert rows() == before


def test_indexing_some_services_does_not_change_others(kivivuori):
    club, evening = cast.services(2, kivivuori)
    Service.objects.update(name_fi="Uusi nimi")
    assert index_services(service_ids=[club.pk]) == 1
    assert Listing.objects.get(pk=club.pk).name_fi == "Uusi nimi"
    assert Listing.objects.get(pk=evening.pk).name_fi == "Palvelu 02"


def test_indexing_an_empty_list_indexes_nothing(kivivuori):
    cast.services(2, kivivuori)
    Listing.objects.all().delete()
    assert index_services(service_ids=[]) == 0
    assert not Listing.objects.exists()


def test_progress_is_reported(kivivuori):
    cast.services(3, kivivuori)
    done = []
    index_services(progress=done.append)
    assert sum(done) == 3


def test_the_number_of_queries_does_not_grow_with_the_services(kivivuori, vake):
    """From twenty on rows are counted first."""
    debts = cast.category("Velat")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            index_services()
        return len(captured)

    cast.services(21, kivivuori, tags=[debts])
    few = queries()
    cast.services(40, vake, tags=[debts])
    assert queries() == few


def test_reindex_adds_missing_rows(kivivuori, find):
    cast.service("Perhekerho", kivivuori)
    Listing.objects.all().delete()
    assert find(q="perhekerho").names == []
    call_command("reindex", if_empty=True)
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_reindex_if_empty_does_not_change_existing_rows(kivivuori, find):
    change(cast.service("Perhekerho", kivivuori), name_fi="Isäryhmä")
    call_command("reindex", if_empty=True)
    assert find(q="isäryhmä").names == []
    call_command("reindex")
    assert find(q="isäryhmä").names == ["Isäryhmä"]
