"""Which groups people are in."""

import pytest
from tests.services.desk import Desk

from twogate.services.groups import Groups
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


async def test_joining_and_leaving_are_written_down(desk: Desk) -> None:
    """Once each, with who did it; what changes nothing leaves nothing behind."""
    groups, alice = Groups(desk.store, desk.clock), await desk.add()
    assert await groups.join(alice.user, "staff", actor="cli:root") == Passed(True)
    assert await groups.join(alice.user, "staff", actor="cli:root") == Passed(False)
    assert await groups.leave(alice.user, "staff", actor="cli:root")
    assert not await groups.leave(alice.user, "staff", actor="cli:root")
    (joined,), (left,) = await desk.audit(Event.ADMIN_GROUP_JOINED), await desk.audit(Event.ADMIN_GROUP_LEFT)
    for row in (joined, left):
        assert (row.actor, row.subject, row.facts["group"]) == ("cli:root", alice.user.id, "staff")


@pytest.mark.parametrize("name", ["", "Staff", "two words", "1st", "x" * 65, "a|b"])
async def test_a_group_is_a_word(desk: Desk, name: str) -> None:
    """Lower case, no blanks, nothing that means something elsewhere."""
    alice = await desk.add()
    refused = await Groups(desk.store, desk.clock).join(alice.user, name, actor="cli:root")
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.INPUT_MALFORMED
