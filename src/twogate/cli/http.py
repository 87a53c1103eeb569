"""``twogate http``: one request to an API, with tokens, proofs and step-up taken care of.

Decides what is sent as typed and what the exit code says. Signing in is for ``twogate login``: this command asks
somebody only to prove more, the way they signed in.
"""

import json
import re
import sys
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx2
import typer

from twogate.cli.as_client import CLIENT, ClientId, How, auth_of, explained, way_of
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, refused, unavailable
from twogate.cli.options import examples, single_command
from twogate.cli.output import print_json

app = single_command()
_BAD, _FAULT, _UNAUTHORIZED = 400, 500, 401
_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PERSON = frozenset({How.BROWSER.value, How.DEVICE.value})


@app.command(
    epilog=examples(
        "twogate http GET https://api.example.com/v1/orders",
        """twogate http POST https://api.example.com/v1/transfers --json '{"amount": 5}'""",
        "twogate http PUT https://api.example.com/v1/notes/7 --data @note.txt -H 'Content-Type: text/plain'",
        "twogate http GET https://api.example.com/v1/orders --as-json",
    )
)
def http(
    method: Annotated[str, typer.Argument(help="GET, POST, ...", show_default=False)],
    url: Annotated[str, typer.Argument(help="Where to.", show_default=False)],
    *,
    json_body: Annotated[
        str | None, typer.Option("--json", help="Body, as JSON; @FILE reads it, - takes standard input.")
    ] = None,
    body: Annotated[str | None, typer.Option("--data", "-d", help="Body, as it is; @FILE, - likewise.")] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", help="'Name: value'; may be repeated.", show_default=False)
    ] = None,
    client_id: ClientId = CLIENT,
    bearer: Annotated[bool, typer.Option("--bearer", help="As given to `twogate login`.")] = False,
    include: Annotated[bool, typer.Option("--include", "-i", help="Print status and headers before the body.")] = False,
    as_json: Annotated[bool, typer.Option("--as-json", help="Print status, headers and body as JSON.")] = False,
    seconds: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds to wait for an answer.")] = 30.0,
) -> None:
    """Send a request to an API that you are signed in to; the body of its answer is printed as it comes.

    Tokens are renewed and proved by themselves; an API that wants more proof gets it: you are asked, and the same
    request goes again. Exit codes: 0 for an answer below 400, 1 for 400 to 499, 3 for 500 and above or none at all, 2
    for a wrong command line.
    """
    content, headers = _content(json_body, body), _headers(header or [], json_body=json_body)
    with explained(url):
        answer = _send(_request(method, url, content, headers=headers), client_id, bearer=bearer, seconds=seconds)
    _show(answer, include=include, as_json=as_json)
    _judge(answer)


def _request(method: str, url: str, content: bytes | None, *, headers: list[tuple[str, str]]) -> httpx2.Request:
    if not method.isascii() or not method.isalpha():
        raise CommandFailed(ExitCode.USAGE, f"no method: {method!r}")
    agent = [] if any(name.lower() == "user-agent" for name, _ in headers) else [("User-Agent", "twogate")]
    return httpx2.Request(method.upper(), url, headers=[("Accept", "*/*"), *agent, *headers], content=content)


def _send(request: httpx2.Request, client: str, *, bearer: bool, seconds: float) -> httpx2.Response:
    api = str(request.url)
    kept = auth_of(api, client, None, bearer=bearer).kept()
    way = way_of(How(kept.way)) if kept is not None and kept.way in _PERSON else None
    auth = auth_of(api, client, way if kept is not None else None, bearer=bearer)
    with httpx2.Client(auth=auth, timeout=seconds, follow_redirects=False) as client_:
        return client_.send(request)


def _content(json_body: str | None, body: str | None) -> bytes | None:
    if json_body is not None and body is not None:
        raise CommandFailed(ExitCode.USAGE, "one of --json and --data")
    if json_body is None:
        return None if body is None else _read(body)
    content = _read(json_body)
    try:
        json.loads(content)
    except ValueError as error:
        raise CommandFailed(ExitCode.USAGE, f"--json: {error}", """quote it: --json '{"a": 1}'""") from error
    return content


def _read(given: str) -> bytes:
    if given == "-":
        return sys.stdin.buffer.read()
    if not given.startswith("@"):
        return given.encode()
    try:
        with open(given[1:], "rb") as file:  # noqa: PTH123  # it may be a pipe
            return file.read()
    except OSError as error:
        raise refused(f"{given[1:]} cannot be read: {error.strerror}") from error


def _headers(given: list[str], *, json_body: str | None) -> list[tuple[str, str]]:
    pairs = []
    for line in given:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not line.isprintable():
            raise CommandFailed(ExitCode.USAGE, f"no header: {line!r}", "write 'Name: value'")
        pairs.append((name.strip(), value.strip()))
    if json_body is not None and not any(name.lower() == "content-type" for name, _ in pairs):
        pairs.append(("Content-Type", "application/json"))
    return pairs


def _show(answer: httpx2.Response, *, include: bool, as_json: bool) -> None:
    if as_json:
        headers = dict(answer.headers.items())
        print_json({"status": answer.status_code, "headers": headers, "body": _body(answer)})
        return
    if include:
        print(f"{answer.http_version} {answer.status_code} {answer.reason_phrase}")
        for name, value in answer.headers.multi_items():
            print(f"{name}: {value}")
        print(flush=True)
    sys.stdout.flush()
    sys.stdout.buffer.write(answer.content)
    if answer.content and not answer.content.endswith(b"\n") and sys.stdout.isatty():
        print()
    sys.stdout.flush()


def _body(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _judge(answer: httpx2.Response) -> None:
    """Say in one line what an error is about; the gateway's own words if it used any."""
    status = answer.status_code
    if status < _BAD:
        return
    told = _body(answer)
    told = told if isinstance(told, dict) else {}
    why = " ".join(str(told[name])[:200] for name in ("reason", "detail") if name in told)
    text = f"the API answers {status} {answer.reason_phrase}" + (f": {why}" if why else "")
    if status >= _FAULT:
        raise unavailable(text)
    raise refused(text, _hint(answer, str(told.get("request_id", ""))))


def _hint(answer: httpx2.Response, number: str) -> str:
    if answer.status_code != _UNAUTHORIZED:
        return f"its operator: `twogate policy explain {number}`" if _NUMBER.fullmatch(number) else ""
    where = urlsplit(str(answer.request.url))
    return f"`twogate login {where.scheme}://{where.netloc}` signs you in"
