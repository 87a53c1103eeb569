"""The reference is what the code says: nobody writes it by hand, and it names everything."""

import importlib.util
import re
from pathlib import Path

import pytest

from twogate.cli.exit_codes import ExitCode
from twogate.cli.main import COMMANDS
from twogate.rules.policy.keys import RULE, TOP, UPSTREAM
from twogate.settings.environment import PREFIX
from twogate.settings.load import variables
from twogate.terms.events import Event
from twogate.terms.reasons import Reason


@pytest.fixture(scope="module")
def written(root: Path) -> dict[str, str]:
    """The pages as ``make docs`` would write them now."""
    spec = importlib.util.spec_from_file_location("write_reference", root / "tools/write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages: dict[str, str] = module.pages()
    return pages


def test_the_pages_are_what_the_code_says(written: dict[str, str], root: Path) -> None:
    """The pages in docs/reference are those that ``make docs`` writes, no more and no fewer."""
    committed = {path.name: path.read_text() for path in sorted((root / "docs/reference").iterdir())}
    stale = [name for name in written if committed.get(name) != written[name]]
    assert stale == [], "run `make docs`"
    assert committed.keys() == written.keys()


def test_the_pages_name_everything(written: dict[str, str]) -> None:
    """Each command, variable, policy key, reason, event and exit code is on its page."""
    wanted = {
        "cli.md": [f"### twogate {name}\n" for name in COMMANDS],
        "settings.md": [f"`{PREFIX}{name}`" for name in variables() if not name.endswith("_FILE")],
        "policy.md": [f"| `{key}` |" for key in (*TOP, *UPSTREAM, *RULE)],
        "reasons.md": [f"| `{reason}` |" for reason in Reason],
        "events.md": [f"| `{event}` |" for event in Event],
        "exit-codes.md": [f"| {int(code)} | {code.name} |" for code in ExitCode],
    }
    missing = [f"{page}: {text}" for page, texts in wanted.items() for text in texts if text not in written[page]]
    assert missing == []


def test_a_page_speaks_plain_words(written: dict[str, str]) -> None:
    """No page shows terminal markup, a secret's default or a folder of the machine it was written on."""
    for name, text in written.items():
        for word in ("[bold]", "[dim]", "***", "PydanticUndefined", "`None`"):
            assert word not in text, (name, word)
        assert re.search(r"/(?:root|home|work)/", text) is None, name
