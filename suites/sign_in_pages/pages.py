"""A browser without scripts for suites: it keeps cookies, follows redirects and forwarding pages, fills in forms.

It also remembers everything that must never turn up in a log: what was typed, what was shown once, its cookies.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpx2
import pyotp

from twogate.outside.clock import SystemClock

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<input\b([^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_REFRESH = re.compile(r'http-equiv="refresh" content="0;url=([^"]*)"')
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_MOST_HOPS = 10
_OURS = ("twogate", "twogate-session", "twogate-device", "twogate-flow")


@dataclass
class Browser:
    """One person's browser at one site."""

    url: str
    secrets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.url, timeout=20, trust_env=False, headers={"user-agent": _AGENT})
        self.page: httpx2.Response | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def visit(self, path: str, method: str = "GET", **form: str) -> httpx2.Response:
        """Navigate, and go wherever the answers lead."""
        headers = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
        data = None
        if method == "POST":
            headers["origin"], data = self.url, form
        for _ in range(_MOST_HOPS):
            page = self.http.request(method, path, headers=headers, data=data)
            self._remember()
            onward = page.headers.get("location") or self._forwarded(page)
            if not onward:
                self.page = page
                return page
            if page.status_code != 307:
                method, data = "GET", None
            path = onward
        raise AssertionError(f"sent round in circles, last to {path}")

    def fill(self, **typed: str) -> httpx2.Response:
        """Fill in the first form that has these fields, and send it."""
        form, action = next(
            (fields, action) for action, fields in self.forms() if typed.keys() <= fields.keys() and fields
        )
        self.secrets |= {value for name, value in typed.items() if name != "name"}
        return self.visit(action, "POST", **{**form, **typed})

    def press(self, action: str) -> httpx2.Response:
        """Send the form that goes to this address as it is."""
        form = next(fields for where, fields in self.forms() if where.partition("?")[0] == action)
        return self.visit(action, "POST", **form)

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        """Where the forms of the page go, and what they send."""
        assert self.page is not None
        found = []
        for attributes, inner in _FORM.findall(self.page.text):
            action = html.unescape(dict(_ATTRIBUTE.findall(attributes)).get("action", ""))
            inputs = [dict(_ATTRIBUTE.findall(one)) for one in _INPUT.findall(inner)]
            fields = {one["name"]: html.unescape(one.get("value", "")) for one in inputs if "name" in one}
            found.append((action, fields))
            self.secrets.add(fields.get("form_token", ""))
        return found

    @property
    def seed(self) -> str:
        """The secret on the page that sets up an authenticator app."""
        assert self.page is not None
        seed = self.page.text.split('class="typed-secret">')[1].split("<")[0]
        self.secrets |= {seed, seed.replace(" ", "")}
        return seed.replace(" ", "")

    @property
    def codes(self) -> list[str]:
        """The recovery codes on the page."""
        assert self.page is not None
        codes = [one.split("<")[0] for one in self.page.text.split('class="codes"')[1].split("<li>")[1:]]
        self.secrets |= set(codes)
        return codes

    def cookie(self, name: str) -> str:
        return next((one.value or "" for one in self.http.cookies.jar if one.name == name), "")

    def _remember(self) -> None:
        self.secrets |= {one.value for one in self.http.cookies.jar if one.name in _OURS and one.value}

    def _forwarded(self, page: httpx2.Response) -> str:
        found = _REFRESH.search(page.text) if page.headers.get("content-type", "").startswith("text/html") else None
        return html.unescape(found[1]) if found else ""


@dataclass
class Newcomer:
    """Somebody whose account was made by the command line, with what their app and their drawer hold."""

    name: str
    password: str
    seed: str = ""
    codes: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def code(self) -> str:
        """A code that was not used before: of now, or the next one, which is accepted ahead of time."""
        app, now = pyotp.TOTP(self.seed), SystemClock().now().seconds
        found = app.at(now)
        if found in self.used:
            found = app.at(now, counter_offset=1)
        self.used.add(found)
        return found


def return_to(location: str) -> str:
    """The address that a redirect to a page of ours comes back to."""
    return parse_qs(urlsplit(location).query)["return_to"][0]
