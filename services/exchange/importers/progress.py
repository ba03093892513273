"""Progress callbacks of long operations."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage, the number of items done and their total."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Ignore progress."""
