"""The table of names."""

import uuid

from twogate.rules.factors.webauthn.names import _BY_NUMBER, _NAMES, UNKNOWN, authenticator_name


def test_known_makes_have_names() -> None:
    """The number that a make publishes gives its name."""
    assert authenticator_name("ee882879-721c-4913-9775-3dfcce97072a") == "YubiKey 5"
    assert authenticator_name("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4") == "Google Password Manager"


def test_the_unknown_have_none() -> None:
    """Neither the number that says nothing nor one that nobody published."""
    assert authenticator_name(UNKNOWN) == ""
    assert authenticator_name("01020304-0506-0708-090a-0b0c0d0e0f10") == ""


def test_each_number_is_written_once_and_properly() -> None:
    """Numbers are UUIDs in lower case, and no two names claim the same one."""
    numbers = [number for many in _NAMES.values() for number in many]
    assert len(numbers) == len(set(numbers)) == len(_BY_NUMBER)
    assert all(str(uuid.UUID(number)) == number for number in numbers)
