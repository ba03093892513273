"""Starts programs that refuse to run as root, PostgreSQL foremost, when root is who we are.

Three ways, tried in this order, because each works where another does not:
1. become the owner of the folder, where that is an ordinary user (root runs somebody's clone);
2. a user namespace in which root carries another number: no file changes hands, and folders that only root
   may enter stay reachable; some containers forbid it;
3. become `nobody`, keeping the one capability needed to pass through folders that only root may enter.
"""

import ctypes
import os
import pwd
import subprocess
import sys
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
    """Root cannot start the program as anybody else on this machine."""


class CurrentUser:
    """The way of an ordinary user: nothing to do."""

    def __init__(self):
        self.uid, self.gid = os.geteuid(), os.getegid()
        self.enter = None


@dataclass(frozen=True)
class OtherUser:
    """Run as another user, if asked with the right to pass through any folder."""

    uid: int
    gid: int
    pass_through: bool

    def enter(self):
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
    """Run in a user namespace where root's number is `inside_uid`; outside of it nothing changes."""

    inside_uid: int
    inside_gid: int
    uid: int = 0
    gid: int = 0

    def enter(self):
        if _libc().unshare(_CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{self.inside_uid} 0 1")
        Path("/proc/self/gid_map").write_text(f"{self.inside_gid} 0 1")


def find_identity(*, folder, program):
    """How to run `program` and Python so that they may write to `folder`, which root may give away for it.

    The result has `enter` (for subprocess' preexec_fn), and the `uid` and `gid` that own what is written.
    """
    if os.geteuid() != 0:
        return CurrentUser()
    for way in _candidate_identities(folder):
        if not _can_run(way, "true"):
            continue
        _change_owner(folder, way)
        if _can_run(way, _ACCESS_PROBE, program, folder, sys.executable):
            return way
    raise NoUnprivilegedIdentity(
        "PostgreSQL refuses to run as root, and no other user can be used here: run as an ordinary user."
    )


def make_folder(folder):
    """Create the folder (mode 0700) and its parents, owned by whoever owns the nearest one that exists."""
    missing = []
    for part in (folder, *folder.parents):
        if part.exists():
            break
        missing.append(part)
    for part in reversed(missing):
        part.mkdir(mode=0o700 if part == folder else 0o755, exist_ok=True)
        match_owner(part)


def match_owner(path):
    """Root gives what it made to the owner of the folder around it, who may go on without root."""
    if os.geteuid() == 0:
        around = path.parent.stat()
        os.chown(path, around.st_uid, around.st_gid)


def _candidate_identities(folder):
    owner = folder.stat()
    if owner.st_uid != 0 and _has_account(owner.st_uid):
        # The folder may be theirs while the programs lie where only root may enter.
        for pass_through in (False, True):
            yield OtherUser(owner.st_uid, owner.st_gid, pass_through)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return
    if sys.platform == "linux":
        yield UserNamespace(nobody.pw_uid, nobody.pw_gid)
    yield OtherUser(nobody.pw_uid, nobody.pw_gid, pass_through=True)


def _has_account(uid):
    # initdb looks its own user up by number and stops where there is none.
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _change_owner(folder, way):
    """Only the top is looked at: everything below is written by one way at a time."""
    if folder.stat().st_uid == way.uid:
        return
    for path in folder.rglob("*"):
        os.chown(path, way.uid, way.gid, follow_symlinks=False)
    # Last, so that a change of hands that was broken off is begun again.
    os.chown(folder, way.uid, way.gid)


def _can_run(way, script, *words):
    try:
        found = subprocess.run(
            ["/bin/sh", "-c", script, *map(str, words)],
            preexec_fn=way.enter,
            capture_output=True,
            timeout=20,
            cwd="/",
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return found.returncode == 0


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option, *values):
    numbers = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    return _libc().prctl(option, *numbers)


def _drop_other_capabilities(capability):
    """Drop every capability but this one, and let the program that follows inherit it."""

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
