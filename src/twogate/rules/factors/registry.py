"""Every factor there is, in one explicit tuple.

Decides which factors exist and in which order they are offered. A new factor is a new file and a line here.
"""

from dataclasses import dataclass, field

from twogate.rules.factors.client_certificate import CertificateFactor, CertificateRules
from twogate.rules.factors.contract import Factor, Role
from twogate.rules.factors.hardware_token import HardwareToken, TokenRules
from twogate.rules.factors.password import Password, PasswordRules
from twogate.rules.factors.push.factor import Push, PushRules
from twogate.rules.factors.recovery_code import RecoveryCode
from twogate.rules.factors.recovery_pass import RecoveryPass
from twogate.rules.factors.slow_hash import SlowHash
from twogate.rules.factors.telephone_code import SmsCode, TelephoneRules, VoiceCode
from twogate.rules.factors.totp import Totp, TotpRules
from twogate.rules.factors.webauthn import PasskeyRules, WebAuthn
from twogate.rules.factors.yubico_otp import YubicoOtp, YubicoRules


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an operator may set about factors."""

    hashing: SlowHash = field(default_factory=SlowHash)
    password: PasswordRules = field(default_factory=PasswordRules)
    totp: TotpRules = field(default_factory=TotpRules)
    passkeys: PasskeyRules = field(default_factory=PasskeyRules)
    hardware_token: TokenRules = field(default_factory=TokenRules)
    yubico: YubicoRules = field(default_factory=YubicoRules)
    push: PushRules | None = None  # None: nobody is asked on a phone
    client_certificate: CertificateRules | None = None  # None: a certificate is no factor
    sms: TelephoneRules | None = None  # None: switched off (NIST SP 800-63B-4, section 3.2.9)
    voice: TelephoneRules | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """The factors in force, in the order they are offered."""

    factors: tuple[Factor, ...]

    def get(self, name: str) -> Factor | None:
        return next((factor for factor in self.factors if factor.name == name), None)

    def of_role(self, role: Role) -> tuple[Factor, ...]:
        return tuple(factor for factor in self.factors if factor.role is role)

    @property
    def first(self) -> Factor:
        """The factor that is asked for together with a name."""
        return self.of_role(Role.FIRST)[0]


def registry(parameters: Parameters) -> Registry:
    """Return every factor under these parameters."""
    return Registry(
        (
            Password(parameters.hashing, parameters.password),
            Totp(parameters.totp),
            WebAuthn(parameters.passkeys),
            *((Push(parameters.push),) if parameters.push else ()),
            *((CertificateFactor(parameters.client_certificate),) if parameters.client_certificate else ()),
            HardwareToken(parameters.hardware_token),
            YubicoOtp(parameters.yubico),
            *((SmsCode(parameters.sms),) if parameters.sms else ()),
            *((VoiceCode(parameters.voice),) if parameters.voice else ()),
            RecoveryCode(parameters.hashing),
            RecoveryPass(),
        ),
    )
