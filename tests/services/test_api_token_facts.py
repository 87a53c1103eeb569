"""What gateways are told about an API token."""

from tests.ports import NOON

from twogate.rules.assurance.level import Level
from twogate.services.api_token_facts import facts_of
from twogate.terms.ids import ApiTokenId
from twogate.terms.session import ApiToken

TOKEN = ApiToken(
    id=ApiTokenId("tok_1"),
    digest="d" * 64,
    owner="usr_ada",
    name="nightly",
    scope=("orders:read",),
    audience="https://api.example.com",
    created=NOON,
    expires=NOON.plus(86_400),
)


def test_an_api_token_never_counts_as_a_person_s_presence() -> None:
    """Rank aal1, one factor, auth_time 0: no rule with a higher level, a max_age or two factors lets it pass."""
    facts = facts_of(TOKEN)
    assert (facts.rank, facts.factors, facts.auth_time) == (int(Level.AAL1), 1, 0)


def test_grant_and_client_are_the_token_s_own_id() -> None:
    """Two tokens of one owner are told apart in log lines, and revoked apart."""
    facts = facts_of(TOKEN)
    assert (facts.subject, facts.grant, facts.client) == ("usr_ada", "tok_1", "tok_1")


def test_what_the_token_may_and_when_is_carried_over() -> None:
    """Scope, audience and both ends of its life are those of the token, in whole seconds."""
    facts = facts_of(TOKEN)
    assert (facts.scope, facts.audience) == (("orders:read",), "https://api.example.com")
    assert (facts.not_before, facts.expires) == (NOON.seconds, NOON.seconds + 86_400)
