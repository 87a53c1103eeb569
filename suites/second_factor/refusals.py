"""Real refusals, told as JSON: run by a test with and without ``python -O``, where ``assert`` does nothing.

Everything here is said by the services; nothing in this file asserts. An answer that lets somebody in is told as
``let in``.
"""

import asyncio
import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.services.desk import CALLER, PASSWORD, WRONG, Desk, open_desk

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import CodeGiven, CodesSaved, EnrolmentPutOff, PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services.screens import Ask, SignedIn
from twogate.terms.ids import CredentialId
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


def _told(answer: object) -> str:
    refused = answer if isinstance(answer, Refused) else getattr(answer, "refused", None)
    return refused.reason.value if isinstance(refused, Refused) else "let in"


async def _at_the_door(desk: Desk) -> tuple[dict[str, str], SignedIn]:
    alice = await desk.alice()
    told = {
        "wrong password": _told(await desk.give_password(alice, WRONG)),
        "empty password": _told(await desk.give_password(alice, Secret(""))),
        "nobody": _told(await desk.give_password("nobody")),
        "no name": _told(await desk.give_password("")),
    }
    half = await desk.half(alice)
    wrong = await desk.give_code(half, alice.wrong_code(desk))
    told["wrong code"] = _told(wrong)
    told["handle used"] = _told(await desk.give_code(half, alice.code(desk)))
    told["wrong recovery code"] = _told(
        await desk.give_code(await desk.half(alice), Secret("x"), factor="recovery_code")
    )
    told["put off"] = _told(await desk.sign_in.advance((await desk.half(alice)).handle, EnrolmentPutOff(), CALLER))
    told["saved"] = _told(await desk.sign_in.advance((await desk.half(alice)).handle, CodesSaved(), CALLER))
    told["forged handle"] = _told(
        await desk.sign_in.advance(Secret("tg_fl_forged"), CodeGiven("totp", alice.code(desk)), CALLER)
    )
    done = await desk.signed_in(alice)
    told["code again"] = _told(await desk.give_code(await desk.half(alice), alice.code(desk)))
    return told, done


async def _in_the_account(desk: Desk, done: SignedIn) -> dict[str, str]:
    wanted = Secret("another-plum-orbit")
    told = {
        "change with wrong password": _told(
            await desk.own_password.change(done.session, present=WRONG, wanted=wanted, caller=CALLER)
        ),
        "poor password": _told(
            await desk.own_password.change(done.session, present=PASSWORD, wanted=Secret("short"), caller=CALLER)
        ),
        "foreign factor": _told(await desk.enrol.remove(done.session, CredentialId("crd_foreign"), CALLER)),
        "level out of reach": _told(await desk.begin(need=Need(Level.AAL3), session=done.session)),
        "forged session": _told(await desk.sessions.by_secret(Secret("tg_se_forged"))),
    }
    desk.clock.advance(301)
    told["stale removal"] = _told(await desk.enrol.remove(done.session, CredentialId("crd_any"), CALLER))
    told["stale codes"] = _told(await desk.enrol.replace_codes(done.session, CALLER))
    asked = await desk.begin(need=Need(Level.AAL2, 300), session=done.session)
    if isinstance(asked, Ask):
        told["step-up"] = _told(await desk.sign_in.advance(asked.handle, PasswordGiven("", WRONG), CALLER))
    for _ in range(10):
        await desk.give_password("alice", WRONG)
    told["locked"] = _told(await desk.give_password("alice"))
    await desk.people.unlock(done.user.id, actor="cli:test")
    await desk.people.block(done.user.id, actor="cli:test")
    told["blocked"] = _told(await desk.give_password("alice"))
    told["session of somebody blocked"] = _told(await desk.begin(need=Need(Level.AAL1), session=done.session))
    return told


async def _main(empty: Path) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        shutil.copyfile(empty, Path(folder) / "twogate.db")
        async with open_desk(Path(folder)) as desk:
            told, done = await _at_the_door(desk)
            told |= await _in_the_account(desk, done)
    return {"optimised": sys.flags.optimize, "asserts": __debug__, "told": told}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(Path(sys.argv[1])))))
