"""``[gateway]``: where the gateway listens, how HAProxy runs, and what is kept of the traffic."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from twogate.settings.section import Address, Bytes, Seconds, Section


class WhenStale(StrEnum):
    """What the gateway does with requests once it has been out of touch for ``stale_after``."""

    SERVE = "serve"
    REFUSE = "refuse"


class Gateway(Section):
    """The listener and HAProxy behind it."""

    listen: Address = Field(
        default="127.0.0.1:8080",
        description="`address:port` to listen on. Loopback by default: opening it to a network is your decision.",
    )
    tls_cert: Path | None = Field(
        default=None,
        description="PEM file with certificate and chain (and the key, unless `tls_key` names it). With it `listen` "
        "speaks TLS, HTTP/2 and HTTP/1.1; without it plain HTTP/1.1. Changed files are taken over by themselves.",
    )
    tls_key: Path | None = Field(default=None, description="PEM file with the private key of `tls_cert`.")
    plain_listen: Address | None = Field(
        default=None, description="Beside a TLS `listen`: one more `address:port` without TLS."
    )
    client_ca: Path | None = Field(
        default=None,
        description="PEM file with the authorities whose client certificates count. With it `listen` asks every caller "
        "for one; rules with `client_certificate = true` need one, tokens asked for with one are bound to it.",
    )
    client_revocations: Path | None = Field(
        default=None,
        description="PEM file with a revocation list of each of these authorities; one that is missing or out of date "
        "has all certificates of its authority refused. Without the setting none is taken for revoked. Changed files "
        "are taken over by themselves, as with `client_ca`.",
    )
    hosts: tuple[str, ...] = Field(
        default=(), description="Further `Host` values that mean this gateway, beside the one in `public_url`."
    )
    haproxy: str = Field(
        default="",
        description="HAProxy to run: empty = the one that comes with Twogate, `system` = the one on PATH, or a file.",
    )
    threads: int = Field(default=0, ge=0, le=64, description="HAProxy threads; 0 = one for each core.")
    max_connections: int = Field(
        default=4_000, ge=10, le=1_000_000, description="Connections at once; more wait in the kernel's queue."
    )
    stale_after: Seconds = Field(
        default=300,
        ge=5,
        description="Out of touch with the control plane for this long, the gateway does what `when_stale` says.",
    )
    when_stale: WhenStale = Field(
        default=WhenStale.SERVE,
        description="`serve`: go on with the last known policy and revocations (tokens still expire), and say so in "
        "the log. `refuse`: refuse whatever needs a credential until the control plane is back.",
    )
    traffic_days: int = Field(default=14, ge=1, le=3_650, description="Days the access log is kept.")
    traffic_total: Bytes = Field(
        default=2_000_000_000, ge=1 << 20, description="The most it may take on disk; the oldest files go first."
    )
    traffic_file: Bytes = Field(
        default=100_000_000, ge=1 << 12, description="A file of it is closed at this size, or at the full hour."
    )

    @model_validator(mode="after")
    def _tls_settings_need_a_certificate(self) -> Self:
        wanting = {"tls_key": self.tls_key, "plain_listen": self.plain_listen, "client_ca": self.client_ca}
        for name, value in wanting.items():
            if value is not None and self.tls_cert is None:
                raise ValueError(f"{name} is set but tls_cert is not; name the certificate too")
        if self.client_revocations is not None and self.client_ca is None:
            raise ValueError("client_revocations is set but client_ca is not; name the authorities too")
        return self
