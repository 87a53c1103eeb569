"""From settings to a gateway node."""

from pathlib import Path

import pytest

from twogate.cli.edge_options import edge_config
from twogate.cli.installed import installation


def test_a_node_beside_the_control_plane_uses_its_socket(data: Path) -> None:
    """No address is named, so HAProxy and agent both go to the unix socket."""
    config = edge_config(installation(data))
    assert config.backend.endswith("control.sock")
    assert (config.control_url, config.https_bind) == ("http://control", "")


@pytest.mark.parametrize(
    ("url", "backend"),
    [("https://control.example", "control.example:443"), ("http://10.0.0.1:8000", "10.0.0.1:8000")],
)
def test_a_remote_control_plane_is_no_socket(data: Path, url: str, backend: str) -> None:
    """Its host and port are HAProxy's backend; the local socket is not looked at."""
    config = edge_config(installation(data, overrides={("edge", "control"): url}))
    assert (config.control_socket, config.backend) == (None, backend)


def test_with_a_certificate_nothing_listens_in_the_clear(data: Path) -> None:
    """The listener becomes TLS, and plain HTTP has to be asked for."""
    found = installation(data, overrides={("gateway", "tls_cert"): "/x/cert.pem"})
    config = edge_config(found)
    assert (config.http_bind, config.https_bind) == ("", found.settings.gateway.listen)


def test_a_loopback_listener_answers_to_its_number_and_its_name(data: Path) -> None:
    """Localhost and 127.0.0.1 are one gateway; a public listener gets no extra names."""
    assert {"localhost:8080", "127.0.0.1:8080"} <= set(edge_config(installation(data)).hosts)
    public = installation(data, overrides={("gateway", "listen"): "192.0.2.1:80"})
    assert edge_config(public).hosts == ()


def test_a_gateway_reads_the_databases_that_sign_ins_use(data: Path) -> None:
    """A file of cities knows countries, too."""
    city = installation(data, overrides={("places", "city_file"): "/x/city", ("places", "asn_file"): "/x/asn"})
    both = installation(data, overrides={("places", "city_file"): "/x/city", ("places", "country_file"): "/x/country"})
    assert (edge_config(city).country_file, edge_config(city).asn_file) == (Path("/x/city"), Path("/x/asn"))
    assert edge_config(both).country_file == Path("/x/country")
