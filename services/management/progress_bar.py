"""Progress of long tasks on a terminal."""

from types import TracebackType
from typing import Any, Self

from tqdm import tqdm


class ProgressBar:
    """A progress bar for each stage of a task, on a terminal only."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Show `done` of `total` items of a stage; a new stage replaces the bar."""
        if self._stage != stage:
            self._close()
            self._stage, self._bar = stage, tqdm(desc=stage, total=total, disable=None)
        self._bar.n, self._bar.total = done, total
        self._bar.refresh()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
