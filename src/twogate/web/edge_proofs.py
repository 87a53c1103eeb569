"""Gateways ask whether a DPoP proof was used before: ``/.twogate/edge/proofs`` (RFC 9449 section 11.1).

Decides what an edge may ask with its key: about marks of proofs that it found good, many at once. Which of two nodes
came first is decided by the database.
"""

import json
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import AGE, AHEAD, LONGEST_NONCE
from twogate.services.dpop_proofs import Brought, DpopProofs
from twogate.store.unit import Store, StoreUnavailable
from twogate.terms.instant import Instant
from twogate.terms.permissions import Permission
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.web.edge_feed import FeedRefusedError, asking_edge, problem

MOST = 128
_LATEST = 2 * (AGE + AHEAD)  # seconds ahead that two clocks may make of it


class Mark(BaseModel):
    """One proof."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mark: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    until: Annotated[int, Field(ge=0, le=2**40)]
    nonce: Annotated[str, StringConstraints(max_length=LONGEST_NONCE)] = ""


class Question(BaseModel):
    """The body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    proofs: Annotated[tuple[Mark, ...], Field(min_length=1, max_length=MOST)]


class EdgeProofs:
    """The resource."""

    def __init__(self, store: Store, clock: Clock, proofs: DpopProofs) -> None:
        self._store = store
        self._clock = clock
        self._proofs = proofs

    async def spend(self, request: Request) -> Response:
        """Use proofs up; say of each, in their order, null or why it does not count."""
        try:
            async with self._store.read() as unit:
                await asking_edge(unit, request, Permission.PROOF_SPEND)
            asked = Question.model_validate_json(await request.body())
            latest = self._clock.now().plus(_LATEST)
            verdicts = await self._proofs.judge([_brought(one, latest) for one in asked.proofs])
        except FeedRefusedError as refused:
            return problem(refused.status, refused.reason)
        except ValidationError:
            return problem(400, Reason.INPUT_MALFORMED)
        except StoreUnavailable:
            return problem(503, Reason.CONTROL_UNAVAILABLE)
        nonce = await self._proofs.fresh_nonce() if Reason.DPOP_NONCE_NEEDED in verdicts else ""
        told = json.dumps({"verdicts": verdicts, "nonce": nonce})
        return Response(told, media_type="application/json", headers={"Cache-Control": "no-store"})


def _brought(one: Mark, latest: Instant) -> Brought:
    return Brought(one.mark, min(Instant.from_seconds(one.until), latest), one.nonce)


def proofs_router(store: Store, clock: Clock, proofs: DpopProofs) -> APIRouter:
    """The route; mount it without a prefix."""
    router = APIRouter(include_in_schema=False)
    resource = EdgeProofs(store, clock, proofs)
    router.add_api_route("/.twogate/edge/proofs", resource.spend, methods=["POST"])
    return router
