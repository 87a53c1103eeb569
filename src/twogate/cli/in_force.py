"""Wait until a change is in force at every gateway, and say so.

Decides how long a command waits, and the words. When a change counts as in force is ``services.changes``.
"""

from typing import Any

from rich.markup import escape

from twogate.cli.output import remark
from twogate.outside.clock import SystemClock
from twogate.services.changes import Changes, InForce
from twogate.store.unit import Store

_PATIENCE = 5.0


async def wait_in_force(store: Store, change: int | None) -> InForce | None:
    """Wait a few seconds for the gateways; None when there is nothing to wait for."""
    if not change:
        return None
    return await Changes(store, SystemClock()).in_force(change, _PATIENCE)


def tell_in_force(state: InForce | None) -> None:
    """Say where it is in force, and where it is not."""
    if state is None:
        return
    if state.done and not state.silent:
        remark("[dim]in force at every gateway[/dim]")
    if state.missing:
        remark(
            f"[yellow]not yet in force[/yellow] at {escape(', '.join(state.missing))}: `twogate doctor` looks closer"
        )
    if state.silent:
        remark(f"[yellow]not heard lately:[/yellow] {escape(', '.join(state.silent))} learns of it when it is back")


def in_force_facts(state: InForce | None) -> dict[str, Any] | None:
    """The JSON form."""
    if state is None:
        return None
    return {"done": state.done, "missing": list(state.missing), "silent": list(state.silent)}
