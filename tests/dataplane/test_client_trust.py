"""Authorities and revocation lists, taken only when they fit."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from suites.mtls.authority import PAST, Authority

from twogate.dataplane.client_trust import ClientTrust
from twogate.dataplane.faults import CertificateRefusedError
from twogate.outside.clock import SystemClock


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "Clients")


@pytest.fixture
def trust(tmp_path: Path, authority: Authority) -> ClientTrust:
    """One authority and its empty list."""
    (tmp_path / "ca.pem").write_text(authority.pem)
    (tmp_path / "crl.pem").write_text(authority.revocations())
    return ClientTrust(tmp_path / "ca.pem", tmp_path / "crl.pem", tmp_path / "tls", SystemClock())


def rewrite(path: Path, text: str) -> None:
    """Replace a file as operators do, so that it is seen as another one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def test_good_files_are_copied_for_haproxy(trust: ClientTrust) -> None:
    """Copies that only their owner reads; the originals may change at any moment."""
    taken = trust.current()
    trust.settle(taken)
    assert taken.revocations_file is not None
    for copy, original in ((taken.authorities_file, trust.authorities), (taken.revocations_file, trust.revocations)):
        assert original is not None
        assert copy.read_text() == original.read_text()
        assert copy.stat().st_mode & 0o777 == 0o600
    assert not trust.changed()
    assert trust.current() is taken


def test_a_changed_list_is_read_again_and_older_copies_go(trust: ClientTrust, authority: Authority) -> None:
    """Once HAProxy uses the new one."""
    before = trust.current()
    trust.settle(before)
    leaf = authority.issue("x")
    assert trust.revocations is not None
    rewrite(trust.revocations, authority.revocations(leaf))
    assert trust.changed()
    after = trust.current()
    assert before.authorities_file.exists()
    trust.settle(after)
    assert not before.authorities_file.exists()
    assert {serial for _, serial in after.revoked} == {leaf.certificate.serial_number}


def test_what_is_taken_away_is_noticed(trust: ClientTrust, authority: Authority, tmp_path: Path) -> None:
    """A further revocation or an authority less: whoever lives by the old reading is to be ended."""
    assert trust.revocations is not None
    before = trust.current()
    assert not before.withdraws(None)
    rewrite(trust.revocations, authority.revocations(authority.issue("x")))
    more = trust.take()
    assert more.withdraws(before)
    assert not before.withdraws(more)
    other = Authority(tmp_path, "Other")
    rewrite(trust.authorities, authority.pem + other.pem)
    wider = trust.take()
    assert not wider.withdraws(more)
    assert more.withdraws(wider)


def test_no_list_at_all_is_the_operators_choice(tmp_path: Path, authority: Authority) -> None:
    """Then nothing is revoked, and no copy is made."""
    (tmp_path / "ca.pem").write_text(authority.pem)
    taken = ClientTrust(tmp_path / "ca.pem", None, tmp_path / "tls", SystemClock()).take()
    assert taken.revocations_file is None
    assert taken.revoked == frozenset()


@pytest.mark.parametrize("flaw", ["missing", "no text", "no certificate", "broken", "a person's"])
def test_authorities_that_cannot_be_read_are_refused(trust: ClientTrust, authority: Authority, flaw: str) -> None:
    """The fault names the file; the reading before it stays."""
    person = authority.issue("somebody").path.read_text().split("-----BEGIN CERT")[1]
    contents = {
        "no text": "Größe",
        "no certificate": "hello",
        "broken": authority.pem.replace("M", "N", 9),
        "a person's": "-----BEGIN CERT" + person,
    }
    if flaw == "missing":
        trust.authorities.unlink()
    else:
        rewrite(trust.authorities, contents[flaw])
    with pytest.raises(CertificateRefusedError, match=r"ca\.pem"):
        trust.take()
    assert not trust.changed()


@pytest.mark.parametrize("flaw", ["missing", "no list", "broken", "forged"])
def test_lists_that_do_not_fit_are_refused(trust: ClientTrust, authority: Authority, tmp_path: Path, flaw: str) -> None:
    """RFC 5280 section 6.3.3 (f): a list counts only when its authority signed it."""
    contents = {
        "no list": authority.pem,
        "broken": authority.revocations().replace("M", "N", 9),
        "forged": Authority(tmp_path, "Clients").revocations(),
    }
    assert trust.revocations is not None
    if flaw == "missing":
        trust.revocations.unlink()
    else:
        rewrite(trust.revocations, contents[flaw])
    with pytest.raises(CertificateRefusedError):
        trust.take()


def test_lists_that_will_refuse_everybody_are_warned_of(
    trust: ClientTrust, authority: Authority, tmp_path: Path
) -> None:
    """Out of date, or not there for one of the authorities: no certificate of it counts, and the log says why."""
    assert trust.revocations is not None
    rewrite(trust.authorities, authority.pem + Authority(tmp_path, "Other").pem)
    rewrite(trust.revocations, authority.revocations(until=PAST))
    assert datetime.now(UTC) > PAST  # noqa: TID251  # the clock in use is the real one
    with capture_logs() as told:
        trust.take()
    assert {(line["event"], line["issuer"]) for line in told} == {
        ("revocation_list_out_of_date", "CN=Clients,O=Example"),
        ("no_revocation_list", "CN=Other,O=Example"),
    }
