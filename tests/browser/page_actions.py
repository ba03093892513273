"""What people do on pages before they are looked at: log in, send forms, open parts."""

import itertools

from django.urls import reverse
from django.utils.translation import override

from palvelukartta.demo import DEMO_LOGINS

_NUMBERS = itertools.count(1)
ADMIN_ROLE = "admin of an NGO"
EDITOR_ROLE = "editor of an NGO"
COORDINATOR_ROLE = "coordinator"
# Address and password of somebody with a second step, whom second_step.py makes.
MFA_USER_LOGIN = ("tiina.tarkka@yhdistys.example", "vihreä-kivi-12")


def view_path(route: str, *args, language: str = "fi") -> str:
    with override(language):
        return reverse(route, args=args)


def submit_empty_form(page):
    """What a form says when nothing was filled in."""
    page.locator("main form.stack button[type=submit]").first.click()
    page.locator("main [role=alert]").wait_for()


def confirm_password(page):
    """Some pages ask for the password once more when the login is a while ago."""
    password = page.locator("main input[type=password]")
    if password.count():
        password.fill(page.password)
        with page.expect_navigation():
            password.press("Enter")


def log_in(page, site: str, role: str) -> str:
    """As one of the demo's people; the password."""
    email, password = next(login[:2] for login in DEMO_LOGINS if login[2] == role)
    log_in_as(page, site, email, password)
    return password


def log_in_as(page, site: str, email: str, password: str) -> None:
    page.goto(f"{site}{view_path('account_login')}")
    fill_in_login(page, email, password)
    page.wait_for_url(f"**{view_path('dashboard:account')}")


def fill_in_login(page, email: str, password: str) -> None:
    page.fill("#id_login", email)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")


def expect_refusal(page):
    """Browsers note 404 and 410."""
    page.problems.clear()


def enter_wrong_code(page):
    confirm_password(page)
    page.fill("#id_code", "000000")
    submit_empty_form(page)


def begin_login(page):
    """From the page of logging in to the one that asks for the code of the app."""
    fill_in_login(page, *MFA_USER_LOGIN)
    page.locator("#id_code").wait_for()


def submit_without_code(page):
    begin_login(page)
    submit_empty_form(page)
    page.context.clear_cookies()


def open_signup_form(page):
    """The form for a new account, open to those who have a reason to come in; then it is closed again."""
    page.locator("main form button[type=submit]").first.click()
    page.locator("#id_email").wait_for()
    submit_empty_form(page)
    page.context.clear_cookies()


def add_duplicate_organisation(page):
    """The form for a new organisation when there is one of that name."""
    page.fill("#id_name", "Vantaan Perhepihlaja")
    page.check("main input[name=sector][value=ngo]")
    page.fill("#id_text", "Ohjaaja")
    page.locator("main form.stack button[type=submit]").first.click()
    page.locator("#id_is_new").wait_for()


def show_one_language(page):
    page.locator("[data-show=sv]").click()


def publish_empty_service(page):
    """The form of a service when nothing was filled in."""
    page.locator("#service-form .save-bar [value=publish]").click()
    page.locator("#errors").wait_for()


def save_empty_form(page):
    """A form without a draft when nothing was filled in."""
    page.locator("form[data-keep] .save-bar [type=submit]").click()
    page.locator("#errors").wait_for()


def search_categories(page):
    page.fill("#find-category", "ero")
    page.locator("#found-categories button").first.wait_for()


def create_edit_conflict(page):
    """What the second of two people sees who change the same service."""
    other = page.context.new_page()
    for one in (other, page):
        one.goto(page.url)
    for one in (other, page):
        one.fill("#id_email", f"uusi{next(_NUMBERS)}@yhdistys.example")
        one.locator("form[data-keep] .save-bar [value=save]").click()
        one.wait_for_load_state()
    other.close()
    page.locator("#conflict").wait_for()
    page.problems.clear()  # browsers note the 409


def open_map_point(page):
    """What a point of the map tells."""
    page.locator(".pin[aria-expanded]").first.click()
    page.locator(".popup .spot").first.wait_for()


def wait_for_points(page):
    page.locator(".pin").first.wait_for()


def make_list(page):
    """The page of a list that was handed over."""
    page.locator(".referral-form > p > .button").click()
    page.locator(".handover-link").wait_for()


def write_identity_code(page):
    page.locator(".referral-items summary").first.click()
    page.locator(".referral-items textarea").first.fill("010120A123X, soita Annalle")
    page.locator(".referral-form > p > .button").click()
    page.locator("main [role=alert]").wait_for()
    page.problems.clear()  # browsers note the 400


def open_family_page(page):
    """What the family sees."""
    make_list(page)
    page.goto(page.locator(".handover-link").get_attribute("href"))
    page.locator(".steps").wait_for()


def open_family_page_in_arabic(page):
    open_family_page(page)
    page.locator(".languages [lang=ar]").click()
    page.locator("[dir=rtl] .steps").wait_for()


def list_given(page):
    """The lists of the device, among them one just made."""
    make_list(page)
    page.locator(".way-back a").click()
    page.locator(".given-lists").wait_for()


def save_two_services(page):
    """Two services on the list of the device."""
    saved = [{"id": str(number), "href": "/", "name": "x"} for number in page.records["some"][:2]]
    page.evaluate("saved => { localStorage.saved = JSON.stringify(saved) }", saved)
    page.reload()
    page.locator("#saved-cards .card").last.wait_for()
    page.evaluate("localStorage.clear()")


def find_path_services(page):
    """The services that words find for a step of a path."""
    page.fill("#find", "perhe")
    page.press("#find", "Enter")
    page.locator(".path-found").wait_for()


def keep_template(page):
    """A template, kept while a list is made."""
    templates = page.url
    site = "/".join(templates.split("/")[:3])
    page.goto(f"{site}{view_path('referrals:make-list')}?s={page.records['some'][0]}")
    page.locator(".referral-family summary").last.click()
    page.fill("#id_template-name", f"Ero {next(_NUMBERS)}")
    page.locator("button[name=template]").click()
    page.locator(".notice-good").wait_for()
    page.goto(templates)
    page.locator(".given-lists").wait_for()


def keep_search(page):
    """A search that is kept, with mails."""
    kept, site = page.url, "/".join(page.url.split("/")[:3])
    page.goto(f"{site}{view_path('searches:save')}?q=ero")
    page.fill("#id_name", f"Ero {next(_NUMBERS)}")
    page.check("#id_by_mail")
    page.locator("main form.stack button[type=submit]").click()
    page.locator(".notice-good").wait_for()
    page.goto(kept)
    page.locator(".given-lists").wait_for()


def keep_search_without_name(page):
    page.fill("#id_name", "")
    submit_empty_form(page)


def preview_merger(page):
    """What merging a category into another one would change."""
    page.select_option("#id_into", index=1)
    page.locator("main form.stack button[type=submit]").click()
    page.locator("#preview").wait_for()
