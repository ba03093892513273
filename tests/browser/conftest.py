"""The demonstration as `make demo` starts it, with data of its own, and a real browser to look at it."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.databases import address_of, demo_template
from tests.mail_server import Mailbox
from tests.organisations.people.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tools.chromium import CHROMIUM

from .device import CACHED_PATHS_SCRIPT, wait_for_cached_page, wait_until

ROOT = Path(__file__).resolve().parents[2]
# No sandbox: CI runs as root. The rest keeps the browser from calling home.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_TIMEOUT_SECONDS = 300


@dataclass
class Demo:
    """A running demonstration: where it is and what it printed."""

    url: str
    process: subprocess.Popen
    printed: str
    mails: Mailbox  # what it has sent, over a socket
    environment: dict[str, str]
    made: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` returns, which is called once: a process may begin a module twice, and its data stays."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py on its data; what it printed."""
        environment = self.environment | {"PALVELUKARTTA_ADDRESS": self.url}
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def identity_provider():
    """Of the county, on a socket; the demo knows it by its environment."""
    provider = IdentityProvider()
    yield provider
    provider.stop()


@pytest.fixture(scope="session")
def demo(copied_database, mail_server, identity_provider):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PORT": str(port),
        # Loaded already; test_demo_command starts one from nothing.
        "DATABASE_URL": address_of(copied_database("browser", demo_template)),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}?tls=off",
        "PALVELUKARTTA_OIDC": "vake",
        "PALVELUKARTTA_OIDC_VAKE_NAME": "Vake",
        "PALVELUKARTTA_OIDC_VAKE_SERVER": identity_provider.url,
        "PALVELUKARTTA_OIDC_VAKE_CLIENT_ID": CLIENT_ID,
        "PALVELUKARTTA_OIDC_VAKE_SECRET": CLIENT_SECRET,
        "PALVELUKARTTA_OIDC_VAKE_EMAIL_DOMAINS": "palvelukartta.example",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    printed = _read_until(process, "Ctrl-C")
    yield Demo(re.search(r"http://\S+", printed).group(), process, printed, mail_server, environment)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _read_until(process, wanted):
    lines: queue.Queue = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
    printed = ""
    while wanted not in printed:
        try:
            printed += lines.get(timeout=START_TIMEOUT_SECONDS)
        except queue.Empty:
            process.kill()
            pytest.fail(f"The demo did not start in {START_TIMEOUT_SECONDS} seconds:\n{printed}")
        if process.poll() is not None:
            pytest.fail(f"The demo ended:\n{printed}")
    return printed


@pytest.fixture(scope="package")  # its event loop would forbid later tests of this run the database
def browser(demo):
    if not Path(CHROMIUM).exists():
        missing = f"There is no Chromium at {CHROMIUM}; CHROMIUM=/path/to/it names one."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


def record_console_error(problems, message):
    """Errors of the page, with the address of what failed."""
    if message.type == "error":
        problems.append(f"{message.text} {message.location.get('url', '')}")


def record_failed_request(problems, request):
    """Requests that fail; not those that the page itself gives up, as it does when it has a newer one or is left."""
    if request.failure != "net::ERR_ABORTED":
        problems.append(f"failed: {request.url}")


@pytest.fixture
def open_page(browser, demo):
    """Open a page of the demo: `open_page("/fi/", width=360)`; every error in the console fails the test."""
    contexts = []

    def open_page(path, *, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", partial(record_console_error, page.problems))
        page.on("requestfailed", partial(record_failed_request, page.problems))
        page.goto(demo.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def device(open_page, demo):
    """A page with the worker at work: device.go("/en/"), device.offline(), device.kept("seen")."""
    page = open_page("/en/")
    wait_until(page, "Boolean(navigator.serviceWorker.controller)")
    page.go = lambda path: page.goto(demo.url + path)
    page.offline = lambda is_off=True: page.context.set_offline(is_off)
    page.kept = lambda name: page.evaluate(CACHED_PATHS_SCRIPT).get(name, [])
    wait_for_cached_page(page, "shell", "/en/offline/")
    return page
