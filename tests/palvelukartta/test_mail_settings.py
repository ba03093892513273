"""E-mail settings from EMAIL_URL, and the sender."""

import pytest

from palvelukartta import env, mail_settings

SENDER = "kartta@vake.example"


def email_settings(url):
    return mail_settings.email_settings(url, sender=SENDER)


@pytest.mark.parametrize("url", [None, "smtp://mail.example", "file:///srv/mail"])
def test_every_mail_has_the_sender(url):
    settings = email_settings(url)
    assert settings["DEFAULT_FROM_EMAIL"] == settings["SERVER_EMAIL"] == SENDER


def test_without_a_url_mails_are_printed():
    assert email_settings(None)["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize(
    ("address", "host", "port", "ssl", "tls"),
    [
        ("smtp://mail.example", "mail.example", 587, False, True),
        ("smtp://mail.example:25?tls=off", "mail.example", 25, False, False),
        ("smtps://mail.example", "mail.example", 465, True, False),
    ],
)
def test_mail_server(address, host, port, ssl, tls):
    settings = email_settings(address)
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == (host, port)
    assert (settings["EMAIL_USE_SSL"], settings["EMAIL_USE_TLS"]) == (ssl, tls)


def test_user_and_password_may_have_any_character():
    settings = email_settings("smtp://kartta%40vake.example:p%3Aw%2Fd@mail.example")
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("kartta@vake.example", "p:w/d")


def test_mails_are_written_to_a_folder():
    assert email_settings("file:///srv/mail%20box")["EMAIL_FILE_PATH"] == "/srv/mail box"


@pytest.mark.parametrize("address", ["smtp:///x", "smtp://mail.example?tls=maybe", "smtp://u:hunter2@mail.example?x=1"])
def test_malformed_url_is_an_error_that_does_not_show_the_password(address):
    with pytest.raises(env.EnvironmentVariableError) as error:
        email_settings(address)
    assert "hunter2" not in str(error.value)
