"""Run programs that refuse to run as root, such as PostgreSQL, when the current user is root.

Three identities are tried in this order, because each works where another does not:
1. the owner of the folder, if that is an ordinary user (root runs a clone owned by a user);
2. a user namespace that maps root to another uid: no file changes owner, and folders that only root may enter
   stay reachable; some containers forbid it;
3. `nobody`, keeping only the capability to pass through folders that only root may enter.
"""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_ACCESS_PROBE = ': > "$1/.probe" && rm "$1/.probe" && test -x "$0" && exec "$2" -I -S -c ""'


class NoUnprivilegedIdentity(Exception):
    """Root cannot start the program as another user on this machine."""


class CurrentUser:
    """An ordinary user: no change of identity."""

    enter = None

    def __init__(self) -> None:
        self.uid, self.gid = os.geteuid(), os.getegid()


@dataclass(frozen=True)
class OtherUser:
    """Run as another user; `pass_through` keeps the capability to enter any folder."""

    uid: int
    gid: int
    pass_through: bool

    def enter(self) -> None:
        linux = sys.platform == "linux"
        if self.pass_through and linux:
            _prctl(_PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)
        if self.pass_through and linux:
            _drop_other_capabilities(_CAP_DAC_OVERRIDE)


@dataclass(frozen=True)
class UserNamespace:
    """Run in a user namespace where root has the uid `inside_uid`; outside of it nothing changes."""

    inside_uid: int
    inside_gid: int
    uid: int = 0
    gid: int = 0

    def enter(self) -> None:
        if _libc().unshare(_CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{self.inside_uid} 0 1")
        Path("/proc/self/gid_map").write_text(f"{self.inside_gid} 0 1")


Identity = CurrentUser | OtherUser | UserNamespace


def find_identity(*, folder: Path, program: Path) -> Identity:
    """Find an identity under which `program` and Python run and may write to `folder`; may change its owner.

    The result has `enter` (for the preexec_fn of subprocess), and the `uid` and `gid` that own new files.
    Raises NoUnprivilegedIdentity.
    """
    if os.geteuid() != 0:
        return CurrentUser()
    for identity in _candidate_identities(folder):
        if not _can_run(identity, "true"):
            continue
        _change_owner(folder, identity)
        if _can_run(identity, _ACCESS_PROBE, program, folder, sys.executable):
            return identity
    raise NoUnprivilegedIdentity(
        "PostgreSQL refuses to run as root, and no other user can be used here: run as an ordinary user."
    )


def make_folder(folder: Path) -> None:
    """Create the folder (mode 0700) and its parents with the owner of the nearest existing one."""
    missing = []
    for part in (folder, *folder.parents):
        if part.exists():
            break
        missing.append(part)
    for part in reversed(missing):
        part.mkdir(mode=0o700 if part == folder else 0o755, exist_ok=True)
        match_owner(part)


def match_owner(path: Path) -> None:
    """As root, give the path to the owner of its parent folder, who may use it later without root."""
    if os.geteuid() == 0:
        parent = path.parent.stat()
        os.chown(path, parent.st_uid, parent.st_gid)


def _candidate_identities(folder: Path) -> Iterator[Identity]:
    owner = folder.stat()
    if owner.st_uid != 0 and _has_account(owner.st_uid):
        # The owner may lack access to the programs, if they are in a folder of root.
        for pass_through in (False, True):
            yield OtherUser(owner.st_uid, owner.st_gid, pass_through)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return
    if sys.platform == "linux":
        yield UserNamespace(nobody.pw_uid, nobody.pw_gid)
    yield OtherUser(nobody.pw_uid, nobody.pw_gid, pass_through=True)


def _has_account(uid: int) -> bool:
    # initdb fails for a uid without an account.
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _change_owner(folder: Path, identity: Identity) -> None:
    """Change the owner of the folder and its content. Only the folder is checked: its files share one owner."""
    if folder.stat().st_uid == identity.uid:
        return
    for path in folder.rglob("*"):
        os.chown(path, identity.uid, identity.gid, follow_symlinks=False)
    # Last, so that an interrupted change is repeated.
    os.chown(folder, identity.uid, identity.gid)


def _can_run(identity: Identity, script: str, *arguments: str | Path) -> bool:
    try:
        process = subprocess.run(
            ["/bin/sh", "-c", script, *map(str, arguments)],
            preexec_fn=identity.enter,
            capture_output=True,
            timeout=20,
            cwd="/",
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return process.returncode == 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, *values: int) -> int:
    numbers = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    return _libc().prctl(option, *numbers)


def _drop_other_capabilities(capability: int) -> None:
    """Drop every capability except this one, and let the executed program inherit it."""

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    class Sets(ctypes.Structure):
        _fields_ = (
            ("effective", ctypes.c_uint32),
            ("permitted", ctypes.c_uint32),
            ("inheritable", ctypes.c_uint32),
        )

    mask = 1 << capability
    sets = (Sets * 2)(Sets(mask, mask, mask), Sets(0, 0, 0))
    if _libc().capset(ctypes.byref(Header(_CAPABILITY_VERSION_3, 0)), sets) == 0:
        _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability)
