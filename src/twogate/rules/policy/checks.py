"""What a rule asks of a request, as named checks in the order in which they refuse.

Decides each single condition. In which order the whole request is judged is for ``evaluate``; ``explain`` walks the
same tuples, so that an explanation cannot differ from the verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass

from twogate.rules.assurance.level import Level
from twogate.rules.policy.model import Network, Policy, Requirement, Rule
from twogate.rules.policy.opening import is_open
from twogate.rules.policy.request import Address, Certificate, Presented, QuotaKey, RequestFacts, Usage
from twogate.terms.binding import key_of, of_key
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110 section 9.2.1), TRACE aside, which is never let through."""

_TWO_FACTORS = 2


@dataclass(frozen=True, slots=True)
class Case:
    """One request under one rule. ``caller`` is None where the rule looks at no credential."""

    policy: Policy
    rule: Rule
    request: RequestFacts
    caller: Presented | None
    now: Instant
    usage: Usage

    @property
    def require(self) -> Requirement:
        return self.rule.require

    @property
    def presented(self) -> Presented:
        """The caller of a rule that looks at credentials; asking a rule of level none for it is a fault of ours."""
        if self.caller is None:
            raise TypeError("no credential was looked at")
        return self.caller

    @property
    def holder(self) -> str:
        """Who is charged."""
        return self.caller.facts.subject if self.caller else str(plain(self.request.address))


@dataclass(frozen=True, slots=True)
class Check:
    """A condition by the name of its refusal."""

    reason: Reason
    fails: Callable[[Case], bool]


def plain(address: Address) -> Address:
    """An IPv4 address that came mapped into IPv6 is the IPv4 address (RFC 4291 section 2.5.5.2)."""
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def within(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in any of the networks."""
    return any(plain(address) in network for network in networks)


def quota_keys(rule: Rule, holder: str) -> tuple[QuotaKey, ...]:
    """The counters that a passed request is charged to."""
    return tuple(QuotaKey(rule.name, quota.limit, quota.seconds, holder) for quota in rule.require.quota)


def asks_for_person(require: Requirement) -> bool:
    """Whether only a person's presence can satisfy it: API tokens and service accounts prove none."""
    return require.level > Level.AAL1 or require.max_age is not None or require.factors >= _TWO_FACTORS


def _not_yet_valid(case: Case) -> bool:
    return case.now.seconds < case.presented.facts.not_before


def _expired(case: Case) -> bool:
    expires = case.presented.facts.expires
    return expires != 0 and case.now.seconds >= expires  # RFC 7519 section 4.1.4: on or after


def _stale(case: Case) -> bool:
    max_age = case.require.max_age
    return max_age is not None and case.now.seconds - case.presented.facts.auth_time > max_age


def _unbound(case: Case) -> bool:
    """Whether the token is bound to what this request did not show in good order: a certificate, or a key.

    One that is bound to a key must come with the scheme that says so, and no other may.
    """
    shown, binding, proof = case.request.certificate, case.presented.facts.binding, case.request.proof
    if proof is not None or key_of(binding):
        faultless = proof is not None and proof.fault is None
        return not key_of(binding) or proof is None or (faultless and of_key(proof.key) != binding)
    return binding != "" and (shown is None or not _holds(shown) or shown.thumbprint != binding)


def _holds(shown: Certificate) -> bool:
    """Whether a certificate proves its key: a good one, or one that only its own key has signed and has not expired."""
    return shown.fault is None or (shown.self_signed and shown.fault is Reason.CERTIFICATE_UNTRUSTED)


def _proof(reason: Reason) -> Check:
    def fails(case: Case) -> bool:
        proof = case.request.proof
        return proof is not None and proof.fault is reason

    return Check(reason, fails)


def _certificate(reason: Reason) -> Check:
    def fails(case: Case) -> bool:
        shown = case.request.certificate
        found = Reason.CERTIFICATE_MISSING if shown is None else shown.fault
        return case.require.client_certificate and found is reason

    return Check(reason, fails)


CREDENTIAL_CHECKS: tuple[Check, ...] = (
    Check(Reason.TOKEN_NOT_YET_VALID, _not_yet_valid),
    Check(Reason.TOKEN_EXPIRED, _expired),
    Check(Reason.AUDIENCE_WRONG, lambda case: case.presented.facts.audience != case.policy.audience),
    Check(Reason.TOKEN_REVOKED, lambda case: case.presented.revoked),
    Check(Reason.SUBJECT_BLOCKED, lambda case: case.presented.subject_blocked),
    Check(Reason.BINDING_MISSING, _unbound),
    _proof(Reason.DPOP_INVALID),
    _proof(Reason.DPOP_NONCE_NEEDED),
    _proof(Reason.DPOP_REPLAYED),
)
"""Is the credential good here and now?"""

CERTIFICATE_CHECKS: tuple[Check, ...] = (
    _certificate(Reason.CERTIFICATE_MISSING),
    _certificate(Reason.CERTIFICATE_REVOKED),
    _certificate(Reason.CERTIFICATE_EXPIRED),
    _certificate(Reason.CERTIFICATE_UNTRUSTED),
)
"""Did the connection show the certificate that this rule needs?"""

ASSURANCE_CHECKS: tuple[Check, ...] = (
    Check(Reason.PERSON_REQUIRED, lambda case: asks_for_person(case.require) and not case.presented.person),
    Check(Reason.LEVEL_TOO_LOW, lambda case: case.presented.facts.rank < case.require.level),
    Check(Reason.FACTORS_TOO_FEW, lambda case: case.presented.facts.factors < case.require.factors),
    Check(Reason.STEP_UP_DEMANDED, lambda case: case.presented.facts.auth_time < case.presented.step_up_since),
    Check(Reason.PROOF_TOO_OLD, _stale),
    Check(Reason.SCOPE_INSUFFICIENT, lambda case: not set(case.require.scopes) <= set(case.presented.facts.scope)),
)
"""Does it prove enough for this rule?"""

CIRCUMSTANCE_CHECKS: tuple[Check, ...] = (
    Check(
        Reason.NETWORK_REFUSED,
        lambda case: bool(case.require.networks) and not within(case.request.address, case.require.networks),
    ),
    Check(
        Reason.COUNTRY_REFUSED,
        lambda case: bool(case.require.countries) and case.request.country not in case.require.countries,
    ),
    Check(
        Reason.ASN_REFUSED,
        lambda case: bool(case.require.asn) and case.request.asn not in case.require.asn,
    ),
    Check(Reason.OUTSIDE_HOURS, lambda case: not is_open(case.require.hours, case.now)),
    Check(
        Reason.QUOTA_EXCEEDED,
        lambda case: any(case.usage.exhausted(key) for key in quota_keys(case.rule, case.holder)),
    ),
)
"""Where, when and how often?"""
