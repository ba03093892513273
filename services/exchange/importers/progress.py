"""Progress reports of long tasks."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the current stage, the number of finished items, and the number of all items."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing."""
