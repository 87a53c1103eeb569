"""A small shop API: orders and money transfers. It knows nothing of sign-in; the gateway in front of it does that.

Run it on its own with ``python shop.py --port 9000``, then put Twogate before it:
``twogate up --policy twogate.toml``. Who called is in the ``X-Auth-*`` headers that the gateway sets.
"""

import argparse
import html
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
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


class Books:
    """Orders and transfers in one SQLite file."""

    def __init__(self, database: Path | str) -> None:
        self._database = database
        with self._connection() as opened:
            opened.executescript(TABLES)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._database, timeout=10)) as opened, opened:
            opened.row_factory = sqlite3.Row
            yield opened

    def orders(self) -> list[Order]:
        """Give the newest hundred."""
        with self._connection() as opened:
            return [Order(**dict(row)) for row in opened.execute("SELECT * FROM orders ORDER BY id DESC LIMIT 100")]

    def order(self, number: int) -> Order | None:
        """Look one up."""
        with self._connection() as opened:
            row = opened.execute("SELECT * FROM orders WHERE id = ?", (number,)).fetchone()
        return None if row is None else Order(**dict(row))

    def add_order(self, new: NewOrder, owner: str) -> Order:
        """Take an order."""
        at = _now()
        with self._connection() as opened:
            statement = "INSERT INTO orders (item, amount, owner, at) VALUES (?, ?, ?, ?)"
            number = opened.execute(statement, (new.item, new.amount, owner, at)).lastrowid
        return Order(**new.model_dump(), id=number, owner=owner, at=at)

    def transfers(self) -> list[Transfer]:
        """Give the newest hundred."""
        with self._connection() as opened:
            rows = opened.execute("SELECT * FROM transfers ORDER BY id DESC LIMIT 100")
            return [Transfer(**dict(row)) for row in rows]

    def add_transfer(self, new: NewTransfer, owner: str) -> Transfer:
        """Move money."""
        at = _now()
        with self._connection() as opened:
            statement = "INSERT INTO transfers (to_account, cents, owner, at) VALUES (?, ?, ?, ?)"
            number = opened.execute(statement, (new.to_account, new.cents, owner, at)).lastrowid
        return Transfer(**new.model_dump(), id=number, owner=owner, at=at)


def books_of(request: Request) -> Books:
    """For ``Depends``: the books of this app."""
    books: Books = request.app.state.books
    return books


Subject = Annotated[str, Header(alias="X-Auth-Subject", include_in_schema=False)]
Level = Annotated[str, Header(alias="X-Auth-Level", include_in_schema=False)]
Shelf = Annotated[Books, Depends(books_of)]
router = APIRouter()


@router.get("/", include_in_schema=False)
def page(subject: Subject = "nobody", level: Level = "none") -> HTMLResponse:
    """Greet whoever comes with a browser."""
    return HTMLResponse(PAGE.format(subject=html.escape(subject), level=html.escape(level)))


@router.get("/v1/public/status")
def status() -> dict[str, str]:
    """Tell everybody that the shop is open."""
    return {"status": "open"}


@router.get("/v1/whoami")
def whoami(request: Request) -> Caller:
    """Tell the caller what the gateway said of them."""
    names = ("subject", "level", "methods", "time", "client", "scope")
    found = {name: request.headers.get(f"x-auth-{name}", "") for name in names}
    return Caller(**found, request_id=request.headers.get("x-request-id", ""))


@router.get("/v1/orders")
def orders(books: Shelf) -> list[Order]:
    """List the orders."""
    return books.orders()


@router.post("/v1/orders", status_code=201)
def order(new: NewOrder, books: Shelf, subject: Subject = "nobody") -> Order:
    """Take an order."""
    return books.add_order(new, subject)


@router.get("/v1/orders/{number}")
def one_order(number: int, books: Shelf) -> Order:
    """Show an order."""
    found = books.order(number)
    if found is None:
        raise HTTPException(404, "no such order")
    return found


@router.get("/v1/transfers")
def transfers(books: Shelf) -> list[Transfer]:
    """List the transfers."""
    return books.transfers()


@router.post("/v1/transfers", status_code=201)
def transfer(new: NewTransfer, books: Shelf, subject: Subject = "nobody") -> Transfer:
    """Move money."""
    return books.add_transfer(new, subject)


@router.get("/v1/report")
def report(books: Shelf) -> StreamingResponse:
    """Stream all orders, one JSON object a line."""
    lines = (entry.model_dump_json() + "\n" for entry in books.orders())
    return StreamingResponse(lines, media_type="application/x-ndjson")


def build_app(database: Path | str) -> FastAPI:
    """Return the shop on a database file."""
    app = FastAPI(title="Shop", version="1.0.0", docs_url=None, redoc_url=None)
    app.state.books = Books(database)
    app.include_router(router)
    return app


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251  # an example outside the house


def _schema() -> dict[str, object]:
    app = FastAPI(title="Shop", version="1.0.0")
    app.include_router(router)
    return app.openapi()


def main() -> None:
    """Serve the shop, or write its OpenAPI document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--database", default="shop.db")
    parser.add_argument("--openapi", action="store_true", help="print the OpenAPI document and end")
    options = parser.parse_args()
    if options.openapi:
        print(json.dumps(_schema(), indent=2, sort_keys=True))
        return
    uvicorn.run(build_app(options.database), host=options.host, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
