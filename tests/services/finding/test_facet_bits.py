"""Facet counts come from bits that database triggers keep up to date."""

from services.models import Service
from tests import cast


def test_counts_span_several_blocks(kivivuori, parish, find):
    """Ids in different blocks, including the first and last of a block."""
    for number in (8190, 8191, 8192, 16_383, 16_384, 200_000):
        cast.service(f"Kerho {number}", kivivuori if number % 2 else parish, pk=number, cost="free")
    page = find(cost="free")
    assert (page.total, page.sectors) == (6, {"ngo": 2, "parish": 4})
    assert set(find(sector="ngo").names) == {"Kerho 8191", "Kerho 16383"}
    assert find(q="kerho", sector="parish").total == 4


def test_counts_follow_every_change(kivivuori, parish, find):
    clubs = cast.services(3, kivivuori, cost="free")
    cast.service("Rippikoulu", parish, cost="fee")
    assert find().boxes["cost", "free"].count == 3
    Service.objects.filter(pk=clubs[0].pk).update(cost="fee")
    cast.index_for_search(clubs[0])
    Service.objects.filter(pk=clubs[1].pk).update(status="draft")
    cast.index_for_search(clubs[1])
    page = find()
    assert (page.total, page.sectors) == (3, {"ngo": 2, "parish": 1})
    assert {value: page.boxes["cost", value].count for value in ("free", "fee")} == {"free": 1, "fee": 2}
    clubs[2].delete()
    page = find()
    assert (page.total, page.sectors) == (2, {"ngo": 1, "parish": 1})
    assert ("cost", "free") not in page.boxes
