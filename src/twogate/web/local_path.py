"""Where a browser may be sent back to: a path of this very site and nothing else (RFC 9700 section 4.11).

Decides what a local path is. Anything that some browser could read as another site, or as two headers, is none.
"""

import re
from urllib.parse import quote, urljoin, urlsplit

_LONGEST = 2000
_PATH = re.compile(r"/(?![/\\])[\x21\x22\x24-\x5b\x5d-\x7e]*")  # printable ASCII without blank, "#" and backslash


def local_path(given: str, public_url: str, *, longest: int = _LONGEST) -> str | None:
    """Return ``given`` when it is a path (and query) of ``public_url``, else None."""
    if len(given) > longest or not _PATH.fullmatch(given):
        return None
    here = urlsplit(public_url)
    try:
        there = urlsplit(urljoin(public_url + "/", given))
    except ValueError:
        return None
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return None
    return given


def with_return(path: str, return_to: str) -> str:
    """Return ``path`` with ``return_to`` in its query."""
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}return_to={quote(return_to, safe='')}"
