"""Access facts: what a credential says about its holder, packed into one claim that HAProxy reads at once.

Decides the one text form that control plane, edge agent and compiled gateway all use:
the ``tg`` claim of a JWT access token (RFC 9068), a row of the API-token map, a cached verification.
Numbers and the grant stand in front, each at its place and of its width, so that HAProxy's ``bytes`` finds them without
a search; other texts follow, parted by bars. ``NUMBERS``, ``GRANT`` and ``TEXTS`` are the contract.
"""

import re
from dataclasses import dataclass

_SAFE = re.compile(r"[\x21\x23-\x5b\x5d-\x7b\x7d\x7e]*")  # RFC 6749 NQCHAR without the bar
_SCOPE_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
VERSION = "2"

_WIDTHS = {"rank": 1, "factors": 1, "expires": 10, "auth_time": 10, "not_before": 10, "issued": 10}
NUMBERS = {
    name: (len(VERSION) + sum(list(_WIDTHS.values())[:number]), width)
    for number, (name, width) in enumerate(_WIDTHS.items())
}
"""Number to its offset and width, for HAProxy's ``bytes(<offset>,<length>)``."""

GRANT = (len(VERSION) + sum(_WIDTHS.values()), 20)
"""Offset and width of the grant, which every request asks for."""

PAD = "~"
"""Fills a grant's place; no id has one."""

HEAD = sum(GRANT)
"""Characters before the first bar."""

_TEXTS = ("subject", "client", "amr", "scope", "audience", "binding")
TEXTS = {name: number for number, name in enumerate(_TEXTS, 1)}
"""Text to its number for HAProxy's ``field(<n>,|)``, counted from 1 behind the first bar."""

CANONICAL_JWT = (
    r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\."
    r"[A-Za-z0-9_-]{42}[ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9_-]{42}[AQgw]"
)
"""The only spelling of a signed token: unused base64url bits are zero, and of the two ECDSA signatures the lower one
(its second half starts with a 0 bit). Whoever revokes or remembers a token by its SHA-256 must refuse other spellings,
or a holder could respell a revoked token."""


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """One credential's standing. Times are NumericDates (seconds since the epoch)."""

    subject: str  # user id, or client id of a service account
    grant: str  # the handle by which this credential is revoked
    rank: int  # 0 none, 1 aal1, 2 aal2, 3 phr, 4 phrh, 5 aal3 (rules.assurance.level.Level)
    auth_time: int  # when the person last proved themselves; 0 = never a person (service account, API token)
    expires: int  # 0 = never
    not_before: int
    factors: int  # number of distinct categories proved, 0 to 3
    audience: str
    client: str
    amr: tuple[str, ...] = ()  # RFC 8176, e.g. ("pwd", "otp", "mfa")
    scope: tuple[str, ...] = ()
    binding: str = ""  # thumbprint of a client certificate (RFC 8705, x5t#S256); empty = bearer
    issued: int = 0

    def pack(self) -> str:
        """Return ``2<numbers><grant>|subject|...``; scope is written " a b " so that a word search needs no regex.

        Raises:
            ValueError: a text holds a bar, a blank or another character outside RFC 6749 NQCHAR; a number is negative
                or too large.
        """
        for text in (self.subject, self.grant, self.audience, self.client, self.binding, *self.amr):
            if not _SAFE.fullmatch(text):
                raise ValueError("access facts hold printable ASCII without blanks and bars")
        if not all(_SCOPE_TOKEN.fullmatch(word) for word in self.scope):
            raise ValueError("a scope is letters, digits and . _ : / - (at most 64)")
        scope = f" {' '.join(self.scope)} " if self.scope else ""
        texts = {"amr": "+".join(self.amr), "scope": scope}
        return "|".join((self._head(), *(texts.get(name, getattr(self, name)) for name in TEXTS)))

    def _head(self) -> str:
        digits = [f"{getattr(self, name):0{width}d}" for name, (_, width) in NUMBERS.items()]
        fits = all(len(text) == width for text, (_, width) in zip(digits, NUMBERS.values(), strict=True))
        if not fits or not all(map(str.isdecimal, digits)):
            raise ValueError("access facts hold numbers from 0 that fit their width")
        if len(self.grant) > GRANT[1] or PAD in self.grant:
            raise ValueError(f"access facts hold a grant of at most {GRANT[1]} characters")
        return f"{VERSION}{''.join(digits)}{self.grant.ljust(GRANT[1], PAD)}"

    @classmethod
    def unpack(cls, text: str) -> "AccessFacts":
        """Read what ``pack`` wrote.

        Raises:
            ValueError: it is not of this version or shape.
        """
        head, *parts = text.split("|")
        numbers = head[: GRANT[0]]
        if len(parts) != len(TEXTS) or len(head) != HEAD or not numbers.isascii() or not numbers.isdecimal():
            raise ValueError("not access facts")
        if not head.startswith(VERSION):
            raise ValueError(f"not access facts of version {VERSION}")
        texts = dict(zip(TEXTS, parts, strict=True))
        return cls(
            grant=head[GRANT[0] :].rstrip(PAD),
            subject=texts["subject"],
            audience=texts["audience"],
            client=texts["client"],
            amr=tuple(texts["amr"].split("+")) if texts["amr"] else (),
            scope=tuple(texts["scope"].split()),
            binding=texts["binding"],
            **{name: int(head[at : at + width]) for name, (at, width) in NUMBERS.items()},
        )


def expires_of(packed: str) -> int | None:
    """When a packed credential ends (0 = never), read without the rest; None for other text."""
    at, width = NUMBERS["expires"]
    digits = packed[at : at + width]
    return int(digits) if packed[:1] == VERSION and packed[HEAD : HEAD + 1] == "|" and digits.isdecimal() else None
