"""Give one of one's own factors a name, so that several of a kind can be told apart.

Decides what may be a name. Who may rename is who may change factors (``rules.signin.upkeep``): a name that lies about
which key is which would lead its owner to remove the wrong one.
"""

import unicodedata
from dataclasses import dataclass

from twogate.services.enrol import Enrol
from twogate.store.unit import Store
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.session import Session
from twogate.terms.verdict import Refused

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class RenameFactor:
    """What the page of one's own factors calls. The session must be live."""

    store: Store
    clock: Clock
    enrol: Enrol

    async def rename(self, session: Session, credential: CredentialId, *, name: str, caller: Caller) -> Refused | None:
        """Rename it, or say why not; what cannot be removed or replaced by its owner has no name either."""
        label = " ".join(unicodedata.normalize("NFC", name).split())
        if not 1 <= len(label) <= LONGEST_NAME or not label.isprintable():
            return Refused(Reason.INPUT_MALFORMED, f"a name is 1 to {LONGEST_NAME} printable characters")
        overview = await self.enrol.overview(session, caller)
        if isinstance(overview, Refused):
            return overview
        if overview.need is not None:
            return Refused(Reason.PROOF_TOO_OLD)
        found = next((one for one in overview.listed if one.credential == credential), None)
        if found is None or found.factor.prompt.password or found.left is not None:
            return Refused(Reason.FACTOR_NOT_OFFERED)
        async with self.store.work() as unit:
            await unit.credentials.rename(credential, label)
            await unit.audit.append(
                Event.USER_FACTOR_RENAMED,
                at=self.clock.now(),
                actor=session.user,
                subject=session.user,
                request_id=caller.request_id,
                address=caller.address,
                facts={"factor": found.factor.factor, "credential": credential},
            )
        return None
