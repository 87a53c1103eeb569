"""``[factors]`` and ``[hashing]``: what a password may be, how codes look, what a hash costs.

Decides which dials of ``rules.factors`` an operator may turn, and builds the parameters those rules want.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field

from twogate.rules.factors.client_certificate import CertificateRules
from twogate.rules.factors.password import PasswordRules
from twogate.rules.factors.push.factor import PushRules
from twogate.rules.factors.registry import Parameters
from twogate.rules.factors.slow_hash import Cost, SlowHash
from twogate.rules.factors.telephone_code import TelephoneRules
from twogate.rules.factors.totp import TotpRules
from twogate.settings.passkeys import PasskeySettings, passkey_rules
from twogate.settings.section import SecretText, Section
from twogate.terms.secret import Secret


class FactorSettings(PasskeySettings):
    """Factors as people meet them. What is changed holds for factors set up from then on."""

    password_minimum: int = Field(
        default=8,
        ge=8,
        le=64,
        description="Characters a password must have. 8 is enough beside a second factor (NIST SP 800-63B-4, "
        'section 3.1.1.2); use 15 with `second_factor = "when_needed"`.',
    )
    password_refused: tuple[str, ...] = Field(
        default=(), description="Passwords nobody may choose, beside the common ones: your company's name, for example."
    )
    password_breaches: Path | None = Field(
        default=None,
        description="A collection of stolen passwords that nobody may choose: a file of lines `SHA1:count` sorted by "
        "hash, or a folder of range files named after the first five digits. It stays on disk.",
    )
    totp_digits: Literal[6, 8] = Field(default=6, description="Digits of a code from an authenticator app.")
    totp_algorithm: Literal["SHA1", "SHA256", "SHA512"] = Field(
        default="SHA1", description="Its hash function. Several apps read no other than `SHA1`."
    )
    totp_period: Literal[30, 60] = Field(default=30, description="Seconds until the next code.")
    totp_ahead: int = Field(
        default=1, ge=0, le=1, description="Codes accepted ahead of time, for phones whose clock is fast."
    )
    client_certificate: bool = Field(
        default=False,
        description="Whether a client certificate may be set up as a second factor. The gateway asks for one where "
        "`gateway.client_ca` is set.",
    )
    client_certificate_hardware: tuple[str, ...] = Field(
        default=(),
        description="Authorities (their subject as RFC 2253 spells it, for example `CN=Cards,O=Example`) that certify "
        "only keys which cannot leave their hardware; only then does a certificate count as hardware.",
    )


class HashingSettings(Section):
    """Argon2id (RFC 9106) and the pool it runs in."""

    memory_kib: int = Field(default=19_456, ge=7_168, le=4_194_304, description="Memory for one hash, in KiB.")
    passes: int = Field(default=2, ge=1, le=100, description="Passes over the memory. Less memory wants more passes.")
    lanes: int = Field(default=1, ge=1, le=16, description="Lanes computed side by side.")
    threads: int = Field(default=0, ge=0, le=256, description="Hashes at once; 0 = one for each core.")
    queue: int = Field(
        default=64, ge=0, le=10_000, description="Hashes that may wait. What comes on top is told to come back later."
    )
    pepper: SecretText = Field(
        default=Secret(""),
        description="A key that passwords are mixed with before hashing, kept apart from the database. Losing or "
        "changing it makes every password useless.",
    )


def parameters(
    factors: FactorSettings,
    hashing: HashingSettings,
    *,
    public_url: str = "",
    sms: TelephoneRules | None = None,
    voice: TelephoneRules | None = None,
    push: bool = False,
) -> Parameters:
    """Return what ``rules.factors.registry`` wants. Without a public address there are no passkeys and no prompts.

    Raises:
        SettingsInvalid: a file that is named cannot be read, or is not what it should be.
    """
    return Parameters(
        hashing=SlowHash(Cost(hashing.memory_kib, hashing.passes, hashing.lanes), hashing.pepper),
        password=PasswordRules(
            minimum=factors.password_minimum,
            refused=frozenset(word.casefold() for word in factors.password_refused),
        ),
        totp=TotpRules(
            digits=factors.totp_digits,
            period=factors.totp_period,
            algorithm=factors.totp_algorithm,
            ahead=factors.totp_ahead,
        ),
        passkeys=passkey_rules(factors, public_url),
        client_certificate=CertificateRules(frozenset(factors.client_certificate_hardware))
        if factors.client_certificate
        else None,
        sms=sms,
        voice=voice,
        push=PushRules(public_url) if push and public_url else None,
    )
