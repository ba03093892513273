"""Report imports of packages that are installed only as dependencies of others: pyproject.toml must declare them."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

PACKAGES = ("palvelukartta", "services", "organisations")


def imported_names(path: Path) -> Iterator[str]:
    """The top-level names of the absolute imports of a file."""
    for node in _runtime_nodes(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _runtime_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The node and its descendants, without what only the type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING"):
            yield from _runtime_nodes(child)


def normalise(requirement: str) -> str:
    """The name of the distribution, in the form that package indexes compare."""
    return re.findall(r"[\w.-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


if __name__ == "__main__":
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    declared = {normalise(requirement) for requirement in project["dependencies"]}
    ignored_names, distributions = {*sys.stdlib_module_names, *PACKAGES}, packages_distributions()
    problems = sorted(
        f"{path}: {name} is imported but not declared"
        for path in (path for package in PACKAGES for path in Path(package).rglob("*.py"))
        for name in set(imported_names(path)) - ignored_names
        if not declared & {normalise(distribution) for distribution in distributions.get(name, [])}
    )
    print("\n".join(problems) or "Every import is declared.")
    sys.exit(bool(problems))
