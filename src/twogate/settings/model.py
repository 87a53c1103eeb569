"""All sections together: what a whole ``settings.toml`` can say.

Decides which sections exist. A default is written once, in its section's file.
"""

from typing import Self

from pydantic import Field, model_validator
from pydantic.fields import FieldInfo

from twogate.settings.control import Control
from twogate.settings.edge import EdgeSettings
from twogate.settings.factors import FactorSettings, HashingSettings
from twogate.settings.forward_auth import ForwardAuthSettings
from twogate.settings.gateway import Gateway
from twogate.settings.hardware_tokens import HardwareTokenSettings, YubicoSettings
from twogate.settings.log import Log
from twogate.settings.mail import MailSettings
from twogate.settings.messages import SmsSettings, VoiceSettings
from twogate.settings.places import PlaceSettings
from twogate.settings.profile import refuse_looser
from twogate.settings.push import PushSettings
from twogate.settings.recovery import RecoverySettings
from twogate.settings.registration import FetchSettings, RegistrationSettings
from twogate.settings.risk import RiskSettings
from twogate.settings.section import Section
from twogate.settings.sessions import SessionSettings
from twogate.settings.sign_in import SignInSettings
from twogate.settings.store import StoreSettings
from twogate.settings.tokens import Tokens
from twogate.terms.secret import Secret


class Settings(Section):
    """Everything that can be set. No key is required."""

    gateway: Gateway = Field(default_factory=Gateway)
    control: Control = Field(default_factory=Control)
    edge: EdgeSettings = Field(default_factory=EdgeSettings)
    forward_auth: ForwardAuthSettings = Field(default_factory=ForwardAuthSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    sign_in: SignInSettings = Field(default_factory=SignInSettings)
    factors: FactorSettings = Field(default_factory=FactorSettings)
    hardware_tokens: HardwareTokenSettings = Field(default_factory=HardwareTokenSettings)
    yubico: YubicoSettings = Field(default_factory=YubicoSettings)
    hashing: HashingSettings = Field(default_factory=HashingSettings)
    sessions: SessionSettings = Field(default_factory=SessionSettings)
    recovery: RecoverySettings = Field(default_factory=RecoverySettings)
    tokens: Tokens = Field(default_factory=Tokens)
    registration: RegistrationSettings = Field(default_factory=RegistrationSettings)
    fetch: FetchSettings = Field(default_factory=FetchSettings)
    mail: MailSettings = Field(default_factory=MailSettings)
    sms: SmsSettings = Field(default_factory=SmsSettings)
    voice: VoiceSettings = Field(default_factory=VoiceSettings)
    push: PushSettings = Field(default_factory=PushSettings)
    places: PlaceSettings = Field(default_factory=PlaceSettings)
    risk: RiskSettings = Field(default_factory=RiskSettings)
    log: Log = Field(default_factory=Log)

    @model_validator(mode="after")
    def _not_looser(self) -> Self:
        refuse_looser(self)
        return self


def sections() -> dict[str, type[Section]]:
    """Every section by name, in the order of the reference."""
    found: dict[str, type[Section]] = {}
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            found[name] = field.annotation
    return found


def is_secret(field: FieldInfo) -> bool:
    """Whether a key holds a secret, so that ``<key>_file`` exists beside it."""
    return field.annotation is Secret
