"""Every public page of the site, from its URL configuration, with examples of what it shows."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import URLPattern, get_resolver, reverse
from django.utils.translation import override

from palvelukartta.demo import DEMO_LOGINS

LANGUAGES = ("fi", "sv", "en")
_NUMBERS = itertools.count(1)
# Routes that show no page of their own, and why.
ROUTES_WITHOUT_PAGE = {
    "to-language": "leads on to a home page",
    "robots": "plain text",
    "sitemap": "XML",
    "sitemap-section": "XML",
    "service-worker": "a script, see test_offline",
    "manifest": "JSON",
    "finding:saved-cards": "a piece of a page, see test_saving",
    "finding:suggest": "a piece of a page, see test_suggestions",
    "openid_connect_login": "leads to an identity provider",
    "openid_connect_callback": "comes back from an identity provider",
    "people:role": "a button of people:members",
    "people:invitation-renew": "a button of people:members",
    "people:invitation-revoke": "a button of people:members",
    "account_inactive": "one sentence",
    "account_email_verification_sent": "a step of signing up; looks like account_reauthenticate",
    "account_set_password": "for whoever came through an identity provider; looks like account_change_password",
    "account_confirm_login_code": "not in use",
    "mfa_download_recovery_codes": "plain text",
    "mfa_login_webauthn": "data for a script",
    "socialaccount_login_cancelled": "one sentence",
    "socialaccount_login_error": "one sentence",
    "socialaccount_signup": "a step after an identity provider; looks like account_signup",
    "finding:map-points": "GeoJSON",
    "family:list-in": "the page of family:list in another language, see referrals:make-list",
    "family:answer": "a button of family:list, looked at in test_family_answers",
    "family:worker": "a script",
    "service-link": "leads on to the page of a service",
    "referrals:list": "a step after referrals:make-list, looked at there",
    "referrals:revoke": "a button of the page of a list",
    "referrals:forget": "what a script calls",
    "finding:map-places": "a piece of a page, see test_map",
    "finding:map-ground": "JSON",
    "usage:count": "what a script tells, see test_use",
    "editing:categories": "a piece of a page",
    "editing:publish": "a button of editing:preview",
    "editing:copy": "a button of editing:services",
    "editing:profile-publish": "a button of editing:profile-preview",
    "editing:contact-move": "a button of editing:contacts",
    "editing:end": "a button of editing:services",
    "editing:place-use": "a button of editing:places",
    "dashboard:dismiss-answer": "a button of dashboard:account",
    "people:claim-withdraw": "a button of dashboard:account",
}


@dataclass(frozen=True)
class Example:
    """A page to look at. `query` may hold words by language, and what is made of the records that there are;
    `record` says whose page it is; `do` comes before."""

    of: str = ""
    query: dict = field(default_factory=dict)
    record: str = ""
    do: Callable | None = None
    who: str | tuple = ""  # the role of a demo login or HOLDER, for pages that are not for visitors

    def address(self, route: str, language: str, records: dict[str, list]) -> str:
        with override(language):
            path = reverse(route, args=records[self.record] if self.record else [])
        query = {
            name: value[language] if isinstance(value, dict) else value(records) if callable(value) else value
            for name, value in self.query.items()
        }
        return f"{path}?{urlencode(query, doseq=True)}" if query else path


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


ADMIN_ROLE = "admin of an NGO"
EDITOR_ROLE = "editor of an NGO"
COORDINATOR_ROLE = "coordinator"
# Address and password of somebody with a second step, whom second_step.py makes.
MFA_USER_LOGIN = ("tiina.tarkka@yhdistys.example", "vihreä-kivi-12")


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


WORD_QUERIES = {"fi": "ero", "sv": "skilsmässa", "en": "separation"}
PLACE_QUERIES = {"fi": "perheneuvola Keravalla", "sv": "stöd i Vanda", "en": "eating disorder Kerava"}
SOME_SERVICES = {"s": lambda records: records["some"]}
EXAMPLES: dict[str, list[Example]] = {
    "finding:home": [Example()],
    "finding:results": [
        Example("all"),
        Example("words", {"q": WORD_QUERIES}),
        Example("filters", {"municipality": "092", "age": 5, "sector": "ngo", "category": "family-life"}),
        Example("later page", {"language": "fi", "route": "self", "page": 2}),
        Example("place in the words", {"q": PLACE_QUERIES}),
        Example("nothing under filters", {"q": WORD_QUERIES, "municipality": "092", "age": 1, "sector": "company"}),
        Example("nothing", {"q": "qqxxqq"}),
        Example("not understood", {"sector": "x", "age": 999, "county": "zz"}),
        Example("identity code", {"q": "010120A123X"}),
    ],
    "finding:map": [
        Example("all", do=wait_for_points),
        Example("words", {"q": WORD_QUERIES}, do=open_map_point),
        Example("nothing in view", {"bbox": "22,65,22.1,65.1"}),
        Example("nothing", {"q": "qqxxqq"}),
    ],
    "finding:compare": [Example("nothing"), Example("four", {"s": lambda records: records["some"]})],
    "finding:service": [Example(record="service")],
    "referrals:service": [Example(record="given")],
    "referrals:make-list": [
        Example("nothing"),
        Example("form", SOME_SERVICES),
        Example("errors", SOME_SERVICES, do=write_identity_code),
        Example("made", SOME_SERVICES, do=make_list),
        Example("made before", SOME_SERVICES, do=list_given),
        Example("family", SOME_SERVICES, do=open_family_page),
        Example("family in Arabic", SOME_SERVICES, do=open_family_page_in_arabic),
    ],
    "referrals:given": [Example()],
    "referrals:refer": [Example(record="given")],
    "family:list": [Example("gone", record="dead", do=expect_refusal)],
    "finding:crisis-help": [Example()],
    "finding:saved": [Example("nothing"), Example("some", do=save_two_services)],
    "offline": [Example()],
    "profiles:organisations": [Example(), Example("near", {"q": "Kaksi Piaha", "sector": "ngo"})],
    "profiles:organisation": [Example(record="organisation")],
    "profiles:contacts": [Example("start"), Example("county", {"county": "04"})],
    "reports:service": [Example("empty", record="service"), Example("errors", record="service", do=submit_empty_form)],
    "reports:service-thanks": [Example(record="service")],
    "reports:organisation": [Example(record="organisation")],
    "reports:organisation-thanks": [Example(record="organisation")],
    "dashboard:account": [Example(who=ADMIN_ROLE)],
    "confirming:confirm-by-link": [Example(record="kept"), Example("old link", record="dead", do=expect_refusal)],
    "confirming:confirm": [Example(record="own", who=EDITOR_ROLE)],
    "reports:answer": [Example(record="own", who=EDITOR_ROLE)],
    "people:members": [
        Example("admin", record="own", who=ADMIN_ROLE),
        Example("errors", record="own", who=ADMIN_ROLE, do=submit_empty_form),
        Example("editor", record="own", who=EDITOR_ROLE),
    ],
    "people:invitation": [Example(record="invited"), Example("gone", record="dead", do=expect_refusal)],
    "people:remove": [Example(record="member", who=ADMIN_ROLE)],
    "people:claim": [Example("visitor", record="claimed"), Example("form", record="claimed", who=ADMIN_ROLE)],
    "people:add": [
        Example("visitor"),
        Example("new account, errors", do=open_signup_form),
        Example("errors", who=ADMIN_ROLE, do=submit_empty_form),
        Example("doubles", who=ADMIN_ROLE, do=add_duplicate_organisation),
    ],
    "editing:services": [Example(record="own", who=EDITOR_ROLE)],
    "editing:new": [
        Example(record="own", who=EDITOR_ROLE),
        Example("one language", record="own", who=EDITOR_ROLE, do=show_one_language),
        Example("errors", record="own", who=EDITOR_ROLE, do=publish_empty_service),
    ],
    "editing:edit": [
        Example(record="written", who=EDITOR_ROLE),
        Example("subjects", record="written", who=EDITOR_ROLE, do=search_categories),
        Example("two versions", record="written", who=EDITOR_ROLE, do=create_edit_conflict),
    ],
    "editing:preview": [Example(record="written", who=EDITOR_ROLE)],
    "editing:discard": [Example(record="written", who=EDITOR_ROLE)],
    "editing:profile": [
        Example(record="own", who=EDITOR_ROLE),
        Example("one language", record="own", who=EDITOR_ROLE, do=show_one_language),
        Example("two versions", record="own", who=EDITOR_ROLE, do=create_edit_conflict),
    ],
    "editing:profile-preview": [Example(record="own", who=EDITOR_ROLE)],
    "editing:profile-discard": [Example(record="own", who=EDITOR_ROLE)],
    "editing:contacts": [Example(record="own", who=EDITOR_ROLE)],
    "editing:contact-new": [Example("errors", record="own", who=EDITOR_ROLE, do=save_empty_form)],
    "editing:contact": [Example(record="contact", who=EDITOR_ROLE)],
    "editing:contact-remove": [Example(record="contact", who=EDITOR_ROLE)],
    "editing:places": [Example(record="own", who=EDITOR_ROLE)],
    "editing:place-new": [Example("errors", record="own", who=EDITOR_ROLE, do=submit_empty_form)],
    "editing:place": [Example(record="place", who=EDITOR_ROLE)],
    "history:record": [Example(record="history", who=EDITOR_ROLE)],
    "history:version": [Example(record="version", who=EDITOR_ROLE)],
    "history:deleted": [Example(who=EDITOR_ROLE)],
    "usage:organisation": [
        Example(record="own", who=EDITOR_ROLE),
        Example("one service", {"service": lambda records: records["counted"][0]}, record="own", who=EDITOR_ROLE),
    ],
    "usage:answers": [Example(who=COORDINATOR_ROLE)],
    "account_login": [Example(), Example("errors", do=submit_empty_form)],
    "account_signup": [Example("closed")],
    "account_reset_password_from_key": [Example("old link", record="dead_key")],
    "account_reset_password_from_key_done": [Example()],
    "socialaccount_connections": [Example(who=ADMIN_ROLE)],
    "account_logout": [Example(who=EDITOR_ROLE)],
    "account_reauthenticate": [
        Example("errors", who=ADMIN_ROLE, do=submit_empty_form),
        Example("other ways", who=MFA_USER_LOGIN),
    ],
    "account_email": [Example(who=ADMIN_ROLE)],
    "account_change_password": [Example("errors", who=ADMIN_ROLE, do=submit_empty_form)],
    "account_reset_password": [Example()],
    "account_reset_password_done": [Example()],
    "mfa_index": [Example("nothing", who=ADMIN_ROLE), Example("all", who=MFA_USER_LOGIN)],
    "mfa_authenticate": [Example("errors", do=submit_without_code)],
    "mfa_reauthenticate": [Example("errors", who=MFA_USER_LOGIN, do=submit_empty_form)],
    "mfa_reauthenticate_webauthn": [Example(who=MFA_USER_LOGIN)],
    "mfa_activate_totp": [Example("errors", who=ADMIN_ROLE, do=enter_wrong_code)],
    "mfa_deactivate_totp": [Example(who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_view_recovery_codes": [Example(who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_generate_recovery_codes": [Example(who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_list_webauthn": [Example("nothing", who=ADMIN_ROLE), Example("two", who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_edit_webauthn": [Example(record="key", who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_remove_webauthn": [Example(record="key", who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_add_webauthn": [Example(who=ADMIN_ROLE, do=confirm_password)],
    "usersessions_list": [Example(who=ADMIN_ROLE)],
    "about": [Example()],
    "accessibility": [Example()],
    "privacy": [Example()],
    "terms": [Example()],
}


def public_routes(patterns=None, namespace=""):
    """The names of all routes but those of the desk."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.app_name != "admin":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from public_routes(pattern.url_patterns, inner)


def view_path(route: str, *args, language: str = "fi") -> str:
    with override(language):
        return reverse(route, args=args)
