"""Request parameters: how they are read, once, strictly (RFC 6749 sections 3.1, 3.2 and appendix B).

Decides that a parameter is given once or not at all, that an empty one is as good as absent, and that everything is
UTF-8. Which parameters exist is for each endpoint; unknown ones are ignored, as the RFC demands.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.terms.reasons import Reason

_MOST = 64  # parameters in one request
_LONGEST = 8_192  # characters in one value: the longest signed token
_HALF = re.compile("[\ud800-\udfff]")  # half of a pair: an escape of JSON can say it, UTF-8 cannot


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a caller sent, each name once. Values may be secrets: they do not show in ``repr``."""

    values: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_urlencoded(cls, raw: bytes) -> Self | InvalidRequest:
        """Read a query string or an ``application/x-www-form-urlencoded`` body."""
        try:
            pairs = parse_qsl(
                raw.decode("ascii"),
                keep_blank_values=True,
                encoding="utf-8",
                errors="strict",
                max_num_fields=_MOST,
            )
        except ValueError:
            return InvalidRequest(Reason.INPUT_MALFORMED, "the parameters are not well-formed UTF-8")
        return cls._from_pairs(pairs)

    @classmethod
    def from_json(cls, raw: bytes) -> Self | InvalidRequest:
        """Read a JSON object whose members are all strings (the first-party endpoint takes it beside a form)."""
        malformed = InvalidRequest(Reason.INPUT_MALFORMED, "the body is one JSON object of strings")
        try:
            pairs = json.loads(raw.decode("utf-8"), object_pairs_hook=_Members)
        except (ValueError, RecursionError):
            return malformed
        if not isinstance(pairs, _Members) or len(pairs) > _MOST:
            return malformed
        if not all(isinstance(value, str) for _, value in pairs):
            return malformed
        return cls._from_pairs(pairs)

    @classmethod
    def _from_pairs(cls, pairs: Iterable[tuple[str, str]]) -> Self | InvalidRequest:
        values: dict[str, str] = {}
        for name, value in pairs:
            if name in values:
                return InvalidRequest(Reason.INPUT_MALFORMED, "a parameter is given more than once")
            if len(value) > _LONGEST or "\x00" in value or _HALF.search(value):
                return InvalidRequest(Reason.INPUT_MALFORMED, "a parameter is too long, or holds what is no text")
            values[name] = value
        return cls({name: value for name, value in values.items() if value})

    def get(self, name: str) -> str:
        """Return the value, or the empty text when the parameter is absent or empty."""
        return self.values.get(name, "")

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def replacing(self, **changed: str) -> "Parameters":
        """Return these parameters with some changed; an empty text takes one away."""
        merged = self.values | changed
        return Parameters({name: value for name, value in merged.items() if value})

    def urlencoded(self) -> str:
        return urlencode(self.values)


class _Members(list[tuple[str, str]]):
    """The members of one JSON object, repeats and all."""
