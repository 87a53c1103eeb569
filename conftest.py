"""How tests are shared out between workers (pytest-xdist).

Decides that what starts one product is played by one worker: a folder of ``suites/`` whose fixtures are for the whole
folder, otherwise a file. Suites go first, the longest of them before the others, so that small files fill the gaps at
the end and no core waits for a long one.
"""

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

_HERE = Path(__file__).parent
_SUITES = "suites/"
_LONGEST = ("suites/walk", "suites/portal", "suites/push", "suites/webauthn", "suites/demo", "suites/agreement")


@cache
def _unit(file: str) -> str:
    """The folder or the file that one worker plays as a whole."""
    folder, _, _ = file.rpartition("/")
    shared = _HERE / folder / "conftest.py"
    whole = file.startswith(_SUITES) and shared.is_file() and 'scope="package"' in shared.read_text(encoding="utf-8")
    return folder if whole else file


class ByProduct(LoadScopeScheduling):
    """One product, one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return _unit(nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByProduct:
    """Share tests out by product, in the order in which they were collected."""
    config.option.loadscopereorder = False
    return ByProduct(config, log)  # type: ignore[arg-type]  # xdist does not publish the type of its log


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest suites first, then the others, then the files; within each the order stays as it was mixed."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, int, str]:
    file = item.nodeid.partition("::")[0]
    rank = next((place for place, folder in enumerate(_LONGEST) if file.startswith(f"{folder}/")), len(_LONGEST))
    return not file.startswith(_SUITES), rank, _unit(file) if file.startswith(_SUITES) else ""
