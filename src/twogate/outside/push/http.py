"""How the adapters speak HTTP: briefly, to the address they were given, following nobody elsewhere.

Decides the limits: some seconds, no redirects, no proxy from the environment, and faults that name no address.
"""

import ssl

import httpx2

from twogate.terms.push import Carried

SECONDS = 10.0
_OK = 300
_LONGEST_FAULT = 120


def client(*, http2: bool = False, verify: ssl.SSLContext | bool = True) -> httpx2.AsyncClient:
    """A client that lives as long as its adapter. ``verify``: other authorities than the usual ones, for tests."""
    return httpx2.AsyncClient(timeout=SECONDS, http2=http2, verify=verify, trust_env=False, follow_redirects=False)


def carried(answer: httpx2.Response, *, gone: frozenset[int]) -> Carried:
    """Read an answer that says everything by its status."""
    if answer.status_code < _OK:
        return Carried()
    return Carried(f"the server answered {answer.status_code}", gone=answer.status_code in gone)


def failed(error: httpx2.HTTPError) -> Carried:
    """It did not get there: the kind of error only, because its text may hold the address."""
    return Carried(f"{type(error).__name__}"[:_LONGEST_FAULT])
