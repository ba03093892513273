"""Folders of installed packages."""

from importlib.util import find_spec
from pathlib import Path


def package_folder(name: str) -> Path:
    """The folder of a package, which is not imported, as that may have side effects. Raises ModuleNotFoundError."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"No package named {name!r}", name=name)
    return Path(spec.submodule_search_locations[0])
