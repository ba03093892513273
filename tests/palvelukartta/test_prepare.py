"""Error messages of `make demo` for missing requirements."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PREPARE = Path(__file__).resolve().parents[2] / "tools" / "prepare"


@pytest.fixture
def machine(tmp_path):
    """A folder with a lock file, and a PATH with only the programs of the test."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("cmp", "rm", "touch"):
        (programs / name).symlink_to(shutil.which(name))
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "requirements.lock").write_text("")

    def add(name, script):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)

    def prepare():
        environment = {"PATH": str(programs), "HOME": os.environ.get("HOME", "/")}
        return subprocess.run(
            ["/bin/sh", str(PREPARE), "requirements.lock"],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
        )

    prepare.add, prepare.clone = add, clone
    return prepare


def test_no_python(machine):
    process = machine()
    assert process.returncode == 1
    assert process.stderr == "Error: Python 3.11 or newer is needed; PYTHON=/path/to/python names one.\n"


def test_python_without_the_venv_module(machine):
    machine.add("python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    process = machine()
    assert process.returncode == 1
    assert process.stderr == (
        "Error: python3 lacks the venv module: install it (Debian, Ubuntu: apt install python3-venv).\n"
    )


def test_nothing_is_done_twice(machine):
    python = machine.clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    (machine.clone / ".venv" / "installed.lock").write_text("")
    process = machine()
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_a_dot_shows_that_a_long_installation_goes_on(machine):
    python = machine.clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$2" != pip ] || /bin/sleep 0.5\n')
    python.chmod(0o755)
    machine.add("python3", "exit 0")
    machine.add("cp", "exit 0")
    machine.add("sleep", "exec /bin/sleep 0.05")
    process = machine()
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("Installing the dependencies (a minute or two the first time) ....")
    assert process.stdout.endswith(".\n")


def test_a_failed_installation_ends_with_an_error(machine):
    python = machine.clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$2" != pip ]\n')
    python.chmod(0o755)
    machine.add("python3", "exit 0")
    machine.add("sleep", "exec /bin/sleep 0.05")
    process = machine()
    assert process.returncode == 1
    assert "could not be installed" in process.stderr
    assert not (machine.clone / ".venv" / "installed.lock").exists()
