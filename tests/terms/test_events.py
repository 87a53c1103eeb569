"""Events follow their grammar."""

import re

from twogate.terms.events import Event


def test_every_event_follows_the_grammar() -> None:
    """An event is subject:object:action."""
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z_]+", event.value) for event in Event)
