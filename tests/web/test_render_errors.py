"""Every "no" and every fault, as the caller gets to see it."""

import json
from typing import Any

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from tests.ports import SeededEntropy
from tests.web.requests import request

from twogate.store.unit import StoreUnavailable
from twogate.terms.reasons import SENTENCE, Reason
from twogate.web import render_errors
from twogate.web.render_errors import PROBLEM, LastResort, problem, refuse

PAGE = {"accept": "text/html"}


class Body(BaseModel):
    """A body that knows one field."""

    model_config = ConfigDict(extra="forbid")
    number: int


def _app() -> FastAPI:
    app = FastAPI(docs_url=None, openapi_url=None)

    @app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("hunter2 in the message")

    @app.get("/away")
    async def away() -> None:
        raise StoreUnavailable("the disk")

    @app.post("/body")
    async def body(given: Body) -> int:
        return given.number

    render_errors.install(app)
    app.add_middleware(LastResort, entropy=SeededEntropy())
    return app


async def _ask(method: str, path: str, **options: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, path, **options)


def test_problem_has_the_members_of_rfc_9457() -> None:
    """RFC 9457 section 3.1: type, title, status, detail; and our reason and request id."""
    answer = problem(request(), 403, reason=Reason.SUBJECT_BLOCKED, more=1)
    assert answer.headers["content-type"] == PROBLEM
    assert json.loads(bytes(answer.body)) == {
        "type": "urn:twogate:reason:subject_blocked",
        "title": "Forbidden",
        "status": 403,
        "detail": SENTENCE[Reason.SUBJECT_BLOCKED],
        "reason": "subject_blocked",
        "request_id": "req_test",
        "more": 1,
    }


def test_people_get_a_page() -> None:
    """A navigation is refused with a page that names the request, a program with a problem."""
    assert b"req_test" in refuse(request(headers=[("accept", "text/html")]), 404).body
    assert refuse(request(), 404).media_type == PROBLEM


@pytest.mark.parametrize("headers", [{}, PAGE])
async def test_a_fault_is_calm_and_silent(headers: dict[str, str]) -> None:
    """An exception becomes 500 with a request id; neither its text nor a traceback reaches caller or log."""
    with structlog.testing.capture_logs() as lines:
        answer = await _ask("GET", "/fault", headers={**headers, "x-twogate-request-id": "rid-7"})
    assert answer.status_code == 500
    assert "rid-7" in answer.text
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert [line["request_id"] for line in lines] == ["rid-7"]
    assert lines[0]["route"] == "/fault"


async def test_store_away_is_503_with_retry_after() -> None:
    """When the database is away the caller is told to come back, and why in general."""
    answer = await _ask("GET", "/away")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["reason"] == "control_unavailable"
    assert "disk" not in answer.text


async def test_unknown_path_and_method() -> None:
    """404 and 405 come in both forms, 405 with Allow (RFC 9110 section 15.5.6)."""
    assert (await _ask("GET", "/none")).headers["content-type"] == PROBLEM
    assert "<h1" in (await _ask("GET", "/none", headers=PAGE)).text
    answer = await _ask("PUT", "/body")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [b"hunter2", b'{"number": "hunter2"}', b'{"hunter2": 1}', b"[]", b"\xff", b'{"number": {"hunter2": 1}}', b""],
)
async def test_invalid_input_is_named_but_never_echoed(body: bytes) -> None:
    """A validation error says where, never what: the value may be a password in the wrong field."""
    answer = await _ask("POST", "/body", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == PROBLEM
    assert "hunter2" not in answer.text


async def test_a_broken_error_page_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """When rendering the error page fails too, the caller gets the plain problem."""

    def broken(*_args: object, **_options: object) -> None:
        raise ValueError

    monkeypatch.setattr(render_errors, "show_error", broken)
    with structlog.testing.capture_logs():
        answer = await _ask("GET", "/fault", headers=PAGE)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == PROBLEM
