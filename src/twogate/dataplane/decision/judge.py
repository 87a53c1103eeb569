"""One request judged: the facts of the moment put to ``rules.policy.evaluate``.

Decides what is looked up for a request, and that whatever cannot be known refuses it: no policy, a control plane that
has been silent for too long, an address that is none. It never waits, so one request is judged with one state.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address
from threading import Lock
from typing import NamedTuple, assert_never

from twogate.dataplane.decision.meaning import InForce, Meaning
from twogate.dataplane.decision.memory import Memory
from twogate.dataplane.decision.windows import Windows
from twogate.rules.assurance.level import Level
from twogate.rules.forward_auth import answers
from twogate.rules.forward_auth.answers import Answer, Asker, Fields
from twogate.rules.forward_auth.proxies import Asked, Proxy
from twogate.rules.forward_auth.reading import Read, Where, read
from twogate.rules.haproxy.emit.quota import name
from twogate.rules.policy.checks import plain, quota_keys
from twogate.rules.policy.decision import Allowed, Denied, ForControlPlane, Preflight, Renewal, Verdict
from twogate.rules.policy.evaluate import evaluate
from twogate.rules.policy.model import Quota
from twogate.rules.policy.refusal import STATUS
from twogate.rules.policy.request import Absent, Address, Identity, Presented, QuotaKey, Unverified, Usage
from twogate.terms.access import AccessFacts
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

_ABSENT = Absent()
_UNVERIFIED = Unverified()


class Judged(NamedTuple):
    """A verdict and what is needed to tell it; ``refused`` where it did not come to one."""

    request_id: str
    in_force: InForce | None
    asked: Asked | None
    read: Read | None
    verdict: Verdict | Refused
    identity: Identity = _ABSENT


class Judge:
    """Judges for one process. A lock keeps counting and looking together where threads ask (WSGI)."""

    def __init__(self, meaning: Meaning, memory: Memory, *, clock: Clock, entropy: Entropy) -> None:
        self.windows = Windows()
        self._usage = Usage(self.windows)
        self._meaning = meaning
        self._memory = memory
        self._clock = clock
        self._entropy = entropy
        self._lock = Lock()

    def judge(self, asked: Asked | Refused, proxy: Proxy, *, charge: bool = True) -> Judged:
        """Judge one request; ``charge`` counts it if it passes."""
        now = self._clock.now()
        request_id = f"{now * 1000:x}-{self._entropy.bytes(4).hex()}"
        in_force = self._meaning.now
        if in_force is None:
            return Judged(request_id, None, None, None, Refused(Reason.GATEWAY_STALE, "no policy yet"))
        found = asked if isinstance(asked, Refused) else self._read(asked, in_force)
        if isinstance(found, Refused) or isinstance(asked, Refused):
            refused = found if isinstance(found, Refused) else Refused(Reason.REQUEST_MALFORMED)
            return Judged(request_id, in_force, None, None, refused)
        with self._lock:
            self.windows.now = now
            identity = self._identity(found.token, in_force)
            verdict = evaluate(in_force.matcher, found.facts, identity, now=now, usage=self._usage)
            verdict = self._narrowed(verdict, found, proxy)
            if charge and isinstance(verdict, Allowed) and verdict.charge:
                self.windows.charge(verdict.charge)
        return Judged(request_id, in_force, asked, found, verdict, identity)

    def _narrowed(self, verdict: Verdict, found: Read, proxy: Proxy) -> Verdict:
        """What a policy lets through and this place does not."""
        if isinstance(verdict, Allowed | Renewal):
            if self._meaning.stale and verdict.rule.require.level > Level.NONE:
                return _denied(Reason.GATEWAY_STALE)
            if not proxy.rewrites and verdict.path.target != found.facts.target:
                return _denied(Reason.PATH_AMBIGUOUS)  # the upstream would get another spelling than was judged
        if isinstance(verdict, ForControlPlane) and not (proxy.leads and verdict.path.target == found.facts.target):
            return _denied(Reason.NO_RULE)  # the proxy leads these paths to us, never to the upstream
        if isinstance(verdict, Preflight) and proxy.any_2xx_passes:
            return _denied(Reason.METHOD_REFUSED)
        return verdict

    # ------------------------------------------------------------- what is known
    def _read(self, asked: Asked, in_force: InForce) -> Read | Refused:
        address = _address(asked.address)
        if address is None:
            return Refused(Reason.REQUEST_MALFORMED, "the proxy's address of the caller is none")
        where = Where(
            address,
            blocked=self._memory.address_blocked(address),
            country=(in_force.countries.get(address) or "") if in_force.countries else "",
            asn=_number(in_force.asns.get(address)) if in_force.asns else 0,
        )
        return read(asked, where, cookie=in_force.cookie)

    def _identity(self, token: str, in_force: InForce) -> Identity:
        if not token:
            return _ABSENT
        digest = sha256(token.encode("latin-1")).hexdigest()
        packed = self._memory.api_token(digest)
        facts = in_force.tokens.facts(token, digest) if packed is None else _unpacked(packed)
        if facts is None:
            return _UNVERIFIED
        blocked, since = self._memory.note(facts.subject)
        return Presented(facts, self._memory.revoked(digest, facts.grant), blocked, since)


def answer(judged: Judged, windows: Windows) -> Answer:
    """Say a verdict to a proxy. A renewal is the control plane's to answer; unheard of it, the cookie has expired."""
    verdict, found = judged.verdict, judged.read
    if isinstance(verdict, Allowed) and found is not None and judged.asked is not None:
        more = _rate_limit(verdict.charge, windows)
        return answers.passed(verdict, found, request_id=judged.request_id, more=more)
    policy = judged.in_force.policy if judged.in_force else None
    asker = Asker(policy, found.facts if found else None, judged.request_id)
    if isinstance(verdict, Refused | Allowed) or found is None or judged.asked is None:
        reason = verdict.reason if isinstance(verdict, Refused) else Reason.REQUEST_MALFORMED
        return answers.unjudged(reason, asker)
    match verdict:
        case Denied():
            return answers.refused(verdict, asker, more=_quota(verdict, windows, identity=judged.identity, found=found))
        case Renewal():
            return answers.refused(_denied(Reason.TOKEN_EXPIRED, verdict), asker)
        case Preflight():
            wanted = _last(judged.asked.headers, b"access-control-request-headers")
            return answers.preflight(verdict, asker, requested=found.facts.preflight_method, headers=wanted)
        case ForControlPlane():
            return answers.unjudged(Reason.NO_RULE, asker)
        case _:
            assert_never(verdict)


def _denied(reason: Reason, of: Renewal | None = None) -> Denied:
    return Denied(reason, STATUS[reason], path=of.path if of else None, rule=of.rule if of else None)


def _rate_limit(charged: Sequence[QuotaKey], windows: Windows) -> Fields:
    """``RateLimit`` of draft-ietf-httpapi-ratelimit-headers, as the gateway writes it."""
    if not charged:
        return ()
    left = [f"{_name(key.limit, key.seconds)};r={max(0, key.limit - windows[key])};t={key.seconds}" for key in charged]
    return (("RateLimit", ", ".join(left)),)


def _quota(verdict: Denied, windows: Windows, *, identity: Identity, found: Read) -> Fields:
    """After how long there is certainly room again, and what the quotas are."""
    rule = verdict.rule
    if verdict.reason is not Reason.QUOTA_EXCEEDED or rule is None:
        return ()
    person = isinstance(identity, Presented) and rule.require.level > Level.NONE
    holder = identity.facts.subject if isinstance(identity, Presented) and person else str(plain(found.facts.address))
    keys = quota_keys(rule, holder)
    wait = max((key.seconds for key in keys if windows.get(key, 0) >= key.limit), default=1)
    policy = ", ".join(f"{_name(key.limit, key.seconds)};q={key.limit};w={key.seconds}" for key in keys)
    return (("Retry-After", str(wait)), ("RateLimit-Policy", policy))


@lru_cache(maxsize=1000)
def _name(limit: int, seconds: int) -> str:
    return f'"{name(Quota(limit, seconds))}"'


def _last(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in reversed(headers) if key == name), "")


def _number(text: str | None) -> int:
    return int(text.removeprefix("AS")) if text else 0


@lru_cache(maxsize=65_536)
def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def _unpacked(packed: str) -> AccessFacts | None:
    try:
        return AccessFacts.unpack(packed)
    except ValueError:
        return None
