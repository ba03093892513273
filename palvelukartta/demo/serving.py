"""Serve the site on this machine until Ctrl-C, with the server that production uses."""

import errno
import fcntl
import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
# Seconds for a worker to finish its requests, and further seconds until the master kills it. A worker checks the time
# once a second.
WORKER_GRACE_SECONDS, KILL_MARGIN_SECONDS = 2, 3


class ServeError(Exception):
    """The site cannot be served; the message is one line."""


def check_port(port: int) -> None:
    """Raise ServeError if the port cannot be used now."""
    with socket.socket() as probe:
        # Ignore connections of the last run that have not timed out yet.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                reason = f"Port {port} is in use: stop the program that uses it, or run `make demo PORT={port + 1}`."
            else:
                reason = f"Cannot serve on port {port}: {problem.strerror}. Try another: make demo PORT=8001"
            raise ServeError(reason) from None


def collect_changed_static_files() -> None:
    """Run collectstatic if a file has changed since the last run, as hashing and compressing takes seconds.

    One process at a time: two that start together would read each other's half-written files.
    """
    root = Path(settings.STATIC_ROOT)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with root.with_name(f"{root.name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _collect_changed_static_files(root)
    except OSError as problem:
        raise ServeError(f"Cannot write to {root}: {problem.strerror}.") from None


def _collect_changed_static_files(root: Path) -> None:
    sources: list[Any] = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            sources.append([name, status.st_size, status.st_mtime_ns])
    fingerprint, fingerprint_file = json.dumps(sources), root.with_name(f"{root.name}.stamp")
    if root.exists() and fingerprint_file.exists() and fingerprint_file.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    fingerprint_file.write_text(fingerprint)


def serve(port: int, *, when_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C, termination or the closing of the terminal; call `when_ready` once listening."""
    # Workers are forked from here and must not share a connection.
    connections.close_all()
    _GunicornApplication(port, when_ready).run()


class _GunicornApplication(BaseApplication):
    def __init__(self, port: int, when_ready: Callable[[], None]) -> None:
        self.port, self.when_ready = port, when_ready
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"{HOST}:{self.port}",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            # No limit here: the site itself answers too long addresses.
            "limit_request_line": 0,
            "graceful_timeout": WORKER_GRACE_SECONDS + KILL_MARGIN_SECONDS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": _prepare_worker,
            "worker_int": _end_worker,
            "worker_exit": lambda _server, worker: _end_worker(worker),
            "when_ready": lambda _server: self.when_ready(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return get_wsgi_application()

    def run(self) -> None:
        _Arbiter(self).run()


def _prepare_worker(worker: Worker) -> None:
    # Ctrl-C reaches all processes of the terminal, but the master stops the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The worker has its own copy of the settings.
    worker.cfg.set("graceful_timeout", WORKER_GRACE_SECONDS)


def _end_worker(worker: Worker) -> None:
    """End the process at once: Python would wait for threads, which wait for browsers that keep a connection open."""
    # A worker that failed to start exits with its own error code.
    if worker.booted:
        os._exit(0)


class _Arbiter(Arbiter):
    # End the demo when the terminal is closed; gunicorn would reload its configuration.
    handle_hup = Arbiter.handle_term
