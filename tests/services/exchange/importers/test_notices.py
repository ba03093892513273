"""Every notice of an import has a heading in the admin."""

import ast
from pathlib import Path

from services.admin.import_notices import NOTICE_HEADINGS
from services.exchange import importers


def codes_in(tree: ast.Module) -> set[str]:
    """Return the first arguments of all calls of `notice`, also those that are conditional or local variables."""
    assignments: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            assignments.setdefault(node.targets[0].id, []).append(node.value)

    def texts(node: ast.expr) -> set[str]:
        if isinstance(node, ast.IfExp):
            return texts(node.body) | texts(node.orelse)
        if isinstance(node, ast.Name):
            return set().union(
                *(texts(value) for value in assignments.get(node.id, []) if isinstance(value, ast.IfExp))
            )
        return {node.value} if isinstance(node, ast.Constant) else set()

    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    return set().union(*(texts(call.args[0]) for call in calls if getattr(call.func, "attr", "") == "notice"))


def test_codes_of_notices_and_headings_correspond():
    folder = Path(importers.__file__).parent
    used = set().union(*(codes_in(ast.parse(path.read_text("utf-8"))) for path in folder.rglob("*.py")))
    assert {"local-edit-and-source-changed", "unknown-status", "not-delivered", "broader-elsewhere"} <= used
    # The report of a run adds the first code; the other is made of the dimension of a facet.
    assert used | {"refused", "unknown-language"} == set(NOTICE_HEADINGS)
