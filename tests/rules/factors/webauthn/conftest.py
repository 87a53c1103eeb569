"""A relying party, an authenticator in software, and the steps between them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.ports import NOON, SeededEntropy
from tests.rules.factors.webauthn.soft_key import SoftKey

from twogate.rules.factors.contract import Accepted, Account, Begin, Challenge, Checked, FactorState
from twogate.rules.factors.webauthn import PasskeyRules, WebAuthn
from twogate.terms.instant import Instant
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALICE = Account("Example", "alice", ("Alice Example",), handle="usr_aaaaaaaaaaaaaaaa")
RULES = PasskeyRules(rp_id="api.example.com", origin="https://api.example.com")


def text(answer: Mapping[str, Any]) -> Secret:
    return Secret(json.dumps(answer))


@dataclass
class Party:
    """One factor and one authenticator that answers it."""

    rules: PasskeyRules = RULES
    key: SoftKey = field(default_factory=SoftKey)
    account: Account = ALICE
    entropy: SeededEntropy = field(default_factory=SeededEntropy)

    @property
    def factor(self) -> WebAuthn:
        return WebAuthn(self.rules)

    def offer(self) -> Begin:
        return self.factor.offer(self.account, self.entropy)

    def create(self, **wrong: Any) -> Passed[Accepted | Begin] | Refused:
        """Offer, let the authenticator answer, perhaps wrongly, and accept."""
        begun = self.offer()
        return self.factor.accept(begun.remember, text(self.key.create(begun.show.public, **wrong)), NOON)

    def registered(self, **how: Any) -> FactorState:
        """Return the state of a good credential."""
        accepted = self.create(**how)
        assert isinstance(accepted, Passed), accepted
        assert isinstance(accepted.value, Accepted)
        return accepted.value.state

    def challenge(self, *states: FactorState, now: Instant = NOON) -> Challenge:
        challenge = self.factor.challenge(states, self.entropy, now)
        assert challenge is not None
        return challenge

    def get(self, state: FactorState, **wrong: Any) -> Passed[Checked] | Refused:
        """Ask for that credential, let the authenticator answer, perhaps wrongly, and check."""
        asked = self.challenge(state)
        answer = text(self.key.get(asked.show, **wrong))
        return self.factor.check(state, answer, NOON, asked=asked.remember)


@pytest.fixture
def party() -> Party:
    return Party()
