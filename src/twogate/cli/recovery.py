"""``twogate recovery``: ways back into accounts that are under way.

Decides how they are shown and stopped at a shell. Opening one is not possible here: it takes two administrators, each
signed in as themselves (``/.twogate/admin/recovery``). Breaking the glass is ``twogate user reset-factors``.
"""

from typing import Any

from rich.markup import escape

from twogate.cli.failures import from_refusal
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, command_group, examples
from twogate.cli.output import print_json, print_table, say, when
from twogate.cli.people import open_desk
from twogate.cli.user import Name
from twogate.services.recovery_ends import RecoveryEnds
from twogate.settings.installation import Installation
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Recovery
from twogate.terms.verdict import Refused

app = command_group("Ways back into accounts: list, stop.")

_COLUMNS = ("name", "lost", "way", "stage", "asked", "due", "requested_by", "reason")


@app.command("list", epilog=examples("twogate recovery list", "twogate recovery list --json"))
def show_all(data: Data = None, as_json: AsJson = False) -> None:
    """List what is under way."""
    rows = [_facts(one, user) for one, user in run(_all(existing(data)))]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty="no account is being recovered")


@app.command(epilog=examples("twogate recovery stop alice"))
def stop(name: Name, data: Data = None, as_json: AsJson = False) -> None:
    """Stop a recovery. A secret that was handed out is worth nothing then, and the person is told."""
    stopped = run(_stop(existing(data), name))
    if as_json:
        print_json({"id": stopped.id, "stage": stopped.stage.value})
    else:
        say(f"[green]stopped[/green] the recovery of {escape(name)}")


async def _all(found: Installation) -> list[tuple[Recovery, User | None]]:
    async with open_desk(found) as desk, desk.store.read() as unit:
        return [(one, await unit.users.get(one.user)) for one in await unit.recoveries.open()]


async def _stop(found: Installation, name: str) -> Recovery:
    async with open_desk(found) as desk:
        user = await desk.find(name)
        ends = RecoveryEnds(desk.clock, desk.entropy, rules=found.settings.recovery.rules)
        shell = Caller(address="", user_agent="an administrator", request_id="")
        async with desk.store.work() as unit:
            under_way = await unit.recoveries.of_user(user.id, since=desk.clock.now())
            recovery = next((one for one in under_way if one.stage.open), None)
            if recovery is None:
                raise from_refusal(Refused(Reason.RECOVERY_OVER))
            done = await ends.stop(unit, recovery, actor=actor(), caller=shell)
        if isinstance(done, Refused):
            raise from_refusal(done)
        return done.value


def _facts(recovery: Recovery, user: User | None) -> dict[str, Any]:
    return {
        "id": recovery.id,
        "name": user.name if user else recovery.user,
        "lost": recovery.lost.value,
        "way": recovery.way.value,
        "stage": recovery.stage.value,
        "asked": when(recovery.asked),
        "due": when(recovery.due),
        "requested_by": recovery.requested_by,
        "reason": recovery.reason,
    }
