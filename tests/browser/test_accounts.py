"""Accounts in a real browser: an invitation by mail, and a passkey."""

import re

import pytest

from palvelukartta.demo import DEMO_LOGINS

from .device import wait_until
from .page_actions import ADMIN_ROLE, EDITOR_ROLE, expect_refusal, log_in, view_path
from .records import member_records

pytestmark = pytest.mark.browser

INVITED_EMAIL = "oona@perhepihlaja.example"


def press(page, selector="main form.stack button[type=submit]"):
    page.locator(selector).first.click()
    page.wait_for_load_state()


def test_somebody_is_invited_by_mail_and_joins(open_page, demo):
    admin = open_page("/fi/")
    log_in(admin, demo.url, ADMIN_ROLE)
    (own,) = member_records(admin, demo.url)["own"]
    admin.goto(demo.url + view_path("people:members", own))
    admin.fill("#invite-form #id_email", INVITED_EMAIL)
    press(admin, "#invite-form button[type=submit]")
    (link,) = demo.mails.of(INVITED_EMAIL)[-1].links

    oona = open_page(link)
    press(oona)
    assert oona.locator("#id_email").input_value() == INVITED_EMAIL
    oona.fill("#id_name", "Oona Ohjaaja")
    oona.fill("#id_password1", "vihreä-kivi-12")
    press(oona)
    press(oona)
    assert oona.locator("ul.rows > li").count() == 1
    assert oona.problems == admin.problems == []

    admin.reload()
    assert admin.locator("ul.rows", has_text="Oona Ohjaaja").count() == 1


def test_passkey_logs_in_without_a_password(browser, demo):
    # A passkey belongs to a name; an address in numbers has none.
    site = demo.url.replace("127.0.0.1", "localhost")
    page = browser.new_context().new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    password = log_in(page, site, EDITOR_ROLE)
    own = page.url

    page.goto(site + view_path("mfa_add_webauthn"))
    page.fill("main input[type=password]", password)
    press(page)
    page.fill("#id_name", "Kannettava")
    page.check("#id_passwordless")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.context.clear_cookies()

    page.goto(site + view_path("account_login"))
    page.locator("#passkey_login").click()
    page.wait_for_url(own)
    assert problems == []
    page.context.close()
    # Other tests log in as the same person, with a password alone.
    demo.manage("shell", "-c", "from allauth.mfa.models import Authenticator; Authenticator.objects.all().delete()")


def log_in_by_provider(open_page, provider, **person):
    """On the site's login page with the worker at work, as it is on everybody's second page; then to the provider."""
    provider.person = {"sub": person["email"], "email_verified": True, "name": "Pirjo", **person}
    page = open_page("/sv/", locale="fi-FI")
    wait_until(page, "Boolean(navigator.serviceWorker.controller)")
    page.goto(page.url.replace("/sv/", view_path("account_login", language="sv")))
    press(page, "form[action*='/oidc/'] button")
    return page


def test_login_of_ones_own_organisation_leads_in(open_page, demo, identity_provider):
    """A worker that asked for the page once more would use up the provider's code before the browser gets there."""
    editor = next(email for email, _password, role in DEMO_LOGINS if role == EDITOR_ROLE)
    page = log_in_by_provider(open_page, identity_provider, email=editor)
    page.wait_for_url(f"**{view_path('dashboard:account', language='sv')}")
    assert page.problems == identity_provider.problems == []


def test_stranger_is_told_in_the_language_of_the_page_whom_to_ask(open_page, demo, identity_provider):
    page = log_in_by_provider(open_page, identity_provider, email="joku@muu.example")
    page.wait_for_url("**/callback/**")
    assert page.locator("html").get_attribute("lang") == "sv"
    assert page.locator("main a.button").get_attribute("href") == view_path("profiles:organisations", language="sv")
    assert page.problems == []


def test_login_that_fails_says_so_in_the_language_of_the_page(open_page, demo, identity_provider):
    page = log_in_by_provider(open_page, identity_provider, email="joku@muu.example")
    page.goto(re.sub("code=[^&]*", "error=server_error", page.url))
    assert page.locator("html").get_attribute("lang") == "sv"
    assert page.locator("h1").text_content() == "Inloggningen misslyckades"
    expect_refusal(page)
