"""Compile the message catalogs in Python, so that GNU gettext is not required."""

import os
from pathlib import Path

from babel.messages import mofile, pofile

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"


class CatalogError(Exception):
    """A catalog cannot be compiled; the message is one line."""


def compile_changed_catalogs(folder: Path = LOCALE_FOLDER) -> list[Path]:
    """Compile every catalog newer than its compiled file; returns the compiled paths. Raises CatalogError."""
    changed = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, compiled)
            changed.append(compiled)
    return changed


def _compile(source: Path, compiled: Path) -> None:
    temporary = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    try:
        with source.open("rb") as text:
            # Fuzzy entries are skipped, as by msgfmt.
            catalog = pofile.read_po(text, locale=source.parts[-3], abort_invalid=True)
        with temporary.open("wb") as binary:
            mofile.write_mo(binary, catalog)
        # Rename into place, since another process may be reading it.
        temporary.replace(compiled)
    except pofile.PoFileError as problem:
        raise CatalogError(f"{source}: {problem}") from None
    except OSError as problem:
        raise CatalogError(f"Cannot write {compiled}: {problem.strerror}.") from None


if __name__ == "__main__":
    for path in compile_changed_catalogs():
        print(f"compiled {path}")
