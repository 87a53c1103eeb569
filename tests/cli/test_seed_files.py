"""Files of seeds and the keys beside them."""

import io
from pathlib import Path

import pytest
from tests.ports import NOON
from tests.rules.factors.seeds.containers import PASSPHRASE, PRE_SHARED, figure_6, figure_7

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.cli.seed_files import opening, read_delivery
from twogate.rules.factors.seeds.pskc_values import Opening


@pytest.mark.parametrize("text", [PRE_SHARED, PRE_SHARED.hex().encode() + b"\n", PRE_SHARED.hex().upper().encode()])
def test_a_pre_shared_key_is_octets_or_hexadecimal(tmp_path: Path, text: bytes) -> None:
    """With the newline that an editor adds, or without."""
    container, key = tmp_path / "tokens.xml", tmp_path / "key"
    container.write_bytes(figure_6())
    key.write_bytes(text)
    assert len(read_delivery(str(container), opening(key, None), now=NOON).seeds) == 1


def test_a_pass_phrase_is_a_line(tmp_path: Path) -> None:
    """Its newline does not belong to it."""
    container, phrase = tmp_path / "tokens.xml", tmp_path / "phrase"
    container.write_bytes(figure_7())
    phrase.write_bytes(PASSPHRASE + b"\r\n")
    assert len(read_delivery(str(container), opening(None, phrase), now=NOON).seeds) == 1


def test_standard_input_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that seeds need not lie on a disk in the clear."""
    table = f"serial,secret,type\nA1,{'31' * 20},hotp\n".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table)))
    assert [seed.serial for seed in read_delivery("-", Opening(), now=NOON).seeds] == ["A1"]


def test_what_is_no_key_and_no_delivery(tmp_path: Path) -> None:
    """A short key and an empty phrase are mistakes on the command line; a file that says nothing is refused."""
    empty, short = tmp_path / "empty", tmp_path / "short"
    empty.write_bytes(b"")
    short.write_bytes(b"00ff")
    for key, phrase in ((short, None), (None, empty)):
        with pytest.raises(CommandFailed) as failed:
            opening(key, phrase)
        assert failed.value.code == ExitCode.USAGE
    with pytest.raises(CommandFailed) as failed:
        read_delivery(str(empty), Opening(), now=NOON)
    assert failed.value.code == ExitCode.REFUSED
    with pytest.raises(FileNotFoundError):
        read_delivery(str(tmp_path / "none"), Opening(), now=NOON)
