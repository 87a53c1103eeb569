"""Shop windows: an ``__init__`` holds a docstring, imports and ``__all__``, and the names it shows exist."""

import ast
import importlib
from pathlib import Path

import pytest


def _packages(root: Path) -> list[Path]:
    return sorted((root / "src/twogate").rglob("__init__.py"))


def test_init_files_hold_no_code(root: Path) -> None:
    """An ``__init__`` defines nothing but ``__all__`` and ``__version__``."""
    wrong = []
    for path in _packages(root):
        for node in ast.parse(path.read_text()).body:
            named = isinstance(node, ast.Assign) and all(
                isinstance(t, ast.Name) and t.id in {"__all__", "__version__"} for t in node.targets
            )
            prose = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not (named or prose or isinstance(node, ast.Import | ast.ImportFrom)):
                wrong.append(f"{path.relative_to(root)}:{node.lineno}")
    assert wrong == []


def test_public_names_exist_and_are_sorted(root: Path) -> None:
    """Each name in an ``__all__`` exists, once, in order."""
    for path in _packages(root):
        dotted = ".".join(path.parent.relative_to(root / "src").parts)
        names = getattr(importlib.import_module(dotted), "__all__", [])
        assert list(names) == sorted(set(names)), dotted
        for name in names:
            assert hasattr(importlib.import_module(dotted), name), f"{dotted}.{name}"


@pytest.mark.parametrize("window", ["twogate", "twogate.terms", "twogate.rules"])
def test_windows_import_quickly_without_side_effects(window: str) -> None:
    """A package imports without doing anything."""
    assert importlib.import_module(window).__doc__
