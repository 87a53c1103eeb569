"""How changes add up to map lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.dataplane.holdings import Holdings, MapWrite, configuration_number
from twogate.rules.haproxy import maps
from twogate.terms.access import AccessFacts
from twogate.terms.changes import Change, ChangeKind, Snapshot

DIGEST = "a" * 64
FACTS = AccessFacts(
    subject="svc",
    grant="gnt_1",
    rank=1,
    auth_time=0,
    expires=0,
    not_before=0,
    factors=1,
    audience="a",
    client="c",
    scope=("read", "write"),
).pack()


def change(number: int, kind: ChangeKind, key: str, value: str = "", *, until: int = 0) -> Change:
    """One line of the feed."""
    return Change(number, kind, key, value, until)


def test_a_revoked_grant_is_a_line() -> None:
    """A revoked grant becomes one fresh line; said again it changes nothing."""
    held = Holdings()
    assert held.apply(change(1, ChangeKind.GRANT_REVOKED, "gnt_1")) == [
        MapWrite(maps.GRANTS, "gnt_1", maps.REVOKED, fresh=True),
    ]
    assert held.apply(change(2, ChangeKind.GRANT_REVOKED, "gnt_1")) == []
    assert held.number == 2


def test_a_block_outweighs_a_step_up() -> None:
    """A subject that is blocked stays so when a step-up is demanded too; clearing takes both away."""
    held = Holdings()
    assert held.apply(change(1, ChangeKind.SUBJECT_STEP_UP, "usr", "100"))[0].value == "since:100"
    assert held.apply(change(2, ChangeKind.SUBJECT_BLOCKED, "usr")) == [MapWrite(maps.SUBJECTS, "usr", "blocked")]
    assert held.apply(change(3, ChangeKind.SUBJECT_STEP_UP, "usr", "200")) == []
    assert held.files()[maps.SUBJECTS] == "usr blocked\n"
    assert held.apply(change(4, ChangeKind.SUBJECT_CLEARED, "usr")) == [MapWrite(maps.SUBJECTS, "usr", None)]
    assert held.files()[maps.SUBJECTS] == ""


def test_an_address_is_spelt_one_way() -> None:
    """A network is blocked and cleared under one spelling, whatever its host bits."""
    held = Holdings()
    assert held.apply(change(1, ChangeKind.ADDRESS_BLOCKED, "10.0.0.7/8"))[0].key == "10.0.0.0/8"
    assert held.apply(change(2, ChangeKind.ADDRESS_CLEARED, "10.0.0.0/8"))[0].value is None


def test_an_api_token_carries_its_facts() -> None:
    """An API token's line holds its packed facts, blanks of the scope included, and goes when it is removed."""
    held = Holdings()
    assert held.apply(change(1, ChangeKind.API_TOKEN_ADDED, DIGEST, FACTS))[0].value == FACTS
    assert held.files()[maps.TOKENS] == f"{DIGEST} {FACTS}\n"
    held.apply(change(2, ChangeKind.API_TOKEN_REMOVED, DIGEST))
    assert held.files()[maps.TOKENS] == ""


@pytest.mark.parametrize(
    "bad",
    [
        change(1, ChangeKind.GRANT_REVOKED, ""),
        change(1, ChangeKind.GRANT_REVOKED, "a b"),
        change(1, ChangeKind.GRANT_REVOKED, "#a"),
        change(1, ChangeKind.GRANT_REVOKED, "a\nclear map grants.map"),
        change(1, ChangeKind.GRANT_REVOKED, "a;b"),
        change(1, ChangeKind.SUBJECT_BLOCKED, "x" * 300),
        change(1, ChangeKind.SUBJECT_STEP_UP, "usr", "soon"),
        change(1, ChangeKind.TOKEN_REVOKED, "abc"),
        change(1, ChangeKind.ADDRESS_BLOCKED, "10.0.0.0/99"),
        change(1, ChangeKind.API_TOKEN_ADDED, DIGEST, "2|too|short"),
        change(1, ChangeKind.API_TOKEN_ADDED, DIGEST, FACTS + "\nx"),
    ],
)
def test_what_could_not_stand_in_a_map_is_refused(bad: Change) -> None:
    """A change that would break a map file or smuggle a runtime command makes no line and is counted."""
    held = Holdings()
    assert held.apply(bad) == []
    assert held.refused == 1
    assert all(text == "" for text in held.files().values())


def test_withdrawals_run_out() -> None:
    """A revocation is forgotten some time after its end, an address block on the second, an endless one never."""
    held = Holdings()
    for number, (kind, key, until) in enumerate(
        [
            (ChangeKind.GRANT_REVOKED, "old", 1000),
            (ChangeKind.GRANT_REVOKED, "ever", 0),
            (ChangeKind.TOKEN_REVOKED, DIGEST, 1000),
            (ChangeKind.ADDRESS_BLOCKED, "192.0.2.0/24", 1000),
        ],
        start=1,
    ):
        held.apply(change(number, kind, key, until=until))
    assert held.expire(1000) == []
    assert [write.map for write in held.expire(1001)] == [maps.ADDRESSES]
    assert {write.map for write in held.expire(2000)} == {maps.GRANTS, maps.CLAIMS}
    assert held.files()[maps.GRANTS] == "ever revoked\n"


def test_a_snapshot_changes_only_what_differs() -> None:
    """Taking a snapshot yields the lines that are new, other or gone, and nothing for the rest."""
    held = Holdings()
    held.apply(change(1, ChangeKind.GRANT_REVOKED, "same"))
    held.apply(change(2, ChangeKind.GRANT_REVOKED, "gone"))
    held.apply(change(3, ChangeKind.SUBJECT_STEP_UP, "usr", "1"))
    writes = held.replace(
        Snapshot(
            9,
            1,
            "",
            (),
            (
                change(1, ChangeKind.GRANT_REVOKED, "same"),
                change(4, ChangeKind.SUBJECT_STEP_UP, "usr", "2"),
                change(5, ChangeKind.GRANT_REVOKED, "new"),
            ),
        ),
    )
    assert sorted(writes, key=lambda write: write.key) == [
        MapWrite(maps.GRANTS, "gone", None),
        MapWrite(maps.GRANTS, "new", maps.REVOKED, fresh=True),
        MapWrite(maps.SUBJECTS, "usr", "since:2"),
    ]
    assert held.number == 9


def test_configuration_changes_are_found() -> None:
    """Changes about policy and keys make no lines; the newest of them is known."""
    some = [
        change(1, ChangeKind.POLICY_PUBLISHED, "2"),
        change(2, ChangeKind.KEYS_CHANGED, "k"),
        change(3, ChangeKind.GRANT_REVOKED, "g"),
    ]
    assert configuration_number(some) == 2
    assert configuration_number(some[2:]) is None
    assert Holdings().apply(some[0]) == []


CHANGES = st.lists(
    st.tuples(
        st.sampled_from([k for k in ChangeKind if k is not ChangeKind.API_TOKEN_ADDED]),
        st.sampled_from(["u", "v", DIGEST, "10.0.0.0/8"]),
        st.sampled_from(["1", "2"]),
    ),
    max_size=30,
)


@given(CHANGES)
def test_following_and_a_snapshot_come_to_the_same(raw: list[tuple[ChangeKind, str, str]]) -> None:
    """Whatever happened, applying the writes one by one gives the lines that the files hold."""
    held = Holdings()
    lines: dict[tuple[str, str], str] = {}
    for number, (kind, key, value) in enumerate(raw, start=1):
        for write in held.apply(change(number, kind, key, value)):
            assert write.fresh == ((write.map, write.key) not in lines)
            if write.value is None:
                del lines[write.map, write.key]
            else:
                lines[write.map, write.key] = write.value
    assert lines == {(name, key): value for name in maps.RUNTIME_MAPS for key, value in held.lines(name)}
    again = Holdings()
    again.replace(Snapshot(len(raw), 1, "", (), held.changes()))
    assert {n: sorted(t.splitlines()) for n, t in again.files().items()} == {
        n: sorted(t.splitlines()) for n, t in held.files().items()
    }
