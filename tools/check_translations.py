"""Check that every message is translated: extract all messages and compare them with the catalogs.

Django's makemessages (which needs GNU gettext) runs in a copy, so that the working tree does not change.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Message, pofile

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fi", "sv", "en")
# Messages are English: an empty English translation means that the message is used unchanged.
SOURCE_LANGUAGE = "en"
SOURCE_FOLDERS = ("palvelukartta", "services", "organisations", "templates", "static", "locale")
DOMAINS = ("django", "djangojs")


def main() -> str | int:
    """Exit status: 0 if every catalog is complete, else 1 or an error message."""
    if shutil.which("xgettext") is None:
        return "GNU gettext is needed to check translations (on Debian and Ubuntu: apt install gettext)."
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _extract_messages(copy)
        problems = [
            line for language in LANGUAGES for domain in DOMAINS for line in _catalog_problems(copy, language, domain)
        ]
    print("\n".join(problems) or f"Every message is translated into {', '.join(LANGUAGES)}.")
    return 1 if problems else 0


def _extract_messages(folder: Path) -> None:
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


def _catalog_problems(copy: Path, language: str, domain: str) -> Iterator[str]:
    name = Path("locale") / language / "LC_MESSAGES" / f"{domain}.po"
    if not (copy / name).exists():
        return
    extracted, catalog = _read_catalog(copy / name), _read_catalog(ROOT / name)
    for key, message in extracted.items():
        if key not in catalog:
            if language != SOURCE_LANGUAGE:
                yield f"{name}: missing: {message.id!r} (`make messages` adds it)"
        elif catalog[key].fuzzy:
            yield f"{name}: fuzzy: {message.id!r}"
        elif language != SOURCE_LANGUAGE and not _is_translated(catalog[key]):
            yield f"{name}: not translated: {message.id!r}"
        else:
            # Different placeholders would raise an error when the page is rendered.
            yield from (f"{name}: {message.id!r}: {error}" for error in catalog[key].check())
    for key, message in catalog.items():
        if key not in extracted:
            yield f"{name}: no longer used: {message.id!r} (`make messages` removes it)"


def _read_catalog(path: Path) -> dict:
    if not path.exists():
        return {}
    with path.open("rb") as text:
        catalog = pofile.read_po(text, locale=path.parts[-3])
    return {(_singular(message.id), message.context): message for message in catalog if message.id}


def _singular(text: str | tuple | list) -> str:
    return text[0] if isinstance(text, tuple | list) else text


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts)


if __name__ == "__main__":
    sys.exit(main())
