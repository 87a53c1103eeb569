"""The credential: exactly one, known from before or verified now, and still good.

Decides which credential a request carries and the first reason why it is not good (RFC 6750 section 2, RFC 9068
section 4). The common case, a bearer token or cookie seen before and nothing wrong with it, ends at
``http-request allow`` after one map lookup; everything below that line is for the others. Signatures are ``jwt``.
"""

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Comment, Line, Word, say
from twogate.rules.haproxy.emit import certificates, dpop, jwt, shadow
from twogate.rules.haproxy.emit.facts import HOLDER, PACKED, fact
from twogate.rules.haproxy.emit.verdict import PASSED, refuse
from twogate.rules.haproxy.plan import GUARDED, RENEWAL, Plan
from twogate.rules.policy.checks import SAFE_METHODS
from twogate.terms.reasons import Reason

_BEARER = "req.fhdr(authorization),bytes(7),ltrim( )"
_DIGEST = "sha2(256),hex,lower"


def credentials(plan: Plan) -> tuple[Line, ...]:
    """Everything from the Authorization header to ``txn.facts`` or a reason."""
    return (
        Comment("rules that look at no credential, control-plane paths and refusals end here"),
        *_end_here(plan),
        *shadow.before_credentials(plan),
        *_stale(plan),
        Comment("the credential: exactly one"),
        *_one_credential(plan),
        *recall(),
        *_known_and_good(plan),
        Comment("seen for the first time, or something is wrong"),
        *dpop.token(plan),
        *_opaque(),
        *jwt.first_sight(plan),
        _holder(),
        *_reasons(plan),
        *shadow.after_credentials(plan),
    )


def definitions(plan: Plan) -> tuple[Line, ...]:
    """Name what is asked of a credential, for this shelf and for ``usual``."""
    return (
        *dpop.definitions(plan),
        say(f"acl guarded var(txn.rule) -m beg {GUARDED}"),
        say("acl bearer_scheme req.fhdr(authorization) -i -m beg", Word("bearer ")),
        say("acl alive", Word(f"{fact('expires')},sub(req.now)"), "-m int gt 0"),
        say("acl begun", Word(f"{fact('not_before')},sub(req.now)"), "-m int le 0"),
        say("acl for_us", Word(fact("audience")), "-m str", Word(plan.policy.audience)),
        say("acl grant_revoked", Word(f"{fact('grant')},map_str({maps.GRANTS})"), "-m found"),
        say(f"acl subject_noted var({HOLDER}),map_str({maps.SUBJECTS}) -m found"),
    )


def _end_here(plan: Plan) -> tuple[Line, ...]:
    if plan.shadows:
        return (say("http-request allow if !guarded !{ var(txn.shadow) -m found }"),)
    return (say("http-request allow unless guarded"),)


def _stale(plan: Plan) -> tuple[Line, ...]:
    return (say(refuse(Reason.GATEWAY_STALE), "if guarded", PASSED),) if plan.site.stale else ()


def _one_credential(plan: Plan) -> tuple[Line, ...]:
    cookie, unsafe = plan.cookie, " ".join(sorted(SAFE_METHODS))
    cross = f"!{{ method {unsafe} }} {{ req.fhdr(sec-fetch-site) -m str cross-site }}"
    several = refuse(Reason.CREDENTIALS_MULTIPLE)
    listed = "!{ var(txn.origin) -m found }" if plan.policy.cors_origins else ""
    return (
        bearer("bearer_scheme"),
        say(f"http-request set-var(req.cookie) req.cook({cookie}) if special"),
        say("acl by_cookie var(req.cookie) -m found"),
        say(several, "if by_cookie { var(req.token) -m found }", PASSED),
        say(several, f"if by_cookie {{ req.cook_cnt({cookie}) gt 1 }}", PASSED),
        *dpop.several(plan),
        say(several, "if special { req.fhdr_cnt(authorization) gt 1 }", PASSED),
        say("http-request set-var(req.token) var(req.cookie) if by_cookie"),
        say(refuse(Reason.CROSS_SITE), "if by_cookie", cross, listed, PASSED),
    )


def bearer(*condition: str) -> Line:
    """Take the token out of the Authorization header."""
    return say("http-request set-var(req.token)", Word(_BEARER), "if", *condition)


def recall() -> tuple[Line, ...]:
    """What is known of this token from an earlier request."""
    return (
        say(f"http-request set-var(req.digest) var(req.token),{_DIGEST}"),
        say(f"http-request set-var(txn.facts) var(req.digest),map_str({maps.CLAIMS})"),
        *_standing(),
    )


def recall_bearer(*condition: str) -> tuple[Line, ...]:
    """Likewise in one go, for requests that end here if it is good: neither token nor digest is put aside."""
    expression = Word(f"{_BEARER},{_DIGEST},map_str({maps.CLAIMS})")
    return (say("http-request set-var(txn.facts)", expression, "if", *condition), *_standing())


def _standing() -> tuple[Line, ...]:
    return (_holder(), say("http-request set-var(req.now) date"))


def _holder() -> Line:
    """Whose credential it is: cut out once for the notes on people, the quota and the upstream."""
    return say(f"http-request set-var({HOLDER})", Word(fact("subject")))


def _known_and_good(plan: Plan) -> tuple[Line, ...]:
    shadow = ("!{ var(txn.shadow) -m found }",) if plan.shadows else ()
    return (known_and_good(*shadow, PASSED),)


def known_and_good(*more: str) -> Line:
    """All conditions are positive, so whatever is missing leads to the slow lines, never past them.

    What is recalled was in force and for us when this very process remembered it, and stays so; only its end, and what
    the change feed says, can have come since.
    """
    return say("http-request allow if alive !grant_revoked !subject_noted", *more)


def _opaque() -> tuple[Line, ...]:
    """API tokens are looked up; an unknown one never reaches a signature check (it has no dots)."""
    return (
        say("acl known var(txn.facts) -m found"),
        say(f"http-request set-var(txn.facts) var(req.digest),map_str({maps.TOKENS}) unless known"),
    )


def _reasons(plan: Plan) -> tuple[Line, ...]:
    """The first reason, in the order that the policy's meaning gives."""
    missing = "!{ var(req.token) -m found }"
    expired = (PASSED, "!{", Word(fact("expires")), "-m int 0 } !alive")
    note = f"var({HOLDER}),map_str({maps.SUBJECTS})"
    since = f"{fact('auth_time')},sub(req.since)"
    guarded = "guarded" if plan.shadows else ""
    return (
        say(refuse(Reason.CREDENTIAL_MISSING), "if", missing, PASSED),
        say(refuse(Reason.CREDENTIALS_MULTIPLE), "if { var(req.token) -m sub , }", PASSED),  # Bearer a, Bearer b
        say(refuse(Reason.TOKEN_REVOKED), f"if {{ var(txn.facts) -m str {maps.REVOKED} }}", PASSED),
        say(refuse(Reason.TOKEN_INVALID), f"if !{{ var(txn.facts) {PACKED} }}", PASSED),
        say(refuse(Reason.TOKEN_NOT_YET_VALID), "if !begun", PASSED),
        say(f"http-request set-var(txn.rule) str({RENEWAL}) if by_cookie", guarded, *expired),
        say(refuse(Reason.TOKEN_EXPIRED), "if !by_cookie", *expired),
        *((say(refuse(Reason.TOKEN_EXPIRED), "if by_cookie !guarded", *expired),) if plan.shadows else ()),
        say(f"acl for_renewal var(txn.rule) -m str {RENEWAL}"),
        say("http-request allow if for_renewal", PASSED),
        say(refuse(Reason.AUDIENCE_WRONG), "if !for_us", PASSED),
        say(refuse(Reason.TOKEN_REVOKED), "if grant_revoked", PASSED),
        say("http-request set-var(req.note)", Word(note)),
        say(refuse(Reason.SUBJECT_BLOCKED), f"if {{ var(req.note) -m str {maps.BLOCKED} }}", PASSED),
        say("acl bound", Word(fact("binding")), "-m len gt 0"),
        *certificates.thumbprint(plan, "bound"),
        *dpop.proof(plan),
        say(
            refuse(Reason.BINDING_MISSING),
            "if bound !{",
            Word(f"{fact('binding')},strcmp(req.thumbprint)"),
            "eq 0 }",
            PASSED,
        ),
        say(
            "http-request set-var(req.since) var(req.note),field(2,:),add(0)",
            f"if {{ var(req.note) -m beg {maps.SINCE} }}",
        ),
        say("http-request set-var(req.demanded) var(req.now),sub(req.since) if {", Word(since), "-m int lt 0 }"),
    )
