"""Search rows follow the records: what an action must index, and what indexing then changes."""

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.indexing.services import index_category, index_organisation, index_services
from services.models import Category, Listing, SearchPosting, Service, Synonym
from tests import cast


def change(record, **values):
    type(record).objects.filter(pk=record.pk).update(**values)


def rows():
    """All search rows as plain values."""
    return list(Listing.objects.order_by("pk").values()), list(
        SearchPosting.objects.order_by("service", "term__text").values("service", "term__text", "weight")
    )


def test_publishing_adds_and_archiving_takes_away(kivivuori, find):
    club = cast.service("Perhekerho", kivivuori, status="draft")
    assert find(q="perhekerho").names == []
    change(club, status="published")
    index_services(service_ids=[club.pk])
    assert find(q="perhekerho").names == ["Perhekerho"]
    change(club, status="archived")
    index_services(service_ids=[club.pk])
    assert find(q="perhekerho").names == []
    assert rows() == ([], [])


def test_archiving_an_organisation_takes_its_services_away(kivivuori, vake, find):
    cast.service("Perhekerho", kivivuori)
    cast.service("Perhetyö", vake)
    change(kivivuori, status="archived")
    index_organisation(organisation=kivivuori)
    assert find().names == ["Perhetyö"]


def test_new_name_of_an_organisation_is_found(kivivuori, find):
    cast.service("Perhekerho", kivivuori)
    change(kivivuori, name_fi="Lumikellon talo")
    kivivuori.refresh_from_db()
    index_organisation(organisation=kivivuori)
    assert find(q="lumikello").names == ["Perhekerho"]
    assert find(q="kivivuori").names == []


def test_new_words_of_a_category_are_found(kivivuori, find):
    money = cast.category("Raha")
    debts = cast.category("Velat", under=money)
    cast.service("Talousneuvonta", kivivuori, tags=[debts])
    cast.service("Perhekerho", kivivuori)
    Synonym.objects.create(category=money, language="fi", text="tili tyhjä")
    index_category(category=money)
    assert find(q="tyhjä tili").names == ["Talousneuvonta"]


def test_new_words_lead_to_services_without_a_tag_too(kivivuori, find):
    bullying = cast.category("Kiusaaminen", words=["lasta syrjitään luokassa"])
    cast.service("Koulukuraattori", kivivuori)
    assert find(q="lasta syrjitään luokassa").names == []
    Synonym.objects.create(category=bullying, language="fi", text="koulukuraattori", kind="answered")
    index_category(category=bullying)
    assert find(q="lasta syrjitään luokassa").names == ["Koulukuraattori"]


def test_word_that_is_out_of_use_is_not_found(kivivuori, find):
    debts = cast.category("Velat", words=["ulosotto"])
    cast.service("Talousneuvonta", kivivuori, tags=[debts])
    assert find(q="ulosotto").names == ["Talousneuvonta"]
    Synonym.objects.filter(category=debts).update(is_active=False)
    index_category(category=debts)
    assert find(q="ulosotto").names == []


def test_tag_that_was_merged_counts_as_the_one_that_is_left(kivivuori, find):
    """Also over several mergers, whatever category the old tag ended in."""
    first, second, last = (cast.category(name, code=name.lower()) for name in ("Velka", "Velat", "Talous"))
    change(first, replaced_by=second)
    change(second, replaced_by=last)
    for name, tag in (("Neuvonta", first), ("Ohjaus", second), ("Kurssi", last)):
        cast.service(name, kivivuori, tags=[tag])
    for code in ("velka", "velat", "talous"):
        assert find(category=code, sort="name").names == ["Kurssi", "Neuvonta", "Ohjaus"]


def test_circle_of_mergers_ends(kivivuori):
    one, other = cast.category("Yksi"), cast.category("Toinen")
    change(one, replaced_by=other)
    change(other, replaced_by=one)
    assert cast.service("Kerho", kivivuori, tags=[one]).listing


def test_circle_of_parents_ends(kivivuori):
    one = cast.category("Yksi")
    other = cast.category("Toinen", under=one)
    Category.objects.filter(pk=one.pk).update(parent=other)
    assert cast.service("Kerho", kivivuori, tags=[one]).listing


def test_place_out_of_use_adds_nothing(kivivuori, find):
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


def test_indexing_some_leaves_the_others(kivivuori):
    club, evening = cast.services(2, kivivuori)
    Service.objects.update(name_fi="Uusi nimi")
    assert index_services(service_ids=[club.pk]) == 1
    assert Listing.objects.get(pk=club.pk).name_fi == "Uusi nimi"
    assert Listing.objects.get(pk=evening.pk).name_fi == "Palvelu 02"


def test_indexing_none_is_no_indexing_of_all(kivivuori):
    cast.services(2, kivivuori)
    Listing.objects.all().delete()
    assert index_services(service_ids=[]) == 0
    assert not Listing.objects.exists()


def test_progress_is_told(kivivuori):
    cast.services(3, kivivuori)
    done = []
    index_services(progress=done.append)
    assert sum(done) == 3


def test_many_services_take_no_more_queries_than_few(kivivuori, vake):
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


def test_reindexing_where_rows_are_missing(kivivuori, find):
    cast.service("Perhekerho", kivivuori)
    Listing.objects.all().delete()
    assert find(q="perhekerho").names == []
    call_command("reindex", if_empty=True)
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_reindexing_only_where_rows_are_missing_leaves_others_alone(kivivuori, find):
    change(cast.service("Perhekerho", kivivuori), name_fi="Isäryhmä")
    call_command("reindex", if_empty=True)
    assert find(q="isäryhmä").names == []
    call_command("reindex")
    assert find(q="isäryhmä").names == ["Isäryhmä"]
