"""Quotas: passed requests of one holder under one rule in a sliding window (draft-ietf-httpapi-ratelimit-headers-11).

Decides how stick-tables count. One table for each combination of windows, shared by all rules: the key names rule and
holder.
A request is checked first and counted only when it passes. HAProxy's sliding window weighs the last full window
against the running one.
"""

from twogate.rules.haproxy.document import Line, Section, Word, say, section
from twogate.rules.haproxy.emit.facts import HOLDER
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


def tables(plan: Plan) -> tuple[Section, ...]:
    """One backend for each combination of windows; they hold tables only."""
    combinations = sorted({pair for found in plan.distinct for pair in _pairs(found)})
    peers = f"peers {PEERS}" if plan.site.peer else ""
    return tuple(
        section(
            f"backend {_table(windows)}",
            say(
                f"stick-table type string len {_KEY_LENGTH} size {_ENTRIES} expire {2 * max(windows)}s store",
                ",".join(f"gpc{number},gpc{number}_rate({seconds}s)" for number, seconds in enumerate(windows)),
                peers,
            ),
        )
        for windows in combinations
    )


def _pairs(found: RequirementClass) -> tuple[tuple[int, ...], ...]:
    """Two windows share an entry of a table, so two quotas cost one look-up."""
    quotas = found.require.quota
    if len(quotas) > MAX_QUOTAS:
        raise GatewayRefusedError(f"a rule has at most {MAX_QUOTAS} quotas")
    for limit in quotas:
        if limit.seconds > LONGEST_WINDOW:
            raise GatewayRefusedError(f"a quota's window is at most 24 days, not {limit.seconds} seconds")
    return tuple(tuple(limit.seconds for limit in quotas[n : n + 2]) for n in range(0, len(quotas), 2))


def _table(windows: tuple[int, ...]) -> str:
    return f"quota.{'.'.join(f'{seconds}s' for seconds in windows)}"


def _rate(number: int) -> str:
    """The fetch that tells how much of the n-th quota is used."""
    return f"sc{number // 2}_gpc{number % 2}_rate"


def count(found: RequirementClass) -> tuple[Line, ...]:
    """Check every quota of a class, then count the request in all of them."""
    quotas = found.require.quota
    if not quotas:
        return ()
    charged = f"var(txn.rule),field(2,|),concat(|,{HOLDER})"
    return (
        *(() if found.guarded else (say(f"http-request set-var({HOLDER}) src,ipmask(32,64)"),)),
        *(
            say(f"http-request track-sc{number}", Word(charged), f"table {_table(windows)}")
            for number, windows in enumerate(_pairs(found))
        ),
        *(
            say(refuse(Reason.QUOTA_EXCEEDED), f"if {{ {_rate(number)} ge {limit.limit} }}", PASSED)
            for number, limit in enumerate(quotas)
        ),
        *(say(f"http-request sc-inc-gpc{number % 2}({number // 2}) if", PASSED) for number in range(len(quotas))),
    )


def retry(found: RequirementClass) -> tuple[Line, ...]:
    """For a refused request: after how long there is certainly room again."""
    return tuple(
        say(
            f"http-request set-var(txn.retry_after) int({limit.seconds})",
            f"if {{ {_rate(number)} ge {limit.limit} }}",
        )
        for number, limit in enumerate(found.require.quota)
    )


def policy(found: RequirementClass) -> str:
    """The value of ``RateLimit-Policy``, told where a quota refuses."""
    return ", ".join(f'"{name(limit)}";q={limit.limit};w={limit.seconds}' for limit in found.require.quota)


def headers(found: RequirementClass) -> tuple[Line, ...]:
    """``RateLimit`` on every answer of a class with quotas."""
    quotas = found.require.quota
    if not quotas:
        return ()
    left = ", ".join(
        f'"{name(limit)}";r=%[{_rate(number)},neg,add({limit.limit})];t={limit.seconds}'
        for number, limit in enumerate(quotas)
    )
    return (say("http-after-response set-header RateLimit", Word(left)),)


def name(limit: Quota) -> str:
    """What a quota is called in the RateLimit headers."""
    return _NAMED.get(limit.seconds, f"{limit.seconds}s")
