"""The house rules that a machine can hold: who imports whom, who reads and prints, how long things are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import commission_opt

ROOT = Path(commission_opt.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
ORDER = ("errors", "place", "program", "rules", "model", "solvers", "plan", "analysis", "reports", "explorer", "cli")
"""Rooms in the order of the pipeline: each imports only from itself and from those before it."""

ANYWHERE = {"shipped", "halt"}
"""Where the files that ship are found, and the wish to stop early: of use to every room."""

MAY_READ = (
    "place/read",
    "place/write",
    "place/parquet",
    "place/csv",
    "place/settings",
    "place/workbook",
    "model/read",
    "program/export",
    "solvers/arrow/checkpoint",
    "solvers/arrow/compiled",
)
"""Modules that open files, besides reports, the page, the command line and what ships."""

MAY_PRINT = ("cli", "reports")
LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 300, 40, 5


def name_of(path: Path) -> str:
    """Return a file's path inside the package, without its ending."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


def room_of(name: str) -> str:
    """Return the room of a module: the first part of its path."""
    return name.split("/")[0]


def tree_of(path: Path) -> ast.Module:
    """Return a file as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST, *, deferred: bool = True) -> set[str]:
    """Return every module that a tree imports when it runs, those for the type checker alone left out.

    Without the deferred ones, only those that importing the module imports.
    """
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.FunctionDef) and not deferred:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
        else:
            found |= imports(node, deferred=deferred)
    return found


def calls(tree: ast.AST) -> set[str]:
    """Return what a tree calls: functions by their name, methods with a full stop before it."""
    named = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {f".{func.attr}" if isinstance(func, ast.Attribute) else str(getattr(func, "id", "")) for func in named}


def against_the_order(name: str, modules: set[str]) -> set[str]:
    """Return the rooms after its own that a module imports from."""
    rooms = [module.split(".")[1] for module in modules if module.startswith("commission_opt.")]
    return {room for room in rooms if room not in ANYWHERE and ORDER.index(room) > ORDER.index(room_of(name))}


@pytest.mark.parametrize("path", [path for path in FILES if room_of(name_of(path)) in ORDER], ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    """A room knows nothing of those after it; only ``to_html`` and its like call on a writer when they run."""
    name, tree = name_of(path), tree_of(path)
    assert not against_the_order(name, imports(tree, deferred=False))
    assert against_the_order(name, imports(tree)) <= {"reports"}


def test_every_room_has_its_place_in_the_order() -> None:
    """A new room says where it belongs."""
    assert {room_of(name_of(path)) for path in FILES} <= {*ORDER, *ANYWHERE, "__init__", "__main__"}


@pytest.mark.parametrize(("module", "owner"), [("pulp", "solvers/pulp"), ("highspy", "solvers/highs")])
def test_one_adapter_alone_imports_its_solver(module: str, owner: str) -> None:
    """Everything else knows answers, not solvers."""
    importers = {name_of(path) for path in FILES for name in imports(tree_of(path)) if name.split(".")[0] == module}
    assert importers == {owner}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_read_and_written_only_in_their_rooms(path: Path) -> None:
    """What computes takes and gives values."""
    name = name_of(path)
    if name.startswith(MAY_READ) or room_of(name) in ("reports", "explorer", "cli", *ANYWHERE):
        return
    methods = ("open", "read_text", "read_bytes", "write_text", "write_bytes", "read_csv", "to_csv", "read_parquet")
    assert not calls(tree_of(path)) & {"open", *(f".{method}" for method in methods)}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_prints(path: Path) -> None:
    """Importing or using the library is silent."""
    if room_of(name_of(path)) in MAY_PRINT:
        return
    assert not calls(tree_of(path)) & {"print", ".echo", ".secho", ".basicConfig"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short(path: Path) -> None:
    """A file that grows over the length has two subjects."""
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST_FILE


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_are_short_and_take_few_parameters(path: Path) -> None:
    """Docstrings are not counted, nor self and cls; the parameters of a command are its options."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0
            assert length < LONGEST_FUNCTION, f"{node.name} has {length} lines"
            args = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            args = [arg for arg in args if arg not in ("self", "cls")]
            command = any("command" in ast.unparse(decorator) for decorator in node.decorator_list)
            assert command or len(args) <= MOST_PARAMETERS, f"{node.name} takes {', '.join(args)}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_left_to_do(path: Path) -> None:
    """No note to self, no exemption, no stub."""
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("TODO", "FIXME", "XXX", "noqa", "type: ignore", "NotImplemented") if word in text]
