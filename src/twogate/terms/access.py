"""Access facts: what a credential says about its holder, packed into one claim that HAProxy reads at once.

Decides the one text form that control plane, edge agent and compiled gateway all use:
the ``tg`` claim of a JWT access token (RFC 9068), a row of the API-token map, a cached verification.
Field order is the contract; ``rules.haproxy`` reads fields by the numbers in ``FIELD``.
"""

import re
from dataclasses import dataclass, fields

_SAFE = re.compile(r"[\x21\x23-\x5b\x5d-\x7b\x7d\x7e]*")  # RFC 6749 NQCHAR without the bar
_SCOPE_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
VERSION = "1"

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
        """Return ``1|subject|grant|...``; scope is written " a b " so that a word search needs no regex.

        Raises:
            ValueError: a field holds a bar, a blank or another character outside RFC 6749 NQCHAR.
        """
        for text in (self.subject, self.grant, self.audience, self.client, self.binding, *self.amr):
            if not _SAFE.fullmatch(text):
                raise ValueError("access facts hold printable ASCII without blanks and bars")
        if not all(_SCOPE_TOKEN.fullmatch(word) for word in self.scope):
            raise ValueError("a scope is letters, digits and . _ : / - (at most 64)")
        numbers = (self.rank, self.auth_time, self.expires, self.not_before, self.factors)
        scope = f" {' '.join(self.scope)} " if self.scope else ""
        return "|".join(
            (
                VERSION,
                self.subject,
                self.grant,
                *map(str, numbers),
                self.audience,
                self.client,
                "+".join(self.amr),
                scope,
                self.binding,
                str(self.issued),
            ),
        )

    @classmethod
    def unpack(cls, text: str) -> "AccessFacts":
        """Read what ``pack`` wrote.

        Raises:
            ValueError: it is not of this version or shape.
        """
        parts = text.split("|")
        if len(parts) != len(FIELD) + 1 or parts[0] != VERSION:
            raise ValueError("not access facts of version 1")
        rank, auth_time, expires, not_before, factors = map(int, parts[3:8])
        return cls(
            subject=parts[1],
            grant=parts[2],
            rank=rank,
            auth_time=auth_time,
            expires=expires,
            not_before=not_before,
            factors=factors,
            audience=parts[8],
            client=parts[9],
            amr=tuple(parts[10].split("+")) if parts[10] else (),
            scope=tuple(parts[11].split()),
            binding=parts[12],
            issued=int(parts[13]),
        )


FIELD = {field.name: number for number, field in enumerate(fields(AccessFacts), start=2)}
"""Field name to its number for HAProxy's ``field(<n>,|)``, which counts from 1 (the version)."""
