"""The edge's side of the change feed: HTTP to the control plane, over a unix socket or TLS.

Decides what is asked and what is accepted as an answer. Everything that arrives is parsed here, so that nothing
behind this door meets a half-understood change. Applying changes is left to ``gate`` and ``configure``.
"""

import itertools
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from twogate.dataplane.faults import (
    ControlGarbledError,
    ControlUnavailableError,
    FeedPrunedError,
    KeyRefusedError,
)
from twogate.dataplane.proofs import Verdict
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.terms.changes import Change, Snapshot
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret

SNAPSHOT_PATH = "/.twogate/edge/snapshot"
CHANGES_PATH = "/.twogate/edge/changes"
PROOFS_PATH = "/.twogate/edge/proofs"
FAULT_LENGTH = 500
_LARGEST = 512 * 1024 * 1024  # a snapshot with three million revocations
_UNAUTHORIZED, _FORBIDDEN, _GONE = 401, 403, 410


@dataclass(frozen=True, slots=True)
class Standing:
    """What the edge says of itself with every question."""

    after: int  # the cursor: send what follows
    applied: int  # the acknowledgement: everything up to here is in force at this gateway
    policy_version: int
    fault: str = ""


class ControlClient:
    """One control plane. ``url`` is its origin; with ``unix_socket`` the host in it is only a name."""

    def __init__(self, url: str, key: Secret, *, unix_socket: Path | None = None, ca_file: str = "") -> None:
        verify = trusted(ca_file, plain=unix_socket is not None)
        socket = str(unix_socket) if unix_socket else None
        self._http = httpx2.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key.text()}", "Accept": "application/json"},
            transport=httpx2.AsyncHTTPTransport(uds=socket, verify=verify, retries=0),
            follow_redirects=False,  # the key goes to this origin only
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def snapshot(self, *, timeout: float = 60.0) -> Snapshot:
        """Everything in force.

        Raises:
            ControlError: not reached, not understood, or the key is refused.
        """
        return _snapshot(await self._get(SNAPSHOT_PATH, {}, timeout=timeout))

    async def configuration(self, *, timeout: float = 60.0) -> Snapshot:
        """Policy and keys only: a snapshot without its changes."""
        return _snapshot(await self._get(SNAPSHOT_PATH, {"part": "configuration"}, timeout=timeout))

    async def changes(self, standing: Standing, *, wait: float) -> tuple[Change, ...]:
        """What follows ``standing.after``; waits up to ``wait`` seconds for it.

        Raises:
            FeedPrunedError: some of it has been forgotten.
            ControlError: not reached, not understood, or the key is refused.
        """
        query = {
            "after": str(standing.after),
            "applied": str(standing.applied),
            "wait": f"{wait:g}",
            "policy": str(standing.policy_version),
            "fault": standing.fault[:FAULT_LENGTH],
        }
        answer = await self._get(CHANGES_PATH, query, timeout=wait + 10)
        try:
            found = tuple(Change.from_json(item) for item in answer["changes"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ControlGarbledError("the control plane sent changes that cannot be read") from error
        numbers = [standing.after, *(change.number for change in found)]
        if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
            raise ControlGarbledError("the control plane sent changes out of order")
        return found

    async def spend(self, proofs: Sequence[Proved], *, timeout: float = 2.5) -> tuple[Verdict, ...]:
        """Use DPoP proofs up; for each, in their order, whether it counts.

        Raises:
            ControlError: not reached, not understood, or the key is refused.
        """
        asked = [{"mark": one.mark, "until": one.until.seconds, "nonce": one.nonce} for one in proofs]
        answer = await self._ask("POST", PROOFS_PATH, timeout=timeout, json={"proofs": asked})
        try:
            nonce = str(answer["nonce"])
            found = tuple(Verdict(None if word is None else Reason(word), nonce) for word in answer["verdicts"])
        except (KeyError, TypeError, ValueError) as error:
            raise ControlGarbledError("the control plane sent verdicts that cannot be read") from error
        if len(found) != len(proofs):
            raise ControlGarbledError("the control plane did not answer each question")
        return found

    async def _get(self, path: str, query: Mapping[str, str], *, timeout: float) -> dict[str, Any]:
        return await self._ask("GET", path, timeout=timeout, params=query)

    async def _ask(self, method: str, path: str, *, timeout: float, **what: Any) -> dict[str, Any]:
        body = bytearray()
        try:
            async with self._http.stream(method, path, timeout=timeout, **what) as response:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST:
                        raise ControlGarbledError("the control plane's answer is too large")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise ControlUnavailableError(f"the control plane is not reached: {type(error).__name__}") from error
        _raise_for_status(response.status_code)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ControlGarbledError("the control plane's answer is not JSON") from error
        if not isinstance(answer, dict):
            raise ControlGarbledError("the control plane's answer is not an object")
        return answer


def trusted(ca_file: str, *, plain: bool) -> ssl.SSLContext | bool:
    """Whose certificates count; over a unix socket nobody's, and loading them all would take a while."""
    if plain:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ssl.create_default_context(cafile=ca_file) if ca_file else True


def _raise_for_status(status: int) -> None:
    if status in (_UNAUTHORIZED, _FORBIDDEN):
        raise KeyRefusedError("the control plane refuses this edge's key; register the edge anew")
    if status == _GONE:
        raise FeedPrunedError("the control plane has forgotten the changes this edge needs")
    if status != 200:  # noqa: PLR2004  # anything else is a fault over there
        raise ControlUnavailableError(f"the control plane answers {status}")


def _snapshot(answer: dict[str, Any]) -> Snapshot:
    try:
        snapshot = Snapshot.from_json(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ControlGarbledError("the control plane sent a snapshot that cannot be read") from error
    if snapshot.number < 0 or any(change.number > snapshot.number for change in snapshot.changes):
        raise ControlGarbledError("the control plane sent a snapshot that contradicts itself")
    return snapshot
