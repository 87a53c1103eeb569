"""What the gateway makes of bound tokens is what ``rules.policy.evaluate`` says: each token with each proof."""

import hashlib
from ipaddress import ip_address

import pytest
from suites.dpop.conftest import Door
from tests.rules.protocols.keys import Caller, b64

from twogate.outside.clock import SystemClock
from twogate.rules.policy.decision import Allowed, Denied
from twogate.rules.policy.evaluate import evaluate
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.request import KeyProof, Presented, RequestFacts
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Asked, Proved, check
from twogate.terms.access import AccessFacts
from twogate.terms.reasons import Reason

EVE = Caller(number=7)
PATHS = ("/public/1", "/things/1", "/admin/1", "/nowhere")
PROOFS = ("good", "missing", "two", "malformed", "replayed", "another key", "another token", "without a nonce")


def _tokens(door: Door) -> dict[str, AccessFacts]:
    now, bound = SystemClock().now().seconds, f"jkt:{door.caller.thumbprint}"
    changes = {
        "bound": {"binding": bound},
        "bound to another key": {"binding": f"jkt:{EVE.thumbprint}"},
        "bound to a certificate": {"binding": door.caller.thumbprint},
        "bound to nothing of a key": {"binding": "jkt:"},
        "free": {},
        "expired": {"binding": bound, "expires": now - 9},
        "for others": {"binding": bound, "audience": "https://other"},
        "strong": {"binding": bound, "rank": 5, "factors": 3},
    }
    return {name: door.gateway.facts(**change) for name, change in changes.items()}


def _shown(door: Door, kind: str, path: str, token: str) -> tuple[tuple[str, ...], KeyProof]:
    """The headers for a kind of proof, and what they ought to be taken for."""
    key, good = door.caller.thumbprint, door.proof(path, token)
    match kind:
        case "missing":
            return (), KeyProof("", Reason.DPOP_INVALID)
        case "two":
            return (good, door.proof(path, token)), KeyProof("", Reason.DPOP_INVALID)
        case "malformed":
            return ("x.y.z",), KeyProof("", Reason.DPOP_INVALID)
        case "another token":
            return (door.proof(path, "another"),), KeyProof("", Reason.DPOP_INVALID)
        case "replayed":
            door.memory.used |= {proved.mark for proved in _proved(door, path, token, good)}
            return (good,), KeyProof(key, Reason.DPOP_REPLAYED)
        case "another key":
            theirs = EVE.proof("GET", door.base + path, at=SystemClock().now(), token=token)
            return (theirs,), KeyProof(EVE.thumbprint)
        case "without a nonce":
            door.memory.nonce = "n-1"
            return (good,), KeyProof(key, Reason.DPOP_NONCE_NEEDED)
        case _:
            return (good,), KeyProof(key)


@pytest.mark.parametrize("scheme", ["DPoP", "Bearer"])
@pytest.mark.parametrize("kind", PROOFS)
def test_gateway_and_evaluate_agree_about_bound_tokens(door: Door, kind: str, scheme: str) -> None:
    """Verdict and reason, for each token on each rule."""
    matcher = Matcher.of(door.gateway.policy)
    for name, facts in _tokens(door).items():
        token = door.gateway.token(facts)
        for path in PATHS:
            door.memory.nonce = ""
            proofs, taken = _shown(door, kind, path, token)
            asked = RequestFacts(
                method="GET",
                target=path,
                host=door.gateway.host,
                address=ip_address("127.0.0.1"),
                bearers=1,
                authorizations=1,
                proof=taken if scheme == "DPoP" else None,
            )
            verdict = evaluate(matcher, asked, Presented(facts), now=SystemClock().now())
            reply = door.ask(path, token, *proofs, scheme=scheme)
            told = (reply.status == 200, None if reply.status == 200 else reply.json["reason"])
            meant = (isinstance(verdict, Allowed), verdict.reason.value if isinstance(verdict, Denied) else None)
            assert told == meant, (name, path)


def _proved(door: Door, path: str, token: str, given: str) -> list[Proved]:
    """What a proof is remembered by."""
    digest = b64(hashlib.sha256(token.encode()).digest())
    found = check([given], Asked("GET", door.base + path, digest), now=SystemClock().now())
    assert isinstance(found, Proved), found
    return [found]
