"""A WSGI application with the gateway's verdict before it."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from suites.agreement.credentials import Credentials
from suites.gateway.rig import Server
from tests.dataplane.decision.known import HOST

from twogate.dataplane.decision.node import DecisionNode
from twogate.middleware.wsgi import TwogateMiddleware, asked_of
from twogate.terms.verdict import Refused


def telling(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Tell what it sees."""
    start_response("200 OK", [("Set-Cookie", "twogate=stolen"), ("Set-Cookie", "theme=dark")])
    seen = {key: value for key, value in environ.items() if isinstance(value, str)}
    return [json.dumps(seen | {"who": environ["twogate"].subject if environ["twogate"] else None}).encode()]


@pytest.fixture
def app(node: DecisionNode) -> Iterator[TwogateMiddleware]:
    made = TwogateMiddleware(telling, node)
    yield made
    made.stop()


def ask(
    app: TwogateMiddleware, path: str, *, method: str = "GET", body: bytes = b"", **fields: str
) -> tuple[int, dict[str, str], Any]:
    """One request; ``path`` is decoded, as servers hand it over."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_HOST": HOST,
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.input": io.BytesIO(body),
        "RAW_URI": "/public/x",
        **fields,
    }
    said: list[Any] = []
    out = b"".join(app(environ, lambda status, headers, *_: said.extend((status, headers))))
    return (
        int(said[0].split(" ")[0]),
        {name.lower(): value for name, value in said[1]},
        json.loads(out) if out else None,
    )


def test_the_application_sees_who_calls_and_what_was_judged(app: TwogateMiddleware, credentials: Credentials) -> None:
    """The normal path; forged fields replaced in the one spelling that WSGI knows; our cookies cannot be set."""
    token = credentials.shown["one"][0]
    lies = {"HTTP_X_AUTH_SUBJECT": "root", "HTTP_X_AUTH_LEVEL": "aal3", "HTTP_X_ORIGINAL_URL": "/public"}
    status, fields, seen = ask(app, "/v1//orders/../orders/7?a=b", HTTP_AUTHORIZATION=f"Bearer {token}", **lies)
    assert (status, seen["PATH_INFO"], seen["QUERY_STRING"], seen["who"]) == (200, "/v1/orders/7", "a=b", "usr_one")
    assert (seen["HTTP_X_AUTH_SUBJECT"], seen["HTTP_X_AUTH_LEVEL"]) == ("usr_one", "aal1")
    assert not {"HTTP_AUTHORIZATION", "HTTP_X_ORIGINAL_URL", "RAW_URI"} & seen.keys()
    assert fields["set-cookie"] == "theme=dark"
    assert fields["x-request-id"] == seen["HTTP_X_REQUEST_ID"]


def test_refusals_renewals_and_pages_are_answered_before_it(
    app: TwogateMiddleware, control: Server, credentials: Credentials
) -> None:
    """The control plane is asked from the node's own thread."""
    assert ask(app, "/v1/orders/7")[0] == 401
    status, fields, _ = ask(app, "/v1/orders/7", HTTP_COOKIE=f"twogate={credentials.shown['expired'][0]}")
    assert (status, fields["location"]) == (307, f"http://{HOST}/v1/orders/7")
    status, _, seen = ask(app, "/.twogate/sign-in", method="POST", body=b"name=a", HTTP_X_TWOGATE_ADDRESS="6.6.6.6")
    assert (status, seen["line"], seen["body"]) == (200, "POST /.twogate/sign-in HTTP/1.1", "name=a")
    assert control.last().header("X-Twogate-Address") == "192.0.2.7"
    assert ask(app, "/.twogate/sign-in", method="POST", CONTENT_LENGTH="99999999")[0] == 413


@pytest.mark.parametrize(
    "path",
    [
        "/v1/orders/7",
        "//v1/orders/7",
        "/public/../v1/orders/7",
        "/public/;/../v1/orders/7",
        "/v1/orders/\xe9",
        "/public\\..\\x",
    ],
)
def test_case_71_no_spelling_gets_round_its_rule(app: TwogateMiddleware, path: str) -> None:
    """What the server has decoded is what is judged."""
    assert ask(app, path)[0] in {400, 401}


def test_case_65_other_words_for_the_target_are_not_read(app: TwogateMiddleware) -> None:
    """Neither a server's raw target nor a caller's field: the application sees PATH_INFO."""
    lies = {"RAW_URI": "/public/x", "REQUEST_URI": "/public/x", "HTTP_X_FORWARDED_URI": "/public/x"}
    assert ask(app, "/v1/orders/7", **lies)[0] == 401


def test_a_dot_segment_never_climbs_out_of_a_prefix() -> None:
    """The application's own root cannot be left."""
    found = asked_of({"REQUEST_METHOD": "GET", "SCRIPT_NAME": "/public", "PATH_INFO": "/../v1/x", "HTTP_HOST": HOST})
    assert isinstance(found, Refused)


def test_after_it_has_stopped_it_can_be_stopped_again(app: TwogateMiddleware) -> None:
    """Servers call their hooks twice."""
    assert ask(app, "/public/x")[0] == 200
    app.stop()
