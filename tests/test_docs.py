"""The documentation agrees with the repository: links, settings, commands, paths and indexes."""

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
PAGES = [*sorted(REPOSITORY.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PACKAGES = ("palvelukartta", "services", "organisations")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
CODE = re.compile(r"`([^`\n]+)`")
VARIABLE = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
COMMAND = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)
PATH = re.compile(r"(?:\.ci|docs|locale|static|templates|tests|tools|palvelukartta|services|organisations)/[\w./-]*")
CLASS = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")
MODULE = re.compile(r"(?:palvelukartta|services|organisations)(?:\.\w+)+")


@pytest.fixture(scope="module")
def sources():
    """All Python code of the packages as a single text."""
    return "\n".join(path.read_text() for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py"))


def name_of(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_internal_link_points_to_a_file(page):
    links = [markdown or html for markdown, html in LINK.findall(page.read_text())]
    targets = [link.partition("#")[0] for link in links if not link.startswith(("http://", "https://", "#"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_and_module_that_a_page_names_exists(page):
    codes = CODE.findall(page.read_text())
    paths = [code for code in codes if PATH.fullmatch(code) and not re.search(r"\b(NAME|NNNN)\b", code)]
    modules = [code for code in codes if MODULE.fullmatch(code)]
    assert [path for path in paths if not (REPOSITORY / path).exists()] == []
    assert [module for module in modules if not module_exists(module)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_class_that_a_page_names_exists(page, sources):
    classes = [code for code in CODE.findall(page.read_text()) if CLASS.fullmatch(code)]
    assert [name for name in classes if not re.search(rf"^class {name}\b", sources, re.MULTILINE)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_that_a_page_names_exists(page):
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = re.findall(r"(?:`|^    )(?:\w+=\w+ )?make ([a-z-]+)", page.read_text(), re.MULTILINE)
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_every_variable_of_the_environment_is_documented():
    documented = set(VARIABLE.findall((DOCS / "configuration.md").read_text()))
    assert documented == read_variables()


def test_every_management_command_is_documented():
    documented = set(COMMAND.findall((DOCS / "operations.md").read_text()))
    files = [path for package in PACKAGES for path in REPOSITORY.glob(f"{package}/management/commands/[!_]*.py")]
    assert documented == {path.stem for path in files}


def test_every_page_is_in_the_index():
    index = linked_from(DOCS / "README.md")
    assert {page for page in DOCS.glob("*.md") if page.name != "README.md"} <= index
    assert DOCS / "decisions" / "README.md" in index


def test_every_decision_is_in_the_index_under_its_title():
    rows = re.findall(
        r"^\| (\d{4}) \| \[(.+)\]\((.+)\) \|$", (DOCS / "decisions" / "README.md").read_text(), re.MULTILINE
    )
    titles = [decision.read_text().splitlines()[0] for decision in DECISIONS]
    assert [f"# {number}. {title}" for number, title, _file in rows] == titles
    assert [file for _number, _title, file in rows] == [decision.name for decision in DECISIONS]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.stem)
def test_decision_is_short_and_has_three_parts(decision):
    lines = decision.read_text().splitlines()
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequence"]
    assert 5 <= len(lines) <= 20


def module_exists(name: str) -> bool:
    """Whether the dotted name is a module, a package or a name in a module."""
    path = REPOSITORY / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module = path.parent.with_suffix(".py")
    return module.exists() and bool(re.search(rf"\b{path.name}\b", module.read_text()))


def linked_from(page: Path) -> set[Path]:
    return {(page.parent / link).resolve() for link, _html in LINK.findall(page.read_text())}


def read_variables() -> set[str]:
    """The names of all variables that the project reads; those of identity providers for a provider named "vake"."""
    names = set()
    for path in [*(REPOSITORY / "palvelukartta").rglob("*.py"), REPOSITORY / "manage.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).startswith("env."):
                names.add(variable_of(node.args[0]))
    return names - {""}


def variable_of(argument: ast.expr) -> str:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.isupper():
        return argument.value
    if isinstance(argument, ast.JoinedStr) and ast.unparse(argument).startswith("f'{prefix}_"):
        return f"PALVELUKARTTA_OIDC_VAKE_{argument.values[-1].value.lstrip('_')}"
    return ""
