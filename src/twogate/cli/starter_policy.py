"""The policy that `twogate up --upstream URL` and `twogate init` start from.

Decides the default for somebody who has said nothing yet: everything needs a sign-in, and what changes something
needs two factors, shown lately. What is not protected must be opened by hand, in the file.
"""

from urllib.parse import urlsplit

_TEXT = """\
# What may be called, and with which proof. Twogate reads this file again whenever it changes.
# `twogate policy check` tells mistakes before they matter, `twogate policy schema` helps your editor.

public_url = "{public_url}"  # how people and programs reach the gateway

[[upstream]]
name = "app"
url = "{upstream}"

# Reading needs a sign-in. HEAD goes by the rule of GET.
[[rule]]
name = "read"
match = ["GET /**", "OPTIONS /**"]
require = "aal1"

# Everything that changes something needs two factors, shown in the last 15 minutes.
[[rule]]
name = "change"
match = ["/**"]
require = "aal2"
max_age = "15m"

# The most specific rule wins, so a hole in the fence is one more rule, anywhere in this file:
# [[rule]]
# match = ["GET /health"]
# require = "none"
"""
_LOOPBACK = ("127.0.0.1", "[::1]", "localhost")
_EVERYWHERE = ("0.0.0.0", "[::]", "*")  # recognised here, bound nowhere


def starter_policy(*, upstream: str, public_url: str) -> str:
    """Return the text of a first ``twogate.toml``."""
    return _TEXT.format(upstream=_quoted(upstream), public_url=_quoted(public_url))


def summary() -> str:
    """One line that says what the starter policy does."""
    return "reading needs a sign-in, everything else two factors shown in the last 15 minutes"


def public_url(listen: str, *, tls: bool) -> str:
    """Guess how a listener is reached from this machine; ``localhost``, so that cookies and passkeys work."""
    host, _, port = listen.rpartition(":")
    name = "localhost" if host in _LOOPBACK + _EVERYWHERE else host
    scheme = "https" if tls else "http"
    default = "443" if tls else "80"
    return f"{scheme}://{name}" if port == default else f"{scheme}://{name}:{port}"


def is_upstream(url: str) -> bool:
    """Whether it is the address of a server: http or https, a host, nothing behind it."""
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    named = parts.scheme in ("http", "https") and bool(parts.hostname)
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    return named and bare and port_is_right and url.isprintable()


def nearest_upstream(text: str) -> str:
    """Guess which server a mistyped address means: without its path, with the scheme it lacks; empty: no idea."""
    full = text if "://" in text else f"http://127.0.0.1:{text}" if text.isdecimal() else f"http://{text}"
    try:
        parts = urlsplit(full)
    except ValueError:
        return ""
    guess = f"{parts.scheme}://{parts.netloc}"
    return guess if is_upstream(guess) else ""


def _quoted(text: str) -> str:
    return text.rstrip("/").replace("\\", "\\\\").replace('"', '\\"')
