"""One request to a gateway that carries messages, and what its answer means.

Decides when another try is worth it, and that a fault names neither number nor code nor key: addresses of requests
and texts of answers are never repeated. Redirects are not followed: a request holds a code and a key.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

import httpx2

from twogate.settings.messages import BodyKind, TelephoneSettings
from twogate.terms.dispatch import Fault

_MOST_READ = 65_536  # bytes of an answer
_PASSING = frozenset({401, 402, 403, 404, 408, 409, 421, 425, 429})  # the operator's or the gateway's trouble
_GAP = re.compile(r"\{([a-z]+)\}")
_TYPES = {BodyKind.JSON: "application/json", BodyKind.FORM: "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Request:
    """A POST, ready to go."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)


class Shape(Protocol):
    """How a gateway wants to be asked, and how it says that a try more is no use."""

    def request(self, facts: Mapping[str, str], name: str) -> Request:
        """``facts``: to, text, code; ``name``: the message's own, the same at every try."""

    def fault(self, status: int, answer: bytes) -> Fault | None:
        """What is wrong; None = it was taken."""


class MessageGateway:
    """Posts messages in one shape."""

    def __init__(self, shape: Shape, client: httpx2.AsyncClient, *, timeout: float) -> None:
        self._shape = shape
        self._client = client
        self._timeout = timeout

    async def send(self, facts: Mapping[str, str], name: str) -> Fault | None:
        """Return what went wrong, or nothing."""
        request = self._shape.request(facts, name)
        auth = httpx2.BasicAuth(*request.basic) if request.basic else None
        try:
            async with self._client.stream(
                "POST",
                request.url,
                headers=dict(request.headers),
                content=request.body,
                auth=auth,
                timeout=self._timeout,
                follow_redirects=False,
            ) as answer:
                read = b""
                async for part in answer.aiter_bytes():
                    read += part
                    if len(read) > _MOST_READ:
                        break
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return Fault(f"the gateway did not answer: {type(error).__name__}")
        return self._shape.fault(answer.status_code, read)


@dataclass(frozen=True, slots=True)
class HttpShape:
    """The request as the operator wrote it."""

    settings: TelephoneSettings

    def request(self, facts: Mapping[str, str], name: str) -> Request:
        values = {
            **facts,
            "sender": self.settings.sender,
            "account": self.settings.account,
            "secret": self.settings.secret.text(),
        }
        kind = self.settings.body_kind
        headers = {"content-type": _TYPES[kind], "idempotency-key": name}
        for line in self.settings.headers:
            header, _, value = line.partition(":")
            headers[header.lower()] = _filled(value.strip(), values, _plain)
        body = _filled(self.settings.body, values, _in_json if kind is BodyKind.JSON else _in_form)
        return Request(_filled(self.settings.url, values, _in_form), headers, body.encode())

    def fault(self, status: int, answer: bytes) -> Fault | None:
        refused = fault_of(status)
        if refused is None and self.settings.success.encode() not in answer:
            return Fault("the gateway's answer does not say that the message was taken")
        return refused


def fault_of(status: int) -> Fault | None:
    """What a status says (RFC 9110 section 15); only a plain no to this very request is final."""
    if 200 <= status < 300:  # noqa: PLR2004  # 2xx
        return None
    final = 400 <= status < 500 and status not in _PASSING  # noqa: PLR2004  # 4xx
    return Fault(f"the gateway answered {status}", final=final)


def _filled(template: str, values: Mapping[str, str], write: "_Write") -> str:
    return _GAP.sub(lambda gap: write(values.get(gap[1], "")), template)


class _Write(Protocol):
    def __call__(self, value: str, /) -> str: ...


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_form(value: str) -> str:
    return quote(value, safe="")


def _plain(value: str) -> str:
    return "".join(value.splitlines())
