"""Serve the demo in production mode for tools that measure it or take screenshots."""

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA_FOLDER = ROOT / "var" / "tools-postgres"  # kept between runs, as the first start takes a minute
START_TIMEOUT_SECONDS = 180


@contextlib.contextmanager
def serve_demo(port: int) -> Iterator[str]:
    """Serve the demo on the port within the context; yields its URL. Exits the program if it does not start."""
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


def _read_until(process: subprocess.Popen, marker: str) -> str:
    lines = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
    output = ""
    while marker not in output:
        try:
            output += lines.get(timeout=START_TIMEOUT_SECONDS if process.poll() is None else 1)
        except queue.Empty:
            sys.exit(f"The demo did not start:\n{output}")
    return output


def sample_pages(site: str) -> dict[str, str]:
    """The paths of the most visited pages, by name; includes the map if there is one."""
    results = f"{view_path('finding:results')}?q=ero&municipality=092"
    html = urllib.request.urlopen(site + results).read().decode()
    service = re.search(r'class="card-name"><a href="([^"]+)"', html)[1]
    paths = {"home": view_path("finding:home"), "results": results, "service": service}
    map_path = view_path("finding:map")
    return {**paths, "map": f"{map_path}?q=ero&municipality=092"} if map_path else paths


def view_path(name: str, *args, language: str = "fi") -> str | None:
    """The path of a view; None if the view does not exist."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palvelukartta.settings")
    os.environ.setdefault("PALVELUKARTTA_SECRET_KEY", "only-to-reverse-urls")
    sys.path.insert(0, str(ROOT))
    import django
    from django.urls import NoReverseMatch, reverse
    from django.utils.translation import override

    django.setup()
    with override(language), contextlib.suppress(NoReverseMatch):
        return reverse(name, args=args)
