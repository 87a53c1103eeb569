"""From a request id to an explanation: the log line, the policy that was in force then, and the rules' own words.

Decides how a logged line becomes facts again. Finding the line is ``dataplane.access_log``, the words are
``rules.policy.explain``. The gateway's own reason is kept: what the line does not hold (how much of a quota was
spent, what the change feed said at that moment) is set so that the explanation tells the story that happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from twogate.dataplane import access_log
from twogate.rules.policy.explain import Explanation, explain
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.rules.policy.refusal import DPOP
from twogate.rules.policy.request import (
    Absent,
    Address,
    Certificate,
    Identity,
    KeyProof,
    Presented,
    QuotaKey,
    RequestFacts,
    Unverified,
    Usage,
)
from twogate.rules.policy.wording import CERTIFICATE_FAULTS
from twogate.store.unit import Store
from twogate.terms.access import AccessFacts
from twogate.terms.binding import key_of
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

_SPENT = 2**31


@dataclass(frozen=True, slots=True)
class Explained:
    """A request as it was logged, and why it was answered so."""

    line: Mapping[str, Any]
    reason: Reason | None  # what the gateway decided; None = let through
    policy_version: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Unexplained:
    """No such line, or the policy of that time is gone; ``why`` says which."""

    why: str


async def explain_request(store: Store, traffic: Path, request_id: str) -> Explained | Unexplained:
    """Explain a request by its id."""
    line = access_log.find(traffic, request_id)
    if line is None:
        return Unexplained("no line of this request is in the access log: mistyped, or older than what is kept")
    version = int(line.get("v", 0))
    async with store.read() as unit:
        published = await unit.policies.get(version)
    policy = parse(published.toml) if published else None
    if not isinstance(policy, Policy):
        return Unexplained(f"the policy of that time (version {version}) is not in the database any more")
    why = str(line.get("why", ""))
    reason = Reason(why) if why in set(Reason) else None
    found = explain(
        Matcher.of(policy),
        _request(line, reason, policy),
        _identity(line, reason),
        now=Instant.from_seconds(float(line.get("t", 0))),
        usage=_usage(policy, line, reason),
    )
    return Explained(line, reason, version, found)


def _request(line: Mapping[str, Any], reason: Reason | None, policy: Policy) -> RequestFacts:
    by_cookie = reason is Reason.CROSS_SITE
    sent = line.get("facts", "-") not in {"", "-"} or reason in {Reason.TOKEN_INVALID, Reason.TOKEN_REVOKED}
    bearers = 2 if reason is Reason.CREDENTIALS_MULTIPLE else int(sent and not by_cookie)
    return RequestFacts(
        method=str(line.get("method", "GET")),
        target=str(line.get("path", "/")),
        host=_host(line, policy),
        address=_address(str(line.get("src", ""))),
        bearers=bearers,
        authorizations=bearers,
        cookies=int(by_cookie),
        fetch_site="cross-site" if by_cookie else "",
        address_blocked=reason is Reason.ADDRESS_BLOCKED,
        certificate=_certificate(line, reason),
        proof=_proof(line, reason),
        country=_place(policy, line, reason, refusal=Reason.COUNTRY_REFUSED),
        asn=int(_place(policy, line, reason, refusal=Reason.ASN_REFUSED) or 0),
    )


def _certificate(line: Mapping[str, Any], reason: Reason | None) -> Certificate | None:
    """What the connection showed is not logged, only what was wrong; else one that suits the token and the rule."""
    if reason in {Reason.CERTIFICATE_MISSING, Reason.BINDING_MISSING}:
        return None
    fault = reason if reason in CERTIFICATE_FAULTS else None
    identity = _identity(line, reason)
    return Certificate(identity.facts.binding if isinstance(identity, Presented) else "", fault)


def _proof(line: Mapping[str, Any], reason: Reason | None) -> KeyProof | None:
    """Proofs are not logged, only what was wrong with one; else one that suits the token."""
    identity = _identity(line, reason)
    binding = identity.facts.binding if isinstance(identity, Presented) else ""
    if reason is Reason.BINDING_MISSING:
        return None if binding else KeyProof("")  # only a proof makes an unbound token unfit
    return KeyProof(key_of(binding), reason if reason in DPOP else None) if key_of(binding) else None


def _place(policy: Policy, line: Mapping[str, Any], reason: Reason | None, *, refusal: Reason) -> str:
    """Where the caller was is not logged, only whether it would do; a place that would do stands for all of them."""
    name = str(line.get("rule", "")).rpartition("|")[2]
    require = next((rule.require for rule in policy.rules if rule.name == name), None)
    if require is None or reason is refusal:
        return ""
    named: tuple[object, ...] = require.countries if refusal is Reason.COUNTRY_REFUSED else require.asn
    return str(named[0]) if named else ""


def _host(line: Mapping[str, Any], policy: Policy) -> str:
    """The host is logged only where it is not ours; HAProxy writes a dash for what is not there."""
    logged = str(line.get("host", ""))
    return urlsplit(policy.public_url).netloc if logged in {"", "-"} else logged


def _address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError:
        return IPv4Address(0)


def _identity(line: Mapping[str, Any], reason: Reason | None) -> Identity:
    try:
        facts = AccessFacts.unpack(str(line.get("facts", "")))
    except ValueError:
        return Absent() if reason in {None, Reason.CREDENTIAL_MISSING} else Unverified()
    demanded = int(float(line.get("t", 0))) if reason is Reason.STEP_UP_DEMANDED else 0
    return Presented(
        facts,
        revoked=reason is Reason.TOKEN_REVOKED,
        subject_blocked=reason is Reason.SUBJECT_BLOCKED,
        step_up_since=demanded,
    )


def _usage(policy: Policy, line: Mapping[str, Any], reason: Reason | None) -> Usage:
    """Where the gateway found a quota used up, so does the explanation."""
    if reason is not Reason.QUOTA_EXCEEDED:
        return Usage()
    try:
        holder = AccessFacts.unpack(str(line.get("facts", ""))).subject
    except ValueError:
        holder = str(line.get("src", ""))
    return Usage(
        {
            QuotaKey(rule.name, quota.limit, quota.seconds, holder): _SPENT
            for rule in policy.rules
            for quota in rule.require.quota
        },
    )
