"""Client certificates (RFC 8705): which one a connection showed, whether it is good, and what is told of it.

Decides the conditions. The listener takes any certificate or none, so that whoever has none can still sign in and
whoever has a bad one hears why in a dialect of their own; OpenSSL's verdict on it, which a resumed TLS session keeps,
is asked here. Its end is asked anew on each request, for a connection may outlive it. Certificates cost a request
something only where a rule or a bound token asks for one.
"""

from twogate.rules.haproxy.document import Line, Word, say
from twogate.rules.haproxy.emit.verdict import PASSED
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.site import GatewayRefusedError, GatewaySite
from twogate.rules.policy.model import Requirement
from twogate.terms.reasons import Reason

_REVOKED = 23  # X509_V_ERR_CERT_REVOKED
_EARLY, _LATE = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_CLOCK = "%y%m%d%H%M%S"  # as ssl_c_notafter spells it
_SOUND = "{ ssl_c_used } { ssl_c_verify 0 } { ssl_c_err 0 } { ssl_c_ca_err 0 }"
_ALONE = (
    "{ ssl_c_err 18 }",
    "{ ssl_c_verify 18 }",
)  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, fresh or resumed
_THUMBPRINT = "ssl_c_der,sha2(256),ub64enc"

Conditions = tuple[tuple[Reason, tuple[str | Word, ...]], ...]


def listener(site: GatewaySite) -> tuple[str | Word, ...]:
    """What the TLS listener is told: ask for a certificate, and let whoever shows a bad one in to hear so."""
    if not site.client_ca:
        return ()
    revoked: tuple[str | Word, ...] = ("crl-file", Word(site.client_revocations)) if site.client_revocations else ()
    return ("ca-file", Word(site.client_ca), *revoked, "verify optional crt-ignore-err all ca-ignore-err all")


def check_site(plan: Plan) -> None:
    """Refuse a policy that asks for certificates of a gateway that trusts no issuer.

    Raises:
        GatewayRefusedError: some rule does.
    """
    asking = [rule.name for rule in plan.policy.rules if rule.require.client_certificate]
    if asking and not plan.site.client_ca:
        raise GatewayRefusedError(
            f"rule {asking[0]} asks for a client certificate, but this gateway trusts no issuer: set gateway.client_ca "
            "to a PEM file of certificate authorities, or leave client_certificate out"
        )


def end(require: Requirement) -> tuple[Line, ...]:
    """Read when the certificate ends, for ``conditions``."""
    return (_end(),) if require.client_certificate else ()


def _end(*condition: str) -> Line:
    return say("http-request set-var(req.not_after) ssl_c_notafter,bytes(0,12)", *condition)


def _outlived() -> tuple[str | Word, ...]:
    return ("{", Word(f"date,utime({_CLOCK}),sub(req.not_after)"), "-m int gt 0 }")


def conditions(require: Requirement) -> Conditions:
    """Conditions that are true when the request fails them."""
    if not require.client_certificate:
        return ()
    return (
        (Reason.CERTIFICATE_MISSING, ("!{ ssl_c_used }",)),
        (Reason.CERTIFICATE_REVOKED, (f"{{ ssl_c_verify {_REVOKED} }}",)),
        (Reason.CERTIFICATE_REVOKED, (f"{{ ssl_c_err {_REVOKED} }}",)),
        (Reason.CERTIFICATE_EXPIRED, (f"{{ ssl_c_verify {_EARLY} {_LATE} }}",)),
        (Reason.CERTIFICATE_EXPIRED, _outlived()),
        (Reason.CERTIFICATE_UNTRUSTED, ("!{ ssl_c_verify 0 }",)),
        (Reason.CERTIFICATE_UNTRUSTED, ("!{ ssl_c_err 0 }",)),
        (Reason.CERTIFICATE_UNTRUSTED, ("!{ ssl_c_ca_err 0 }",)),
    )


def thumbprint(plan: Plan, *condition: str) -> tuple[Line, ...]:
    """Set ``req.thumbprint`` where a good certificate was shown (RFC 8705 section 3.1)."""
    if not plan.site.client_ca:
        return ()
    start = ("if", *condition) if condition else ()
    return (
        _end(*start),
        say("http-request set-var(req.thumbprint)", _THUMBPRINT, "if", *condition, _SOUND, "!", *_outlived()),
        *(_self_signed("http-request set-var(req.thumbprint)", _THUMBPRINT, *condition) if condition else ()),
    )


def _self_signed(action: str, value: str | Word, *condition: str) -> tuple[Line, ...]:
    """Do something where a certificate was shown that nobody else has signed: it stands for its key alone.

    Nobody vouches for the names in it, so it counts only where the very certificate is known (RFC 8705 section 2.2).
    """
    return tuple(say(action, value, "if", *condition, "{ ssl_c_used }", alone, "!", *_outlived()) for alone in _ALONE)


def told_upstream(require: Requirement) -> tuple[Line, ...]:
    """What the upstream hears of a certificate that its rule asked for; RFC 2253 escapes control characters."""
    if not require.client_certificate:
        return ()
    return (
        say("http-request add-header X-Auth-Certificate-Thumbprint", Word(f"%[{_THUMBPRINT}]"), "if", PASSED),
        say("http-request add-header X-Auth-Certificate-Subject", Word("%[ssl_c_s_dn(,0,rfc2253)]"), "if", PASSED),
        say("http-request add-header X-Auth-Certificate-Issuer", Word("%[ssl_c_i_dn(,0,rfc2253)]"), "if", PASSED),
        say("http-request add-header X-Auth-Certificate-Serial", Word("%[ssl_c_serial,hex]"), "if", PASSED),
    )


def told_control(plan: Plan) -> tuple[Line, ...]:
    """What the control plane hears of a good certificate: tokens are bound to it, and it may be a factor."""
    if not plan.site.client_ca:
        return ()
    shown = "if { var(req.thumbprint) -m found }"
    return (
        *thumbprint(plan),
        say("http-request set-header X-Twogate-Certificate %[var(req.thumbprint)]", shown),
        say("http-request set-header X-Twogate-Certificate-Issuer", Word("%[ssl_c_i_dn(,0,rfc2253)]"), shown),
        say("http-request set-header X-Twogate-Certificate-Subject", Word("%[ssl_c_s_dn(,0,rfc2253)]"), shown),
        *_self_signed("http-request set-header X-Twogate-Certificate-Self-Signed", Word(f"%[{_THUMBPRINT}]")),
    )
