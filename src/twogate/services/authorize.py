"""The authorization endpoint's errand (RFC 6749 section 4.1, OpenID Connect Core section 3.1.2).

Decides the order: where to answer, what is asked, whether the person must be asked first, then a code. How a person
is asked is for the sign-in pages; this errand only says where they are sent and with which way back.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination, find_destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc8707_resource_indicators.resource import refuse_other
from twogate.rules.protocols.oauth2.rfc9126_pushed_requests import request as pushing
from twogate.rules.protocols.oauth2.rfc9449_dpop.authorization import read_key
from twogate.rules.protocols.oidc.core import asked
from twogate.rules.protocols.oidc.core.authentication_request import AuthenticationRequest, read_request
from twogate.rules.protocols.oidc.core.errors import ConsentRequired, LoginRequired
from twogate.rules.protocols.oidc.core.id_token_hint import IdentityKeys as Keys
from twogate.rules.protocols.oidc.core.id_token_hint import read_hint
from twogate.rules.protocols.oidc.core.interaction import Proceed, SignIn, StepUp, decide
from twogate.rules.protocols.oidc.core.prompt import Prompt
from twogate.services.access_tokens import AccessTokens, SigningKeys
from twogate.services.authorization_codes import AuthorizationCodes, CodeBinding
from twogate.services.client_documents import ClientDocuments
from twogate.services.consent import Consents
from twogate.services.identity_keys import IdentityKeys
from twogate.store.unit import Store
from twogate.terms.binding import of_key
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import PushedRequest, Session
from twogate.terms.verdict import Refused

HERE = "/.twogate/oauth2/authorize"
SIGN_IN = "/.twogate/sign-in"
STEP_UP = "/.twogate/step-up"
CONSENT = "/.twogate/consent"
_LONGEST_WAY_BACK = 2_000  # characters: what the sign-in pages take as return_to


@dataclass(frozen=True, slots=True)
class Detour:
    """The person has to prove something first; ``location`` leads there, and from there back here."""

    location: str


@dataclass(frozen=True, slots=True)
class Authorize:
    """Turns an authorization request into a code, a detour, or an error."""

    store: Store
    clock: Clock
    keyring: SigningKeys
    access_tokens: AccessTokens
    codes: AuthorizationCodes
    consents: Consents
    identity_keys: IdentityKeys
    documents: ClientDocuments

    async def destination(self, parameters: Parameters) -> Destination | OAuthRefusal:
        """Return where answers go. An error here must not be redirected anywhere."""
        named, pushed = ClientId(parameters.get("client_id")), None
        async with self.store.read() as unit:
            client = await unit.clients.get(named)
            if pushing.is_reference(parameters):
                pushed = await unit.pushed_requests.get(Secret(parameters.get(pushing.PARAMETER)).sha256())
        if self.documents.is_one(named):
            client = await self.documents.find(named)
        if not pushing.is_reference(parameters):
            if client is not None and client.require_pushed:
                return InvalidRequest(Reason.PUSHED_REQUEST_INVALID, "this client pushes its authorization requests")
            return find_destination(parameters, client)
        now = self.clock.now()
        waited = asked.since(parameters, await self.access_tokens.verification_keys(), now=now) is not None
        if unusable := pushing.unusable(pushed, named, now=now, came_in_time=waited):
            return unusable
        destination = find_destination(_content(parameters, pushed), client)
        return destination if isinstance(destination, OAuthRefusal) else replace(destination, pushed=pushed)

    async def answer(
        self,
        parameters: Parameters,
        destination: Destination,
        session: Session | None,
    ) -> Secret | Detour | OAuthRefusal:
        """Return the code; or where to send the person; or the error for the client."""
        answer = await self._answer(parameters, destination, session)
        if isinstance(answer, OAuthRefusal) and destination.pushed is not None:
            async with self.store.work() as unit:  # an error is an answer too
                await unit.pushed_requests.consume(destination.pushed.digest, self.clock.now())
        return answer

    async def _answer(
        self,
        parameters: Parameters,
        destination: Destination,
        session: Session | None,
    ) -> Secret | Detour | OAuthRefusal:
        content = _content(parameters, destination.pushed)
        request = self.read(content, destination)
        if isinstance(request, OAuthRefusal):
            return request
        key = read_key(content)
        if isinstance(key, OAuthRefusal):
            return key
        if other := await self._somebody_else(content, request, session):
            return other
        now = self.clock.now()
        since = asked.since(parameters, await self.access_tokens.verification_keys(), now=now)
        proofs = session.proofs if session else None
        match decide(request, proofs, now=now, asked=since):
            case OAuthRefusal() as refused:
                return refused
            case SignIn():
                hint = {"login_hint": request.login_hint} if request.login_hint else {}
                return await self._detour(SIGN_IN, hint, parameters)
            case StepUp(need):
                age = {} if need.max_age is None else {"max_age": str(need.max_age)}
                return await self._detour(STEP_UP, {"level": need.level.acr} | age, parameters)
            case Proceed():
                return await self._allowed(request, session, parameters, since=since) or await self._code(
                    request, session, of_key(key)
                )

    async def about(self, parameters: Parameters) -> AuthenticationRequest | OAuthRefusal:
        """What a request asks for, for whoever asks a person about it."""
        destination = await self.destination(parameters)
        if isinstance(destination, OAuthRefusal):
            return destination
        return self.read(_content(parameters, destination.pushed), destination)

    def read(self, content: Parameters, destination: Destination) -> AuthenticationRequest | OAuthRefusal:
        """Read what is asked for, of which API."""
        return refuse_other(content, self.access_tokens.audience) or read_request(content, destination)

    async def _somebody_else(
        self, content: Parameters, request: AuthenticationRequest, session: Session | None
    ) -> OAuthRefusal | None:
        """Refuse to answer for another person than the client expects (OpenID Connect Core section 3.1.2.1)."""
        expected, hint = request.claims.subject, content.get("id_token_hint")
        if hint:
            keys = Keys(await self.access_tokens.verification_keys(), await self.identity_keys.verification())
            read = read_hint(hint, keys, issuer=self.access_tokens.issuer)
            if isinstance(read, Refused):
                return InvalidRequest(Reason.TOKEN_INVALID, "id_token_hint is no ID token of this server", read.detail)
            expected = expected or read.value.subject
            if expected != read.value.subject:
                return LoginRequired(Reason.SIGN_IN_REQUIRED, detail="hint and claims name two people")
        if expected and session is not None and session.user != expected:
            return LoginRequired(Reason.SIGN_IN_REQUIRED, detail="somebody else is signed in")
        return None

    async def _allowed(
        self, request: AuthenticationRequest, session: Session | None, parameters: Parameters, *, since: Instant | None
    ) -> Detour | OAuthRefusal | None:
        """Ask the person where this client is somebody else's; None: nothing is in the way."""
        if session is None or not request.client.third_party:
            return None
        asked_anew = request.consent and since is None
        if not asked_anew and await self.consents.given(
            session, request.client, request.shown, since=since if request.consent else None
        ):
            return None
        if request.prompt is Prompt.NEVER:
            return ConsentRequired(Reason.CONSENT_NEEDED)
        return await self._detour(CONSENT, {}, parameters, marked=since is not None)

    async def _code(
        self, request: AuthenticationRequest, session: Session | None, binding: str
    ) -> Secret | OAuthRefusal:
        pushed = request.destination.pushed
        if session is None:
            raise AssertionError("only a session lets a request proceed")
        bound = CodeBinding(
            client=request.client.id,
            redirect_uri=request.destination.redirect_uri,
            code_challenge=request.code_challenge,
            nonce=request.nonce,
            scope=request.scope,
            binding=pushed.binding if pushed else binding,
            pushed=pushed.digest if pushed else "",
            claims=request.claims.userinfo,
            allowed=request.shown if request.client.third_party else None,
        )
        if self.documents.is_one(request.client.id):
            await self.documents.keep(request.client)
        return await self.codes.issue(session, bound)

    async def _detour(
        self,
        page: str,
        query: dict[str, str],
        parameters: Parameters,
        *,
        marked: bool = False,
    ) -> Detour | InvalidRequest:
        """Lead there and back. ``marked``: it came back once already, and what was proved since then stays fresh."""
        if not marked:
            signer = await self.keyring.signer()
            parameters = asked.mark(parameters, kid=signer.kid, key=signer.key, now=self.clock.now())
        back = f"{HERE}?{parameters.urlencoded()}"
        if len(back) > _LONGEST_WAY_BACK:
            return InvalidRequest(Reason.INPUT_MALFORMED, "the request is too long to come back to; shorten state")
        return Detour(f"{page}?{urlencode(query | {'return_to': back})}")


def _content(parameters: Parameters, pushed: PushedRequest | None) -> Parameters:
    """What is asked for: nothing that stands beside a reference counts (RFC 9101 section 6.3)."""
    if pushed is None:
        return parameters
    content = Parameters.from_urlencoded(pushed.parameters.encode())
    return content if isinstance(content, Parameters) else Parameters()
