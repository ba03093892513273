"""Report functions over 60 lines and files over 400 lines."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_FUNCTION_LINES, MAX_FILE_LINES = 60, 400
PACKAGES = ("palvelukartta", "services", "organisations", "tests", "tools")


def size_violations(path: Path) -> Iterator[str]:
    """Yield a message for each violation in the file."""
    text = path.read_text()
    if (lines := text.count("\n")) > MAX_FILE_LINES:
        yield f"{path}: {lines} lines, at most {MAX_FILE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name}() has {lines} lines, at most {MAX_FUNCTION_LINES}"


if __name__ == "__main__":
    files = sorted(path for package in PACKAGES for path in Path(package).rglob("*.py"))
    violations = [line for path in files if "migrations" not in path.parts for line in size_violations(path)]
    print("\n".join(violations) or "No function and no file is too long.")
    sys.exit(bool(violations))
