"""Must the person be asked?"""

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import a_client
from tests.services.oauth_standins import proofs

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oidc.core.authentication_request import AuthenticationRequest
from twogate.rules.protocols.oidc.core.interaction import Proceed, SignIn, StepUp, decide
from twogate.rules.protocols.oidc.core.prompt import Prompt
from twogate.terms.instant import Instant
from twogate.terms.proof import Proof

STRONG, WEAK = proofs(), proofs()[:1]
LATER = NOON.plus(100)


def _decide(
    shown: tuple[Proof, ...] | None,
    need: Need = Need(Level.AAL1),  # noqa: B008  # frozen
    prompt: Prompt = Prompt.AS_NEEDED,
    *,
    asked: Instant | None = None,
) -> object:
    to = Destination(a_client(), "https://shop.example/callback", "")
    request = AuthenticationRequest(to, (), "c", "", prompt=prompt, need=need, login_hint="")
    answer = decide(request, shown, now=LATER, asked=asked)
    return answer.code if isinstance(answer, OAuthRefusal) else answer


@pytest.mark.parametrize(
    ("shown", "need", "answer"),
    [
        (None, Need(Level.AAL1), SignIn()),
        (STRONG, Need(Level.AAL1), Proceed()),
        (STRONG, Need(Level.AAL2, 100), Proceed()),
        (STRONG, Need(Level.AAL2, 99), StepUp(Need(Level.AAL2, 99))),
        (WEAK, Need(Level.AAL2), StepUp(Need(Level.AAL2))),
        (STRONG, Need(Level.PHR), StepUp(Need(Level.PHR))),
    ],
)
def test_as_needed(shown: tuple[Proof, ...] | None, need: Need, answer: object) -> None:
    """Somebody who has proved enough, lately enough, is not asked again."""
    assert _decide(shown, need) == answer


@pytest.mark.parametrize(
    ("shown", "need", "answer"),
    [
        (None, Need(Level.AAL1), "login_required"),
        (STRONG, Need(Level.AAL2), Proceed()),
        (STRONG, Need(Level.AAL2, 99), "login_required"),
        (WEAK, Need(Level.AAL2), "unmet_authentication_requirements"),
    ],
)
def test_never(shown: tuple[Proof, ...] | None, need: Need, answer: object) -> None:
    """prompt=none: an answer at once, whatever it is (OpenID Connect Core section 3.1.2.6)."""
    assert _decide(shown, need, Prompt.NEVER) == answer


def test_always_asks_once() -> None:
    """prompt=login asks although enough was proved, and is content with proofs given since it asked."""
    fresh = proofs(LATER)
    assert _decide(fresh, prompt=Prompt.ALWAYS) == StepUp(Need(Level.AAL1, 0))
    assert _decide(fresh, prompt=Prompt.ALWAYS, asked=NOON.plus(50)) == Proceed()
    assert _decide(STRONG, prompt=Prompt.ALWAYS, asked=NOON.plus(50)) == StepUp(Need(Level.AAL1, 0))


def test_max_age_of_zero_is_prompt_login() -> None:
    """OpenID Connect Core section 3.1.2.1: the two mean the same."""
    assert _decide(proofs(LATER), Need(Level.AAL1, 0)) == StepUp(Need(Level.AAL1, 0))
    assert _decide(proofs(LATER), Need(Level.AAL1, 0), asked=NOON.plus(50)) == Proceed()


def test_having_been_asked_is_no_proof() -> None:
    """The mark alone lets nobody in, and raises no level."""
    assert _decide(None, asked=NOON) == SignIn()
    assert _decide(WEAK, Need(Level.AAL2), asked=NOON) == StepUp(Need(Level.AAL2))
