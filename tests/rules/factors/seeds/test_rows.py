"""Rows and keys as files write them."""

import pytest

from twogate.rules.factors.seeds.rows import Written, octets, rows, writing
from twogate.terms.verdict import Passed, Refused


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_cells_are_parted_as_the_first_line_parts_them(mark: str) -> None:
    """Comma, semicolon, tab; quotes, remarks, empty lines and a byte order mark do not count."""
    text = f'\ufeff# tokens\n\na{mark} "b" {mark}c\n"x{mark}y"{mark}2\n'.replace(f' "b" {mark}', f" b {mark}")
    text = text.replace("# tokens\n\n", "")
    assert rows(text.encode()) == Passed([(1, ["a", "b", "c"]), (2, [f"x{mark}y", "2"])])
    assert rows(b"#no\n\na,b\n") == Passed([(3, ["a", "b"])])


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "no rows"),
        (b"# only a remark\n", "no rows"),
        (b"\xff\xfe", "not UTF-8"),
        (b'a,"b\n', "is not CSV"),
    ],
)
def test_what_is_no_table(document: bytes, why: str) -> None:
    """Empty, not text, broken."""
    verdict = rows(document)
    assert isinstance(verdict, Refused)
    assert why in verdict.detail


def test_a_table_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rows, a cell without end, a file without end."""
    monkeypatch.setattr("twogate.rules.factors.seeds.rows._MOST_ROWS", 3)
    found = [rows(text) for text in (b"a\n" * 4, b"a" * 140_000, b" " * ((32 << 20) + 1))]
    why = [verdict.detail for verdict in found if isinstance(verdict, Refused)]
    assert why == ["more than 3 rows; cut the file in pieces", "line 1 is not CSV", "the file is larger than 32 MiB"]


def test_keys_in_hexadecimal_and_base_32() -> None:
    """Spaces, dashes, missing padding and case do not matter."""
    assert octets("31 32-33", Written.HEX) == b"123"
    for text in ("GEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq", "GEZDGNBVGY3TQOJQ======"):
        assert octets(text, Written.BASE32) == b"1234567890"
    assert octets("GEZD0189", Written.BASE32) is None
    assert octets("313", Written.HEX) is None
    assert octets("xyz", Written.HEX) is None


def test_how_keys_are_written_is_seen_in_all_of_them() -> None:
    """Hexadecimal only if each one could be that."""
    assert writing(["3132", "ABCDEF"]) is Written.HEX
    assert writing(["ABCDEF", "GEZD"]) is Written.BASE32
