"""One's own factors as rows."""

from dataclasses import replace

from tests.web.house import House

from twogate.rules.factors.contract import Prompt
from twogate.services.enrol import Listed, Overview
from twogate.services.screens import Choice
from twogate.terms.account import User
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant
from twogate.web.pages.factor_rows import at, enrol_at, factor_rows, is_many, title_of

NOON = Instant(1_780_000_000)


def _listed(label: str) -> Listed:
    choice = Choice("app", Prompt(title="Authenticator app", label="Code"))
    return Listed(CredentialId("crd_1"), choice, label, NOON, None, None, removable=True)


def test_a_factor_is_called_what_its_owner_calls_it() -> None:
    """Else by its kind, whichever way that stands in the database."""
    assert [title_of(_listed(label)) for label in ("", "app", "Authenticator app", "Old phone")] == [
        "Authenticator app",
        "Authenticator app",
        "Authenticator app",
        "Old phone",
    ]


def test_addresses_are_encoded() -> None:
    """Whatever a name holds, it is one value of one parameter."""
    assert enrol_at("a&b=c") == "/.twogate/enrol?factor=a%26b%3Dc"
    assert at("remove", _listed("x")) == "/.twogate/account/factors/remove?credential=crd_1"


async def test_only_some_kinds_may_be_many(house: House) -> None:
    """An app is replaced; of security keys somebody has several; what is no factor is none."""
    registry = house.deps.authenticators.registry
    assert not is_many(registry, "totp")
    assert is_many(registry, "webauthn")
    assert not is_many(registry, "nonsense")


async def test_a_picture_of_the_make_stands_beside_the_name(house: House) -> None:
    """Where its maker published one; else there is none."""
    icon = "data:image/png;base64,iVBORw0KGgo="
    listed = (replace(_listed("YubiKey 5"), icon=icon), _listed("Other"))
    overview = Overview(User(UserId("usr_1"), "ann", "", "", NOON), listed, (), None)
    assert [row.icon for row in factor_rows(overview, house.deps.authenticators.registry, NOON)] == [icon, ""]


async def test_what_is_switched_off_stands_last_and_may_go(house: House) -> None:
    """Its row says so, and offers nothing but its removal."""
    overview = Overview(User(UserId("usr_1"), "ann", "", "", NOON), (_listed("App"),), (), None, (_listed("Lost key"),))
    *_, row = factor_rows(overview, house.deps.authenticators.registry, NOON)
    assert (row.title, row.acts, row.note[:12]) == ("Lost key", (), "Switched off")
    assert row.remove.startswith("/.twogate/account/factors/remove?")
