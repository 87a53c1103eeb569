"""Refusals of recoveries, to be made in an interpreter that strips asserts; prints what was answered, as JSON."""

import asyncio
import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.services.desk import CALLER, Desk, open_desk
from tests.services.recovering import WHY, Rescue

from twogate.settings.recovery import RecoverySettings
from twogate.terms.recovery import Lost
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

NEW = Secret("another four words of hers")


def _told(answer: object) -> str:
    refused = getattr(answer, "refused", answer)
    return refused.reason.value if isinstance(refused, Refused) else "let in"


async def _of_letters(rescue: Rescue, desk: Desk) -> dict[str, str]:
    alice = await desk.alice()
    secret = await rescue.secret(alice)
    told = {
        "wrong pass": _told(await desk.give_code(await desk.half(alice), Secret("tg_rs_x"), factor="recovery_pass")),
        "pass as a password's secret": _told(await rescue.account.new_password(secret, NEW, CALLER)),
        "unknown secret": _told(await rescue.account.new_password(Secret("tg_rs_x"), NEW, CALLER)),
        "unknown link": _told(await rescue.account.stop_by_link(Secret("tg_rc_x"), CALLER)),
    }
    await desk.give_code(await desk.half(alice), secret, factor="recovery_pass")
    again = await desk.give_code(await desk.half(alice), secret, factor="recovery_pass")
    return told | {
        "pass again": _told(again),
        "two words": _told(await rescue.account.ask("a b", Lost.FACTORS, CALLER)),
    }


async def _of_the_desk(rescue: Rescue, desk: Desk) -> dict[str, str]:
    bob, eve, mallory = await rescue.administrator("bob"), await rescue.administrator("eve"), await desk.add("mallory")
    carol = await desk.alice("carol")
    ask, approve = rescue.help.request, rescue.help.approve
    told = {
        "no administrator": _told(await ask("carol", Lost.FACTORS, reason=WHY, by=mallory.user.id, caller=CALLER)),
        "own account": _told(await ask("bob", Lost.PASSWORD, reason=WHY, by=bob.user.id, caller=CALLER)),
        "no reason": _told(await ask("carol", Lost.FACTORS, reason="", by=bob.user.id, caller=CALLER)),
    }
    asked = await ask("carol", Lost.FACTORS, reason=WHY, by=bob.user.id, caller=CALLER)
    if not isinstance(asked, Passed):
        raise TypeError(f"the request was refused: {_told(asked)}")
    for name, who in (("same administrator", bob), ("the person", carol), ("a stranger", mallory)):
        told[name] = _told(await approve(asked.value.id, by=who.user.id, caller=CALLER))
    await approve(asked.value.id, by=eve.user.id, caller=CALLER)
    return told | {"approved again": _told(await approve(asked.value.id, by=eve.user.id, caller=CALLER))}


async def _all(database: Path) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(database, Path(folder) / "twogate.db")
        async with open_desk(Path(folder)) as desk:
            rescue = Rescue(desk, RecoverySettings())
            return await _of_letters(rescue, desk) | await _of_the_desk(rescue, desk)


def _asserts() -> bool:
    try:
        assert not sys.argv
    except AssertionError:
        return True
    return False


if __name__ == "__main__":
    print(json.dumps({"asserts": _asserts(), "told": asyncio.run(_all(Path(sys.argv[1])))}))
