"""``[forward_auth]``: where nginx, Traefik, Caddy, Envoy and HAProxy ask before they let a request through."""

from pydantic import Field

from twogate.settings.gateway import WhenStale
from twogate.settings.section import Address, Seconds, SecretText, Section
from twogate.terms.secret import Secret


class ForwardAuthSettings(Section):
    """The process that decides for foreign proxies."""

    listen: Address = Field(
        default="127.0.0.1:9180",
        description="`address:port` for the proxy's questions. Only the proxy may reach it: whoever does can name any "
        "caller's address.",
    )
    spoe_listen: Address | None = Field(
        default=None, description="`address:port` for HAProxy, which asks in its own protocol (SPOE). Empty: none."
    )
    key: SecretText = Field(
        default=Secret(""),
        description="The edge key of this process, a node of its own. Empty: the file `forward-auth.key` in the data "
        "directory.",
    )
    stale_after: Seconds = Field(
        default=300,
        ge=5,
        description="Out of touch with the control plane for this long, it does what `when_stale` says.",
    )
    when_stale: WhenStale = Field(
        default=WhenStale.REFUSE,
        description="`refuse`: refuse whatever needs a credential until the control plane is back. `serve`: go on with "
        "the last known policy and revocations.",
    )
