"""Every facet of the table goes the same way: an editor writes it, readers see it and filter by it."""

from dataclasses import replace

import pytest
from django.utils.text import capfirst

from services.content import facets
from services.content.facets import FACETS
from services.models import Service
from tests import cast
from tests.admin_client import form_values
from tests.services.stewardship.editing.service_form import EditorClient


@pytest.mark.parametrize("facet", [facet for facet in FACETS if facet.service], ids=lambda facet: facet.dimension)
def test_what_an_editor_writes_is_shown_and_searched(facet, kivivuori, satu, find, visit, open_page, kaisa_admin):
    club = cast.service("Perhekerho", kivivuori)
    cast.service("Kerho", kivivuori)
    value = next(iter(facet.labels))
    typed = "on" if facet.is_flag else value
    label = capfirst(str(facet.heading if facet.is_flag else facet.choices[value]))

    editor = EditorClient(satu)
    page = editor.edit(club)
    assert str(facet.question) in page.main.text
    editor.send(page, "publish", **{facet.service: typed})
    assert form_values(editor.edit(club).main.one("form", class_="service-form"))[facet.service] == typed

    parameter = "1" if facet.is_flag else value
    assert find().main.one("input", type="checkbox", name=facet.dimension, value=parameter)
    results = find(**{facet.dimension: parameter})
    assert results.names == ["Perhekerho"]
    badges = [capfirst(badge.text) for badge in results.main.all(class_="badge")]
    assert (label in badges) == (facet.shown_as == "badge")

    _assert_service_page_shows(open_page(club), facet, label)
    rows = {row.one("th").text: row.one("td").text for row in visit("finding:compare", s=[club.pk]).all("tr")[1:]}
    if facet.shown_as in ("sentence", "badge"):
        assert label.casefold() in " ".join(rows.values()).casefold()
    else:
        assert rows[capfirst(str(facet.heading))] == label

    form = kaisa_admin.open("services_service_change", club.pk).one("form", id="service_form")
    assert form_values(form)[facet.service] == typed


def _assert_service_page_shows(page, facet, label):
    if facet.shown_as == "sentence":
        assert page.main.one(class_="route").text
    elif facet.shown_as == "badge":
        assert label in [capfirst(badge.text) for badge in page.main.all(class_="badge")]
    elif facet.shown_as == "section":
        assert page.section(facet.dimension).text == f"{facet.heading} {label}"
    else:
        facts = {fact.one("dt").text: fact.one("dd").text for fact in page.one("dl", class_="facts-wide").all("div")}
        assert facts[capfirst(str(facet.heading))] == label


def test_values_of_a_facet_may_be_badges(kivivuori, find, open_page, monkeypatch):
    channels = next(facet for facet in FACETS if facet.dimension == "channel")
    monkeypatch.setattr(facets, "PANEL_FACETS", [replace(channels, shown_as="badge")])
    club = cast.service("Perhekerho", kivivuori, channels=["chat", "phone"])
    for page in (find(), open_page(club)):
        badges = [badge.text for badge in page.main.all(class_="badge")]
        assert badges == [str(channels.choices["chat"]), str(channels.choices["phone"])]


def test_note_about_a_facet_is_shown_without_a_value(kivivuori, open_page):
    page = open_page(cast.service("Perhekerho", kivivuori, cost_note_fi="Leiri maksaa."))
    assert "Leiri maksaa." in [fact.text for fact in page.one("dl", class_="facts-wide").all("dd")]


def test_coordinator_filters_by_facets(kivivuori, vake, kaisa_admin):
    cast.service("Perhekerho", kivivuori, channels=["chat", "phone"], cost="free", low_threshold=True)
    cast.service("Perhetyö", vake, cost="fee")
    offered = [link["href"] for link in kaisa_admin.open("services_service_changelist").all("a", href=True)]
    for query in ("organisation__sector__exact=ngo", "channel=phone", "cost__exact=free", "low_threshold__exact=1"):
        assert [link for link in offered if query in link]
        assert kaisa_admin.list(Service, **dict([query.split("=")])) == ["Perhekerho"]
