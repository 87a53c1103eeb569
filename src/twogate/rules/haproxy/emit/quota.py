"""Quotas: passed requests of one holder under one rule in a sliding window (draft-ietf-httpapi-ratelimit-headers-11).

Decides how stick-tables count. One table for each window length, shared by all rules: the key names rule and holder.
A request is checked first and counted only when it passes. HAProxy's sliding window weighs the last full window
against the running one.
"""

from twogate.rules.haproxy.document import Line, Section, Word, say, section
from twogate.rules.haproxy.emit.facts import fact
from twogate.rules.haproxy.emit.verdict import PASSED, refuse
from twogate.rules.haproxy.plan import Plan, RequirementClass
from twogate.rules.haproxy.site import GatewayRefusedError
from twogate.rules.policy.model import Quota
from twogate.terms.reasons import Reason

MAX_QUOTAS = 3
"""HAProxy's default ``tune.stick-counters``."""

LONGEST_WINDOW = 24 * 86_400
"""HAProxy keeps windows in milliseconds of 31 bits."""

PEERS = "twogate"
_KEY_LENGTH = 160  # rule key, bar, subject
_ENTRIES = 1_000_000
_NAMED = {60: "minute", 3600: "hour", 86_400: "day"}


def table(seconds: int) -> str:
    """Return the name of a window's table."""
    return f"quota.{seconds}s"


def tables(plan: Plan) -> tuple[Section, ...]:
    """One backend for each window length; they hold tables only."""
    windows = sorted({limit.seconds for found in plan.distinct for limit in found.require.quota})
    for seconds in windows:
        if seconds > LONGEST_WINDOW:
            raise GatewayRefusedError(f"a quota's window is at most 24 days, not {seconds} seconds")
    peers = f"peers {PEERS}" if plan.site.peer else ""
    return tuple(
        section(
            f"backend {table(seconds)}",
            say(
                f"stick-table type string len {_KEY_LENGTH} size {_ENTRIES} expire {2 * seconds}s",
                f"store gpc0,gpc0_rate({seconds}s)",
                peers,
            ),
        )
        for seconds in windows
    )


def count(found: RequirementClass) -> tuple[Line, ...]:
    """Check every quota of a class, then count the request in all of them."""
    quotas = found.require.quota
    if len(quotas) > MAX_QUOTAS:
        raise GatewayRefusedError(f"a rule has at most {MAX_QUOTAS} quotas")
    if not quotas:
        return ()
    holder = Word(fact("subject")) if found.guarded else "src,ipmask(32,64)"
    lines = [
        say("http-request set-var(req.holder)", holder),
        say("http-request set-var(req.charged)", Word("var(txn.rule),field(2,|),concat(|,req.holder)")),
    ]
    for number, limit in enumerate(quotas):
        lines += [
            say(f"http-request track-sc{number} var(req.charged) table {table(limit.seconds)}"),
            say(refuse(Reason.QUOTA_EXCEEDED), f"if {{ sc{number}_gpc0_rate ge {limit.limit} }}", PASSED),
        ]
    exceeded = f"{{ var(txn.why) -m str {Reason.QUOTA_EXCEEDED.value} }}"
    for number, limit in enumerate(quotas):
        over = f"{{ sc{number}_gpc0_rate ge {limit.limit} }}"
        lines.append(say(f"http-request set-var(txn.retry_after) int({limit.seconds}) if", exceeded, over))
    return (*lines, *(say(f"http-request sc-inc-gpc0({number}) if", PASSED) for number in range(len(quotas))))


def headers(found: RequirementClass) -> tuple[Line, ...]:
    """``RateLimit-Policy`` and ``RateLimit`` on every answer of a class with quotas."""
    quotas = found.require.quota
    if not quotas:
        return ()
    policy = ", ".join(f'"{name(limit)}";q={limit.limit};w={limit.seconds}' for limit in quotas)
    rest = ", ".join(
        f'"{name(limit)}";r=%[var(txn.left{number})];t={limit.seconds}' for number, limit in enumerate(quotas)
    )
    left = (
        say(f"http-after-response set-var(txn.left{number})", f"sc{number}_gpc0_rate,neg,add({limit.limit})")
        for number, limit in enumerate(quotas)
    )
    return (
        *left,
        say("http-after-response set-header RateLimit-Policy", Word(policy)),
        say("http-after-response set-header RateLimit", Word(rest)),
    )


def name(limit: Quota) -> str:
    """What a quota is called in the RateLimit headers."""
    return _NAMED.get(limit.seconds, f"{limit.seconds}s")
