import pytest

from palvelukartta import database, env


@pytest.fixture
def settings_for(monkeypatch):
    def choose(address):
        monkeypatch.setenv("DATABASE_URL", address)
        return database.database_settings()

    return choose


def test_address_is_taken_apart(settings_for):
    chosen = settings_for("postgres://kartta:p%40ss%2Fword@db.example:5433/palvelut?sslmode=require&connect_timeout=5")
    assert chosen["ENGINE"] == "django.db.backends.postgresql"
    assert (chosen["NAME"], chosen["USER"], chosen["PASSWORD"]) == ("palvelut", "kartta", "p@ss/word")
    assert (chosen["HOST"], chosen["PORT"]) == ("db.example", "5433")
    assert chosen["OPTIONS"].items() >= {"sslmode": "require", "connect_timeout": "5"}.items()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///palvelut?host=/run/PostgreSQL&user=kartta",
        "postgresql://kartta@%2Frun%2FPostgreSQL/palvelut",
    ],
)
def test_unix_socket(settings_for, address):
    chosen = settings_for(address)
    assert (chosen["NAME"], chosen["USER"], chosen["HOST"]) == ("palvelut", "kartta", "/run/PostgreSQL")
    assert chosen["OPTIONS"].keys() == {"options"}


def test_settings_of_the_address_go_before_those_of_the_site(settings_for):
    ours = settings_for("postgres://host/name")["OPTIONS"]["options"]
    assert "jit=off" in ours
    assert settings_for("postgres://host/name?options=-c%20jit%3Don")["OPTIONS"]["options"] == f"{ours} -c jit=on"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://host/name", "postgres://"),
        ("sqlite:///file", "postgres://"),
        ("postgres://host:port/name", "not a valid URL"),
        ("postgres://host", "name of a database"),
        ("postgres://host/name?sslmod=require", "unknown option 'sslmod'"),
    ],
)
def test_anything_else_is_a_clear_error(settings_for, address, words):
    with pytest.raises(env.EnvironmentVariableError, match=words):
        settings_for(address)


def test_address_starts_no_embedded_server(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://host/name")
    assert database.embedded_server() is None


def test_without_address_the_embedded_server_is_used(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PALVELUKARTTA_DATA_DIR", str(tmp_path / "data"))
    chosen = database.database_settings()
    server = database.embedded_server()
    assert chosen["HOST"] == str(server.socket_folder)
    assert not server.is_running()
