"""Fails when a text on screen lacks its translation: gathers all texts anew, then compares.

Texts are gathered by Django's own makemessages (which needs GNU gettext), in a copy so that nothing changes.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages import pofile

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fi", "sv", "en")
# Texts are written in English in the code: there an empty translation means "as it is".
SOURCE_LANGUAGE = "en"
SOURCE_FOLDERS = ("palvelukartta", "services", "organisations", "templates", "static", "locale")
DOMAINS = ("django", "djangojs")


def main():
    """Exit code 0 when every catalog is complete."""
    if shutil.which("xgettext") is None:
        return "GNU gettext is needed to check translations (on Debian and Ubuntu: apt install gettext)."
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        _extract_messages(fresh)
        found = [
            line for language in LANGUAGES for domain in DOMAINS for line in _catalog_faults(fresh, language, domain)
        ]
    print("\n".join(found) or f"Every text is there in {', '.join(LANGUAGES)}.")
    return 1 if found else 0


def _extract_messages(folder):
    for part in SOURCE_FOLDERS:
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "*.yaml"))
    (folder / "locale").mkdir(exist_ok=True)
    languages = [word for language in LANGUAGES for word in ("--locale", language)]
    for domain in DOMAINS:
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--no-location",
            "--domain",
            domain,
            *languages,
        ]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _catalog_faults(fresh, language, domain):
    name = Path("locale") / language / "LC_MESSAGES" / f"{domain}.po"
    if not (fresh / name).exists():
        return
    wanted, kept = _read_catalog(fresh / name), _read_catalog(ROOT / name)
    for key, message in wanted.items():
        if key not in kept:
            if language != SOURCE_LANGUAGE:
                yield f"{name}: missing: {message.id!r} (`make messages` adds it)"
        elif kept[key].fuzzy:
            yield f"{name}: fuzzy: {message.id!r}"
        elif language != SOURCE_LANGUAGE and not _is_translated(kept[key]):
            yield f"{name}: not translated: {message.id!r}"
        else:
            # Placeholders that differ would fail when the page is shown.
            yield from (f"{name}: {message.id!r}: {fault}" for fault in kept[key].check())
    for key, message in kept.items():
        if key not in wanted:
            yield f"{name}: no longer used: {message.id!r} (`make messages` removes it)"


def _read_catalog(path):
    if not path.exists():
        return {}
    with path.open("rb") as text:
        catalog = pofile.read_po(text, locale=path.parts[-3])
    return {(_singular(message.id), message.context): message for message in catalog if message.id}


def _singular(text):
    return text[0] if isinstance(text, tuple | list) else text


def _is_translated(message):
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts)


if __name__ == "__main__":
    sys.exit(main())
