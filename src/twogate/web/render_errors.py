"""Every "no" and every fault of the control plane, as the caller gets to see it.

Decides the two forms of an error: problem+json (RFC 9457) for programs, a page for people; both carry the request
id and neither carries what the caller sent, a traceback or an internal name. What the operator must know goes to
the log by the same request id. OAuth endpoints have error forms of their own (``web.oauth``).

An error that reaches the outermost door:
    StoreUnavailable     503, Retry-After: nothing was written, the same request may be sent again
    anything else        500
"""

import http
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twogate.store.unit import StoreUnavailable
from twogate.terms.ports import Entropy
from twogate.terms.reasons import SENTENCE, Reason
from twogate.web.caller import name_request, request_id_of
from twogate.web.dialect import Dialect, dialect_of
from twogate.web.pages.render import WayOut, show_error
from twogate.web.pages.texts import has_text, reason_text, text

PROBLEM = "application/problem+json"
RETRY_SECONDS = 2
_ACCOUNT = "/.twogate/account"
_DETAIL = {
    400: "The request is not well-formed.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    408: "The request did not arrive in time.",
    413: "The request is too large.",
    422: SENTENCE[Reason.INPUT_MALFORMED],
    500: "Something went wrong on our side. It was written down under the request id.",
    503: SENTENCE[Reason.CONTROL_UNAVAILABLE],
}
_log = structlog.get_logger("twogate.web")


def problem(
    request: Request,
    status: int,
    *,
    reason: Reason | None = None,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JSONResponse:
    """Return problem+json; ``members`` are extension members (RFC 9457 section 3.2)."""
    body: dict[str, Any] = {
        "type": f"urn:twogate:reason:{reason.value}" if reason else "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or (SENTENCE[reason] if reason else _DETAIL.get(status, "")),
        "request_id": request_id_of(request),
        **({"reason": reason.value} if reason else {}),
        **members,
    }
    return JSONResponse(body, status_code=status, headers=dict(headers or {}), media_type=PROBLEM)


def refuse(
    request: Request,
    status: int,
    detail: str = "",
    *,
    reason: Reason | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Refuse in the form that this caller reads: a person in their language, a program with the ``detail``."""
    if dialect_of(request) is Dialect.NAVIGATION:
        return show_error(request, status, _told(status, reason) or detail, headers=headers, way_out=_way_out(request))
    return problem(request, status, reason=reason, detail=detail, headers=headers)


def _told(status: int, reason: Reason | None) -> str:
    key = f"error.text.{status}"
    return reason_text(reason) if reason else text(key) if has_text(key) else ""


def _way_out(request: Request) -> WayOut:
    """Where a person can always begin again: the account, or from there the front page."""
    if request.url.path.rstrip("/") == _ACCOUNT:
        return WayOut("/", text("error.to_start"))
    return WayOut(_ACCOUNT, text("error.to_account"))


def install(app: FastAPI) -> None:
    """Give the app its handlers for what routing and validation refuse."""
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_invalid)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = getattr(error, "headers", None)
    if 300 <= status < 400:  # noqa: PLR2004  # a dependency sends the visitor elsewhere
        return Response(status_code=status, headers=headers)
    return refuse(request, status, headers=headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    """Name the places that are wrong, never the values: one of them may be a password in the wrong field."""
    if dialect_of(request) is Dialect.NAVIGATION:
        return refuse(request, 422, reason=Reason.INPUT_MALFORMED)
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        {"at": ".".join(map(str, item["loc"]))[:120], "problem": str(item["type"])[:60]}
        for item in found[:20]
        if item["type"] != "extra_forbidden"  # then the place is a name that the caller chose
    ]
    return problem(request, 422, reason=Reason.INPUT_MALFORMED, errors=errors)


class LastResort:
    """ASGI middleware, outermost: names the request, and turns any exception into a calm answer and one log line."""

    def __init__(self, app: ASGIApp, *, entropy: Entropy) -> None:
        self._app = app
        self._entropy = entropy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        scope.setdefault("state", {})["request_id"] = name_request(request, self._entropy)
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001  # the last door: nothing may pass it as a traceback
            self._write_down(request, error)
            if not started:
                await self._answer(request, error)(scope, receive, send)

    def _write_down(self, request: Request, error: Exception) -> None:
        _log.error(
            "request failed",
            request_id=request_id_of(request),
            method=request.method[:16],
            route=getattr(request.scope.get("route"), "path", ""),
            exc_info=error,
        )

    def _answer(self, request: Request, error: Exception) -> Response:
        unavailable = isinstance(error, StoreUnavailable)
        reason = Reason.CONTROL_UNAVAILABLE if unavailable else None
        headers = {"retry-after": str(RETRY_SECONDS)} if unavailable else {}
        status = 503 if unavailable else 500
        try:
            return refuse(request, status, reason=reason, headers=headers)
        except Exception as again:  # noqa: BLE001  # the page itself is broken: say it plainly
            self._write_down(request, again)
            return problem(request, status, reason=reason, headers=headers)
