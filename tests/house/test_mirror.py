"""Tests mirror the source, say what they hold, and are never skipped."""

import ast
import re
from pathlib import Path

_SKIP = re.compile(r"\b(pytest\.(mark\.)?(skip|skipif|xfail)|importorskip|unittest\.skip)\b")


def _does_something(module: Path) -> bool:
    """Whether a module has a function with a body; frozen records, enums and protocols have none."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not all(isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) for item in node.body)
        for node in ast.walk(ast.parse(module.read_text()))
    )


def test_every_module_has_its_test_twin(root: Path) -> None:
    """src/twogate/a/b.py is tested by tests/a/test_b.py; modules of mere records need no twin.

    without_twin.txt lists the debt of the first version, module by module: a suite covers them, a twin does not yet.
    The list must be exact, so that it can only shrink.
    """
    debt = (root / "tests/house/without_twin.txt").read_text().split()
    missing = []
    for module in sorted((root / "src/twogate").rglob("*.py")):
        relative = module.relative_to(root / "src/twogate")
        if module.name in {"__init__.py", "__main__.py"} or "migrations" in relative.parts:
            continue
        if not _does_something(module):
            continue
        if not (root / "tests" / relative.parent / f"test_{module.name}").exists():
            missing.append(str(relative))
    assert sorted(missing) == sorted(debt)


def _test_functions(root: Path) -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (path.relative_to(root), node)
        for top in ("tests", "suites")
        for path in sorted((root / top).rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def test_every_test_says_what_it_holds(root: Path) -> None:
    """Each test function has a docstring that is a sentence."""
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, node in _test_functions(root)
        if not (ast.get_docstring(node) or "").rstrip().endswith((".", "?", "!", ":"))
    ]
    assert silent == []


def test_every_test_can_fail(root: Path) -> None:
    """Each test function asserts, expects an exception, or calls something that is named as a check."""
    toothless = []
    for path, node in _test_functions(root):
        names = {n.func.attr for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
        names |= {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        checks = any(re.match(r"_?(raises|assert|expect|check|must|agree|run_state_machine)", name) for name in names)
        if not checks and not any(isinstance(n, ast.Assert) for n in ast.walk(node)):
            toothless.append(f"{path}:{node.lineno} {node.name}")
    assert toothless == []


def test_no_test_is_skipped(root: Path) -> None:
    """No test carries a skip or an expected failure: what it needs is installed by its set-up."""
    here = Path(__file__).resolve()
    skips = [
        str(path.relative_to(root))
        for top in ("tests", "suites")
        for path in (root / top).rglob("*.py")
        if path != here and _SKIP.search(path.read_text())
    ]
    assert skips == []
