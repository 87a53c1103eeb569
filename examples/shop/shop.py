"""A small shop API: orders and money transfers. It knows nothing of sign-in; the gateway in front of it does that.

Run it on its own with ``python shop.py --port 9000``, then put Twogate before it:
``twogate up --policy twogate.toml``. Who called is in the ``X-Auth-*`` headers that the gateway sets.
"""

import argparse
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, item TEXT NOT NULL, amount INTEGER NOT NULL, owner TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS transfers (
    id INTEGER PRIMARY KEY, to_account TEXT NOT NULL, cents INTEGER NOT NULL, owner TEXT NOT NULL, at TEXT NOT NULL
);
"""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Shop</title>
<h1>Shop</h1><p>You are <b>{subject}</b>, level <b>{level}</b>.</p>
<ul><li><a href="/v1/orders">Orders</a><li><a href="/v1/transfers">Transfers</a><li><a href="/v1/whoami">Who am I</a>
<li><a href="/.twogate/account">Your account</a></ul></html>
"""


class NewOrder(BaseModel):
    """What is ordered."""

    model_config = ConfigDict(extra="forbid")

    item: str = Field(min_length=1, max_length=100)
    amount: int = Field(default=1, ge=1, le=1000)


class Order(NewOrder):
    """An order that was taken."""

    id: int
    owner: str
    at: str


class NewTransfer(BaseModel):
    """Money that shall leave the account."""

    model_config = ConfigDict(extra="forbid")

    to_account: str = Field(min_length=1, max_length=34)
    cents: int = Field(ge=1, le=100_000_000)


class Transfer(NewTransfer):
    """Money that has left the account."""

    id: int
    owner: str
    at: str


class Caller(BaseModel):
    """What the gateway says of the caller."""

    subject: str = ""
    level: str = ""
    methods: str = ""
    time: str = ""
    client: str = ""
    scope: str = ""
    request_id: str = ""


Subject = Annotated[str, Header(alias="X-Auth-Subject")]


def build_app(database: Path | str) -> FastAPI:
    """Return the shop on a database file."""
    app = FastAPI(title="Shop", version="1.0.0", docs_url=None, redoc_url=None)

    @contextmanager
    def connection() -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(database, timeout=10)) as opened, opened:
            opened.row_factory = sqlite3.Row
            yield opened

    with connection() as opened:
        opened.executescript(TABLES)

    @app.get("/", include_in_schema=False)
    def page(subject: Subject = "nobody", level: Annotated[str, Header(alias="X-Auth-Level")] = "none") -> HTMLResponse:
        return HTMLResponse(PAGE.format(subject=_plain(subject), level=_plain(level)))

    @app.get("/v1/public/status")
    def status() -> dict[str, str]:
        return {"status": "open"}

    @app.get("/v1/whoami")
    def whoami(request: Request) -> Caller:
        names = Caller.model_fields
        found = {name: request.headers.get(f"x-auth-{name}", "") for name in names if name != "request_id"}
        return Caller(**found, request_id=request.headers.get("x-request-id", ""))

    @app.get("/v1/orders")
    def orders() -> list[Order]:
        with connection() as opened:
            return [Order(**dict(row)) for row in opened.execute("SELECT * FROM orders ORDER BY id DESC LIMIT 100")]

    @app.post("/v1/orders", status_code=201)
    def order(new: NewOrder, subject: Subject = "nobody") -> Order:
        return Order(**_insert("orders", {**new.model_dump(), "owner": subject, "at": _now()}))

    @app.get("/v1/orders/{number}")
    def one_order(number: int) -> Order:
        with connection() as opened:
            row = opened.execute("SELECT * FROM orders WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise HTTPException(404, "no such order")
        return Order(**dict(row))

    @app.get("/v1/transfers")
    def transfers() -> list[Transfer]:
        with connection() as opened:
            rows = opened.execute("SELECT * FROM transfers ORDER BY id DESC LIMIT 100")
            return [Transfer(**dict(row)) for row in rows]

    @app.post("/v1/transfers", status_code=201)
    def transfer(new: NewTransfer, subject: Subject = "nobody") -> Transfer:
        return Transfer(**_insert("transfers", {**new.model_dump(), "owner": subject, "at": _now()}))

    @app.get("/v1/report")
    def report() -> StreamingResponse:
        def lines() -> Iterator[str]:
            for entry in orders():
                yield entry.model_dump_json() + "\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    def _insert(table: str, values: dict[str, object]) -> dict[str, object]:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        with connection() as opened:
            cursor = opened.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))  # noqa: S608  # names from this file
        return {**values, "id": cursor.lastrowid}

    return app


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251  # an example outside the house


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter in "._-")


def main() -> None:
    """Serve the shop, or write its OpenAPI document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--database", default="shop.db")
    parser.add_argument("--openapi", action="store_true", help="print the OpenAPI document and end")
    options = parser.parse_args()
    if options.openapi:
        print(json.dumps(build_app(":memory:").openapi(), indent=2, sort_keys=True))
        return
    uvicorn.run(build_app(options.database), host=options.host, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
