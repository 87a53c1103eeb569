"""The OAuth errands share what must be one."""

from tests.services.oauth_house import House

from twogate.web.oauth.errands import errands_of


def test_one_budget_of_wrong_secrets_for_all_endpoints(house: House) -> None:
    """Token, revocation and introspection count into the same budget: none is a way around another."""
    errands = errands_of(house.deps)
    assert errands.token.clients is errands.revoke.clients is errands.introspect.clients


def test_the_settings_reach_the_errands(house: House) -> None:
    """Lifetimes and patience are those of the settings, issuer and audience those of the public URL."""
    errands, tokens = errands_of(house.deps), house.deps.settings.tokens
    assert errands.authorize.codes.life == errands.challenge.codes.life == tokens.code
    assert errands.revoke.patience == tokens.revocation_wait
    assert errands.introspect.issuer == "https://api.example.com/.twogate"
    assert errands.authorize.codes.audience == "https://api.example.com"


def test_both_ways_to_a_code_share_their_issuer_of_codes(house: House) -> None:
    """The browser's and the first-party app's codes are made in one place, under the same checks."""
    errands = errands_of(house.deps)
    assert errands.authorize.codes is errands.challenge.codes
    assert errands.userinfo.standing is errands.introspect.standing
