"""What an application inside is told of a request that passed, as an upstream behind the gateway would be told.

Decides which header fields stay, go and come, and which cookies of an application's answer are taken out.
"""

import re

from twogate.dataplane.decision.judge import Judged
from twogate.rules.forward_auth.answers import TARGET, Answer
from twogate.rules.forward_auth.proxies import Headers
from twogate.rules.haproxy.cookies import IN_SET_COOKIE
from twogate.rules.haproxy.emit.request import SPOKEN_BY_US
from twogate.rules.policy.decision import Allowed
from twogate.rules.policy.paths import NormalPath
from twogate.terms.access import AccessFacts

_OURS_TO_SAY = re.compile(SPOKEN_BY_US)
_OUR_COOKIES = re.compile(IN_SET_COOKIE)
_TOLD_BACK = frozenset({"X-Request-Id", "RateLimit"})
_CREDENTIALS = frozenset({b"authorization", b"cookie"})


def is_ours_to_say(name: str) -> bool:
    """Whether only a gateway may write a field of this name, in lower case."""
    return bool(_OURS_TO_SAY.search(name))


def request_fields(headers: Headers, answer: Answer) -> list[tuple[bytes, bytes]]:
    """The caller's fields without what only we may say and without our credentials, then what we say."""
    kept = [(n, v) for n, v in headers if n not in _CREDENTIALS and not is_ours_to_say(n.decode("latin-1"))]
    said = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.fields
        if name not in {TARGET, "RateLimit"}
    ]
    return kept + said


def response_fields(answer: Answer) -> list[tuple[str, str]]:
    """What is told to the caller beside the application's own answer."""
    return [(name, value) for name, value in answer.fields if name in _TOLD_BACK]


def sets_ours(value: str) -> bool:
    """Whether a Set-Cookie field is for a cookie of ours."""
    return bool(_OUR_COOKIES.match(value))


def path_of(judged: Judged) -> NormalPath | None:
    """The path that was judged; None where the request did not pass."""
    return judged.verdict.path if isinstance(judged.verdict, Allowed) else None


def facts_of(judged: Judged) -> AccessFacts | None:
    """Who it is; None where no credential was looked at."""
    return judged.verdict.facts if isinstance(judged.verdict, Allowed) else None
