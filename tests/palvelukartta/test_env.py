import os
import subprocess
import sys
from pathlib import Path

import pytest

from palvelukartta import env


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """No variables read yet, and none of the project set."""
    monkeypatch.setattr(env, "_known_variables", set())
    for name in ("PALVELUKARTTA_DATA_DIR", "PALVELUKARTTA_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def error_message(function, *args, **kwargs):
    with pytest.raises(env.EnvironmentVariableError) as raised:
        function(*args, **kwargs)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False), ("off", False)],
)
def test_boolean_words(monkeypatch, word, meaning):
    monkeypatch.setenv("PALVELUKARTTA_DEBUG", word)
    assert env.boolean("PALVELUKARTTA_DEBUG", default=not meaning) is meaning


def test_malformed_boolean_is_an_error(monkeypatch):
    monkeypatch.setenv("PALVELUKARTTA_DEBUG", "flase")
    assert "PALVELUKARTTA_DEBUG must be true or false, not 'flase'" in error_message(
        env.boolean, "PALVELUKARTTA_DEBUG", default=False
    )


def test_unset_and_empty_give_the_default(monkeypatch):
    monkeypatch.setenv("PALVELUKARTTA_NAME", "")
    assert env.text("PALVELUKARTTA_NAME", default="Palvelukartta") == "Palvelukartta"
    assert env.string_list("PALVELUKARTTA_HOSTS", default=["localhost"]) == ["localhost"]
    assert env.url("PALVELUKARTTA_MAP", default=None) is None


def test_required_variable_is_named():
    assert error_message(env.text, "PALVELUKARTTA_SECRET_KEY") == "PALVELUKARTTA_SECRET_KEY must be set."


def test_integer_within_limits(monkeypatch):
    monkeypatch.setenv("PORT", "8001")
    assert env.integer("PORT", default=8000, minimum=1, maximum=65535) == 8001


@pytest.mark.parametrize(
    ("value", "words"), [("eight", "whole number"), ("0", "at least 1"), ("70000", "at most 65535")]
)
def test_integer_outside_limits_is_an_error(monkeypatch, value, words):
    monkeypatch.setenv("PORT", value)
    assert words in error_message(env.integer, "PORT", default=8000, minimum=1, maximum=65535)


def test_items_are_split_and_trimmed(monkeypatch):
    monkeypatch.setenv("PALVELUKARTTA_HOSTS", "a.example, b.example")
    assert env.string_list("PALVELUKARTTA_HOSTS") == ["a.example", "b.example"]


def test_empty_item_is_an_error(monkeypatch):
    monkeypatch.setenv("PALVELUKARTTA_HOSTS", "a.example,,b.example")
    assert "empty item" in error_message(env.string_list, "PALVELUKARTTA_HOSTS")


@pytest.mark.parametrize("value", ["localhost/name", "mysql://host/name", "postgres:name", "postgres://h:port/n"])
def test_malformed_url_is_an_error_that_keeps_the_secret(monkeypatch, value):
    monkeypatch.setenv("DATABASE_URL", value + "?password=hunter2")
    assert "hunter2" not in error_message(env.url, "DATABASE_URL", schemes=("postgres",))


def test_misspelt_variable_names_the_nearest(monkeypatch):
    env.boolean("PALVELUKARTTA_DEBUG", default=False)
    env.string_list("PALVELUKARTTA_ALLOWED_HOSTS", default=[])
    monkeypatch.setenv("PALVELUKARTTA_ALOWED_HOSTS", "x")
    assert error_message(env.reject_unknown) == (
        "Unknown environment variable PALVELUKARTTA_ALOWED_HOSTS. Did you mean PALVELUKARTTA_ALLOWED_HOSTS?"
    )


def test_other_programs_variables_are_left_alone(monkeypatch):
    monkeypatch.setenv("PALVELUKARTA_DEBUG", "x")
    env.reject_unknown()


@pytest.mark.parametrize("value", ["kartta", "kartta@", "a b@kartta.example", "kartta@example"])
def test_malformed_email_is_an_error(monkeypatch, value):
    monkeypatch.setenv("PALVELUKARTTA_EMAIL", value)
    assert "must be an e-mail address" in error_message(env.email, "PALVELUKARTTA_EMAIL")


def test_email_as_it_is(monkeypatch):
    monkeypatch.setenv("PALVELUKARTTA_EMAIL", "kartta@vake.example")
    assert env.email("PALVELUKARTTA_EMAIL") == "kartta@vake.example"


def test_public_site_must_say_who_keeps_it():
    """Mandatory with HTTPS, as the law requires it on the page."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PALVELUKARTTA_")}
    environment |= {"PALVELUKARTTA_HTTPS": "true", "PALVELUKARTTA_SECRET_KEY": "x", "DATABASE_URL": "postgres://h/n"}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", "import palvelukartta.settings"], env=environment, capture_output=True, text=True
    )
    assert "PALVELUKARTTA_OPERATOR must be set." in ended.stderr


def test_tiles_are_an_address_of_one_host_with_places_for_zoom_and_square(monkeypatch):
    monkeypatch.setenv("PALVELUKARTTA_TILES", "https://tiles.example:8443/{z}/{x}/{y}.png?key=a")
    assert env.tile_url("PALVELUKARTTA_TILES", default="") == "https://tiles.example:8443/{z}/{x}/{y}.png?key=a"
    assert env.origin(env.tile_url("PALVELUKARTTA_TILES")) == "https://tiles.example:8443"


@pytest.mark.parametrize(
    "value", ["tiles", "https://tiles.example/", "https://{s}.tiles.example/{z}/{x}/{y}", "https://t.example/{z}/{x}"]
)
def test_malformed_address_of_tiles_is_an_error(monkeypatch, value):
    monkeypatch.setenv("PALVELUKARTTA_TILES", value)
    assert "PALVELUKARTTA_TILES" in error_message(env.tile_url, "PALVELUKARTTA_TILES", default="")


def test_no_tiles_ask_no_host():
    assert env.origin(env.tile_url("PALVELUKARTTA_TILES", default="")) == ""
