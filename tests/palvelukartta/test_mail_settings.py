"""E-mail settings from EMAIL_URL."""

import pytest

from palvelukartta import env, mail_settings


def test_without_an_address_mails_are_printed():
    assert mail_settings.email_settings(None)["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize(
    ("address", "host", "port", "ssl", "tls"),
    [
        ("smtp://mail.example", "mail.example", 587, False, True),
        ("smtp://mail.example:25?tls=off", "mail.example", 25, False, False),
        ("smtps://mail.example", "mail.example", 465, True, False),
    ],
)
def test_mail_server(address, host, port, ssl, tls):
    settings = mail_settings.email_settings(address)
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == (host, port)
    assert (settings["EMAIL_USE_SSL"], settings["EMAIL_USE_TLS"]) == (ssl, tls)


def test_user_and_password_may_hold_any_character():
    settings = mail_settings.email_settings("smtp://kartta%40vake.example:p%3Aw%2Fd@mail.example")
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("kartta@vake.example", "p:w/d")


def test_folder():
    assert mail_settings.email_settings("file:///srv/mail%20box")["EMAIL_FILE_PATH"] == "/srv/mail box"


@pytest.mark.parametrize("address", ["smtp:///x", "smtp://mail.example?tls=maybe", "smtp://u:hunter2@mail.example?x=1"])
def test_malformed_address_stops_the_start_and_keeps_the_secret(address):
    with pytest.raises(env.EnvironmentVariableError) as problem:
        mail_settings.email_settings(address)
    assert "hunter2" not in str(problem.value)
