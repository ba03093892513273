"""The embedded server. Uses the real one, as a fake would not show the effects of killed processes."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from palvelukartta import dev_secret_key
from palvelukartta.embedded import EmbeddedServer, EmbeddedServerError, server, unprivileged

REPOSITORY = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

HOLD_SCRIPT = """
import sys, time
from palvelukartta.embedded import EmbeddedServer
with EmbeddedServer(sys.argv[1], durable=False).used():
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder():
    """One cluster for most tests, as creating one takes a second. Its short path can hold the socket."""
    with tempfile.TemporaryDirectory(prefix="pk-", ignore_cleanup_errors=True) as name:
        yield Path(name) / "data"


@pytest.fixture
def embedded(folder):
    server = EmbeddedServer(folder, durable=False)
    yield server
    server.release()
    assert not server.is_running()


def connect(embedded):
    to = embedded.connection()
    return psycopg.connect(
        dbname=to["NAME"],
        user=to["USER"],
        host=to["HOST"],
        port=to["PORT"],
        autocommit=True,
        connect_timeout=5,
    )


def fetch_value(embedded, query):
    with connect(embedded) as connection:
        return connection.execute(query).fetchone()[0]


def hold_in_another_process(embedded):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_SCRIPT, str(embedded.folder)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def wait_until_stopped(embedded, seconds=8):
    deadline = time.monotonic() + seconds
    while embedded.is_running() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not embedded.is_running()


def server_process(embedded):
    return psutil.Process(int((embedded.cluster / "postmaster.pid").read_text().splitlines()[0]))


def test_finnish_letters_are_letters(embedded):
    embedded.acquire()
    with connect(embedded) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert connection.execute("SELECT lower('ÄITIYS'), 'ä' ~ '[[:alpha:]]'").fetchone() == (
            "äitiys",
            True,
        )
        # If pg_trgm did not treat ä and ö as letters, these two would be equal.
        assert connection.execute("SELECT similarity('öljy', 'äljy')").fetchone()[0] < 1
        assert connection.execute("SHOW server_encoding").fetchone()[0] == "UTF8"


def test_only_a_private_socket_leads_in(embedded):
    embedded.acquire()
    assert stat.S_IMODE(embedded.socket_folder.stat().st_mode) == 0o700
    assert fetch_value(embedded, "SHOW listen_addresses") == ""
    addresses = {connection.laddr for connection in server_process(embedded).net_connections("inet")}
    assert addresses == set()


def test_last_one_out_stops_it(embedded):
    embedded.acquire()
    process = hold_in_another_process(embedded)
    embedded.release()
    assert fetch_value(embedded, "SELECT 1") == 1
    process.terminate()
    process.wait()
    wait_until_stopped(embedded)


def test_data_outlives_a_restart(embedded):
    with embedded.used(), connect(embedded) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    assert not embedded.is_running()
    with embedded.used():
        assert fetch_value(embedded, "SELECT n FROM kept") == 7


def test_killed_user_leaves_no_server_behind(embedded):
    process = hold_in_another_process(embedded)
    process.kill()
    process.wait()
    wait_until_stopped(embedded)


def test_forked_child_does_not_stop_it(embedded):
    embedded.acquire()
    child = os.fork()
    if child == 0:
        embedded.release()
        os._exit(0)
    os.waitpid(child, 0)
    assert fetch_value(embedded, "SELECT 1") == 1
    # The parent still holds the lock, so another user is not alone.
    process = hold_in_another_process(embedded)
    process.terminate()
    process.wait()
    time.sleep(2 * server.KEEPER_POLL_SECONDS)
    assert embedded.is_running()


def test_recovers_after_the_server_was_killed(embedded):
    embedded.acquire()
    process = server_process(embedded)
    process.kill()
    process.wait(5)
    embedded.release()
    with embedded.used():
        assert fetch_value(embedded, "SELECT 1") == 1


def test_pid_that_now_belongs_to_another_process(embedded):
    with embedded.used():
        left_behind = (embedded.cluster / "postmaster.pid").read_text()
    lines = left_behind.splitlines()
    (embedded.cluster / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not embedded.is_running()
    with embedded.used():
        assert fetch_value(embedded, "SELECT 1") == 1


def test_interrupted_creation_is_begun_again(tmp_path):
    half = tmp_path / "data" / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    embedded = EmbeddedServer(tmp_path / "data", durable=False)
    with embedded.used():
        assert fetch_value(embedded, "SELECT 1") == 1
    assert not half.exists()
    shutil.rmtree(embedded.socket_folder, ignore_errors=True)


def test_reset_waits_for_nobody_and_starts_over(embedded):
    process = hold_in_another_process(embedded)
    with pytest.raises(EmbeddedServerError, match="in use"):
        embedded.reset()
    process.terminate()
    process.wait()
    embedded.reset()
    assert not embedded.cluster.exists()


def test_long_and_odd_paths_get_a_short_socket_folder(tmp_path):
    embedded = EmbeddedServer(tmp_path / ("long, odd and 'ä' " * 8) / "data", durable=False)
    with embedded.used():
        assert len(str(embedded.socket_folder)) < 60
        assert fetch_value(embedded, "SELECT 1") == 1
    assert not embedded.socket_folder.exists()


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda folder: folder.parent.write_text("a file"), "Cannot write to the data folder"),
        (lambda folder: (folder / "photos").mkdir(parents=True), "not a data folder: it holds photos"),
        (lambda folder: (folder / "cluster").mkdir(parents=True), "was created by PostgreSQL 12"),
    ],
)
def test_unusable_folder_is_told_in_one_line(tmp_path, prepare, words):
    folder = tmp_path / "var" / "data"
    prepare(folder)
    if (folder / "cluster").exists():
        (folder / "cluster" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedServerError, match=words) as raised:
        EmbeddedServer(folder).acquire()
    assert "\n" not in str(raised.value)


def _nobody():
    return pwd.getpwnam("nobody")


@as_root
@pytest.mark.parametrize("name", ["namespace", "nobody"])
def test_root_runs_it_in_a_folder_that_only_root_may_enter(monkeypatch, name):
    nobody = _nobody()
    identity = {
        "namespace": unprivileged.UserNamespace(nobody.pw_uid, nobody.pw_gid),
        "nobody": unprivileged.OtherUser(nobody.pw_uid, nobody.pw_gid, pass_through=True),
    }[name]
    if not unprivileged._can_run(identity, "true"):
        pytest.skip("not permitted on this machine")
    monkeypatch.setattr(unprivileged, "_candidate_identities", lambda folder: [identity])
    with tempfile.TemporaryDirectory(prefix="pk-") as private:
        embedded = EmbeddedServer(Path(private) / "data", durable=False)
        with embedded.used():
            assert fetch_value(embedded, "SELECT 1") == 1
            assert embedded.cluster.stat().st_uid == identity.uid


@as_root
def test_root_runs_somebody_elses_folder_as_that_person(monkeypatch):
    monkeypatch.delenv(dev_secret_key.SECRET_KEY_VARIABLE, raising=False)
    nobody = _nobody()
    with tempfile.TemporaryDirectory(prefix="pk-") as home:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        embedded = EmbeddedServer(Path(home) / "var" / "data", durable=False)
        dev_secret_key.ensure_secret_key(embedded)
        with embedded.used():
            assert server_process(embedded).uids().effective == nobody.pw_uid
        # The owner can use it without root.
        assert {path.stat().st_uid for path in Path(home).rglob("*")} == {nobody.pw_uid}
