"""``[store]``: where the state lives and with which key it is sealed."""

from pydantic import Field

from twogate.settings.section import SecretText, Section
from twogate.terms.secret import Secret


class StoreSettings(Section):
    """The database and the master key."""

    url: SecretText = Field(
        default=Secret(""),
        description="SQLAlchemy-style address: `sqlite:///path` or `postgresql://user:password@host/name`. "
        "Empty: SQLite in the data directory.",
    )
    master_key: SecretText = Field(
        default=Secret(""),
        description="32 bytes in base64. Empty: `master_key_command` if that is set, else the file `master.key` "
        "in the data directory.",
    )
    master_key_command: tuple[str, ...] = Field(
        default=(),
        description="A program and its arguments that prints the master key in base64, for a key manager.",
    )
