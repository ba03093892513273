#!/usr/bin/env python
"""Django's command line.

Starts the embedded PostgreSQL for the commands that need a database, unless DATABASE_URL names a server.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

# Commands that need no database, or start it themselves.
COMMANDS_WITHOUT_DATABASE = {
    "",
    "check",
    "collectstatic",
    "compilemessages",
    "demo",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "startapp",
    "version",
}


def main(argv: list[str]) -> None:
    """Run one command; errors that the user can fix are printed in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palvelukartta.settings")
    # The change history records the command name as the source.
    os.environ["PGAPPNAME"] = " ".join(["manage.py", *argv[1:2]])
    try:
        from django.core.management import execute_from_command_line

        from palvelukartta import database, dev_secret_key, embedded, env, translations
    except ModuleNotFoundError as problem:
        sys.exit(f"{problem.name} is missing: run `make demo` once, then use .venv/bin/python manage.py.")
    user_errors = (env.EnvironmentVariableError, embedded.EmbeddedServerError, translations.CatalogError)
    try:
        if argv[1:2] == ["demo"]:
            set_demo_environment()
        server = database.embedded_server()
        if server is not None:
            dev_secret_key.ensure_secret_key(server)
        translations.compile_changed_catalogs()
        with server.used() if server is not None and needs_database(argv) else contextlib.nullcontext():
            execute_from_command_line(argv)
    except user_errors as problem:
        sys.exit(f"Error: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)


def needs_database(argv: list[str]) -> bool:
    """Whether the command needs the database."""
    command = argv[1] if len(argv) > 1 else ""
    if "--help" in argv or "-h" in argv or command.startswith("-"):
        return False
    return command not in COMMANDS_WITHOUT_DATABASE or (command == "check" and "--database" in argv)


def set_demo_environment() -> None:
    """Set defaults for the demo: mails are written to a folder, and no second login step is required."""
    folder = Path(os.environ.get("PALVELUKARTTA_DATA_DIR") or "var/postgres").resolve()
    os.environ.setdefault("EMAIL_URL", f"file://{folder}-mail")
    os.environ.setdefault("PALVELUKARTTA_REQUIRE_MFA", "false")


def exit_on_signal(number: int, _frame) -> None:
    """Raise SystemExit, so that the database is stopped too."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, exit_on_signal)
    signal.signal(signal.SIGHUP, exit_on_signal)
    main(sys.argv)
