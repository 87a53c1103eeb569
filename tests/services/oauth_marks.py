"""What tests of the OAuth services look at: the feed, the audit, the errands of one installation."""

from dataclasses import replace

from tests.services.oauth_house import House

from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.caller import Caller, ClientCertificate
from twogate.terms.changes import Change, ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret
from twogate.web.oauth.errands import OAuthErrands, errands_of

CALLER = Caller("203.0.113.7", "probe/1", "rid-1")
THUMBPRINT = "T" * 43
CERTIFIED = replace(CALLER, certificate=ClientCertificate(THUMBPRINT, "CN=Clients", "CN=probe"))


def errands(house: House) -> OAuthErrands:
    return errands_of(house.deps)


def form(**values: str) -> Parameters:
    return Parameters(values)


def proof_of(house: House, name: str) -> Presented:
    """What a client of this house presents to prove itself."""
    made = house.known[name]
    return Presented(made.client.id, made.secret)


def wrong_proof(name: str) -> Presented:
    return Presented(ClientId(name), Secret("tg_cs_wrong"))


async def told(house: House, *, after: int = 0) -> list[Change]:
    """What gateways are told of grants, subjects and tokens; that there is a first signing key is no news here."""
    async with house.store.read() as unit:
        found = await unit.feed.after(after, limit=1000)
    return [one for one in found if one.kind is not ChangeKind.KEYS_CHANGED]


async def audited(house: House, event: Event) -> list[str]:
    """The subjects of all events of a kind."""
    async with house.store.read() as unit:
        return [row.subject for row in await unit.audit.list(limit=1000, event=event)]
