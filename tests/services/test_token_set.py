"""The answer of the token endpoint: what is kept, what is written down."""

from tests.services.oauth_house import ADA, House
from tests.services.oauth_marks import CALLER, CERTIFIED, THUMBPRINT, errands

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.rules.protocols.oauth2.rfc6749_framework.standing import Standing
from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InsufficientScope, InvalidToken
from twogate.services.token_set import Family, TokenSet
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import ClientId, GrantId
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.session import Grant


async def _standing(house: House) -> Standing:
    session = await house.sign_in()
    now = house.clock.now()
    grant = Grant(
        GrantId("gnt_1"),
        ClientId("shop"),
        ADA,
        session.id,
        ("openid", "orders:read"),
        "https://api.example.com",
        now,
        now,
    )
    async with house.store.work() as unit:
        await unit.grants.add(grant)
        user = await unit.users.get(ADA)
    assert user is not None
    return Standing(grant, user, session)


async def _issue(
    house: House, standing: Standing, proofs: tuple[Proof, ...] | None = None, *, caller: Caller = CALLER
) -> TokenSet | InvalidGrant:
    kept = standing.session.proofs if proofs is None else proofs
    family = Family(kept, standing.grant.scope, house.clock.now().plus(1_000))
    sets = errands(house).token.refresh.token_sets
    await house.deps.access_tokens.ready()
    async with house.store.work() as unit:
        return await sets.issue(
            unit, standing, family, scope=("orders:read",), event=Event.CLIENT_TOKEN_ISSUED, caller=caller
        )


async def test_the_refresh_token_keeps_the_family_s_scope_and_end(house: House) -> None:
    """The access token is for the scope asked, the next refresh token for the whole family's, until its end."""
    issued = await _issue(house, await _standing(house))
    assert isinstance(issued, TokenSet)
    assert issued.refresh is not None
    assert issued.access.facts.scope == ("orders:read",)
    async with house.store.read() as unit:
        kept = await unit.refresh_tokens.get(issued.refresh.sha256())
    assert kept is not None
    assert (kept.scope, kept.expires) == (("openid", "orders:read"), house.clock.now().plus(1_000))


async def test_the_audit_says_what_was_issued_without_the_tokens(house: House) -> None:
    """Grant, scope, level and caller are written down; neither token is."""
    issued = await _issue(house, await _standing(house))
    assert isinstance(issued, TokenSet)
    assert issued.refresh is not None
    async with house.store.read() as unit:
        (row,) = await unit.audit.list(event=Event.CLIENT_TOKEN_ISSUED)
    assert (row.actor, row.subject, row.address, row.request_id) == ("shop", ADA, CALLER.address, CALLER.request_id)
    assert (row.facts["grant"], row.facts["scope"]) == ("gnt_1", "orders:read")
    text = repr(row) + repr(issued)
    assert issued.refresh.text() not in text
    assert issued.access.token.text() not in text


async def test_a_grant_revoked_meanwhile_gives_nothing(house: House) -> None:
    """A revocation that came between reading and issuing wins; no refresh token is left behind."""
    standing = await _standing(house)
    async with house.store.work() as unit:
        await unit.grants.revoke(standing.grant.id, house.clock.now())
    refused = await _issue(house, standing)
    assert isinstance(refused, InvalidGrant)
    assert refused.reason is Reason.TOKEN_REVOKED
    async with house.store.read() as unit:
        assert await unit.audit.list(event=Event.CLIENT_TOKEN_ISSUED) == []


async def test_without_a_proof_there_is_no_token(house: House) -> None:
    """A person's grant without any proof yields nothing, whatever its session says."""
    refused = await _issue(house, await _standing(house), ())
    assert isinstance(refused, InvalidGrant)
    assert refused.reason is Reason.LEVEL_TOO_LOW


async def test_a_person_s_token_is_bound_to_the_certificate_of_who_redeems(house: House) -> None:
    """RFC 8705 section 3: for a code and for a refresh token alike, for both end here."""
    issued = await _issue(house, await _standing(house), caller=CERTIFIED)
    assert isinstance(issued, TokenSet)
    assert issued.access.facts.binding == THUMBPRINT
    userinfo = errands(house).userinfo
    token = issued.access.token.text()
    assert isinstance(await userinfo.answer(token, CALLER), InvalidToken)
    assert isinstance(await userinfo.answer(token, CERTIFIED), InsufficientScope)  # bound well; it lacks openid
