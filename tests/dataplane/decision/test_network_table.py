"""An address is answered by the longest network around it, as HAProxy answers it."""

from ipaddress import ip_address

from twogate.dataplane.decision.network_table import NetworkTable


def test_the_longest_network_answers() -> None:
    """Of several networks around an address the narrowest counts, in both families."""
    table = NetworkTable.of_text("10.0.0.0/8 wide\n10.1.0.0/16 narrow\n2001:db8::/32 six\n0.0.0.0/0 rest\n")
    for address, found in {"10.1.2.3": "narrow", "10.2.0.1": "wide", "2001:db8::1": "six", "::1": None}.items():
        assert table.get(ip_address(address)) == found
    assert table.get(ip_address("9.9.9.9")) == "rest"


def test_an_address_in_ipv6_disguise_is_the_ipv4_address() -> None:
    """An IPv4-mapped address is looked up as IPv4 (RFC 4291 section 2.5.5.2)."""
    assert NetworkTable([("10.0.0.0/8", "x")]).get(ip_address("::ffff:10.0.0.1")) == "x"


def test_what_is_taken_away_answers_no_more() -> None:
    """A line that is deleted, or all of them."""
    table = NetworkTable([("10.0.0.0/8", "x"), ("192.0.2.0/24", "y")])
    table.put("10.0.0.0/8", None)
    table.put("172.16.0.0/12", None)
    assert table.get(ip_address("10.0.0.1")) is None
    table.clear()
    assert table.get(ip_address("192.0.2.1")) is None
