"""Progress of the demo's start: a line for each step, and dots during long steps."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

DOT_SECONDS = 2.0


@contextmanager
def step(title: str, *, output: TextIO, dot_seconds: float = DOT_SECONDS) -> Iterator[None]:
    """Print the title, then a dot every `dot_seconds` until the block ends, then a line break."""
    done = threading.Event()

    def print_dots() -> None:
        while not done.wait(dot_seconds):
            output.write(".")
            output.flush()

    output.write(f"{title} ...")
    output.flush()
    dots = threading.Thread(target=print_dots, daemon=True)
    dots.start()
    try:
        yield
    finally:
        done.set()
        dots.join()
        output.write("\n")
        output.flush()
