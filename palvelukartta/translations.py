"""Compiles the message catalogs without the gettext programs, so that a fresh machine needs none."""

import os
from pathlib import Path

from babel.messages import mofile, pofile

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"


class CatalogError(Exception):
    """A catalog cannot be compiled; the message is one line."""


def compile_changed_catalogs(folder=LOCALE_FOLDER):
    """Compile every catalog that is newer than its compiled form; returns the paths of those."""
    changed = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, compiled)
            changed.append(compiled)
    return changed


def _compile(source, compiled):
    new = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    try:
        with source.open("rb") as text:
            # Fuzzy guesses are left out, as msgfmt does.
            catalog = pofile.read_po(text, locale=source.parts[-3], abort_invalid=True)
        with new.open("wb") as binary:
            mofile.write_mo(binary, catalog)
        # Renamed into place: another process may be reading it.
        new.replace(compiled)
    except pofile.PoFileError as problem:
        raise CatalogError(f"{source}: {problem}") from None
    except OSError as problem:
        raise CatalogError(f"Cannot write {compiled}: {problem.strerror}.") from None


if __name__ == "__main__":
    for path in compile_changed_catalogs():
        print(f"compiled {path}")
