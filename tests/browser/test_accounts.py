"""Accounts in a real browser: an invitation by mail, and a passkey."""

import pytest

from .records import records_of_members
from .routes import ADMIN, EDITOR, log_in, path_of

pytestmark = pytest.mark.browser

INVITED = "oona@perhepihlaja.example"


def press(page, selector="main form.stack button[type=submit]"):
    page.locator(selector).first.click()
    page.wait_for_load_state()


def test_somebody_is_invited_by_mail_and_joins(open_page, demo):
    admin = open_page("/fi/")
    log_in(admin, demo.url, ADMIN)
    (own,) = records_of_members(admin, demo.url)["own"]
    admin.goto(demo.url + path_of("people:members", own))
    admin.fill("#invite-form #id_email", INVITED)
    press(admin, "#invite-form button[type=submit]")
    (link,) = demo.mails.of(INVITED)[-1].links

    oona = open_page(link)
    press(oona)
    assert oona.locator("#id_email").input_value() == INVITED
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
    password = log_in(page, site, EDITOR)
    own = page.url

    page.goto(site + path_of("mfa_add_webauthn"))
    page.fill("main input[type=password]", password)
    press(page)
    page.fill("#id_name", "Kannettava")
    page.check("#id_passwordless")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.context.clear_cookies()

    page.goto(site + path_of("account_login"))
    page.locator("#passkey_login").click()
    page.wait_for_url(own)
    assert problems == []
    page.context.close()
    # Other tests log in as the same person, with a password alone.
    demo.manage("shell", "-c", "from allauth.mfa.models import Authenticator; Authenticator.objects.all().delete()")
