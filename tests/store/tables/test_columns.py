"""How the words lie in columns."""

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import sqlite
from tests.store.records import PROOFS

from twogate.store.tables.columns import (
    ChangeWord,
    ClientWord,
    EventWord,
    JsonObject,
    Moment,
    ProofList,
    WordList,
    proof_from_json,
    proof_to_json,
)
from twogate.terms.changes import ChangeKind
from twogate.terms.client import ClientKind
from twogate.terms.events import Event
from twogate.terms.instant import Instant

DIALECT: Dialect = sqlite.dialect()


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        (Moment(), Instant(5), 5),
        (Moment(), None, None),
        (WordList(), ("a", "b"), '["a", "b"]'),
        (WordList(), (), "[]"),
        (JsonObject(), {"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        (EventWord(), Event.SYSTEM_STARTED, "system:process:started"),
        (ChangeWord(), ChangeKind.KEYS_CHANGED, "keys.changed"),
        (ClientWord(), ClientKind.WEB, "web"),
        (ClientWord(), None, None),
    ],
)
def test_a_value_comes_back_as_it_was(column: object, value: object, written: object) -> None:
    """With its type: an Instant is no mere number, a kind no mere text."""
    assert column.process_bind_param(value, DIALECT) == written  # type: ignore[attr-defined]
    back = column.process_result_value(written, DIALECT)  # type: ignore[attr-defined]
    assert back == value
    assert type(back) is type(value)


def test_proofs_come_back_with_their_nature() -> None:
    """Every flag and category is written out, so that a later default changes no old proof."""
    column = ProofList()
    assert column.process_result_value(column.process_bind_param(PROOFS, DIALECT), DIALECT) == PROOFS
    assert column.process_result_value(None, DIALECT) == ()
    assert [proof_from_json(proof_to_json(proof)) for proof in PROOFS] == list(PROOFS)
    assert len(proof_to_json(PROOFS[0])) == 11
