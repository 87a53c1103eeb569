"""A request id becomes the story of its refusal."""

import json
from pathlib import Path

import pytest

from twogate.services.explain_request import Explained, Unexplained, explain_request
from twogate.store.unit import Store
from twogate.terms.access import AccessFacts
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

NOW = 1_795_000_000
POLICY = """
public_url = "http://localhost:8080"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:9000"

[[rule]]
name = "transfers"
match = ["POST /v1/transfers"]
require = "aal2"
max_age = "5m"
quota = "3/day"

[[rule]]
name = "rest"
match = ["/**"]
require = "aal1"
"""
FACTS = AccessFacts("usr_a", "gnt_a", 2, NOW - 10, NOW + 100, NOW - 10, 2, "http://localhost:8080", "app")
OLD = AccessFacts("usr_a", "gnt_a", 2, NOW - 900, NOW + 100, NOW - 10, 2, "http://localhost:8080", "app")
WEAK = AccessFacts("usr_a", "gnt_a", 1, NOW - 10, NOW + 100, NOW - 10, 1, "http://localhost:8080", "app")


def _logged(folder: Path, **line: object) -> str:
    folder.mkdir(exist_ok=True)
    whole = {"t": NOW, "rid": "5f807bfe-f9fd-4a42-97be-43d5e3013e10", "src": "127.0.0.1", "method": "POST", "v": 1}
    whole |= {"path": "/v1/transfers", "host": "-", "facts": "-", "status": 401} | line
    (folder / "2026-11-18T11.jsonl").write_text(json.dumps(whole, separators=(",", ":")) + "\n")
    return str(whole["rid"])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"why": "credential_missing"}, Reason.CREDENTIAL_MISSING),
        ({"why": "token_invalid"}, Reason.TOKEN_INVALID),
        ({"why": "credentials_multiple"}, Reason.CREDENTIALS_MULTIPLE),
        ({"why": "level_too_low", "facts": WEAK.pack()}, Reason.LEVEL_TOO_LOW),
        ({"why": "proof_too_old", "facts": OLD.pack()}, Reason.PROOF_TOO_OLD),
        ({"why": "token_revoked", "facts": FACTS.pack()}, Reason.TOKEN_REVOKED),
        ({"why": "subject_blocked", "facts": FACTS.pack()}, Reason.SUBJECT_BLOCKED),
        ({"why": "step_up_demanded", "facts": FACTS.pack()}, Reason.STEP_UP_DEMANDED),
        ({"why": "quota_exceeded", "facts": FACTS.pack()}, Reason.QUOTA_EXCEEDED),
        ({"why": "address_blocked"}, Reason.ADDRESS_BLOCKED),
        ({"why": "host_mismatch", "host": "evil.example"}, Reason.HOST_MISMATCH),
        ({"why": "path_ambiguous", "path": "/v1/%2e%2f"}, Reason.PATH_AMBIGUOUS),
    ],
)
async def test_the_explanation_tells_what_the_gateway_decided(
    store: Store, tmp_path: Path, line: dict[str, object], reason: Reason
) -> None:
    """For each reason in the log, rules and log tell the same story, with a next step."""
    async with store.work() as unit:
        await unit.policies.publish(POLICY, at=Instant.from_seconds(NOW), by="test")
    found = await explain_request(store, tmp_path / "traffic", _logged(tmp_path / "traffic", **line))
    assert isinstance(found, Explained)
    assert found.reason is reason
    assert found.explanation.reason is reason
    assert found.explanation.next_step


async def test_a_passed_request_is_explained_too(store: Store, tmp_path: Path) -> None:
    """The rule that let it through is named."""
    async with store.work() as unit:
        await unit.policies.publish(POLICY, at=Instant.from_seconds(NOW), by="test")
    found = await explain_request(
        store, tmp_path / "traffic", _logged(tmp_path / "traffic", why="passed", facts=FACTS.pack())
    )
    assert isinstance(found, Explained)
    assert found.explanation.outcome == "allowed"
    assert "transfers" in found.explanation.sentence


async def test_an_unknown_request_is_said_to_be_unknown(store: Store, tmp_path: Path) -> None:
    """No line, no story."""
    (tmp_path / "traffic").mkdir()
    assert isinstance(await explain_request(store, tmp_path / "traffic", "0" * 36), Unexplained)


async def test_a_policy_that_is_gone_is_said_to_be_gone(store: Store, tmp_path: Path) -> None:
    """Without the policy of that time nothing is made up."""
    found = await explain_request(store, tmp_path / "traffic", _logged(tmp_path / "traffic", why="no_rule"))
    assert isinstance(found, Unexplained)
    assert "version 1" in found.why
