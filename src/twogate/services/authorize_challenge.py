"""Sign in without a browser: the authorization challenge endpoint (draft-ietf-oauth-first-party-apps-04).

Decides how screens of a sign-in become answers of that endpoint. Every decision about proofs is the sign-in's own:
same budgets, same machine, same audit. ``auth_session`` is the sign-in's handle and good for one request.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from twogate.rules.protocols.oauth2.first_party_apps.challenge_request import (
    Given,
    Wanted,
    read_given,
    read_wanted,
)
from twogate.rules.protocols.oauth2.first_party_apps.errors import (
    Challenge,
    ChallengeDenied,
    InsufficientAuthorization,
    InvalidSession,
    RedirectToWeb,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9470_step_up.errors import UnmetAuthenticationRequirements
from twogate.rules.signin.event import CodeGiven, FactorChosen, PasswordGiven
from twogate.services.authorization_codes import AuthorizationCodes, CodeBinding
from twogate.services.screens import (
    Ask,
    AskEnrolment,
    Ended,
    Finished,
    Screen,
    ShowRecoveryCodes,
    SignedIn,
)
from twogate.services.sign_in import SignIn
from twogate.store.unit import Store
from twogate.terms.caller import Caller
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

_LONGEST_POSITION = 80
_OVER = frozenset({Reason.FLOW_UNKNOWN, Reason.FLOW_EXPIRED, Reason.STEP_OUT_OF_ORDER})


@dataclass(frozen=True, slots=True)
class Granted:
    """The authorization code, and the device secret if this app was not known before."""

    code: Secret
    device: Secret | None


@dataclass(frozen=True, slots=True)
class AuthorizeChallenge:
    """One step of a sign-in by a first-party app."""

    store: Store
    sign_in: SignIn
    codes: AuthorizationCodes

    async def answer(self, parameters: Parameters, caller: Caller) -> Granted | OAuthRefusal:
        given = read_given(parameters)
        if isinstance(given, OAuthRefusal):
            return given
        # Where the device says it is: "latitude,longitude,metres". It can keep the device out, and nothing else.
        caller = replace(caller, position=parameters.get("device_position")[:_LONGEST_POSITION])
        named = ClientId(parameters.get("client_id"))
        handle = parameters.get("auth_session")
        if handle:
            return await self._go_on(Secret(handle), given, named=named, caller=caller)
        return await self._begin(parameters, given, named=named, caller=caller)

    async def _begin(
        self,
        parameters: Parameters,
        given: Given,
        *,
        named: ClientId,
        caller: Caller,
    ) -> Granted | OAuthRefusal:
        async with self.store.read() as unit:
            client = await unit.clients.get(named)
        read = read_wanted(parameters, client)
        if isinstance(read, OAuthRefusal):
            return read
        wanted, need = read
        screen = await self.sign_in.begin(
            need=need,
            caller=caller,
            client=named,
            session=None,
            return_to=wanted.to_path(),
            hint=given.username,
        )
        return await self._advance(screen, given, named=named, caller=caller)

    async def _go_on(
        self,
        handle: Secret,
        given: Given,
        *,
        named: ClientId,
        caller: Caller,
    ) -> Granted | OAuthRefusal:
        screen = await self.sign_in.look(handle, caller)
        return await self._advance(screen, given, named=named, caller=caller)

    async def _advance(
        self,
        screen: Screen,
        given: Given,
        *,
        named: ClientId,
        caller: Caller,
    ) -> Granted | OAuthRefusal:
        """Give the sign-in what the person gave, one thing at a time, as long as none is refused."""
        for event in _events(given, screen):
            if not isinstance(screen, Ask):
                break
            screen = await self.sign_in.advance(screen.handle, event, caller)
            if isinstance(screen, Ask) and screen.refused is not None:
                break
        if isinstance(screen, Finished):
            return await self._grant(screen.signed_in, named)
        return _told(screen)

    async def _grant(self, signed_in: SignedIn, named: ClientId) -> Granted | OAuthRefusal:
        wanted = Wanted.from_path(signed_in.return_to)
        client = signed_in.client
        if wanted is None or client is None or named not in ("", client):
            return InvalidSession(Reason.FLOW_UNKNOWN, detail="a sign-in that did not begin here")
        binding = CodeBinding(
            client=client,
            redirect_uri="",
            code_challenge=wanted.code_challenge,
            nonce=wanted.nonce,
            scope=wanted.scope,
        )
        code = await self.codes.issue(signed_in.session, binding)
        return code if isinstance(code, OAuthRefusal) else Granted(code, signed_in.device_secret)


def _events(given: Given, screen: Screen) -> Iterator[PasswordGiven | CodeGiven | FactorChosen]:
    """What was given, one thing at a time. A factor alone is chosen, or, once it was, asked whether its answer came."""
    if given.password is not None:
        yield PasswordGiven(given.username, given.password)
    if given.code is not None:
        yield CodeGiven(given.factor, given.code)
    elif given.factor and isinstance(screen, Ask):
        chosen = next((one for one in screen.factors if one.factor == given.factor), None)
        awaited = chosen is not None and chosen.awaited and not chosen.to_choose
        yield CodeGiven(given.factor, Secret("")) if awaited else FactorChosen(given.factor)


def _told(screen: Ask | AskEnrolment | ShowRecoveryCodes | Ended) -> OAuthRefusal:
    match screen:
        case Ask():
            refused = screen.refused or Refused(Reason.PROOF_NEEDED)
            return InsufficientAuthorization(
                refused.reason,
                detail=refused.detail,
                auth_session=screen.handle,
                factors=tuple(
                    Challenge(one.factor, one.prompt.title, one.recovery, one.question) for one in screen.factors
                ),
                retry_after=screen.retry_after,
            )
        case AskEnrolment() | ShowRecoveryCodes():
            return RedirectToWeb(Reason.ENROLMENT_REQUIRED)
        case Ended(refused, retry_after):
            return _ended(refused, retry_after)
        case _:
            assert_never(screen)


def _ended(refused: Refused, retry_after: int | None) -> OAuthRefusal:
    if refused.reason in _OVER:
        return InvalidSession(refused.reason, detail=refused.detail)
    if refused.reason is Reason.LEVEL_UNREACHABLE:
        return UnmetAuthenticationRequirements(refused.reason, detail=refused.detail)
    return ChallengeDenied(refused.reason, detail=refused.detail, retry_after=retry_after)
