"""Names every import of the running code that pyproject.toml does not declare: it would go with whoever brought it."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

PACKAGES = ("palvelukartta", "services", "organisations")


def imports(path):
    """The top-level names that the file imports absolutely."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def normal(name):
    return re.match(r"[\w.-]+", name)[0].lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    declared = {normal(entry) for entry in tomllib.loads(Path("pyproject.toml").read_text())["project"]["dependencies"]}
    known, distributions = {*sys.stdlib_module_names, *PACKAGES}, packages_distributions()
    problems = sorted(
        f"{path}: {name} is imported and not declared"
        for path in (path for package in PACKAGES for path in Path(package).rglob("*.py"))
        for name in set(imports(path)) - known
        if not declared & {normal(distribution) for distribution in distributions.get(name, [])}
    )
    print("\n".join(problems) or "Every import is declared.")
    sys.exit(bool(problems))
