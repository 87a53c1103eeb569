"""Service accounts' own tokens."""

from tests.services.oauth_house import House
from tests.services.oauth_marks import CALLER, CERTIFIED, THUMBPRINT, errands, form, proof_of, told

from twogate.rules.assurance.level import Level
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidScope, OAuthRefusal
from twogate.services.token_set import TokenSet
from twogate.terms.caller import Caller
from twogate.terms.changes import ChangeKind
from twogate.terms.ids import ClientId


async def _ask(house: House, scope: str = "", caller: Caller = CALLER) -> TokenSet | OAuthRefusal:
    asked = form(grant_type="client_credentials", **({"scope": scope} if scope else {}))
    return await errands(house).token.answer(proof_of(house, "robot"), asked, caller)


async def test_a_service_token_is_no_person_and_is_never_refreshed(house: House) -> None:
    """Rank aal1, one factor, no time of proof, five minutes, no refresh token and no ID token."""
    issued = await _ask(house, "orders:read")
    assert isinstance(issued, TokenSet)
    facts = issued.access.facts
    assert (facts.subject, facts.client, facts.scope) == ("robot", "robot", ("orders:read",))
    assert (facts.rank, facts.factors, facts.auth_time) == (int(Level.AAL1), 1, 0)
    assert (issued.refresh, issued.id_token, issued.access.expires_in) == (None, None, 300)


async def test_a_scope_that_was_not_registered_is_refused(house: House) -> None:
    """Asking for more than the registration says yields nothing, not the part that would be allowed."""
    assert isinstance(await _ask(house, "orders:read admin"), InvalidScope)


async def test_all_tokens_hang_on_one_grant(house: House) -> None:
    """Two tokens share a grant, so that blocking the account is one revocation."""
    first, second = await _ask(house), await _ask(house)
    assert isinstance(first, TokenSet)
    assert isinstance(second, TokenSet)
    assert first.access.facts.grant == second.access.facts.grant
    await house.clients.block(ClientId("robot"), actor="test")
    revoked = [one.key for one in await told(house) if one.kind is ChangeKind.GRANT_REVOKED]
    assert revoked == [first.access.facts.grant]


async def test_after_a_block_was_lifted_a_new_grant_begins(house: House) -> None:
    """The revoked grant stays dead; the account's next token hangs on a new one and is not refused with it."""
    before = await _ask(house)
    assert isinstance(before, TokenSet)
    await house.clients.block(ClientId("robot"), actor="test")
    assert isinstance(await _ask(house), OAuthRefusal)
    await house.clients.unblock(ClientId("robot"), actor="test")
    after = await _ask(house)
    assert isinstance(after, TokenSet)
    assert after.access.facts.grant != before.access.facts.grant


async def test_a_token_asked_for_with_a_certificate_is_bound_to_it(house: House) -> None:
    """RFC 8705 section 3: the packed facts carry the thumbprint; without a certificate, none."""
    bound, free = await _ask(house, caller=CERTIFIED), await _ask(house)
    assert isinstance(bound, TokenSet)
    assert isinstance(free, TokenSet)
    assert bound.access.facts.binding == THUMBPRINT
    assert free.access.facts.binding == ""
