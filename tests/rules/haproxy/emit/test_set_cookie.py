"""Our cookies are taken out of what an upstream sets, and what takes them out is loaded."""

from twogate.rules.haproxy.document import section
from twogate.rules.haproxy.emit import set_cookie
from twogate.rules.haproxy.render import render


def test_ours_are_emptied_before_empty_ones_are_dropped() -> None:
    """Lua runs only where there is an empty one."""
    first, second = set_cookie.filtered()
    text = render([section("backend x", first, second)]).splitlines()
    assert "replace-header Set-Cookie" in text[-2]
    assert text[-1].strip() == "http-response lua.drop-empty-cookies if { res.fhdr(set-cookie) -m len 0 }"


def test_the_action_is_the_one_that_is_registered() -> None:
    """Otherwise HAProxy would not start."""
    assert '"drop-empty-cookies"' in set_cookie.PROGRAM
    assert set_cookie.load().words == ("lua-load-per-thread", set_cookie.FILE)
