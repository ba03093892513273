"""Progress reports of long tasks."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the current stage, the number of items done, and their total."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
