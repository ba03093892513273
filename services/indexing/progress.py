"""Progress reports of indexing."""

from collections.abc import Callable

BatchProgress = Callable[[int], object]
"""Called with the number of items of each finished batch."""
