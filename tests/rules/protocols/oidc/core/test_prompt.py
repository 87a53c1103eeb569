"""The prompt parameter."""

import pytest

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oidc.core.prompt import Prompt, read_prompt


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("", Prompt.AS_NEEDED),
        ("consent", Prompt.AS_NEEDED),
        ("none", Prompt.NEVER),
        ("login", Prompt.ALWAYS),
        ("select_account", Prompt.ALWAYS),
        ("login consent", Prompt.ALWAYS),
    ],
)
def test_known_prompts(text: str, prompt: Prompt) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    assert read_prompt(Parameters({"prompt": text} if text else {})) is prompt


@pytest.mark.parametrize("text", ["none login", "create", "LOGIN", "none none2"])
def test_unknown_and_contradicting_prompts(text: str) -> None:
    """None stands alone; what is not known is refused rather than guessed."""
    assert isinstance(read_prompt(Parameters({"prompt": text})), InvalidRequest)
