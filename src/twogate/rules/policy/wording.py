"""Words for what was needed, what was there, and what to do next.

Decides the sentences of an explanation, one for each reason. Nothing here judges.
"""

from typing import assert_never

from twogate.rules.assurance.level import Level
from twogate.rules.policy.checks import CERTIFICATE_CHECKS, Case, asks_for_person, plain, quota_keys
from twogate.rules.policy.decision import Allowed, Denied, ForControlPlane, Preflight, Renewal, Verdict
from twogate.rules.policy.model import Hours
from twogate.rules.policy.notation import DAYS
from twogate.rules.policy.refusal import DPOP, SIGN_IN, STEP_UP
from twogate.rules.policy.request import Absent, Certificate, Identity, Presented, RequestFacts, Unverified
from twogate.terms.instant import Instant
from twogate.terms.reasons import SENTENCE, Reason


def needed(case: Case, reason: Reason) -> str:
    """What the rule asks for under this name; empty = nothing, so there is nothing to explain."""
    require = case.require
    fixed = {
        Reason.TOKEN_NOT_YET_VALID: "a token whose time has come",
        Reason.TOKEN_EXPIRED: "a token that has not expired",
        Reason.AUDIENCE_WRONG: f"a token for {case.policy.audience}",
        Reason.TOKEN_REVOKED: "a token that was not revoked",
        Reason.SUBJECT_BLOCKED: "an account that is not blocked",
        Reason.BINDING_MISSING: "the key that the token is bound to, if it is bound",
        **_proof_needed(case),
        Reason.PERSON_REQUIRED: "a person, present" if asks_for_person(require) else "",
        Reason.LEVEL_TOO_LOW: f"level {require.level.acr}",
        Reason.FACTORS_TOO_FEW: f"{require.factors} different factors" if require.factors else "",
        Reason.PROOF_TOO_OLD: f"a proof no older than {require.max_age} s" if require.max_age is not None else "",
        Reason.SCOPE_INSUFFICIENT: f"scope {' '.join(require.scopes)}" if require.scopes else "",
        Reason.NETWORK_REFUSED: f"an address in {', '.join(map(str, require.networks))}" if require.networks else "",
        Reason.COUNTRY_REFUSED: f"an address in {', '.join(require.countries)}" if require.countries else "",
        Reason.ASN_REFUSED: f"an address of {_systems(require.asn)}" if require.asn else "",
        **_certificate_needed(case),
        Reason.OUTSIDE_HOURS: " or ".join(map(spell_hours, require.hours)),
        Reason.QUOTA_EXCEEDED: " and ".join(f"at most {quota.limit} in {quota.seconds} s" for quota in require.quota),
    }
    if reason is Reason.STEP_UP_DEMANDED:
        since = case.caller.step_up_since if case.caller else 0
        return f"a proof given since {_time(since)}" if since else ""
    return fixed.get(reason, "")


def _proof_needed(case: Case) -> dict[Reason, str]:
    """What is asked of a DPoP proof, where there must be one."""
    if case.request.proof is None:
        return {}
    return {
        Reason.DPOP_INVALID: "a DPoP proof for this request",
        Reason.DPOP_NONCE_NEEDED: "a DPoP proof with a nonce of ours",
        Reason.DPOP_REPLAYED: "a DPoP proof that was not used before",
    }


def _certificate_needed(case: Case) -> dict[Reason, str]:
    """One condition at a time: what is wrong with a certificate is asked of one that is there."""
    if not case.require.client_certificate:
        return {}
    needed = {Reason.CERTIFICATE_MISSING: "a client certificate"}
    if case.request.certificate is None:
        return needed
    return needed | {
        Reason.CERTIFICATE_REVOKED: "a certificate that was not revoked",
        Reason.CERTIFICATE_EXPIRED: "a certificate that is in force now",
        Reason.CERTIFICATE_UNTRUSTED: "a certificate of an issuer that is trusted here",
    }


def had(case: Case, reason: Reason) -> str:
    """What was there instead."""
    if reason is Reason.NETWORK_REFUSED:
        return f"address {plain(case.request.address)}"
    if reason is Reason.COUNTRY_REFUSED:
        return f"country {case.request.country or 'not known'}"
    if reason is Reason.ASN_REFUSED:
        return f"an address of {_systems((case.request.asn,)) if case.request.asn else 'no known provider'}"
    if reason in DPOP:
        fault = case.request.proof.fault if case.request.proof else None
        return SENTENCE[fault] if fault else "a proof of the key"
    if reason in CERTIFICATE_FAULTS:
        return _certificate_had(case.request.certificate, reason)
    if reason is Reason.OUTSIDE_HOURS:
        return case.now.isoformat()
    if reason is Reason.QUOTA_EXCEEDED:
        keys = quota_keys(case.rule, case.holder)
        return " and ".join(f"{case.usage.spent.get(key, 0)} in {key.seconds} s" for key in keys)
    return _standing(case.caller, reason) if case.caller else ""


CERTIFICATE_FAULTS = frozenset(check.reason for check in CERTIFICATE_CHECKS)


def _certificate_had(shown: Certificate | None, reason: Reason) -> str:
    if shown is None:
        return "none"
    if reason is Reason.CERTIFICATE_MISSING or shown.fault is None:
        return f"the one with thumbprint {shown.thumbprint}"
    return SENTENCE[shown.fault]


def _standing(caller: Presented, reason: Reason) -> str:
    facts = caller.facts
    proof = f"a proof of {_time(facts.auth_time)}" if caller.person else "a token that nobody proves themselves for"
    words = {
        Reason.TOKEN_NOT_YET_VALID: f"valid from {_time(facts.not_before)}",
        Reason.TOKEN_EXPIRED: f"valid until {_time(facts.expires)}" if facts.expires else "never expires",
        Reason.AUDIENCE_WRONG: f"a token for {facts.audience}",
        Reason.TOKEN_REVOKED: "revoked" if caller.revoked else "not revoked",
        Reason.SUBJECT_BLOCKED: "blocked" if caller.subject_blocked else "not blocked",
        Reason.BINDING_MISSING: "bound to a key" if facts.binding else "not bound",
        Reason.PERSON_REQUIRED: proof,
        Reason.LEVEL_TOO_LOW: f"level {Level(facts.rank).acr}",
        Reason.FACTORS_TOO_FEW: f"{facts.factors} different factors",
        Reason.STEP_UP_DEMANDED: proof,
        Reason.PROOF_TOO_OLD: proof,
        Reason.SCOPE_INSUFFICIENT: f"scope {' '.join(facts.scope)}" if facts.scope else "no scope",
    }
    return words.get(reason, "")


def credential(request: RequestFacts, identity: Identity) -> str:
    """What the caller showed."""
    if request.credentials > 1 or request.authorizations > 1:
        counted = f"{request.bearers} bearer tokens, {request.cookies} cookies"
        return f"{counted}, {request.authorizations} Authorization headers"
    match identity:
        case Absent():
            return "none"
        case Unverified():
            return "one that nobody vouches for"
        case Presented():
            return f"one of {identity.facts.subject}"
        case _:
            assert_never(identity)


def next_step(verdict: Verdict) -> str:
    """The exact next step for the caller, in a sentence."""
    match verdict:
        case Denied():
            return _cure(verdict)
        case Renewal():
            return "Repeat the request at the same URL; the answer carries a fresh cookie."
        case Allowed() | Preflight() | ForControlPlane():
            return "Nothing: the request is answered."
        case _:
            assert_never(verdict)


def _cure(denied: Denied) -> str:
    if denied.reason in STEP_UP:
        level = denied.need.acr_values
        fresh = f", no longer than {denied.need.max_age} s ago" if denied.need.max_age is not None else ""
        return f"Prove yourself again at level {level}{fresh}: open /.twogate/step-up or ask for acr_values={level}."
    if denied.reason in SIGN_IN:
        return "Sign in at /.twogate/sign-in, or send a valid access token in the Authorization header."
    return _CURES.get(denied.reason, "Ask whoever runs this gateway.")


_CURES: dict[Reason, str] = {
    Reason.DPOP_INVALID: "Make a DPoP proof for this request with the key of the token: htm, htu, iat and ath.",
    Reason.DPOP_NONCE_NEEDED: "Make the DPoP proof once more with the nonce of the DPoP-Nonce header.",
    Reason.DPOP_REPLAYED: "Make a new DPoP proof, with a jti of its own, for each request.",
    Reason.PATH_AMBIGUOUS: "Send the path in plain spelling: no backslashes, semicolons or escaped slashes.",
    Reason.METHOD_REFUSED: "Use a standard HTTP method, in capitals; CONNECT and TRACE are never let through.",
    Reason.HOST_MISMATCH: "Send the same host in the request line and in the Host header.",
    Reason.REQUEST_MALFORMED: "Send a well-formed HTTP/1.1 or HTTP/2 request with one valid Host.",
    Reason.CREDENTIALS_MULTIPLE: "Send one bearer token or the cookie, not both, and one Authorization header.",
    Reason.CROSS_SITE: "Call from the site itself, or have the origin added to cors in the policy.",
    Reason.ADDRESS_BLOCKED: "Wait until the block ends, or ask whoever runs this gateway.",
    Reason.NO_RULE: "Check method and path; if both are right, a rule has to be added to the policy.",
    Reason.PERSON_REQUIRED: "Sign in as a person; API tokens and service accounts cannot call this endpoint.",
    Reason.SCOPE_INSUFFICIENT: "Ask for a token with the scope that is named.",
    Reason.CERTIFICATE_MISSING: "Connect with a client certificate; a browser asks which one to use.",
    Reason.CERTIFICATE_REVOKED: "Get a new client certificate from whoever issued this one.",
    Reason.CERTIFICATE_EXPIRED: "Get a new client certificate, or check the clock.",
    Reason.CERTIFICATE_UNTRUSTED: "Show a client certificate of an issuer that this gateway trusts.",
    Reason.NETWORK_REFUSED: "Call from one of the networks that the rule names.",
    Reason.COUNTRY_REFUSED: "Call from one of the countries that the rule names, not through a relay elsewhere.",
    Reason.ASN_REFUSED: "Call through one of the providers that the rule names.",
    Reason.OUTSIDE_HOURS: "Call again within the hours that the rule names.",
    Reason.QUOTA_EXCEEDED: "Wait for the time in Retry-After, then call again.",
}


def spell_hours(hours: Hours) -> str:
    """Write hours as the policy file does, days one by one."""
    days = ",".join(DAYS[day].capitalize() for day in sorted(hours.days))
    return f"{days} {_clock(hours.start)}-{_clock(hours.end)} {hours.zone}"


def _systems(numbers: tuple[int, ...]) -> str:
    return ", ".join(f"AS{number}" for number in numbers)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _time(seconds: int) -> str:
    return Instant.from_seconds(seconds).isoformat()
