"""Coordinators write service paths: details, steps, their order, their services, publishing."""

import pytest
from django.test import Client

from services.models import PathStep, ServicePath
from tests import cast
from tests.html_page import Page, view_url

TEXTS = [
    f"{text}_{language}"
    for text in ("title", "who", "move_on", "responsible", "search_text")
    for language in ("fi", "sv", "en")
]


class Desk:
    """The browser of a coordinator."""

    def __init__(self, user):
        self.browser = Client()
        self.browser.force_login(user)

    def open(self, name, *args, status=200):
        return Page(self.browser.get(view_url(name, *args)), status)

    def form(self, name, *args):
        """The fields of the form of a page, as it would be sent unchanged."""
        page = self.open(name, *args).one("form", class_="service-form")
        fields = {field["name"]: field.attributes.get("value", "") for field in page.all("input", name=True)}
        fields |= {area["name"]: area.text for area in page.all("textarea", name=True)}
        fields |= {
            select["name"]: select.one("option", selected=True)["value"] if select.all("option", selected=True) else ""
            for select in page.all("select", name=True)
        }
        return {**fields, "s": [field["value"] for field in page.all("input", name="s")]}

    def send(self, form, name, *args, status=302):
        response = self.browser.post(view_url(name, *args), form)
        assert response.status_code == status, Page(response, response.status_code).main.text
        return Page(response, status) if status != 302 else None


@pytest.fixture
def desk(kaisa):
    return Desk(kaisa)


@pytest.fixture
def lapland(db):
    """The coordinator of another county."""
    user = cast.create_user("lassi@lappi.example", is_staff=True)
    user.coordinates.set(["21"])
    return Desk(cast.add_totp(user))


@pytest.fixture
def path(vake):
    """A path with three steps that is not published yet."""
    path = ServicePath.objects.create(name_fi="Koulupoissaolot", county_id="04")
    for position, title in enumerate(["Puheeksi", "Selvitys", "Tuki"], 1):
        PathStep.objects.create(path=path, position=position, title_fi=title)
    return path


def titles(path):
    return list(path.steps.values_list("title_fi", flat=True))


def step(path, position):
    return path.steps.get(position=position)


def test_path_is_written_and_published(desk, counselling, open_page):
    form = desk.form("paths:add") | {"name_fi": "Ero", "summary_fi": "Eroaville."}
    assert form["county"] == "04"
    desk.send(form, "paths:add")
    path = ServicePath.objects.get()
    step_form = desk.form("paths:add-step", path.pk) | {"title_fi": "Puhutaan", "s": counselling.pk}
    desk.send(step_form, "paths:add-step", path.pk)
    open_page(path, 404)
    desk.send({}, "paths:publish", path.pk)
    page = open_page(path)
    assert page.one("h1").text == "Ero"
    assert [name.text for name in page.all(class_="path-service")] == ["Eroneuvonta"]
    desk.send({"hide": "1"}, "paths:publish", path.pk)
    open_page(path, 404)


def test_form_sent_twice_makes_one_path_and_one_step(desk):
    form = desk.form("paths:add") | {"name_fi": "Ero"}
    for _time in range(2):
        desk.send(form, "paths:add")
    path = ServicePath.objects.get()
    form = desk.form("paths:add-step", path.pk) | {"title_fi": "Puhutaan"}
    for _time in range(2):
        desk.send(form, "paths:add-step", path.pk)
    assert titles(path) == ["Puhutaan"]


def test_path_without_steps_is_not_published(desk):
    path = ServicePath.objects.create(name_fi="Tyhjä", county_id="04")
    desk.send({}, "paths:publish", path.pk)
    assert "Lisää vaihe, ennen kuin julkaiset polun." in desk.open("paths:edit", path.pk).main.text
    assert not ServicePath.objects.get().is_published


def test_service_is_found_by_words_or_address_and_nothing_typed_is_lost(desk, path, counselling, club):
    first = step(path, 1)
    form = desk.form("paths:step", first.pk) | {"who_fi": "Kuraattori"}
    for words in (
        "ERO neuvonta kivivuoren",
        f"https://kartta.example/fi/palvelut/{counselling.pk}-eroneuvonta/?x=1#yhteys",
    ):
        for press in ({"move": "find"}, {"do": "enter"}):
            page = desk.send(form | {"find": words} | press, "paths:step", first.pk, status=200)
            assert page.one("input", name="who_fi")["value"] == "Kuraattori"
            assert [button["value"] for button in page.one(class_="path-found").all("button")] == [
                f"{counselling.pk}-in"
            ]
    page = desk.send(form | {"s": club.pk, "move": f"{counselling.pk}-in"}, "paths:step", first.pk, status=200)
    assert [field["value"] for field in page.all("input", name="s")] == [str(club.pk), str(counselling.pk)]
    assert not first.step_services.exists()
    desk.send(form | {"s": [club.pk, counselling.pk], "do": "save"}, "paths:step", first.pk)
    assert [row.service for row in first.step_services.all()] == [club, counselling]


def test_mistakes_are_shown_beside_their_fields(desk, path):
    page = desk.send(dict.fromkeys(TEXTS, ""), "paths:add-step", path.pk, status=200)
    assert (
        page.one(id="id_title_fi_error").text
        == "Kerro suomeksi, mitä tapahtuu. Teksti voi olla sama kuin toisella kielellä."
    )
    page = desk.send({"title_fi": "Soita", "who_fi": "Anna 010120A123X"}, "paths:add-step", path.pk, status=200)
    assert page.one(id="id_who_fi_error").text == "Tekstissä on henkilötunnus. Poista se."
    assert page.one("input", name="who_fi")["value"] == "Anna 010120A123X"
    assert len(titles(path)) == 3


def test_steps_change_places_and_are_removed(desk, path):
    desk.send({"to": "up"}, "paths:move-step", step(path, 3).pk)
    assert titles(path) == ["Puheeksi", "Tuki", "Selvitys"]
    desk.send({"to": "down"}, "paths:move-step", step(path, 1).pk)
    assert titles(path) == ["Tuki", "Puheeksi", "Selvitys"]
    desk.open("paths:remove-step", step(path, 2).pk)
    assert len(titles(path)) == 3
    desk.send({}, "paths:remove-step", step(path, 2).pk)
    assert list(path.steps.values_list("position", "title_fi")) == [(1, "Tuki"), (2, "Selvitys")]


def test_public_path_that_loses_its_last_step_is_hidden(desk):
    path = ServicePath.objects.create(name_fi="Polku", county_id="04", is_published=True)
    only = PathStep.objects.create(path=path, position=1, title_fi="Ainoa")
    desk.send({}, "paths:remove-step", only.pk)
    assert not ServicePath.objects.get().is_published


def test_removed_path_is_gone_and_its_services_stay(desk, path, club):
    desk.send({}, "paths:remove", path.pk)
    assert not ServicePath.objects.exists() and not PathStep.objects.exists()
    club.refresh_from_db()


def test_of_two_who_write_a_step_neither_overwrites_the_other_unseen(desk, path, club, counselling):
    first = step(path, 1)
    hers, his = (desk.form("paths:step", first.pk) for _person in range(2))
    desk.send(hers | {"who_fi": "Kuraattori", "move_on_fi": "Viikon päästä"}, "paths:step", first.pk)
    his |= {"responsible_fi": "Rehtori"}
    page = desk.send(his | {"who_fi": "Opettaja", "s": club.pk}, "paths:step", first.pk, status=409)
    assert not page.all(id="id_responsible_fi_error")  # only he has written there
    assert (
        page.one(id="id_who_fi_error").text
        == "Toinen kirjoitti: ”Kuraattori”. Tallenna uudelleen, jos haluat korvata sen."
    )
    # What only she has changed is taken over.
    assert page.one("textarea", name="move_on_fi").text == "Viikon päästä"
    again = {**his, "base": page.one("input", name="base")["value"], "move_on_fi": "Viikon päästä"}
    desk.send(again | {"who_fi": "Opettaja", "s": club.pk}, "paths:step", first.pk)
    first.refresh_from_db()
    assert (first.who_fi, first.move_on_fi) == ("Opettaja", "Viikon päästä")
    assert [row.service for row in first.step_services.all()] == [club]


def test_coordinators_write_the_paths_of_their_counties_and_of_the_country(desk, lapland, path):
    lapland.open("paths:edit", path.pk, status=404)
    lapland.open("paths:step", step(path, 1).pk, status=404)
    assert [option["value"] for option in lapland.open("paths:add").one("select", name="county").all("option")] == [
        "",
        "21",
    ]
    ServicePath.objects.update(county=None)
    for browser in (desk, lapland):
        browser.open("paths:edit", path.pk)


def test_step_whose_services_are_gone_is_a_task(desk, lapland, path, counselling, club):
    first = step(path, 1)
    for position, service in enumerate([counselling, club], 1):
        first.step_services.create(service=service, position=position)

    def tasks(browser):
        return [
            item.one("h3").text
            for tasks in browser.open("dashboard:account").all("ol", class_="tasks")
            for item in tasks.all("li")
        ]

    title = "Polusta ”Koulupoissaolot” puuttuu palveluja"
    club.delete()
    assert tasks(desk) == []  # readers do not see the path yet
    ServicePath.objects.update(is_published=True)
    assert tasks(desk) == [title]
    assert tasks(lapland) == []
    assert "Vaiheesta puuttuu 1 palvelu." in desk.open("paths:edit", path.pk).main.text
    # Saving the step settles it.
    desk.send(desk.form("paths:step", first.pk) | {"do": "save"}, "paths:step", first.pk)
    assert tasks(desk) == []
    counselling.status = "archived"
    counselling.save()
    assert tasks(desk) == [title]


def test_path_holds_twelve_steps(desk, path):
    for position in range(4, 13):
        PathStep.objects.create(path=path, position=position, title_fi=f"Vaihe {position}")
    page = desk.send({"title_fi": "Vielä yksi"}, "paths:add-step", path.pk, status=200)
    assert "Polussa on enintään 12 vaihetta." in page.main.text
    assert path.steps.count() == 12
