"""An organisation's profile, contacts and places in a browser: two people at once, an ended login, a broken network."""

import pytest

from .page_actions import ADMIN_ROLE, EDITOR_ROLE, log_in, view_path
from .records import member_records

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def two_services(browser, demo):
    """Two browsers in which two members of one organisation have signed in, and the records of that one."""
    contexts = [browser.new_context(), browser.new_context(viewport={"width": 360, "height": 740})]
    pages = [context.new_page() for context in contexts]
    for page, role in zip(pages, (EDITOR_ROLE, ADMIN_ROLE), strict=True):
        log_in(page, demo.url, role)
    records = member_records(pages[0], demo.url)
    yield *pages, {name: demo.url + view_path(f"editing:{name}", *records[of]) for name, of in FORMS.items()}
    for context in contexts:
        context.close()


FORMS = {"profile": "own", "contact": "contact", "place": "place"}


@pytest.fixture(autouse=True)
def clear_drafts(two_services):
    yield
    for page in two_services[:2]:
        page.unroute_all()
        page.evaluate("localStorage.clear()")


def press(page, value=""):
    page.locator(f"form[data-keep] .save-bar [type=submit]{f'[value={value}]' if value else ''}").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("name", FORMS)
def test_second_to_save_chooses_between_both_versions(two_services, name):
    first, second, forms = two_services
    do = "save" if name == "profile" else ""
    first.goto(forms[name])
    before = first.input_value("#id_email")
    second.goto(forms[name])
    first.fill("#id_email", "ensimmainen@yhdistys.example")
    press(first, do)
    second.fill("#id_email", "toinen@yhdistys.example")
    press(second, do)
    shown = second.locator("fieldset.both").inner_text()
    assert "ensimmainen@yhdistys.example" in shown and "toinen@yhdistys.example" in shown
    assert second.evaluate("document.documentElement.scrollWidth") <= 360
    second.locator("[name=keep-email][value=mine]").check()
    second.locator("#conflict button").click()
    second.locator(".notice-good").wait_for()
    assert second.evaluate("Object.keys(localStorage).filter(key => key.startsWith('unsent:'))") == []
    # As it was, for the other tests.
    first.goto(forms[name])
    assert first.input_value("#id_email") == "toinen@yhdistys.example"
    first.fill("#id_email", before)
    press(first, do)


@pytest.mark.parametrize("name", FORMS)
def test_what_was_typed_survives_a_broken_network(two_services, name):
    page, _other, forms = two_services
    page.goto(forms[name])
    page.fill("#id_email", "katkos@yhdistys.example")
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("form[data-keep] .save-bar [type=submit]").last.click()
    page.unroute_all()
    page.goto(forms[name])
    assert page.input_value("#id_email") != "katkos@yhdistys.example"
    page.locator("#kept [data-restore]").click()
    assert page.input_value("#id_email") == "katkos@yhdistys.example"


def test_what_was_typed_survives_the_end_of_the_login(two_services):
    page, _other, forms = two_services
    page.goto(forms["contact"])
    page.fill("#id_phone", "09 1234")
    page.locator("[name=visibility][value=public]").check()
    kept = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    press(page)
    page.locator("#id_login").wait_for()
    page.context.add_cookies(kept)
    page.goto(forms["contact"])
    page.locator("#kept [data-restore]").click()
    assert page.input_value("#id_phone") == "09 1234"
    assert page.locator("[name=visibility][value=public]").is_checked()


def test_what_was_sent_back_to_be_corrected_is_on_the_device_until_it_is_stored(two_services):
    page, _other, forms = two_services
    page.goto(forms["contact"])
    page.fill("#id_email", "kesken")
    press(page)
    page.locator("#errors").wait_for()
    page.goto(forms["contact"])
    page.locator("#kept [data-restore]").click()
    assert page.input_value("#id_email") == "kesken"


def test_one_language_at_a_time_and_how_complete_each_is(two_services):
    page, _other, forms = two_services
    page.goto(forms["profile"])
    page.locator("[data-show=sv]").click()
    page.fill("#id_name_sv", "Familjerna")
    assert not page.locator("#id_name_fi").is_visible()
    assert page.locator("[data-counter=id_name_sv]").inner_text() == "10 / 100"
    assert page.locator("[data-written=sv]").inner_text().endswith("/3")
