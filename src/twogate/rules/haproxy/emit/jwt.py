"""A token seen for the first time: verified once, then remembered by its digest.

Decides what counts as an access token of ours (RFC 9068 sections 2.1 and 4, RFC 8725 sections 3.1 and 3.11):
algorithm and key id are pinned before the signature is looked at, each key id has one line and one file. The header
is covered by the signature, so what it says beyond that (``jwk``, ``jku``, ``crit``) was said by our own signer or
the token fails. Expiry, audience and revocation are checked on every request in ``credentials``.
"""

import hashlib

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Line, Word, say
from twogate.rules.haproxy.emit.facts import PACKED, fact
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.site import GatewayRefusedError
from twogate.terms.access import CANONICAL_JWT
from twogate.terms.changes import VerificationKey

CANONICAL = f"^{CANONICAL_JWT}$"
"""No second spelling of one token: neither in base64url nor by the twin of an ECDSA signature (``terms.access``)."""


def key_file(key: VerificationKey) -> str:
    """Return the file name of a public key."""
    return f"{maps.KEYS}/{hashlib.sha256(key.kid.encode()).hexdigest()[:16]}.pem"


def key_files(plan: Plan) -> dict[str, str]:
    """Return the key files.

    Raises:
        GatewayRefusedError: two keys have one id.
    """
    if len({key.kid for key in plan.site.keys}) < len(plan.site.keys):
        raise GatewayRefusedError("two verification keys have the same id")
    return {key_file(key): key.pem for key in plan.site.keys}


def first_sight(plan: Plan) -> tuple[Line, ...]:
    """Verify what is unknown; remember it when it is good for later requests too.

    Each step reads a variable that only the step before it sets, so a token that fails one goes no further.
    """
    return (
        say(
            "http-request set-var(req.jwt) var(req.token) if !known",
            f"{{ var(req.token) -m len le {maps.MAX_CREDENTIAL} }}",
            "{ var(req.token) -m reg",
            Word(CANONICAL),
            "}",
        ),
        say("http-request set-var(req.kid)", Word("var(req.jwt),jwt_header_query($.kid)")),
        say("acl es256", Word("var(req.jwt),jwt_header_query($.alg)"), "-m str ES256"),
        say("acl access_token", Word("var(req.jwt),jwt_header_query($.typ)"), "-i -m str at+jwt application/at+jwt"),
        *(_verify(key) for key in plan.site.keys),
        say("acl our_issuer", Word("var(req.good),jwt_payload_query($.iss)"), "-m str", Word(plan.policy.issuer)),
        say("http-request set-var(req.fresh)", Word("var(req.good),jwt_payload_query($.tg)"), "if our_issuer"),
        say(f"http-request set-var(txn.facts) var(req.fresh) if {{ var(req.fresh) {PACKED} }}"),
        say(
            f"http-request set-map({maps.CLAIMS})",
            "%[var(req.digest)] %[var(req.fresh)]",
            "if { var(req.fresh) -m found } alive begun for_us {",
            Word(fact("binding")),
            "-m len 0 }",
        ),
    )


def _verify(key: VerificationKey) -> Line:
    return say(
        "http-request set-var(req.good) var(req.jwt) if { var(req.kid) -m str --",  # an id may begin with a hyphen
        Word(key.kid),
        "} es256 access_token {",
        Word(f"var(req.jwt),jwt_verify(ES256,{key_file(key)})"),
        "-m int 1 }",
    )
