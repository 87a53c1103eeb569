"""From settings to what an edge agent is told.

Decides which setting becomes which dial of the gateway node. What the dials do is ``dataplane.edge_config``.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from twogate.dataplane.edge_config import EdgeConfig, Milestone, Retention, StaleMode
from twogate.settings.installation import Installation
from twogate.settings.mistakes import SettingsInvalid
from twogate.terms.secret import Secret

_LOOPBACK = ("127.0.0.1", "[::1]")


def _unheard(_milestone: Milestone, _detail: str) -> None:
    return None


def edge_config(found: Installation, *, on_event: Callable[[Milestone, str], None] = _unheard) -> EdgeConfig:
    """Return the configuration of this node. The key is read where there is one."""
    gateway, edge, places = found.settings.gateway, found.settings.edge, found.settings.places
    remote = bool(edge.control)
    tls = gateway.tls_cert is not None
    return EdgeConfig(
        directory=found.paths.edge.absolute(),
        run_directory=found.paths.run.absolute(),
        key=_key(found),
        control_url=edge.control or "http://control",
        control_socket=None if remote else found.control_socket.absolute(),
        control_backend=_backend(edge.control) if remote else "",
        control_ca_file=str(edge.control_ca or ""),
        http_bind=(gateway.plain_listen or "") if tls else gateway.listen,
        https_bind=gateway.listen if tls else "",
        certificate=gateway.tls_cert,
        certificate_key=gateway.tls_key,
        client_ca=gateway.client_ca,
        client_revocations=gateway.client_revocations,
        hosts=_hosts(found),
        threads=gateway.threads,
        maxconn=gateway.max_connections,
        haproxy=gateway.haproxy,
        stale_after=gateway.stale_after,
        stale_mode=StaleMode(gateway.when_stale.value),
        country_file=places.country_file or places.city_file,
        asn_file=places.asn_file,
        traffic=found.paths.traffic.absolute(),
        retention=Retention(gateway.traffic_days, gateway.traffic_total, gateway.traffic_file),
        poll_wait=edge.wait,
        on_event=on_event,
    )


def _key(found: Installation) -> Secret:
    try:
        return found.edge_key()
    except SettingsInvalid:
        return Secret("")


def _backend(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.hostname}:{port}"


def _hosts(found: Installation) -> tuple[str, ...]:
    """Let a loopback listener be called by its number, too."""
    gateway = found.settings.gateway
    host, _, port = gateway.listen.rpartition(":")
    names = (*_LOOPBACK, "localhost")
    return (*gateway.hosts, *(f"{name}:{port}" for name in names if host in names))
