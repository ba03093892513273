"""Serving the site on this machine with the server that production uses, until Ctrl-C."""

import errno
import json
import os
import signal
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
# Seconds that a worker gives the requests it is answering, and seconds more until its master kills it. A worker looks
# at the clock once a second.
GRACE, MARGIN = 2, 3


class ServeError(Exception):
    """The site cannot be served; the message is one line."""


def check_port(port):
    """Error when nobody could serve on the port now."""
    with socket.socket() as probe:
        # Connections that linger from the last run do not count as busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                reason = f"Port {port} is in use: stop what uses it, or `make demo PORT={port + 1}`."
            else:
                reason = f"Cannot serve on port {port}: {problem.strerror}. Try another: make demo PORT=8001"
            raise ServeError(reason) from None


def collect_changed_static_files():
    """Run collectstatic when a file has changed since last time: hashing and compressing takes seconds."""
    root = Path(settings.STATIC_ROOT)
    seen = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            seen.append([name, found.st_size, found.st_mtime_ns])
    state, stamp = json.dumps(seen), root.with_name(f"{root.name}.stamp")
    if root.exists() and stamp.exists() and stamp.read_text() == state:
        return
    try:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(state)
    except OSError as problem:
        raise ServeError(f"Cannot write to {root}: {problem.strerror}.") from None


def serve(port, *, when_ready):
    """Serve until Ctrl-C, termination or the closing of the terminal; call `when_ready` once listening."""
    # Workers are forked from here and must not share a connection.
    connections.close_all()
    _GunicornApplication(port, when_ready).run()


class _GunicornApplication(BaseApplication):
    def __init__(self, port, when_ready):
        self.port, self.announce = port, when_ready
        super().__init__()

    def load_config(self):
        for name, value in {
            "bind": f"{HOST}:{self.port}",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            # An address of any length gets an answer of the site's own.
            "limit_request_line": 0,
            "graceful_timeout": GRACE + MARGIN,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": _prepare_worker,
            "worker_int": _end_worker,
            "worker_exit": lambda _server, worker: _end_worker(worker),
            "when_ready": lambda _server: self.announce(),
        }.items():
            self.cfg.set(name, value)

    def load(self):
        return get_wsgi_application()

    def run(self):
        _Arbiter(self).run()


def _prepare_worker(worker):
    # Ctrl-C reaches the whole terminal, but stopping the workers is their master's affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The worker has its own copy of the settings.
    worker.cfg.set("graceful_timeout", GRACE)


def _end_worker(worker):
    """End the process at once: Python would wait for threads, which wait for browsers that keep a connection open."""
    # A worker that could not start ends with an error code of its own.
    if worker.booted:
        os._exit(0)


class _Arbiter(Arbiter):
    # A closed terminal ends the demo; for gunicorn it would mean "reload".
    handle_hup = Arbiter.handle_term
