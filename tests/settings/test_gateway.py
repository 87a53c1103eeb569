"""The gateway section."""

import pytest
from pydantic import ValidationError

from twogate.settings.gateway import Gateway


@pytest.mark.parametrize("key", ["tls_key", "plain_listen", "client_ca"])
def test_tls_settings_without_a_certificate_are_refused(key: str) -> None:
    """A listener that was meant to speak TLS never comes up without it."""
    value = "127.0.0.1:80" if key == "plain_listen" else "/x.pem"
    with pytest.raises(ValidationError, match="tls_cert is not"):
        Gateway.model_validate({key: value})
    assert Gateway.model_validate({key: value, "tls_cert": "/y.pem"}).tls_cert is not None


def test_revocations_without_authorities_are_refused() -> None:
    """Whoever keeps a list means certificates to be asked for."""
    given = {"tls_cert": "/y.pem", "client_revocations": "/r.pem"}
    with pytest.raises(ValidationError, match="client_ca is not"):
        Gateway.model_validate(given)
    assert Gateway.model_validate(given | {"client_ca": "/c.pem"}).client_ca is not None
