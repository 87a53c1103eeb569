"""What a client is told when a session has ended."""

from twogate.rules.protocols.oidc.back_channel_logout.logout_token import EVENT, LIFE, TYPE, claims
from twogate.terms.consent import LogoutNotice
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant

NOW = Instant.from_seconds(1_795_521_600)
NOTICE = LogoutNotice("lgn_1", ClientId("shop"), "https://shop.example/out", "usr_ada", "ses_1", NOW, NOW, NOW)


def test_it_says_what_the_specification_demands() -> None:
    """Back-Channel Logout 1.0 section 2.4: who, for whom, which session, the event, and never a nonce."""
    said = claims(NOTICE, issuer="https://api.example.com/.twogate", now=NOW)
    assert (said["sub"], said["aud"], said["sid"], said["jti"]) == ("usr_ada", "shop", "ses_1", "lgn_1")
    assert (said["iat"], said["exp"]) == (NOW.seconds, NOW.seconds + LIFE)
    assert said["events"] == {EVENT: {}}
    assert "nonce" not in said
    assert TYPE == "logout+jwt"
