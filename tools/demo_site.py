"""The demonstration, served as production serves it, for tools that look at it from outside."""

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA_FOLDER = ROOT / "var" / "tools-postgres"  # kept, so that only the first start takes a minute
START_TIMEOUT_SECONDS = 180
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@contextlib.contextmanager
def serve_demo(port):
    """The address of a demonstration on the port for as long as the context lasts; ends the program if none starts."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"PORT": str(port), "PALVELUKARTTA_DATA_DIR": str(DATA_FOLDER)}
    command = [sys.executable, "manage.py", "demo"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield re.search(r"http://\S+", _read_until(process, "Ctrl-C")).group()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _read_until(process, wanted):
    lines = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
    printed = ""
    while wanted not in printed:
        try:
            printed += lines.get(timeout=START_TIMEOUT_SECONDS if process.poll() is None else 1)
        except queue.Empty:
            sys.exit(f"The demo did not start:\n{printed}")
    return printed


def sample_pages(site):
    """The paths of the pages that people see most, by name; the map where there is one."""
    results = f"{view_path('finding:results')}?q=ero&municipality=092"
    html = urllib.request.urlopen(site + results).read().decode()
    service = re.search(r'class="card-name"><a href="([^"]+)"', html)[1]
    found = {"home": view_path("finding:home"), "results": results, "service": service}
    map_ = view_path("finding:map")
    return {**found, "map": f"{map_}?q=ero&municipality=092"} if map_ else found


def view_path(name, *args, language="fi"):
    """The path of a view by its name, or None where there is no such view."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palvelukartta.settings")
    os.environ.setdefault("PALVELUKARTTA_SECRET_KEY", "only-to-read-addresses")
    sys.path.insert(0, str(ROOT))
    import django
    from django.urls import NoReverseMatch, reverse
    from django.utils.translation import override

    django.setup()
    with override(language), contextlib.suppress(NoReverseMatch):
        return reverse(name, args=args)
