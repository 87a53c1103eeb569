"""Devices that wait for a person (RFC 8628): the rows of ``device_requests``, each answered once and redeemed once."""

from sqlalchemy import bindparam, delete, func, select, update

from twogate.store.tables.oauth import DEVICE_REQUESTS
from twogate.store.transaction import Transaction, record_of, values_of
from twogate.terms.device_request import Answer, DeviceRequest
from twogate.terms.ids import GrantId
from twogate.terms.instant import Instant
from twogate.terms.proof import Proof

_T = DEVICE_REQUESTS.c
_THIS = _T.digest == bindparam("this")
_WAITS = (_T.answer == Answer.WAITING, _T.expires > bindparam("at"))
_BY_DIGEST = select(DEVICE_REQUESTS).where(_THIS)
_BY_CODE = select(DEVICE_REQUESTS).where(_T.user_code == bindparam("typed"), *_WAITS)
_WAITING_FROM = select(func.count()).select_from(DEVICE_REQUESTS).where(_T.address == bindparam("of"), *_WAITS)
_ANSWER = update(DEVICE_REQUESTS).where(_THIS, *_WAITS)
_POLLED = update(DEVICE_REQUESTS).where(_THIS)
_CONSUME = update(DEVICE_REQUESTS).where(_THIS, _T.answer == Answer.APPROVED, _T.used.is_(None))
_OLD = select(_T.digest).where(_T.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(DEVICE_REQUESTS).where(_T.digest.in_(_OLD))


class DeviceRequests:
    """Requests by the digest of their device code, or of the code that is typed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, request: DeviceRequest) -> None:
        await self._transaction.add(DEVICE_REQUESTS, values_of(request))

    async def get(self, digest: str) -> DeviceRequest | None:
        return record_of(DeviceRequest, await self._transaction.row(_BY_DIGEST, {"this": digest}))

    async def waiting(self, user_code: str, at: Instant) -> DeviceRequest | None:
        """The one that somebody may still answer."""
        return record_of(DeviceRequest, await self._transaction.row(_BY_CODE, {"typed": user_code, "at": at}))

    async def waiting_from(self, address: str, at: Instant) -> int:
        """How many wait that were asked for from one address."""
        return await self._transaction.number(_WAITING_FROM, {"of": address, "at": at}) or 0

    async def approve(self, digest: str, *, grant: GrantId, proofs: tuple[Proof, ...], at: Instant) -> bool:
        """True for the first answer, and never after its time."""
        values = {"answer": Answer.APPROVED, "grant": grant, "proofs": proofs}
        return await self._transaction.changed(_ANSWER, {"this": digest, "at": at} | values) == 1

    async def deny(self, digest: str, at: Instant) -> bool:
        """Likewise."""
        return await self._transaction.changed(_ANSWER, {"this": digest, "at": at, "answer": Answer.DENIED}) == 1

    async def polled(self, digest: str, at: Instant, *, interval: int) -> None:
        """Remember a poll, and how long the next one has to wait."""
        await self._transaction.changed(_POLLED, {"this": digest, "polled": at, "interval": interval})

    async def consume(self, digest: str, at: Instant) -> bool:
        """One conditional update: True exactly once, for an approved one."""
        return await self._transaction.changed(_CONSUME, {"this": digest, "used": at}) == 1

    async def prune(self, now: Instant, *, keep_seconds: int = 3600, limit: int = 1000) -> int:
        """Forget old ones, an hour late: until then a second use is recognised as one."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit})
