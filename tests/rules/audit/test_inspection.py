"""An auditor's walk: each kind of tampering is found and the first index named."""

import dataclasses

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.audit.chain import START, Head, Keys, Link, Place, follow, sign
from twogate.rules.audit.inspection import Inspection, Report, Tampering
from twogate.services.signing_keys import new_key

PRIVATE, PUBLIC, KID = new_key(SeededEntropy())


def _chain(rows: list[dict[str, object]]) -> list[Link]:
    links, place = [], START
    for row in rows:
        place = follow(place, row)
        links.append(Link(place, row))
    return links


def _head(links: list[Link], index: int) -> Head:
    return sign(links[index - 1].place, NOON, kid=KID, private_pem=PRIVATE)


LINKS = _chain([{"id": n, "event": "x"} for n in range(1, 11)])
HEADS = [_head(LINKS, 4), _head(LINKS, 10)]


def _inspect(links: list[Link], heads: list[Head]) -> Report:
    inspection = Inspection(heads, Keys(PUBLIC))
    for link in links:
        inspection.see(link)
    return inspection.report()


def _first(report: Report) -> tuple[int, Tampering]:
    return report.faults[0].index, report.faults[0].tampering


def test_an_untouched_log_is_intact() -> None:
    """Every row seen, every row vouched for; rows after the last head are not yet signed, and that is well."""
    assert _inspect(LINKS, HEADS) == Report(rows=10, signed_until=10, faults=())
    assert _inspect(LINKS, HEADS[:1]) == Report(rows=10, signed_until=4, faults=())
    assert _inspect([], []).intact


@pytest.mark.parametrize("index", range(1, 11))
def test_an_altered_row_is_named(index: int) -> None:
    """One changed word anywhere names that row."""
    links = list(LINKS)
    links[index - 1] = Link(LINKS[index - 1].place, {"id": index, "event": "y"})
    assert _first(_inspect(links, HEADS)) == (index, Tampering.ALTERED)


@pytest.mark.parametrize("index", range(1, 10))
def test_a_deleted_row_is_named(index: int) -> None:
    """A gap names the first index that is missing."""
    assert _first(_inspect(LINKS[: index - 1] + LINKS[index:], HEADS)) == (index, Tampering.MISSING)


@pytest.mark.parametrize("left", range(10))
def test_a_truncated_log_is_named(left: int) -> None:
    """Rows cut off the end are missed by the head that knows of them."""
    assert _first(_inspect(LINKS[:left], HEADS)) == (left + 1, Tampering.TRUNCATED)


def test_rows_in_another_order_are_named() -> None:
    """Two rows that changed places, with or without their indexes, name the first of them."""
    swapped = [*LINKS[:4], LINKS[5], LINKS[4], *LINKS[6:]]
    assert _first(_inspect(swapped, HEADS))[0] == 5
    renumbered = [*LINKS[:4], Link(LINKS[4].place, LINKS[5].row), Link(LINKS[5].place, LINKS[4].row), *LINKS[6:]]
    assert _first(_inspect(renumbered, HEADS)) == (5, Tampering.ALTERED)


def test_a_row_shown_twice_is_named() -> None:
    """A repeated row is out of order."""
    assert _first(_inspect([*LINKS[:3], LINKS[2], *LINKS[3:]], HEADS)) == (3, Tampering.OUT_OF_ORDER)


def test_a_chain_built_anew_contradicts_its_heads() -> None:
    """Whoever alters row 6 and rehashes all that follow cannot sign: the first index not vouched for is named."""
    rows = [dict(link.row) for link in LINKS]
    rows[5]["event"] = "y"
    report = _inspect(_chain(rows), HEADS)
    assert _first(report) == (5, Tampering.REWRITTEN)
    assert report.signed_until == 4


def test_a_forged_head_is_named() -> None:
    """A head under a key nobody trusts is worth nothing."""
    private_pem, _, kid = new_key(SeededEntropy("forger"))
    forged = sign(LINKS[9].place, NOON, kid=kid, private_pem=private_pem)
    assert _first(_inspect(LINKS, [HEADS[0], forged])) == (10, Tampering.HEAD_FORGED)


def test_a_log_without_any_head_is_not_intact() -> None:
    """Rows that nobody signed prove nothing."""
    assert _first(_inspect(LINKS, [])) == (1, Tampering.UNSIGNED)


def test_a_digest_that_is_none_is_a_fault_and_no_crash() -> None:
    """Garbage in place of a digest is reported like any other change."""
    links = [LINKS[0], dataclasses.replace(LINKS[1], place=Place(2, "zz")), *LINKS[2:]]
    assert _first(_inspect(links, HEADS)) == (2, Tampering.ALTERED)


def test_a_ruined_log_does_not_flood_the_report() -> None:
    """At most a hundred faults are listed."""
    rows = [dict(link.row) for link in LINKS]
    many = [Link(Place(n, "00" * 32), rows[0]) for n in range(1, 500)]
    assert len(_inspect(many, HEADS).faults) == 100
