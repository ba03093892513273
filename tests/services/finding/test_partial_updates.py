"""htmx responses to a change of filters: the results of the full page, and its URL."""

import pytest

from tests import cast
from tests.html_page import Page, view_url

HTMX = {"HX-Request": "true"}


@pytest.fixture
def htmx_get(client):
    """Request like htmx: htmx_get(sector="ngo")."""

    def change(**query):
        return client.get(view_url("finding:results", **query), headers=HTMX)

    return change


def test_results_and_counts_equal_those_of_the_full_page(kivivuori, vake, find, htmx_get):
    cast.service("Perhekerho", kivivuori)
    cast.service("Perhetyö", vake)
    whole, part = find(sector="ngo"), Page(htmx_get(sector="ngo"))
    assert part.names == whole.names == ["Perhekerho"]
    assert part.total == whole.total
    assert {key: box.count for key, box in part.boxes.items()} == {key: box.count for key, box in whole.boxes.items()}
    assert not part.all("html")


def test_every_part_has_a_target(kivivuori, find, htmx_get):
    cast.service("Perhekerho", kivivuori)
    whole, part = find(age=5), Page(htmx_get(age=5))
    for element in part.all(hx_swap_oob=True):
        assert whole.one(element.tag, id=element["id"])
    assert whole.one("form", class_="finder")["hx-target"] == f"#{part.one('section', id='results')['id']}"


def test_control_ids_are_stable(kivivuori, find, htmx_get):
    cast.service("Perhekerho", kivivuori, languages=["fi"])
    boxes = [
        {box["id"] for box in page.one(id="filter-fields").all("input", type="checkbox")}
        for page in (find(), Page(htmx_get(language="fi")))
    ]
    assert boxes[0] == boxes[1]
    assert len(boxes[0]) == len(find().boxes)


def test_pushed_url_omits_empty_fields(kivivuori, htmx_get):
    response = htmx_get(q=" ero ", municipality="", age="", sector="ngo")
    assert response["HX-Push-Url"] == view_url("finding:results", q="ero", sector="ngo")


def test_full_and_partial_responses_vary_by_header(db, client, htmx_get):
    for response in (client.get(view_url("finding:results")), htmx_get()):
        assert "HX-Request" in response["Vary"]


def test_back_navigation_gets_the_full_page(db, client):
    response = client.get(view_url("finding:results"), headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert Page(response).one("html")


def test_identity_code_is_removed_from_partial_updates(db, htmx_get):
    response = htmx_get(q="131052-308T")
    assert response.status_code == 302
    assert "131052" not in response["Location"]
