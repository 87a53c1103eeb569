"""Small: the sizes that CONTRIBUTING promises, measured."""

import ast
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES = 40
FILE_LINES = 400
POSITIONAL = 3
PUBLIC_METHODS = 10
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _modules(root: Path) -> Iterator[tuple[Path, ast.Module, str]]:
    for path in sorted((root / "src").rglob("*.py")):
        text = path.read_text()
        yield path.relative_to(root), ast.parse(text), text


def _body_lines(function: Function) -> int:
    """Lines of the function without its docstring: explaining is not what makes a function long."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_files_are_small(root: Path) -> None:
    """No source file is longer than 400 lines."""
    long = [f"{path}: {text.count(chr(10))}" for path, _, text in _modules(root) if text.count("\n") > FILE_LINES]
    assert long == []


def test_functions_are_small(root: Path) -> None:
    """No function is longer than 40 lines, its docstring left out."""
    long = [
        f"{path}:{node.lineno} {node.name}: {_body_lines(node)}"
        for path, tree, _ in _modules(root)
        for node in ast.walk(tree)
        if isinstance(node, Function) and _body_lines(node) > FUNCTION_LINES
    ]
    assert long == []


def test_positional_parameters_are_few(root: Path) -> None:
    """No function takes more than three parameters by position; the rest have names.

    four_by_position.txt lists the debt of the first version; the list must be exact, so that it can only shrink.
    """
    debt = (root / "tests/house/four_by_position.txt").read_text().split()
    many = []
    for path, tree, _ in _modules(root):
        for node in ast.walk(tree):
            if isinstance(node, Function):
                names = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in {"self", "cls"}]
                # A command's and a route's parameters are its options: typer and FastAPI read them by name.
                if len(names) > POSITIONAL and not node.decorator_list:
                    many.append(f"{path}:{node.name}")
    assert sorted(many) == sorted(debt)


def test_classes_are_small(root: Path) -> None:
    """No class has more than ten public methods."""
    big = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree, _ in _modules(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and sum(
            isinstance(item, Function) and not item.name.startswith("_") and not _is_property(item)
            for item in node.body
        )
        > PUBLIC_METHODS
    ]
    assert big == []


def _is_property(function: Function) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "property" for d in function.decorator_list)


def test_the_measure_itself_measures() -> None:
    """A function of 41 lines is seen as 41 lines, its docstring of two lines left out."""
    text = "def f():\n    '''a\n    b'''\n" + "    x = 1\n" * 40
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert _body_lines(node) == 41
