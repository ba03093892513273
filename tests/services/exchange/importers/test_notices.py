"""Every notice that an import can give has a heading where coordinators read it."""

import ast
from pathlib import Path

from services.admin.import_notices import NOTICE_HEADINGS
from services.exchange import importers


def codes_in(tree: ast.Module) -> set[str]:
    """The first argument of every call of `notice`: both arms of a condition, and through a local name."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)

    def texts(node: ast.expr) -> set[str]:
        if isinstance(node, ast.IfExp):
            return texts(node.body) | texts(node.orelse)
        if isinstance(node, ast.Name):
            return set().union(*(texts(value) for value in named.get(node.id, []) if isinstance(value, ast.IfExp)))
        return {node.value} if isinstance(node, ast.Constant) else set()

    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    return set().union(*(texts(call.args[0]) for call in calls if getattr(call.func, "attr", "") == "notice"))


def test_every_code_of_a_notice_has_a_heading_and_every_heading_a_code():
    folder = Path(importers.__file__).parent
    used = set().union(*(codes_in(ast.parse(path.read_text("utf-8"))) for path in folder.rglob("*.py")))
    assert {"local-edit-and-source-changed", "unknown-status", "not-delivered", "broader-elsewhere"} <= used
    assert used | {"refused"} == set(NOTICE_HEADINGS)
