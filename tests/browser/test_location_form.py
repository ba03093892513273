"""The form of a place: its point set on a map, and hours filled in once for several days."""

import re

import pytest
from playwright.sync_api import expect

from .axe import violations
from .page_actions import EDITOR_ROLE, log_in, view_path
from .records import member_records
from .test_main_path import tab_to

pytestmark = pytest.mark.browser

POINT_PATTERN = re.compile(r"6\d\.\d{6}, 2\d\.\d{6}")


@pytest.fixture(params=[1280, 360])
def form(request, browser, demo):
    """The form of a new place, opened by an editor."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, service_workers="block")
    page = context.new_page()
    log_in(page, demo.url, EDITOR_ROLE)
    records = member_records(page, demo.url)
    page.goto(demo.url + view_path("editing:place-new", *records["own"]))
    yield page
    context.close()


def open_point_editor(page):
    page.locator("#id_municipality").select_option(label="Vantaa")
    page.locator(".point > summary").focus()
    page.keyboard.press("Enter")
    page.locator(".point[data-ready]").wait_for()


def test_a_press_on_the_map_sets_the_point(form):
    open_point_editor(form)
    form.locator("#point-map").click(position={"x": 60, "y": 60})
    expect(form.locator("#id_point")).to_have_value(POINT_PATTERN)
    expect(form.locator("#point-status")).to_contain_text("Piste on 60.")
    expect(form.locator("#point-map .here")).to_have_count(1)
    latitude, longitude = map(float, form.input_value("#id_point").split(", "))
    assert 60.1 < latitude < 60.6 and 24.5 < longitude < 25.5, "The map began elsewhere than in Vantaa."


def test_the_keyboard_sets_the_point_under_the_cross(form):
    open_point_editor(form)
    tab_to(form, "e.id === 'point-map'", most=3)
    for key in ("ArrowRight", "ArrowDown", "+"):
        form.keyboard.press(key)
    tab_to(form, "e.id === 'point-here'", most=6)
    form.keyboard.press("Enter")
    expect(form.locator("#id_point")).to_have_value(POINT_PATTERN)
    assert violations(form) == []


def test_a_pasted_point_is_where_the_map_begins(form):
    form.fill("#id_point", "65.0121, 25.4651")
    open_point_editor(form)
    form.locator("#point-here").click()
    latitude, longitude = map(float, form.input_value("#id_point").split(", "))
    assert (round(latitude, 3), round(longitude, 3)) == (65.012, 25.465)


def test_a_map_that_does_not_come_is_said_and_may_come_when_it_is_unfolded_anew(form):
    form.route("**/leaflet*.js", lambda route: route.abort())
    form.locator(".point > summary").click()
    expect(form.locator("#point-status")).to_contain_text("Karttaa ei saatu ladattua")
    form.unroute_all()
    form.locator(".point > summary").click()
    form.locator(".point > summary").click()
    expect(form.locator(".point[data-ready]")).to_have_count(1)
    expect(form.locator("#point-status")).to_be_empty()


def test_hours_of_monday_are_those_of_the_other_weekdays(form):
    days = form.locator(".week").first.locator(".days > li")
    monday = days.nth(0).locator("input")
    monday.nth(0).fill("09:00")
    monday.nth(1).fill("15:30")
    form.get_by_role("button", name="Samat ajat ti–pe kuin maanantaina").first.click()
    for number in range(1, 5):
        assert [box.input_value() for box in days.nth(number).locator("input").all()[:2]] == ["09:00", "15:30"]
    assert days.nth(5).locator("input").first.input_value() == ""
    expect(form.locator("[data-same-hours] [role=status]").first).to_contain_text("kopioitiin")
