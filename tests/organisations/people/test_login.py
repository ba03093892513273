"""Login by e-mail and password, the second step, and rate limits."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client

from organisations.models import User
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.mail_server import InlineExecutor

NEW = "vihreä-kivi-12"


def totp(secret=cast.TOTP_SECRET):
    """The current code of the authenticator app."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


# E-mail and password


@pytest.mark.parametrize("typed", ["pirjo@koulu.example", "Pirjo@Koulu.EXAMPLE"])
def test_login_by_email_leads_to_the_account_page(visitor, pirjo, typed):
    assert visitor.log_in(typed, "salasana").path == view_url("dashboard:account")


@pytest.mark.parametrize("email", ["pirjo@koulu.example", "kuka@koulu.example"])
def test_failed_login_does_not_reveal_whether_there_is_an_account(visitor, pirjo, email):
    page = visitor.log_in(email, "väärä")
    assert page.path == view_url("account_login")
    (error,) = page.one(role="alert").all("li")
    assert "koulu" not in error.text
    assert form_values(page.main.all("form")[0])["login"] == email


def test_login_redirects_to_the_requested_page_but_never_to_another_site(visitor, pirjo):
    assert visitor.log_in(pirjo.email, "salasana", next_=view_url("people:add")).path == view_url("people:add")
    colleague = cast.create_user("toinen@koulu.example")
    page = Client().post(
        view_url("account_login"), {"login": colleague.email, "password": "salasana", "next": "https://evil.example/"}
    )
    assert page.url == view_url("dashboard:account")


def test_guessing_a_password_blocks_only_that_account(visitor, pirjo, kaisa):
    for _guess in range(5):
        visitor.log_in(pirjo.email, "arvaus")
    assert visitor.log_in(pirjo.email, "salasana").path == view_url("account_login")
    assert visitor.log_in(kaisa.email, "salasana").path != view_url("account_login")


def test_too_many_attempts_have_an_error_page(visitor, pirjo, mailbox):
    for _attempt in range(5):
        visitor.send(visitor.go("account_reset_password"), email=pirjo.email)
    page = visitor.send(visitor.go("account_reset_password"), status=429, email=pirjo.email)
    assert page.main.one("h1").text == "Liian monta yritystä"
    assert len(mailbox) == 5


def test_rate_limits_store_no_addresses(visitor, pirjo):
    visitor.log_in(pirjo.email, "arvaus")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM palvelukartta_cache")
        keys = [key for (key,) in cursor.fetchall()]
    assert keys
    assert not [key for key in keys if "127.0.0.1" in key or "pirjo" in key]


def test_deactivated_account_cannot_log_in(visitor, pirjo):
    User.objects.filter(pk=pirjo.pk).update(is_active=False)
    visitor.log_in(pirjo.email, "salasana")
    assert visitor.go("dashboard:account").path == view_url("account_login")


def test_login_ends_with_the_browser(visitor, pirjo):
    visitor.log_in(pirjo.email, "salasana")
    assert visitor.browser.session.get_expire_at_browser_close()


def test_logging_out_asks_first(visitor, pirjo):
    visitor.log_in(pirjo.email, "salasana")
    page = visitor.go("account_logout")
    assert visitor.go("dashboard:account").path == view_url("dashboard:account")
    visitor.send(page)
    assert visitor.go("dashboard:account").path == view_url("account_login")


# Verification of addresses


def test_unverified_address_is_verified_by_a_code_in_the_users_language(visitor, db, mailbox):
    User.objects.create_user("uusi@koulu.example", "salasana", language="sv")
    page = visitor.log_in("uusi@koulu.example", "salasana")
    assert page.path == view_url("account_email_verification_sent")
    (letter,) = mailbox
    assert letter.message.get_content_type() == "text/plain"
    page = visitor.send(page, code="WRONG1")
    assert visitor.go("dashboard:account").path == view_url("account_email_verification_sent")
    page = visitor.send(page, code=letter.code)
    assert page.path == view_url("dashboard:account", lang=page.language)
    assert EmailAddress.objects.get().verified


def test_address_changed_by_a_superuser_is_verified_before_login(sirkka_admin, visitor, pirjo, mailbox):
    sirkka_admin.change(pirjo, email="pirjo@uusi.example")
    assert visitor.log_in("pirjo@koulu.example", "salasana").path == view_url("account_login")
    visitor.log_in("pirjo@uusi.example", "salasana")
    assert mailbox.of("pirjo@uusi.example")[0].code


# Passwords


def test_forgotten_password_is_reset_by_a_link_that_works_once(visitor, pirjo, mailbox):
    visitor.send(visitor.go("account_reset_password"), email=pirjo.email)
    (letter,) = mailbox
    (link,) = letter.links
    assert "pirjo" not in link
    page = visitor.send(visitor.open(link), password1=NEW, password2=NEW)
    assert page.main.all("a", href=view_url("account_login"))
    assert visitor.log_in(pirjo.email, NEW).path == view_url("dashboard:account")
    assert visitor.open(link).main.all("input", type="password") == []
    # The user is notified of the change.
    assert len(mailbox) == 2


def test_mail_is_in_the_users_language_on_a_page_of_any_language(visitor, pirjo, mailbox):
    User.objects.filter(pk=pirjo.pk).update(language="sv")
    visitor.send(visitor.go("account_reset_password", lang="fi"), email=pirjo.email)
    (link,) = mailbox[0].links
    assert link.startswith("/sv/")
    assert visitor.open(link).main.all("input", type="password")


def test_no_mail_is_sent_for_an_unknown_address(visitor, db, mailbox):
    page = visitor.send(visitor.go("account_reset_password"), email="kuka@koulu.example")
    assert page.path == view_url("account_reset_password_done")
    assert mailbox == []


@pytest.mark.parametrize("host", ["testserver:4444", "testserver"])
def test_reset_link_ignores_the_host_header(visitor, pirjo, mailbox, settings, host):
    settings.SITE_ADDRESS = "https://palvelukartta.example"
    visitor.browser.defaults["HTTP_HOST"] = host
    visitor.send(visitor.go("account_reset_password"), email=pirjo.email)
    assert "https://palvelukartta.example/fi/" in mailbox[0].text
    assert "testserver" not in mailbox[0].text


def test_reset_mail_does_not_delay_the_response(visitor, pirjo, mailbox, monkeypatch):
    executor = InlineExecutor(is_manual=True)
    monkeypatch.setattr("organisations.core.mail._executor", executor)
    page = visitor.send(visitor.go("account_reset_password"), email=pirjo.email)
    assert page.path == view_url("account_reset_password_done")
    assert mailbox == []
    executor.run()
    assert mailbox[0].to == [pirjo.email]


def test_failing_mail_server_does_not_reveal_accounts(visitor, pirjo, mailbox, settings, caplog):
    settings.EMAIL_PORT = 1
    page = visitor.send(visitor.go("account_reset_password"), email=pirjo.email)
    assert page.path == view_url("account_reset_password_done")
    assert "could not be sent" in caplog.text
    assert "pirjo" not in caplog.text


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("lyhyt-1", "liian lyhyt. Kirjoita vähintään 10 merkkiä"),
        ("8350271946502", "vain numeroita"),
        ("password123", "Moni käyttää"),
        ("pirjo@koulu.example", "nimeäsi tai sähköpostiosoitettasi"),
        ("pirjo kuraattori", "nimeäsi tai sähköpostiosoitettasi"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(visitor, pirjo, weak, why):
    visitor.log_in(pirjo.email, "salasana")
    page = visitor.send(visitor.go("account_change_password"), oldpassword="salasana", password1=weak, password2=weak)
    (error,) = page.all("p", id="id_password1_error") or page.all("p", id="id_password2_error")
    assert why in error.text
    pirjo.refresh_from_db()
    assert pirjo.check_password("salasana")


def test_new_address_replaces_the_old_one_when_verified(visitor, pirjo, mailbox):
    visitor.log_in(pirjo.email, "salasana")
    page = visitor.confirm(visitor.send(visitor.go("account_email"), {"action_add": ""}, email="pirjo@uusi.example"))
    pirjo.refresh_from_db()
    assert pirjo.email == "pirjo@koulu.example"
    visitor.send(page, code=mailbox.of("pirjo@uusi.example")[0].code)
    pirjo.refresh_from_db()
    assert pirjo.email == "pirjo@uusi.example"


# The second step


def test_coordinator_without_a_second_step_must_set_it_up_before_using_the_admin(visitor, kaisa):
    Authenticator.objects.all().delete()
    visitor.log_in(kaisa.email, "salasana")
    for page in ("admin:index", "admin:services_service_changelist", "admin:organisations_organisation_add"):
        assert visitor.go(page).path == view_url("mfa_index")
    setup = visitor.confirm(visitor.go("mfa_activate_totp"))
    secret = setup.one("input", id="authenticator_secret")["value"]
    visitor.send(setup, code=totp(secret))
    assert visitor.go("admin:index").path == view_url("admin:index")


def test_coordinator_without_a_second_step_has_no_coordinator_rights(sign_in, kaisa, kivivuori):
    Authenticator.objects.all().delete()
    browser = sign_in(kaisa)
    browser.go("people:members", kivivuori.pk, status=404)
    cast.add_totp(kaisa)
    browser.go("people:members", kivivuori.pk)


def test_settings_can_make_the_second_step_optional(visitor, kaisa, settings):
    settings.REQUIRE_MFA = False
    Authenticator.objects.all().delete()
    visitor.log_in(kaisa.email, "salasana")
    assert visitor.go("admin:index").path == view_url("admin:index")


def test_members_of_organisations_need_none(visitor, aino, kivivuori):
    visitor.log_in(aino.email, "salasana")
    visitor.go("people:members", kivivuori.pk)


def test_password_alone_does_not_log_in_a_user_with_a_second_step(visitor, kaisa):
    page = visitor.log_in(kaisa.email, "salasana")
    assert page.path == view_url("mfa_authenticate")
    assert visitor.go("dashboard:account").path == view_url("mfa_authenticate")
    page = visitor.send(visitor.log_in(kaisa.email, "salasana"), code="000000")
    assert page.path == view_url("mfa_authenticate")
    visitor.send(page, code=totp())
    assert visitor.go("admin:index").path == view_url("admin:index")


def test_code_of_the_app_works_once(visitor, sign_in, kaisa):
    code = totp()
    visitor.send(visitor.log_in(kaisa.email, "salasana"), code=code)
    second = sign_in()
    page = second.send(second.log_in(kaisa.email, "salasana"), code=code)
    assert page.path == view_url("mfa_authenticate")


def test_recovery_code_works_once(visitor, sign_in, kaisa):
    visitor.send(visitor.log_in(kaisa.email, "salasana"), code=totp())
    visitor.send(visitor.confirm(visitor.go("mfa_generate_recovery_codes")))
    page = visitor.go("mfa_view_recovery_codes")
    code = page.one("textarea").text.split()[0]
    for attempt, leads_to in enumerate(["dashboard:account", "mfa_authenticate"]):
        browser = sign_in()
        page = browser.send(browser.log_in(kaisa.email, "salasana"), code=code)
        assert page.path == view_url(leads_to), attempt


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        ("fi", ["Reppu", "Ei vielä käytetty", "Vaihda nimi", "Poista"]),
        ("sv", ["Reppu", "Inte använd ännu", "Byt namn", "Ta bort"]),
        ("en", ["Reppu", "Not used yet", "Change the name", "Remove"]),
    ],
)
def test_keys_are_listed_in_the_readers_language(sign_in, aino, lang, texts):
    Authenticator.objects.create(user=aino, type="webauthn", data={"name": "Reppu", "credential": {}})
    page = sign_in(aino).go("mfa_list_webauthn", lang=lang)
    (key,) = page.main.one("ul", class_="rows").all("li")
    assert all(text in key.text for text in texts)
    # Each link is described by the name of its key.
    name = key.one("strong")["id"]
    assert {link["aria-describedby"] for link in key.all("a")} == {name}


def test_last_second_step_of_a_coordinator_stays(visitor, kaisa):
    visitor.send(visitor.log_in(kaisa.email, "salasana"), code=totp())
    page = visitor.send(visitor.confirm(visitor.go("mfa_deactivate_totp")))
    assert page.one(role="alert")
    assert Authenticator.objects.filter(user=kaisa, type="totp").exists()


def test_logins_without_the_second_step_end_when_it_is_set_up(visitor, sign_in, kaisa, monkeypatch):
    # The transaction of a test is never committed, unlike that of a request.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda do: do())
    Authenticator.objects.all().delete()
    thief = sign_in()
    for browser in (thief, visitor):
        browser.log_in(kaisa.email, "salasana")
    setup = visitor.confirm(visitor.go("mfa_activate_totp"))
    secret = setup.one("input", id="authenticator_secret")["value"]
    visitor.send(setup, code=totp(secret))
    assert visitor.go("admin:index").path == view_url("admin:index")
    assert thief.go("dashboard:account").path == view_url("account_login")


def test_superuser_takes_away_the_second_step_of_somebody_who_lost_the_phone(sirkka_admin, kaisa):
    sirkka_admin.run_action("take_away_second_step", kaisa)
    assert not Authenticator.objects.filter(user=kaisa).exists()


# Visitors and caches


def test_public_pages_set_no_cookies_and_do_not_differ_by_them(client, kivivuori):
    for response in (client.get(view_url("finding:home")), client.get(view_url("profiles:organisations"))):
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert Page(response).one("footer").all("a", href=view_url("dashboard:account"))


def test_pages_with_a_session_are_in_no_shared_cache(visitor, pirjo):
    visitor.log_in(pirjo.email, "salasana")
    response = visitor.browser.get(view_url("finding:home"))
    assert "private" in response["Cache-Control"]


def test_account_pages_are_not_cached(visitor, pirjo):
    visitor.log_in(pirjo.email, "salasana")
    for page in ("dashboard:account", "account_email", "mfa_index", "usersessions_list"):
        response = visitor.browser.get(view_url(page))
        assert {"no-store", "private"} & set(response["Cache-Control"].replace(",", " ").split()), page


def test_no_address_and_no_password_is_logged(visitor, pirjo, caplog):
    with caplog.at_level("DEBUG"):
        visitor.log_in(pirjo.email, "väärä-sana")
        visitor.log_in(pirjo.email, "salasana")
    messages = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in messages if "pirjo" in line.lower() or "salasana" in line or "väärä" in line]
