"""The map by keyboard, by mouse, without tiles and without JavaScript: always the same search as the list."""

import base64
import re

import pytest
from playwright.sync_api import expect

from .axe import violations
from .test_main_path import tab_to

pytestmark = pytest.mark.browser

SEARCH = "?q=ero"
# Where Kerava's station is, and nothing near the exact numbers.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
POSITION = {"latitude": 60.40371, "longitude": 25.10638}


@pytest.fixture
def path(demo):
    """The addresses of list and map in Finnish, as the tabs say them."""
    from django.urls import reverse
    from django.utils.translation import override

    with override("fi"):
        return {name: reverse(f"finding:{name}") for name in ("results", "map")}


@pytest.fixture
def open_map(open_page, path):
    """The map with its points: open_map("?q=ero")."""

    def open_map(query="", **options):
        # The site's worker would ask for pages and tiles past the routes of these tests.
        page = open_page(path["map"] + query, service_workers="block", **options)
        wait_for_map(page)
        return page

    return open_map


def wait_for_map(page):
    """Until the map has answered."""
    page.wait_for_function(
        "() => { const m = document.getElementById('map');"
        " return document.getElementById('in-view').textContent && !m.hasAttribute('aria-busy') }"
    )


def pins(page):
    return page.locator(".pin")


def points(page):
    return page.locator(".pin[aria-expanded]")


def places_in_view(page):
    return int(re.search(r"\d+", page.locator("#in-view").text_content() or "0")[0])


def focused(page, expression):
    return page.evaluate(f"(e => {expression})(document.activeElement)")


# By keyboard


def test_from_search_to_a_point_and_back_by_keyboard(open_page, path):
    page = open_page(path["results"] + SEARCH)
    listed = page.locator("#found").text_content()
    tab_to(page, "e.closest('.tabs') && !e.ariaCurrent")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path['map']}?q=ero")
    wait_for_map(page)
    assert page.locator("#found").text_content() == listed

    tab_to(page, "e.matches('.pin[aria-expanded]')")
    name = focused(page, "e.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog")
    expect(popup.locator(".spot-name").first).to_have_text(name)
    expect(popup).to_be_focused()
    assert page.locator(".pin[aria-expanded=true]").get_attribute("aria-label") == name
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    assert focused(page, "e.matches('.pin') && e.getAttribute('aria-label')") == name

    page.keyboard.press("Enter")
    expect(popup.locator(".short-name").first).to_be_visible()
    tab_to(page, "e.closest('.popup .short-name')", most=5)
    page.keyboard.press("Enter")
    page.wait_for_url("**-*/")
    page.go_back()
    page.wait_for_url(re.compile(re.escape(path["map"])))
    wait_for_map(page)
    assert page.problems == []


def test_bubble_zooms_in_and_the_focus_goes_on_to_what_it_held(open_map):
    page = open_map()
    bubble = page.locator(".bubble").first
    before = places_in_view(page)
    bubble.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**bbox=**")
    expect(page.locator("#in-view")).not_to_contain_text(str(before))
    assert 0 < places_in_view(page) < before
    assert focused(page, "e.matches('.pin')")


def test_map_can_be_skipped(open_map):
    page = open_map()
    tab_to(page, "e.matches('.map-skip')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page, "Boolean(e.closest('#places'))")


def test_buttons_say_what_they_do_in_the_readers_language(open_map):
    page = open_map()
    for button in page.locator(".map-buttons button").all():
        assert button.text_content().strip("+− \n")
    zoom_out, zoom_in = page.locator("#zoom-out"), page.locator("#zoom-in")
    before = page.locator("#in-view").text_content()
    zoom_in.click()
    expect(page.locator("#in-view")).not_to_have_text(before)
    for _step in range(3):
        zoom_out.click()
        wait_for_map(page)
    expect(pins(page).first).to_be_visible()


# The same as in the list


def test_as_many_places_on_the_map_as_in_the_list_beside_it(open_map):
    page = open_map(SEARCH)
    assert page.locator("#spots .spot").count() == places_in_view(page)
    numbers = page.locator(".pin").evaluate_all("all => all.map(e => Number(e.innerText) || 1)")
    assert sum(numbers) == places_in_view(page)


def test_filter_changes_map_and_list_without_a_reload_and_back_undoes_it(open_map):
    page = open_map()
    page.evaluate("window.stillHere = true")
    before = places_in_view(page)
    page.locator("input[name=sector][value=parish]").check()
    page.wait_for_url("**sector=parish**")
    expect(page.locator("#in-view")).not_to_contain_text(str(before))
    wait_for_map(page)
    sectors = page.locator("#spots [data-sector], #off-map [data-sector]")
    assert set(sectors.evaluate_all("all => all.map(e => e.dataset.sector)")) == {"parish"}
    assert places_in_view(page) < before
    assert page.evaluate("window.stillHere")
    page.go_back()
    wait_for_map(page)
    assert places_in_view(page) == before
    assert page.problems == []


def test_place_in_the_list_is_shown_on_the_map(open_map):
    page = open_map()
    first = page.locator("#spots .spot").first
    name = first.locator(".spot-name").text_content()
    first.locator("[data-show]").click()
    expect(page.get_by_role("dialog").locator(".spot-name").filter(has_text=name)).to_have_count(1)


# Moving


def test_search_goes_along_with_the_map_and_the_address_too(open_map):
    page = open_map()
    assert "bbox" not in page.url
    before = places_in_view(page)
    page.locator("#map").focus()
    page.keyboard.press("+")
    page.wait_for_url("**bbox=**")
    wait_for_map(page)
    expect(page.locator("#in-view")).not_to_contain_text(str(before))
    moved, shown = page.url, places_in_view(page)
    page.reload()
    wait_for_map(page)
    assert page.url == moved
    assert abs(places_in_view(page) - shown) <= 3


def test_where_the_search_stays_a_button_searches_the_area(open_map):
    page = open_map()
    page.locator("#follow").uncheck()
    before = places_in_view(page)
    page.locator("#zoom-in").click()
    page.locator("#zoom-in").click()
    expect(page.locator("#search-here")).to_be_visible()
    assert places_in_view(page) == before
    assert violations(page) == []
    page.locator("#search-here").click()
    expect(page.locator("#in-view")).not_to_contain_text(str(before))
    expect(page.locator("#search-here")).to_be_hidden()
    page.locator("#show-all").click()
    expect(page.locator("#search-here")).to_be_hidden()


# Near me


def test_position_stays_on_the_device(open_map, demo):
    asked = []
    page = open_map(geolocation=POSITION, permissions=["geolocation"])
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#near-me").click()
    expect(page.locator(".here")).to_be_visible()
    page.wait_for_url("**bbox=**")
    wait_for_map(page)

    assert asked and all(url.startswith(demo.url) for url in asked)
    for url in [*asked, page.url]:
        if edges := re.search(r"bbox=([\d.%C-]+)", url):
            west, south, east, north = map(float, edges[1].replace("%2C", ",").split(","))
            middle = (south + north) / 2, (west + east) / 2
            # Neither the position itself nor a part of the map with it in the middle.
            assert abs(middle[0] - POSITION["latitude"]) > 0.0005 or abs(middle[1] - POSITION["longitude"]) > 0.0005
            assert west < POSITION["longitude"] < east and south < POSITION["latitude"] < north
    assert page.locator(".here").get_attribute("aria-label")


def test_denied_position_stays_said_when_the_first_points_come_later(open_page):
    page = open_page("/en/", width=1280)
    held = []
    page.route("**/map/points/**", lambda route: held.append(route))
    page.goto(page.url.rstrip("/") + "/services/map/")
    page.locator("#near-me").click()
    expect(page.locator("#map-problem")).to_be_visible()
    for route in held:
        route.continue_()
    page.locator("#map .pin").first.wait_for()
    expect(page.locator("#map-problem")).to_be_visible()


def test_denied_position_is_said_and_the_map_goes_on(open_map):
    page = open_map()
    page.locator("#near-me").click()
    expect(page.locator("#map-problem")).to_be_visible()
    expect(page.locator("#map-problem")).to_have_text(page.locator("#near-me").get_attribute("data-denied"))
    assert violations(page) == []
    expect(pins(page).first).to_be_visible()


# When something is missing


def test_no_other_host_is_asked_and_names_stand_on_the_ground(open_page, path, demo):
    page = open_page("/fi/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.url + path["map"])
    wait_for_map(page)

    assert all(url.startswith((demo.url, "data:")) for url in asked)
    expect(page.locator(".map-name").filter(has_text="Vantaa")).to_be_visible()
    assert page.problems == []


def serve_tiles(page, answer):
    """As where the site has a server of tiles; `answer` deals with what is asked of it."""
    address = page.url

    def with_tiles(route):
        response = route.fetch()
        route.fulfill(
            response=response, body=response.text().replace(' id="map"', ' id="map" data-tiles="/tile/{z}/{x}/{y}"')
        )

    page.route("**/tile/**", answer)
    page.route(address, with_tiles)
    page.reload()
    wait_for_map(page)


def test_tiles_that_are_blocked_leave_points_and_names(open_map):
    page = open_map()
    serve_tiles(page, lambda route: route.abort())
    expect(pins(page).first).to_be_visible()
    expect(page.locator(".map-name").first).to_be_visible()


def test_tile_server_does_not_learn_the_search(open_map, demo):
    page = open_map(SEARCH)
    referrers = set()

    def answer(route):
        referrers.add(route.request.all_headers().get("referer"))
        route.fulfill(content_type="image/png", body=PIXEL)

    serve_tiles(page, answer)
    # Tiles have names of their own.
    expect(page.locator(".map-name").first).to_be_hidden()
    assert referrers == {f"{demo.url}/"}


def test_answer_that_does_not_come_is_said(open_map):
    page = open_map()
    page.route("**/map/points/**", lambda route: route.fulfill(status=500))
    page.locator("#zoom-in").click()
    expect(page.locator("#map-problem")).to_be_visible()
    page.unroute("**/map/points/**")
    page.locator("#zoom-out").click()
    expect(page.locator("#map-problem")).to_be_hidden()


def test_map_that_does_not_come_is_said_and_the_list_is_there(open_page, path):
    page = open_page("/fi/", service_workers="block")
    page.route("**/leaflet*.js", lambda route: route.abort())
    page.goto(page.url.removesuffix("/fi/") + path["map"] + SEARCH)
    expect(page.get_by_text("Paikkoja ei saatu haettua")).to_be_visible()
    expect(page.locator(".spot").first).to_be_visible()


def test_without_javascript_there_is_the_list_with_addresses(open_page, path):
    page = open_page(path["map"] + SEARCH, java_script_enabled=False)
    assert not page.locator("#map").is_visible()
    assert page.locator("#spots .spot").count() > 3
    assert page.locator("#spots address a").first.is_visible()
    assert not page.locator("[data-show]").first.is_visible()
    page.locator(".tabs a").first.click()
    page.wait_for_url(f"**{path['results']}?q=ero")


def test_calm_map_for_those_who_want_no_motion(open_map):
    page = open_map(reduced_motion="reduce")
    before = page.locator("#in-view").text_content()
    page.locator("#zoom-in").click()
    expect(page.locator("#in-view")).not_to_have_text(before)
    assert page.locator(".leaflet-zoom-anim, .leaflet-fade-anim").count() == 0


def test_long_list_scrolls_beside_the_map_and_does_not_lengthen_the_page(open_map):
    page = open_map()
    page.locator("footer.site").scroll_into_view_if_needed()
    foot = page.evaluate("document.querySelector('footer.site').getBoundingClientRect().bottom + scrollY")
    assert page.evaluate("document.documentElement.scrollHeight") <= foot + 1


def test_on_a_phone_the_map_is_as_wide_as_the_screen_and_the_list_below(open_map):
    page = open_map(width=360)
    frame, places = page.locator("#map").bounding_box(), page.locator("#places").bounding_box()
    assert frame["width"] >= 358
    assert places["y"] > frame["y"] + frame["height"]
    points(page).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
