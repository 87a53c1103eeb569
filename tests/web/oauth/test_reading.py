"""How OAuth requests are read."""

import base64

import pytest
from tests.web.requests import request

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.reasons import Reason
from twogate.web.oauth.reading import read_body, read_client_request, read_query, who_calls

FORM = [("Content-Type", "application/x-www-form-urlencoded")]
BASIC = ("Authorization", "Basic " + base64.b64encode(b"backend:s3cret").decode())


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded ; charset=utf-8"]
)
async def test_a_form_is_read_whatever_its_case_and_charset(kind: str) -> None:
    """RFC 9110 section 8.3.1: media types have no case, parameters are allowed."""
    read = await read_body(request(method="POST", headers=[("Content-Type", kind)], body=b"a=1&b="))
    assert read == Parameters({"a": "1"})


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Content-Type", "text/plain")],
        [("Content-Type", "application/json")],
        [("Content-Type", "multipart/form-data; boundary=x")],
        [*FORM, *FORM],
    ],
)
async def test_everything_else_is_no_form(headers: list[tuple[str, str]]) -> None:
    """No content type, another one, or two of them: nothing is guessed."""
    assert isinstance(await read_body(request(method="POST", headers=headers, body=b"a=1")), InvalidRequest)


@pytest.mark.parametrize("host", ["api.example.com", "api.example.com/#", "["])
async def test_parameters_in_the_url_are_refused_whatever_the_host_says(host: str) -> None:
    """RFC 9700 section 4.3.2: the query itself is looked at, not a URL put together with the Host header."""
    asked = request(method="POST", headers=[*FORM, ("Host", host)], query="token=x", body=b"a=1")
    assert isinstance(await read_body(asked), InvalidRequest)


@pytest.mark.parametrize(("size", "good"), [(64 * 1024, True), (64 * 1024 + 1, False)])
async def test_a_body_has_an_end(size: int, *, good: bool) -> None:
    """64 KiB are read; one byte more is refused before it is parsed."""
    body = b"&".join(b"a%d=" % number + b"x" * 8_180 for number in range(8)) + b"&last="
    body += b"x" * (size - len(body))
    read = await read_body(request(method="POST", headers=FORM, body=body))
    assert isinstance(read, Parameters) is good


async def test_json_is_read_only_where_it_is_allowed() -> None:
    """The first-party endpoint takes an object of strings beside a form; its content is read as strictly."""
    headers = [("Content-Type", "application/json; charset=utf-8")]
    asked = {"method": "POST", "headers": headers, "body": b'{"a": "1"}'}
    assert await read_body(request(**asked), json=True) == Parameters({"a": "1"})  # type: ignore[arg-type]
    assert isinstance(await read_body(request(**asked)), InvalidRequest)  # type: ignore[arg-type]


def test_a_query_is_read_as_strictly() -> None:
    """A parameter twice is refused on GET as well."""
    assert read_query(request(query="a=1&b=2")) == Parameters({"a": "1", "b": "2"})
    assert isinstance(read_query(request(query="a=1&a=1")), InvalidRequest)


def test_the_gateway_s_word_about_the_caller_must_be_one() -> None:
    """Two addresses, or something that is none, is a malformed request, not a caller without address."""
    twice = [("X-Twogate-Address", "192.0.2.1"), ("X-Twogate-Address", "192.0.2.2")]
    refused = who_calls(request(headers=twice))
    assert isinstance(refused, InvalidRequest)
    assert refused.reason is Reason.REQUEST_MALFORMED


async def test_client_form_and_caller_come_together_or_not_at_all() -> None:
    """A secret in header and body is refused; in the header alone it is read."""
    read = await read_client_request(request(method="POST", headers=[*FORM, BASIC], body=b"token=x"))
    assert not isinstance(read, OAuthRefusal)
    presented, parameters, _ = read
    assert (presented.client, parameters.get("token")) == ("backend", "x")
    twice = request(method="POST", headers=[*FORM, BASIC], body=b"client_secret=s3cret")
    refused = await read_client_request(twice)
    assert isinstance(refused, InvalidRequest)
    assert refused.reason is Reason.CREDENTIALS_MULTIPLE
