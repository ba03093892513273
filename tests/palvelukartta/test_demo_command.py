import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from palvelukartta.demo import progress, serving
from palvelukartta.embedded import EmbeddedServer

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 300


@pytest.fixture
def busy_port():
    with socket.socket() as taken:
        taken.bind((serving.HOST, 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_busy_port_is_told_in_one_line_before_anything_is_started(tmp_path, busy_port):
    folder = tmp_path / "data"
    environment = {**os.environ, "PORT": str(busy_port), "PALVELUKARTTA_DATA_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    process = subprocess.run(
        [sys.executable, "manage.py", "demo"], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert process.returncode == 1
    assert f"Port {busy_port} is in use" in process.stderr
    assert process.stderr.count("\n") == 1
    assert not EmbeddedServer(folder).cluster.exists()


def test_demo_starts_from_nothing_and_ends_with_ctrl_c(tmp_path):
    with socket.socket() as probe:
        probe.bind((serving.HOST, 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "data"
    environment = {**os.environ, "PORT": str(port), "PALVELUKARTTA_DATA_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    limit = threading.Timer(START_SECONDS, process.kill)
    limit.start()
    try:
        assert any("Ctrl-C" in line for line in process.stdout)
        with urllib.request.urlopen(f"http://{serving.HOST}:{port}/fi/palvelut/", timeout=30) as response:
            assert "Perhe" in response.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    finally:
        limit.cancel()
        process.kill()
    assert not EmbeddedServer(folder).is_running()


def test_misspelt_variable_is_told_in_one_line(tmp_path):
    environment = {**os.environ, "PALVELUKARTTA_DATA_DIR": str(tmp_path / "data"), "PALVELUKARTTA_DEBIG": "1"}
    process = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 1
    assert process.stderr == (
        "Error: Unknown environment variable PALVELUKARTTA_DEBIG. Did you mean PALVELUKARTTA_DEBUG?\n"
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_stops_in_silence_while_a_browser_keeps_a_connection_open(stop):
    with socket.socket() as free:
        free.bind((serving.HOST, 0))
        port = free.getsockname()[1]
    program = (
        f"from palvelukartta.demo import serving; serving.serve({port}, when_ready=lambda: print('ready', flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "palvelukartta.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout.readline() == "ready\n"
            with socket.create_connection((serving.HOST, port), timeout=10) as browser:
                browser.sendall(b"GET / HTTP/1.1\r\n")
                # The worker has read so much when it waits for more.
                time.sleep(1)
                server.send_signal(stop)
                _output, errors = server.communicate(timeout=20)
                assert "Worker" not in errors
        finally:
            server.kill()


def test_reset_leaves_a_named_database_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/precious")
    with pytest.raises(CommandError, match="DATABASE_URL is set"):
        call_command("demo", reset=True)


def test_a_long_step_prints_dots_and_ends_its_line():
    output = io.StringIO()
    with progress.step("Preparing the tables", output=output, dot_seconds=0.01):
        time.sleep(0.2)
    assert output.getvalue().startswith("Preparing the tables .....")
    assert output.getvalue().endswith(".\n")


def test_two_demos_that_start_together_collect_static_files_once(settings, tmp_path, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    runs = []

    def collect(*_args, **_options):
        runs.append("begins")
        time.sleep(0.2)
        settings.STATIC_ROOT.mkdir()
        runs.append("ends")

    monkeypatch.setattr(serving, "call_command", collect)
    demos = [threading.Thread(target=serving.collect_changed_static_files) for _ in range(2)]
    for demo in demos:
        demo.start()
    for demo in demos:
        demo.join()
    assert runs == ["begins", "ends"]


def test_static_files_are_collected_only_after_a_change(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    serving.collect_changed_static_files()
    collected = settings.STATIC_ROOT / "site.css"
    collected.write_text("touched by hand")
    serving.collect_changed_static_files()
    assert collected.read_text() == "touched by hand"
    (source / "site.css").write_text("a { color: inherit }")
    serving.collect_changed_static_files()
    assert collected.read_text() == "a { color: inherit }"
