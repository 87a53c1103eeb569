"""The OAuth errands, put together from what the process has.

Decides nothing: one place where each errand is given its hands, so that the routes are only parsing and rendering.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twogate.services.authorization_codes import AuthorizationCodes
from twogate.services.authorize import Authorize
from twogate.services.authorize_challenge import AuthorizeChallenge
from twogate.services.client_authentication import ClientAuthentication
from twogate.services.client_credentials import ClientCredentials
from twogate.services.code_exchange import CodeExchange
from twogate.services.consent import Consents
from twogate.services.device_grant import DeviceGrant
from twogate.services.dpop_proofs import DpopProofs
from twogate.services.first_tokens import FirstTokens
from twogate.services.id_tokens import IdTokens
from twogate.services.introspect import Introspect
from twogate.services.pushed_requests import PushRequest
from twogate.services.refresh import Refresh
from twogate.services.registration import Registering
from twogate.services.token_endpoint import TokenEndpoint
from twogate.services.token_revocation import Revoke
from twogate.services.token_set import TokenSets
from twogate.services.token_standing import TokenStanding
from twogate.services.userinfo import UserInfo

if TYPE_CHECKING:
    from twogate.web.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class OAuthErrands:
    """One errand for each endpoint."""

    authorize: Authorize
    challenge: AuthorizeChallenge
    token: TokenEndpoint
    revoke: Revoke
    introspect: Introspect
    userinfo: UserInfo
    push: PushRequest
    proofs: DpopProofs
    devices: DeviceGrant
    registering: Registering


def errands_of(deps: "Dependencies") -> OAuthErrands:
    """Put the errands together."""
    settings = deps.access_tokens.settings
    issuer = deps.access_tokens.issuer
    clients = ClientAuthentication(deps.store, deps.clock, settings, issuer=issuer, keys=deps.reach.client_keys)
    codes = AuthorizationCodes(
        deps.store,
        deps.clock,
        deps.entropy,
        audience=deps.access_tokens.audience,
        life=settings.code,
    )
    standing = TokenStanding(deps.store, deps.clock, deps.access_tokens)
    devices = _devices(deps, clients)
    return OAuthErrands(
        authorize=_authorize(deps, codes),
        challenge=AuthorizeChallenge(deps.store, deps.sign_in, codes),
        token=_token_endpoint(deps, clients, devices),
        revoke=Revoke(
            deps.store,
            deps.clock,
            deps.access_tokens,
            clients,
            changes=deps.changes,
            patience=settings.revocation_wait,
        ),
        introspect=Introspect(deps.store, clients, standing, issuer),
        userinfo=UserInfo(deps.store, standing),
        push=PushRequest(deps.store, deps.clock, deps.entropy, clients=clients, life=settings.pushed_request),
        proofs=proofs_of(deps),
        devices=devices,
        registering=Registering(deps.store, deps.clock, deps.entropy, deps.settings.registration),
    )


def _authorize(deps: "Dependencies", codes: AuthorizationCodes) -> Authorize:
    return Authorize(
        deps.store,
        deps.clock,
        deps.keyring,
        deps.access_tokens,
        codes,
        consents=Consents(deps.store, deps.clock),
        identity_keys=deps.reach.identity_keys,
        documents=deps.reach.documents,
    )


def proofs_of(deps: "Dependencies") -> DpopProofs:
    """Who checks DPoP proofs, here and for gateways."""
    return DpopProofs(deps.store, deps.clock, deps.keyring, deps.access_tokens)


def _first_tokens(deps: "Dependencies") -> FirstTokens:
    settings, issuer = deps.access_tokens.settings, deps.access_tokens.issuer
    return FirstTokens(
        deps.clock,
        TokenSets(deps.access_tokens, deps.clock, deps.entropy),
        IdTokens(deps.keyring, deps.clock, issuer, settings.identity, others=deps.reach.identity_keys),
        settings,
    )


def _devices(deps: "Dependencies", clients: ClientAuthentication) -> DeviceGrant:
    return DeviceGrant(
        deps.store,
        deps.clock,
        deps.entropy,
        clients=clients,
        first_tokens=_first_tokens(deps),
        life=deps.access_tokens.settings.device,
    )


def _token_endpoint(deps: "Dependencies", clients: ClientAuthentication, devices: DeviceGrant) -> TokenEndpoint:
    first = devices.first_tokens
    return TokenEndpoint(
        deps.store,
        deps.access_tokens,
        clients,
        codes=CodeExchange(deps.clock, first),
        refresh=Refresh(deps.clock, first.token_sets, first.settings, deps.sessions.holds),
        services=ClientCredentials(deps.clock, deps.entropy, deps.access_tokens),
        devices=devices,
    )
