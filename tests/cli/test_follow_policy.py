"""Following a policy file."""

from pathlib import Path

import pytest
from tests.ports import FakeClock

from twogate.cli.follow_policy import FollowPolicy, News
from twogate.cli.policy_file import PolicyInvalid
from twogate.cli.starter_policy import starter_policy
from twogate.services.publish_policy import PublishPolicy
from twogate.store.unit import Store

GOOD = starter_policy(upstream="http://127.0.0.1:9", public_url="http://localhost:8080")


class Followed:
    """A file, what follows it, and what was told."""

    def __init__(self, store: Store, clock: FakeClock, path: Path) -> None:
        self.path, self.news = path, list[News]()
        self.publisher = PublishPolicy(store, clock)
        self.follow = FollowPolicy(path, self.publisher, self.news.append)

    async def version(self) -> int:
        current = await self.publisher.current()
        return current.version if current else 0


@pytest.fixture
def followed(store: Store, fake_clock: FakeClock, tmp_path: Path) -> Followed:
    path = tmp_path / "twogate.toml"
    path.write_text(GOOD)
    return Followed(store, fake_clock, path)


async def test_only_other_content_is_a_change(followed: Followed) -> None:
    """A touched file publishes nothing; another comment is another version."""
    assert (await followed.follow.first()).version == 1
    followed.path.write_text(GOOD)
    await followed.follow.look()
    assert (followed.news, await followed.version()) == ([], 1)
    followed.path.write_text(GOOD + "# more\n")
    await followed.follow.look()
    assert [one.version for one in followed.news] == [2]


async def test_mistakes_are_told_once_and_the_last_good_one_stays(followed: Followed) -> None:
    """A half-saved file changes nothing; mended, it is published."""
    await followed.follow.first()
    followed.path.write_text(GOOD.replace("aal2", "aal9"))
    for _ in range(2):
        await followed.follow.look()
    assert [bool(one.mistakes) for one in followed.news] == [True]
    assert "last good" in followed.news[0].mistakes[-1]
    assert await followed.version() == 1
    followed.path.write_text(GOOD + "# mended\n")
    await followed.follow.look()
    assert followed.news[-1].version == 2


async def test_a_file_that_is_gone_is_told_once(followed: Followed) -> None:
    """Removed, the policy stays; back again unchanged, nothing is published."""
    await followed.follow.first()
    followed.path.unlink()
    for _ in range(2):
        await followed.follow.look()
    assert len(followed.news) == 1
    followed.path.write_text(GOOD)
    await followed.follow.look()
    assert (len(followed.news), await followed.version()) == (1, 1)


async def test_a_start_with_mistakes_does_not_start(followed: Followed) -> None:
    """The first policy must be good: there is no last good one to fall back to."""
    followed.path.write_text("nonsense")
    with pytest.raises(PolicyInvalid):
        await followed.follow.first()
    assert await followed.version() == 0


async def test_a_file_that_is_no_utf_8_is_a_mistake(followed: Followed) -> None:
    """Nothing is guessed in its place: not at the start, and later the last good one stays."""
    await followed.follow.first()
    followed.path.write_bytes(GOOD.encode() + b"# caf\xe9\n")
    await followed.follow.look()
    assert "UTF-8" in followed.news[-1].mistakes[0]
    assert await followed.version() == 1
    with pytest.raises(PolicyInvalid):
        await followed.follow.first()
