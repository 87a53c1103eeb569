"""Client certificates cost nothing where no rule asks for one, and are asked for by whoever does."""

import pytest
from tests.rules.policy.drafts import policy_of

from twogate.rules.haproxy.compile import compile_gateway
from twogate.rules.haproxy.emit import certificates
from twogate.rules.haproxy.site import GatewayRefusedError, GatewaySite
from twogate.rules.policy.model import Requirement
from twogate.terms.reasons import Reason

SITE = GatewaySite(
    control_socket="/run/c.sock",
    http_bind="",
    https_bind="127.0.0.1:8443",
    certificate="/run/bundle.pem",
    client_ca="/run/client-ca.pem",
    client_revocations="/run/revocations.pem",
)
PLAIN = {"match": "/plain"}
ASKING = {"match": "/asking", "require": "none", "client_certificate": True}


def test_the_listener_takes_any_certificate_or_none() -> None:
    """Whether it is good is a matter of the rule, so that the refusal can say why."""
    bind = next(line for line in compile_gateway(policy_of(PLAIN), SITE).configuration.splitlines() if " bind " in line)
    assert "ca-file /run/client-ca.pem crl-file /run/revocations.pem verify optional" in bind
    assert "crt-ignore-err all ca-ignore-err all" in bind


def test_a_gateway_that_trusts_nobody_never_looks() -> None:
    """No word of certificates where no issuer is named."""
    site = GatewaySite(control_socket="/run/c.sock")
    assert "ssl_c" not in compile_gateway(policy_of(PLAIN), site).configuration
    with pytest.raises(GatewayRefusedError, match="client_ca"):
        compile_gateway(policy_of(PLAIN, ASKING), site)


def test_a_rule_that_does_not_ask_pays_nothing() -> None:
    """Only the backend of the rule that asks has the checks, and tells the upstream."""
    sections = compile_gateway(policy_of(PLAIN, ASKING), SITE).configuration.split("\n\n")
    looking = {part.split("\n")[0] for part in sections if "certificate_missing) if" in part}
    assert looking == {"backend open.api.1", "backend open.api.1.streamed"}
    telling = {part.split("\n")[0] for part in sections if "X-Auth-Certificate-" in part}
    assert telling == looking


def test_every_fault_has_a_condition_and_the_missing_one_comes_first() -> None:
    """In the order of ``rules.policy.checks``."""
    found = [reason for reason, _ in certificates.conditions(Requirement(client_certificate=True))]
    assert list(dict.fromkeys(found)) == [
        Reason.CERTIFICATE_MISSING,
        Reason.CERTIFICATE_REVOKED,
        Reason.CERTIFICATE_EXPIRED,
        Reason.CERTIFICATE_UNTRUSTED,
    ]
    assert certificates.conditions(Requirement()) == ()
