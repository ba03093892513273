"""Every text of the table goes the same way: an editor writes it in several languages, readers see and search it."""

import pytest

from services.content.service_texts import SERVICE_TEXTS
from services.models import Service
from tests import cast
from tests.admin_client import form_values
from tests.html_page import view_url
from tests.services.stewardship.editing.service_form import EditorClient


@pytest.mark.parametrize("text", SERVICE_TEXTS, ids=lambda text: text.name)
def test_what_an_editor_writes_is_shown_and_searched(text, kivivuori, satu, find, visit, open_page, kaisa_admin):
    club = cast.service("Perhekerho", kivivuori)
    typed = "https://www.kivivuori.example/lumikello" if text.name == "website" else "Lumikello"
    columns = [f"{text.name}_{language}" for language in ("fi", "sv", "en")]

    editor = EditorClient(satu)
    page = editor.edit(club)
    assert str(text.question) in page.main.text
    editor.send(page, "publish", **dict.fromkeys(columns[:2], typed))
    values = form_values(editor.edit(club).main.one("form", class_="service-form"))
    assert [values[column] for column in columns] == [typed, typed, ""]
    history = editor.open(view_url("history:record", "service", club.pk)).main.text
    assert typed in history and str(Service._meta.get_field(text.name).verbose_name) in history.casefold()

    club = Service.objects.get()
    page = open_page(club)
    shown = [link["href"] for link in page.main.all("a")] if text.name == "website" else page.main.text
    assert (typed in shown) == (text.name != "search_words")
    if text.heading and text.lines > 1:
        assert page.section(text.name).text == f"{text.heading} {typed}"
    rows = {row.one("th").text: row.one("td").text for row in visit("finding:compare", s=[club.pk]).all("tr")[1:]}
    assert (rows.get(str(text.heading)) == typed) == text.compared
    assert bool(find(q="lumikellon").names) == bool(text.search_weight)

    form = kaisa_admin.open("services_service_change", club.pk).one("form", id="service_form")
    assert form_values(form)[columns[1]] == typed
