"""Two answers to the same bytes, and what the upstream heard of each: the same verdict, or what differs.

Decides what "the same" means: passed or not, the reason, where a browser is sent, the challenge, who the upstream
believes is calling, and which path, cookies and credentials it gets.
"""

import json
import re
from dataclasses import dataclass

from suites.agreement.wire import Response
from suites.forward_auth.rig import HOST, PUBLIC_URL, Proxy, Stage
from suites.forward_auth.table import Row, rows
from suites.gateway.rig import Heard

from twogate.rules.policy.paths import NormalPath, normalise

IDENTITY = ("X-Auth-Subject", "X-Auth-Level", "X-Auth-Methods", "X-Auth-Time", "X-Auth-Client", "X-Auth-Scope")
_NEVER_UPSTREAM = {
    *("x_auth_subject", "x-original-url", "x-rewrite-url", "x-http-method-override", "x-method-override"),
    *("forwarded", "x-forwarded-uri", "x-forwarded-method", "true-client-ip"),
}
_CHALLENGE = ("location", "www-authenticate", "allow")


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one request."""

    response: Response
    heard: list[Heard]

    @property
    def passed(self) -> bool:
        return bool(self.heard)

    @property
    def reason(self) -> str:
        try:
            return str(json.loads(self.response.body).get("reason", ""))
        except (ValueError, AttributeError):
            return ""

    def __str__(self) -> str:
        lines = [f"{self.response.status} {self.reason} {self.response.headers} {self.response.body[:120]!r}"]
        return "\n      ".join(lines + [f"{heard.line} {heard.headers}" for heard in self.heard])


def walk(found: Stage, proxy: Proxy, *, rewrites: bool, preflights: bool) -> list[str]:
    """Send the whole table to the gateway and to a proxy; tell what differs."""
    told = []
    for row in rows(found):
        ours = Seen(*found.told(found.gateway.port, row.request, address=row.address))
        theirs = Seen(*found.told(proxy.port, row.request, address=row.address))
        if proxy.name in row.mended_by:
            wrong = _mended(theirs)
        else:
            wrong = differences(row, ours, theirs, rewrites=rewrites, preflights=preflights)
        told += [f"{row}: {one}\n    {theirs}\n    {ours}" for one in wrong]
    return told


def differences(row: Row, ours: Seen, theirs: Seen, *, rewrites: bool, preflights: bool) -> list[str]:
    """Say how a proxy's verdict differs from the gateway's."""
    if row.odd and not theirs.passed and theirs.response.status in {400, 404, 405, 421}:
        return []  # by the proxy's own parser, which may be narrower than ours
    if row.spelled and ours.passed and not rewrites and not theirs.passed:
        wanted = theirs.reason == "path_ambiguous" or (row.odd and theirs.response.status == 400)
        return [] if wanted else [f"refused as {theirs.reason}"]
    if row.preflight and not preflights:
        return ["a preflight went upstream"] if theirs.passed else []
    if ours.passed != theirs.passed:
        return [f"passed {theirs.passed}, the gateway {ours.passed}"]
    return _passed(ours, theirs, spelled=row.spelled and not rewrites) if ours.passed else _refused(ours, theirs)


def _mended(theirs: Seen) -> list[str]:
    """What was judged is what goes on: a path that can be read in one way, and nothing of ours twice."""
    if not theirs.passed:
        return []
    target = theirs.heard[0].target
    path = normalise(target, HOST)
    clean = isinstance(path, NormalPath) and path.target == target
    return [] if clean else [f"the upstream heard {target}"]


def _settled(text: str | None) -> str | None:
    """Without what differs from second to second, or between an absolute and a relative reference."""
    return text and re.sub(r"max_age=5\d\d\b", "max_age=5xx", text.removeprefix(PUBLIC_URL))


def _refused(ours: Seen, theirs: Seen) -> list[str]:
    wrong = []
    if (ours.response.status, ours.reason) != (theirs.response.status, theirs.reason):
        wrong.append(f"{theirs.response.status} {theirs.reason}, the gateway {ours.response.status} {ours.reason}")
    said, meant = theirs.response.headers, ours.response.headers
    wrong += [
        f"{name}: {said.get(name)}, ours {meant.get(name)}"
        for name in _CHALLENGE
        if _settled(said.get(name)) != _settled(meant.get(name))
    ]
    return wrong


def _passed(ours: Seen, theirs: Seen, *, spelled: bool) -> list[str]:
    wrong = []
    mine, found = ours.heard[0], theirs.heard[0]
    if len(theirs.heard) != 1:
        wrong.append(f"heard {len(theirs.heard)} times")
    lines = [line.replace("/ HTTP", " HTTP") if spelled else line for line in (mine.line, found.line)]
    if lines[0] != lines[1]:
        wrong.append(f"the upstream heard {found.line}, behind the gateway {mine.line}")
    wrong += [
        f"{name}: {found.header(name)!r}, ours {mine.header(name)!r}"
        for name in (*IDENTITY, "Cookie", "Authorization", "X-Forwarded-For")
        if (mine.header(name) or "") != (found.header(name) or "")
    ]
    if not found.header("X-Request-Id"):
        wrong.append("no request id")
    wrong += [f"the upstream heard {lie}" for lie in _NEVER_UPSTREAM & found.names]
    return wrong
