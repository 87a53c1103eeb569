"""Loopback redirects of native apps (RFC 8252 section 7.3): any port, everything else exact.

Decides when two loopback addresses are one. Only the two IP literals vary: ``localhost`` may resolve to somebody
else (section 8.3).
"""

import re

_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\])(?::([0-9]{1,5}))?((?:[/?][\x21-\x7e]*)?)")
_HIGHEST_PORT = 65_535


def same_but_port(registered: str, given: str) -> bool:
    """Whether both are loopback IP addresses that differ in the port at most."""
    ours, theirs = _LOOPBACK.fullmatch(registered), _LOOPBACK.fullmatch(given)
    if ours is None or theirs is None:
        return False
    port_is_one = theirs[2] is None or 0 < int(theirs[2]) <= _HIGHEST_PORT
    return port_is_one and (ours[1], ours[3]) == (theirs[1], theirs[3])
