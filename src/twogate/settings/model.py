"""All sections together: what a whole ``settings.toml`` can say.

Decides which sections exist. A default is written once, in its section's file.
"""

from pydantic import Field
from pydantic.fields import FieldInfo

from twogate.settings.control import Control
from twogate.settings.edge import EdgeSettings
from twogate.settings.factors import FactorSettings, HashingSettings
from twogate.settings.gateway import Gateway
from twogate.settings.log import Log
from twogate.settings.mail import MailSettings
from twogate.settings.messages import SmsSettings, VoiceSettings
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
    store: StoreSettings = Field(default_factory=StoreSettings)
    sign_in: SignInSettings = Field(default_factory=SignInSettings)
    factors: FactorSettings = Field(default_factory=FactorSettings)
    hashing: HashingSettings = Field(default_factory=HashingSettings)
    sessions: SessionSettings = Field(default_factory=SessionSettings)
    tokens: Tokens = Field(default_factory=Tokens)
    mail: MailSettings = Field(default_factory=MailSettings)
    sms: SmsSettings = Field(default_factory=SmsSettings)
    voice: VoiceSettings = Field(default_factory=VoiceSettings)
    log: Log = Field(default_factory=Log)


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
