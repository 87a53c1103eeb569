"""Sign somebody in, or step a session up: load, decide, check, save.

Decides the order of errands. What is asked for next is ``rules.signin.machine``; whether a proof is good is
``rules.factors``. A proof is checked only after its try was counted in a unit of its own, and counts only after its
credential's next state is saved by compare-and-set.
"""

from twogate.rules.assurance.step_up import Need
from twogate.rules.signin.event import Given
from twogate.services.screens import Screen
from twogate.terms.caller import Caller
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret
from twogate.terms.session import Session


class SignIn:
    """The one way in, shared by every door."""

    async def begin(
        self,
        *,
        need: Need,
        caller: Caller,
        client: ClientId | None,
        session: Session | None,
        return_to: str,
        hint: str = "",
    ) -> Screen:
        """Open a flow. With a session only what is missing or too old is asked, and the session is upgraded."""
        raise NotImplementedError

    async def look(self, handle: Secret, caller: Caller) -> Screen:
        """Show the present step again without using up the handle (a page that is reloaded)."""
        raise NotImplementedError

    async def advance(self, handle: Secret, event: Given, caller: Caller) -> Screen:
        """Take one step. The handle is used up, whatever the answer; the screen has the next one."""
        raise NotImplementedError
