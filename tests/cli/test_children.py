"""Children of ``twogate up``."""

import asyncio
import sys

import pytest

from twogate.cli.children import Child, ChildEnded, Word

_READY = "import json, time; print(json.dumps({'ready': True}), flush=True); time.sleep(60)"


def _child(program: str, words: list[Word] | None = None, lines: list[str] | None = None) -> Child:
    heard, said = words if words is not None else [], lines if lines is not None else []
    command = (sys.executable, "-c", program)
    return Child("one", command, heard=lambda _, word: heard.append(word), said=lambda _, line: said.append(line))


async def test_ready_is_what_the_child_says() -> None:
    """Its word counts, noise before it does not; stopped, it is gone."""
    words: list[Word] = []
    child = _child("print('noise')\n" + _READY, words)
    await child.start()
    async with asyncio.timeout(10):
        await child.until_ready()
    assert words == [{"ready": True}]
    assert child.pid is not None
    await child.stop(5)
    assert child.pid is None


async def test_an_end_before_that_is_told_with_its_code() -> None:
    """What it said on standard error has arrived before the end is told."""
    lines: list[str] = []
    child = _child("import sys; print('port taken', file=sys.stderr); sys.exit(4)", lines=lines)
    await child.start()
    with pytest.raises(ChildEnded) as ended:
        await child.until_ready()
    assert (ended.value.code, lines) == (4, ["port taken"])
