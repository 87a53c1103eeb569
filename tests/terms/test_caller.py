"""What the gateway vouches for about a caller."""

import pytest

from twogate.terms.caller import Caller, ClientCertificate
from twogate.terms.secret import Secret


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("CN=ada", "ada"),
        ("O=Example,CN=ada", "ada"),
        ("CN=Ada\\, Countess,O=Example", "Ada, Countess"),
        ("CN=Ren\\C3\\A9e", "Renée"),
        ("CN=x\\0D\\0Ay\\1B[31m", "xy[31m"),
        ("CN=\\FF", "\N{REPLACEMENT CHARACTER}"),
        ("CN=" + "x" * 300, "x" * 64),
        ("CN=", ""),
        ("O=CN\\=ada", ""),
        ("", ""),
    ],
)
def test_the_common_name_is_read_for_people(subject: str, name: str) -> None:
    """RFC 2253 section 2.4 escapes are undone; nothing that could disturb a page or a log line is left."""
    assert ClientCertificate("t", "CN=Clients", subject).common_name == name


def test_a_certificate_is_handed_on_and_read_again() -> None:
    """Only what was written so is read."""
    shown = ClientCertificate("t", "CN=Clients", "CN=ada")
    assert ClientCertificate.read(shown.handed()) == shown
    for other in ("", "{}", "t", "null"):
        assert ClientCertificate.read(Secret(other)) is None


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::FF", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("local", "local"),
        ("", ""),
    ],
)
def test_neighbours_share_a_budget(address: str, shared: str) -> None:
    """Whoever holds an IPv6 network has no new budget for each of its addresses."""
    assert Caller(address, "", "").neighbourhood == shared
