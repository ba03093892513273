"""Run the tests beside the browser that the uncommitted change, or the commits since main, most likely break.

First the tests that were changed and those named after changed files, then the rest of the same folders, until the
time limit; what it leaves out is counted. Without a change: the core.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
CORE = ("tests/services/search", "tests/services/actions", "tests/organisations")
SECONDS = 75


def changed_files() -> list[str]:
    """Paths that differ from where this branch left main, or, on main, from the last commit."""
    base = _git("merge-base", "HEAD", "main") or ["HEAD"]
    return [*_git("diff", "--name-only", base[0]), *_git("ls-files", "--others", "--exclude-standard")]


def tests_of(paths: list[str]) -> list[str]:
    """Test files, the likeliest first: changed ones, ones named after a changed file, ones in its mirrored folder."""
    first, named, near = [], [], []
    for path in map(Path, paths):
        if path.parts[0] == "tests":
            is_test = path.name.startswith("test_")
            first += [path] if is_test and (ROOT / path).exists() else []
            near += [] if is_test else _tests_in((ROOT / path).parent)
            continue
        parts = path.parts[1:] if path.parts[0] in ("templates", "static") else path.parts
        stem = path.stem.lstrip("_")
        named += [test.relative_to(ROOT) for test in TESTS.rglob(f"test_*{stem}*.py")] if len(stem) > 3 else []
        folder = TESTS.joinpath(*parts[:-1])
        while not folder.is_dir():
            folder = folder.parent
        # A change beside the packages has no folder of its own.
        near += _tests_in(folder) if folder != TESTS else []
    chosen = dict.fromkeys(str(test) for test in (*first, *named, *near) if "browser" not in test.parts)
    return list(chosen)


def _tests_in(folder: Path) -> list[Path]:
    return sorted(test.relative_to(ROOT) for test in folder.glob("test_*.py"))


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.splitlines()


def main() -> int:
    paths = tests_of(changed_files()) or list(CORE)
    print(f"Testing {len(paths)} files or folders, beginning with {', '.join(paths[:3])}", flush=True)
    options = ["--numprocesses=logical", "--dist=load", "-p", "tests.plugins.time_limit", f"--time-limit={SECONDS}"]
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *options, *paths], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
