"""The agent's answers about DPoP proofs: lines in, lines out, and no answer where nothing is known."""

import asyncio
import contextlib
import hashlib
import os
import stat
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import FakeClock
from tests.rules.protocols.keys import Caller

from twogate.dataplane.faults import ControlUnavailableError
from twogate.dataplane.proofs import LONGEST, Proofs, Together, Verdict
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.terms.reasons import Reason

URL = "https://api.example.com/orders/7"
TOKEN = "header.claims.signature"
DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()
ADA = Caller()


@dataclass
class Control:
    """Whom the agent asks: it remembers, and can be away, slow, or short of words."""

    asked: list[int] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    away: bool = False
    gate: asyncio.Event | None = None
    refusal: Reason | None = None

    async def spend(self, proofs: Sequence[Proved]) -> list[Verdict]:
        self.asked.append(len(proofs))
        if self.gate is not None:
            await self.gate.wait()
        if self.away:
            raise ControlUnavailableError("away")
        if self.refusal is not None:
            return [Verdict(self.refusal, "n-1")] * len(proofs)
        found = [Verdict(Reason.DPOP_REPLAYED if one.mark in self.used else None) for one in proofs]
        self.used |= {one.mark for one in proofs}
        return found


def _question(proof: str | None = None, *, method: str = "GET", url: str = URL, digest: str = DIGEST) -> bytes:
    given = ADA.proof("GET", URL, token=TOKEN) if proof is None else proof
    return f"{method}\t{url}\t{digest}\t{given}\n".encode()


async def test_a_good_proof_is_answered_with_its_key_and_once() -> None:
    """The key is what the gateway compares with the token's; the second time it is a replay."""
    proofs, question = Proofs(FakeClock(), Control().spend), _question()
    assert await proofs.answer(question) == f"ok {ADA.thumbprint}"
    assert await proofs.answer(question) == "no dpop_replayed"


@pytest.mark.parametrize(
    "question",
    [
        b"",
        b"\n",
        b"\t\t\t\n",
        _question("x"),
        _question(method="POST"),
        _question(url="https://api.example.com/orders/8"),
        _question(digest="ab" * 32),
        _question(ADA.proof("GET", URL, token=TOKEN) + "\tmore"),
        _question() + _question(),
    ],
)
async def test_what_proves_nothing_is_never_asked_about(question: bytes) -> None:
    """A bad proof, too few and too many fields: refused here, or not answered at all."""
    control = Control()
    assert await Proofs(FakeClock(), control.spend).answer(question) in {"no dpop_invalid", ""}
    assert control.asked == []


async def test_a_nonce_is_handed_on() -> None:
    """The caller learns the nonce to use."""
    control = Control(refusal=Reason.DPOP_NONCE_NEEDED)
    assert await Proofs(FakeClock(), control.spend).answer(_question()) == "no dpop_nonce_needed n-1"


async def test_many_are_asked_about_in_one_go() -> None:
    """While one question is under way the others gather; each gets its own answer."""
    control = Control(gate=asyncio.Event())
    assert control.gate is not None
    proofs = Proofs(FakeClock(), control.spend)
    replayed = _question()
    questions = [replayed, *(_question() for _ in range(299)), replayed]
    tasks = [asyncio.create_task(proofs.answer(one)) for one in questions]
    await asyncio.sleep(0)
    control.gate.set()
    answers = await asyncio.gather(*tasks)
    assert answers[-1] == "no dpop_replayed"
    assert set(answers[:-1]) == {f"ok {ADA.thumbprint}"}
    assert sum(control.asked) == 301
    assert len(control.asked) <= 4
    assert max(control.asked) <= 128


async def test_when_nobody_can_say_it_everybody_who_waits_is_told() -> None:
    """And the next question is asked anew: the control plane may be back."""
    control = Control(away=True)
    together = Together(control.spend)
    proved = Proved("k", "m", FakeClock().now(), "")
    failed = await asyncio.gather(*(together.verdict(proved) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(one, ControlUnavailableError) for one in failed)
    control.away = False
    assert (await together.verdict(proved)).refused is None


async def test_who_gives_up_does_not_hold_the_others_up() -> None:
    """A connection that is cancelled while it waits leaves the rest alone."""
    control = Control(gate=asyncio.Event())
    assert control.gate is not None
    together, now = Together(control.spend), FakeClock().now()
    tasks = [asyncio.create_task(together.verdict(Proved("k", mark, now, ""))) for mark in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    control.gate.set()
    first, second, third = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(second, asyncio.CancelledError)
    assert first == third == Verdict(None)


@asynccontextmanager
async def _served(folder: Path, control: Control) -> AsyncIterator[Path]:
    path = folder / "p.sock"
    task = asyncio.create_task(Proofs(FakeClock(), control.spend).run(path))
    await asyncio.sleep(0)  # it listens before it first waits
    try:
        yield path
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _ask(path: Path, question: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(str(path))
    with contextlib.suppress(ConnectionError):
        writer.write(question)
        writer.write_eof()
        answer = await reader.read()
    writer.close()
    return answer


async def test_the_socket_is_ours_alone_and_speaks_lines(tmp_path: Path) -> None:
    """Nobody else on the machine can open it; one question, one answer, then it is closed."""
    async with _served(tmp_path, Control()) as path:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600  # noqa: PTH116
        assert await _ask(path, _question()) == f"ok {ADA.thumbprint}\n".encode()
        assert await _ask(path, b"") == b"no dpop_invalid\n"


async def test_no_answer_where_nothing_is_known(tmp_path: Path) -> None:
    """The control plane is away, a question is endless: the connection ends without a word, and others are served."""
    control = Control(away=True)
    async with _served(tmp_path, control) as path:
        assert await _ask(path, _question()) == b""
        assert await _ask(path, b"x" * (2 * LONGEST)) == b""
        control.away = False
        assert await _ask(path, _question()) == f"ok {ADA.thumbprint}\n".encode()


@given(st.binary(max_size=400) | st.lists(st.text(max_size=40), max_size=6).map("\t".join).map(str.encode))
def test_nothing_is_raised_over(question: bytes) -> None:
    """Whatever stands in a question, it is answered with a refusal, or not at all."""
    answer = asyncio.run(Proofs(FakeClock(), Control().spend).answer(question))
    assert answer in {"no dpop_invalid", ""}
