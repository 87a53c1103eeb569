"""Routes that ask who is calling, and for more than the policy does."""

import json
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from suites.agreement.credentials import Credentials
from tests.dataplane.decision.known import HOST
from tests.middleware.app import ask, protected

from twogate.dataplane.decision.node import DecisionNode
from twogate.middleware.fastapi import caller, install, needs
from twogate.terms.access import AccessFacts

HERE = f"Host: {HOST}"


def application() -> FastAPI:
    app = FastAPI()
    install(app)

    @app.get("/v1/orders/{number}")
    def order(number: int, who: Annotated[AccessFacts, Depends(caller)]) -> dict[str, object]:
        return {"number": number, "who": who.subject}

    @app.get("/v1/orders/{number}/secret")
    def secret(
        number: int, who: Annotated[AccessFacts, Depends(needs(level="aal2", max_age=300))]
    ) -> dict[str, object]:
        return {"number": number, "who": who.subject}

    @app.get("/public/me")
    def me(who: Annotated[AccessFacts, Depends(caller)]) -> dict[str, object]:
        return {"who": who.subject}

    return app


def bearer(credentials: Credentials, name: str) -> str:
    return f"Authorization: Bearer {credentials.shown[name][0]}"


async def test_a_route_knows_who_calls(node: DecisionNode, credentials: Credentials) -> None:
    """Without looking at header fields."""
    async with protected(node, application()) as app:
        said = await ask(app, "/v1/orders/7", HERE, bearer(credentials, "one"))
        assert json.loads(said.body) == {"number": 7, "who": "usr_one"}


async def test_a_route_asks_for_more_in_the_callers_dialect(node: DecisionNode, credentials: Credentials) -> None:
    """RFC 9470 for a program, the step-up page for a browser; enough is enough."""
    async with protected(node, application()) as app:
        said = await ask(app, "/v1/orders/7/secret", HERE, bearer(credentials, "one"))
        assert (said.status, said.reason) == (401, "level_too_low")
        assert 'acr_values="aal2", max_age=300' in said.fields["www-authenticate"]
        stale = await ask(app, "/v1/orders/7/secret", HERE, bearer(credentials, "two_stale"))
        assert stale.reason == "proof_too_old"
        cookie = f"Cookie: twogate={credentials.shown['one'][0]}"
        page = await ask(app, "/v1/orders/7/secret", HERE, cookie, "Sec-Fetch-Mode: navigate")
        assert page.status == 302
        assert "/.twogate/step-up?level=aal2&max_age=300&return_to=" in page.fields["location"]
        assert (await ask(app, "/v1/orders/7/secret", HERE, bearer(credentials, "two"))).status == 200


async def test_at_an_open_path_a_dependency_still_wants_somebody(node: DecisionNode, credentials: Credentials) -> None:
    """A token that is shown there counts, none or a revoked one does not."""
    async with protected(node, application()) as app:
        assert (await ask(app, "/public/me", HERE)).reason == "credential_missing"
        assert (await ask(app, "/public/me", HERE, bearer(credentials, "revoked"))).reason == "token_revoked"
        assert json.loads((await ask(app, "/public/me", HERE, bearer(credentials, "one"))).body) == {"who": "usr_one"}


async def test_case_70_without_the_middleware_nobody_passes(credentials: Credentials) -> None:
    """A route must not take an unjudged request for a judged one, whatever its fields say."""
    said = await ask(application(), "/v1/orders/7", HERE, bearer(credentials, "one"), "X-Auth-Subject: usr_one")
    assert said.status == 503


def test_a_route_that_needs_nobody_is_a_mistake() -> None:
    """It would look protected."""
    with pytest.raises(ValueError, match="needs nobody"):
        needs(level="none")
