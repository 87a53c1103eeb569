"""The change feed over HTTP: what an edge agent starts from and what it follows, by long polling.

Decides what an edge key may ask and how it is asked: a Bearer key (RFC 6750) that is looked up by its digest, so that
no comparison of secrets takes time that tells anything. Waiting for news is ``services.changes``; refusals are
problem details (RFC 9457).
"""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from twogate.services.changes import Changes
from twogate.store.unit import Store, StoreUnavailable, Unit
from twogate.terms.changes import Change, Snapshot
from twogate.terms.edges import Edge
from twogate.terms.permissions import Permission
from twogate.terms.ports import Clock
from twogate.terms.reasons import SENTENCE, Reason
from twogate.terms.secret import Secret

KEY_PREFIX = "tg_edge_"
PERMISSIONS = frozenset({Permission.FEED_READ, Permission.FEED_ACKNOWLEDGE, Permission.PROOF_SPEND})
"""What an edge key may do: follow the feed, use DPoP proofs up, and nothing else."""

LONGEST_WAIT = 25.0
BATCH = 1000
_GLANCE = 0.5  # seconds between two looks whether the edge is still there
_LARGEST = 2**63 - 1
_Number = Annotated[int, Field(ge=0, le=_LARGEST)]


class FeedQuery(BaseModel):
    """The query of ``/.twogate/edge/changes``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: _Number
    applied: _Number | None = None  # the acknowledgement; absent = ``after``
    wait: Annotated[float, Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False)] = 0.0
    policy: _Number = 0
    fault: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""

    @property
    def position(self) -> int:
        return self.after if self.applied is None else min(self.applied, self.after)


class SnapshotQuery(BaseModel):
    """The query of ``/.twogate/edge/snapshot``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    part: Annotated[str, StringConstraints(pattern=r"^(configuration)?$")] = ""


class FeedRefusedError(Exception):
    """Ends a request with a problem document."""

    def __init__(self, status: int, reason: Reason) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class EdgeFeed:
    """The two resources."""

    def __init__(self, store: Store, changes: Changes, clock: Clock) -> None:
        self._store = store
        self._changes = changes
        self._clock = clock

    async def snapshot(self, request: Request) -> Response:
        """Everything in force; ``part=configuration``: policy and keys only."""
        try:
            query = SnapshotQuery.model_validate(dict(request.query_params))
            async with self._store.read() as unit:
                edge = await asking_edge(unit, request, Permission.FEED_READ)
            if not query.part:
                await self._heard(edge)
            async with self._store.read() as unit:
                found = await self._configuration(unit) if query.part else await unit.feed.snapshot(self._clock.now())
        except FeedRefusedError as refused:
            return problem(refused.status, refused.reason)
        except ValidationError:
            return problem(400, Reason.INPUT_MALFORMED)
        except StoreUnavailable:
            return problem(503, Reason.CONTROL_UNAVAILABLE)
        return _json(await asyncio.to_thread(json.dumps, found.to_json()))

    async def _heard(self, edge: Edge) -> None:
        """Count an edge that starts as live from here on, before its snapshot is read.

        It may let requests through before it first asks for changes, so a revocation must wait for it.
        """
        async with self._store.work() as unit:
            await unit.edges.report(
                edge.id,
                position=edge.position,
                policy_version=edge.policy_version,
                fault=edge.fault,
                at=self._clock.now(),
            )

    async def changes(self, request: Request) -> Response:
        """What follows ``after``, waiting up to ``wait`` seconds for it; notes what the edge says of itself."""
        try:
            query = FeedQuery.model_validate(dict(request.query_params))
            found = await self._follow(request, query)
        except FeedRefusedError as refused:
            return problem(refused.status, refused.reason)
        except ValidationError:
            return problem(400, Reason.INPUT_MALFORMED)
        except StoreUnavailable:
            return problem(503, Reason.CONTROL_UNAVAILABLE)
        return _json(json.dumps({"changes": [change.to_json() for change in found]}))

    async def _follow(self, request: Request, query: FeedQuery) -> list[Change]:
        async with self._store.read() as unit:
            edge = await asking_edge(unit, request, Permission.FEED_ACKNOWLEDGE)
            head, oldest = await unit.feed.head(), await unit.feed.oldest()
        if query.after + 1 < oldest or query.after > head:  # forgotten, or the database is an older one than it was
            raise FeedRefusedError(410, Reason.FEED_PRUNED)
        async with self._store.work() as unit:
            await unit.edges.report(
                edge.id,
                position=query.position,
                policy_version=query.policy,
                fault=query.fault,
                at=self._clock.now(),
            )
        if head <= query.after and not await self._news(request, query):
            return []
        async with self._store.read() as unit:
            await asking_edge(unit, request, Permission.FEED_READ)  # it may have been removed while it waited
            return list(await unit.feed.after(query.after, limit=BATCH))

    async def _news(self, request: Request, query: FeedQuery) -> bool:
        """Wait for news as long as the edge is there to hear it; a process that ends need not wait for nobody."""
        left = float(query.wait)
        while left > 0 and not await request.is_disconnected():
            if await self._changes.wait_after(query.after, min(left, _GLANCE)):
                return True
            left -= _GLANCE
        return False

    async def _configuration(self, unit: Unit) -> Snapshot:
        policy = await unit.policies.current()
        return Snapshot(
            number=await unit.feed.head(),
            policy_version=policy.version if policy else 0,
            policy_toml=policy.toml if policy else "",
            keys=await unit.keys.verification_keys(self._clock.now()),
            changes=(),
        )


async def asking_edge(unit: Unit, request: Request, permission: Permission) -> Edge:
    """Who asks, if the key is an edge's and edges may do this."""
    given = request.headers.getlist("authorization")
    if not given:
        raise FeedRefusedError(401, Reason.CREDENTIAL_MISSING)
    scheme, _, key = given[0].partition(" ")
    if len(given) != 1 or scheme.lower() != "bearer" or not key.startswith(KEY_PREFIX):
        raise FeedRefusedError(401, Reason.TOKEN_INVALID)
    edge = await unit.edges.by_digest(Secret(key).sha256())
    if edge is None or permission not in PERMISSIONS:
        raise FeedRefusedError(401, Reason.TOKEN_INVALID)
    return edge


def edge_router(store: Store, changes: Changes, clock: Clock) -> APIRouter:
    """The routes; mount them without a prefix."""
    feed = EdgeFeed(store, changes, clock)
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/.twogate/edge/snapshot", feed.snapshot, methods=["GET"])
    router.add_api_route("/.twogate/edge/changes", feed.changes, methods=["GET"])
    return router


def _json(body: str) -> Response:
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def problem(status: int, reason: Reason) -> Response:
    """Answer an edge that is refused."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": SENTENCE[reason],
        "status": status,
        "reason": reason.value,
    }
    headers = {"Cache-Control": "no-store"}
    if status == 401:  # noqa: PLR2004  # RFC 6750 section 3
        headers["WWW-Authenticate"] = 'Bearer realm="twogate edge"'
    return Response(json.dumps(body), status, headers, media_type="application/problem+json")
