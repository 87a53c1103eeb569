"""Our style sheet and pictures."""

import re

import pytest
from starlette.exceptions import HTTPException

from twogate.web.pages.assets import asset, asset_url


@pytest.mark.parametrize(("name", "kind"), [("twogate.css", "text/css; charset=utf-8"), ("mark.svg", "image/svg+xml")])
async def test_assets_are_served_for_ever(name: str, kind: str) -> None:
    """An asset's address changes with its content, so it may be kept."""
    digest = asset_url(name).split("/")[-2]
    answer = await asset(digest, name)
    assert answer.headers["content-type"] == kind
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["../router.py", "twogate.css/", "", "TWOGATE.CSS", "frame.html"])
async def test_nothing_else_is_served(name: str) -> None:
    """Only listed names are files."""
    with pytest.raises(HTTPException):
        await asset(asset_url("twogate.css").split("/")[-2], name)


async def test_the_style_sheet_loads_nothing_from_elsewhere() -> None:
    """No import and no address in it: everything a page shows comes from here."""
    text = bytes((await asset(asset_url("twogate.css").split("/")[-2], "twogate.css")).body).decode()
    assert not re.search(r"url\(|@import|https?:", text)
    assert "prefers-color-scheme: dark" in text
