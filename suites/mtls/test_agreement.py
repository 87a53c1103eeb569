"""What the gateway makes of certificates is what ``rules.policy.evaluate`` says: each kind, with each kind of token."""

import time
from dataclasses import dataclass
from ipaddress import ip_address

import pytest
from suites.gateway.rig import bearer
from suites.mtls.conftest import Door, over

from twogate.rules.policy.decision import Allowed, Denied
from twogate.rules.policy.evaluate import evaluate
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.request import Absent, Identity, Presented, RequestFacts, Unverified
from twogate.terms.instant import Instant

SHOWN = ("", "good", "second", "nasty", "revoked", "expired", "early", "stranger", "namesake", "for_servers", "alone")
PATHS = ("/public/x", "/shown/x", "/things/x", "/things/watched/x", "/both/x", "/much/x", "/nowhere")


@dataclass(frozen=True)
class Token:
    """A credential and what it ought to be taken for."""

    text: str
    identity: Identity


def tokens(door: Door) -> dict[str, Token]:
    """Bound to nothing, to good and bad certificates, and broken ones."""
    gateway = door.gateway
    facts = {
        "free": gateway.facts(),
        "weak": gateway.facts(rank=1, factors=1),
        "scoped": gateway.facts(scope=("read",)),
        "old": gateway.facts(expires=gateway.facts().issued - 60),
        **{f"bound to {name}": gateway.facts(binding=leaf.thumbprint) for name, leaf in door.leaves.items()},
        "bound and scoped": gateway.facts(binding=door.leaves["good"].thumbprint, scope=("read",)),
        "bound to no thumbprint": gateway.facts(binding="x"),
    }
    good = {name: Token(gateway.token(given), Presented(given)) for name, given in facts.items()}
    return {"none": Token("", Absent()), **good, "broken": Token("a.b.c", Unverified())}


@pytest.mark.parametrize("name", SHOWN)
def test_gateway_and_evaluate_agree_about_certificates(clean: Door, name: str) -> None:
    """Verdict, reason and shadow verdict, for each token on each rule; one connection for each certificate."""
    matcher = Matcher.of(clean.gateway.policy)
    cases = [(token_name, token, path) for token_name, token in tokens(clean).items() for path in PATHS]
    with clean.connected(name) as connection:
        for token_name, token, path in cases:
            clean.gateway.upstream.heard.clear()
            count = int(bool(token.text))
            asked = RequestFacts(
                method="GET",
                target=path,
                host=clean.gateway.host,
                address=ip_address("127.0.0.1"),
                bearers=count,
                authorizations=count,
                certificate=clean.shown(name),
            )
            now = Instant.from_seconds(int(time.time()))  # noqa: TID251  # the real gateway reads the real clock
            verdict = evaluate(matcher, asked, token.identity, now=now)
            reply = over(connection, path, **(bearer(token.text) if token.text else {}))
            case = (name, token_name, path, verdict)
            assert reply.status == (verdict.status if isinstance(verdict, Denied) else 200), case
            assert len(clean.gateway.upstream.heard) == int(isinstance(verdict, Allowed)), case
            line = clean.gateway.log.line(reply.rid)
            assert line["why"] == (verdict.reason.value if isinstance(verdict, Denied) else "passed"), case
            shadows = verdict.shadows if isinstance(verdict, Allowed | Denied) else ()
            for shadow in shadows:
                assert line["shadow_why"] == (shadow.reason.value if shadow.reason else "passed"), case
