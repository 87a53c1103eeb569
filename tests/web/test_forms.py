"""Forms as they arrive."""

import pytest
from tests.web.requests import request

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused
from twogate.web.forms import MEDIA_TYPE, read_form

KNOWN = frozenset({"a", "b"})


async def _read(body: bytes, kind: str = MEDIA_TYPE) -> object:
    return await read_form(request(method="POST", headers=[("content-type", kind)], body=body), KNOWN)


async def test_fields_are_read_as_text() -> None:
    """Each known field has its text, unsent ones are empty."""
    assert await _read(b"a=%C3%A9+x%26", f"{MEDIA_TYPE}; charset=UTF-8") == {"a": "\u00e9 x&", "b": ""}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a=1&a=2", MEDIA_TYPE),
        (b"a=1&c=2", MEDIA_TYPE),
        (b"a[]=1", MEDIA_TYPE),
        (b"a=%ff", MEDIA_TYPE),
        (b"a=\xff", MEDIA_TYPE),
        (b"a=%00", MEDIA_TYPE),
        (b"&".join(b"a=1" for _ in range(100)), MEDIA_TYPE),
        (b'{"a": "1"}', "application/json"),
        (b"a=1", "text/plain"),
        (b"a=1", ""),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
async def test_case_10_odd_forms_are_refused(body: bytes, kind: str) -> None:
    """Repeated, unknown and undecodable fields and other media types are no form."""
    refused = await _read(body, kind)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.INPUT_MALFORMED
