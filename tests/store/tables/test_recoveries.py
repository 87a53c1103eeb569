"""Members of closed lists in columns."""

import pytest
from sqlalchemy.dialects import sqlite

from twogate.store.tables.recoveries import Member
from twogate.terms.recovery import Stage


def test_a_member_is_written_as_its_text() -> None:
    """And read back as the member; what is no member cannot be read."""
    column, dialect = Member(Stage), sqlite.dialect()
    assert column.process_bind_param(Stage.READY, dialect) == "ready"
    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value("ready", dialect) is Stage.READY
    assert column.process_result_value(None, dialect) is None
    with pytest.raises(ValueError, match="nonsense"):
        column.process_result_value("nonsense", dialect)
