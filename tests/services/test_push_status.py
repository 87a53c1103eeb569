"""What the first screen may learn while it waits."""

from tests.services.push_stage import Stage, shown

from twogate.services.push_status import PushState
from twogate.services.screens import Ask
from twogate.terms.push import Decision
from twogate.terms.secret import Secret


async def test_it_waits_and_then_it_is_answered(stage: Stage) -> None:
    """By a yes, by a no, by its end: in each case the form is to be sent."""
    screen = await stage.ask()
    assert await stage.status.of(screen.handle) is PushState.WAITING
    await stage.answer(Decision.APPROVE, shown(screen))
    assert await stage.status.of(screen.handle) is PushState.ANSWERED
    denied = await stage.ask()
    await stage.answer(Decision.DENY)
    assert await stage.status.of(denied.handle) is PushState.ANSWERED
    late = await stage.ask()
    stage.desk.clock.advance(120)
    assert await stage.status.of(late.handle) is PushState.ANSWERED


async def test_looking_changes_nothing(stage: Stage) -> None:
    """The handle stays good, and the answer is used by the form alone."""
    screen = await stage.ask()
    await stage.answer(Decision.APPROVE, shown(screen))
    for _ in range(3):
        await stage.status.of(screen.handle)
    assert not isinstance(await stage.go_on(screen), Ask)
    assert await stage.status.of(screen.handle) is PushState.NOTHING


async def test_only_the_flows_own_handle_says_anything(stage: Stage) -> None:
    """No other handle, no flow that asked no phone, no flow whose question is over."""
    assert await stage.status.of(Secret("tg_fl_" + "x" * 43)) is PushState.NOTHING
    half = await stage.desk.half(stage.alice)
    assert await stage.status.of(half.handle) is PushState.NOTHING
    screen = await stage.ask()
    await stage.answer(Decision.DENY)
    told = await stage.go_on(screen)
    assert isinstance(told, Ask)
    assert await stage.status.of(told.handle) is PushState.NOTHING
