"""The demo's story on the whole running product, and what it leaves in logs and files: no secret."""

import asyncio
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from twogate.cli.demo_caller import App
from twogate.cli.demo_stage import Stage, free_port, stage
from twogate.cli.demo_story import Story
from twogate.cli.demo_transcript import Transcript
from twogate.cli.supervisor import Supervisor

pytestmark = pytest.mark.xdist_group("demo")  # one story for all tests of this file
STEPS = 12


@dataclass
class Played:
    """What remains of a story."""

    tell: Transcript
    titles: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    written: dict[str, bytes] = field(default_factory=dict)  # every file and log the product wrote


class Listening(Transcript):
    """Keeps the titles, too."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__()
        self._titles = titles

    def step(self, title: str) -> None:
        self._titles.append(title)
        super().step(title)


async def _play() -> Played:
    titles: list[str] = []
    played = Played(Listening(titles), titles)
    async with stage(f"127.0.0.1:{free_port()}") as ground:
        supervisor = Supervisor(ground.prepared, quiet=True)

        async def story(running: Supervisor) -> int:
            client = App(ground.url)
            await Story(ground, running, played.tell, client).play()
            await client.close()
            played.secrets = client.secrets
            return 0

        assert await supervisor.until_signal(story) == 0, "\n".join(supervisor.log)
        _collect(ground, supervisor, played)
    return played


def _collect(ground: Stage, supervisor: Supervisor, played: Played) -> None:
    """Take along everything that was written, after the product has stopped and flushed it."""
    data = ground.prepared.installation.paths.data
    for folder, _, names in os.walk(data):
        for name in names:
            path = Path(folder, name)
            if path.is_file():
                played.written[str(path.relative_to(data))] = path.read_bytes()
    played.written["the log of control plane and edge"] = "\n".join(supervisor.log).encode()
    played.written["the mails"] = repr(ground.mailbox.letters).encode()


@pytest.fixture(scope="module")
def played() -> Played:
    """The story, played once for all tests of this file."""
    return asyncio.run(_play())


def test_every_step_is_as_told(played: Played) -> None:
    """Challenges in three dialects, sign-in, step-up, replay, revocation, lockout, quota, no control plane."""
    assert played.tell.failed == []
    assert played.tell.steps == STEPS
    assert played.tell.checks >= 25


def test_the_story_has_every_scene(played: Played) -> None:
    """No scene was left out because one before it gave up."""
    words = ("credential", "second factor", "wrong code", "right code", "token", "older than", "Step up")
    later = ("once more", "Revoke", "guesses", "quota", "control plane is stopped")
    for word in words + later:
        assert any(word in title for title in played.titles), word


def test_no_secret_is_written_anywhere(played: Played) -> None:
    """Passwords, TOTP secrets, codes, tokens and handles of the whole story are in no log, mail or database file."""
    assert len(played.secrets) > 30
    assert "twogate.db" in played.written
    assert any(name.startswith("edge/") and b"frontend" in content for name, content in played.written.items())
    assert any(name.startswith("traffic/") and content for name, content in played.written.items())
    found = [
        f"{name} holds a secret of {len(secret)} characters"
        for name, content in played.written.items()
        for secret in played.secrets
        if _holds(content, secret)
    ]
    assert found == []


def _holds(content: bytes, secret: str) -> bool:
    """Whether the secret stands there. Six digits may be part of a longer number by chance, so they stand alone."""
    word = re.escape(secret.encode())
    return re.search(rb"(?<![\w.-])" + word + rb"(?![\w.-])" if secret.isdigit() else word, content) is not None
