"""Names of one's own factors."""

import pytest
from tests.services.desk import CALLER, Desk

from twogate.services.rename_factor import LONGEST_NAME, RenameFactor
from twogate.services.screens import SignedIn
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused


async def _factor(desk: Desk, done: SignedIn, factor: str) -> tuple[CredentialId, str]:
    overview = await desk.enrol.overview(done.session, CALLER)
    assert not isinstance(overview, Refused)
    return next((one.credential, one.label) for one in overview.listed if one.factor.factor == factor)


async def test_a_name_is_kept_as_it_is_read(desk: Desk) -> None:
    """Blanks are single, letters are composed (NFC), and the audit says that it was renamed, not to what."""
    done = await desk.signed_in(await desk.alice())
    app, _ = await _factor(desk, done, "totp")
    renaming = RenameFactor(desk.store, desk.clock, desk.enrol)
    assert await renaming.rename(done.session, app, name="  Cle\u0301   grise ", caller=CALLER) is None
    assert (await _factor(desk, done, "totp"))[1] == "Cl\u00e9 grise"
    async with desk.store.read() as unit:
        (row,) = await unit.audit.list(event=Event.USER_FACTOR_RENAMED)
    assert row.subject == done.session.user
    assert "grise" not in str(row.facts)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a" * (LONGEST_NAME + 1), "a\u202eb"])
async def test_a_name_can_be_read(desk: Desk, name: str) -> None:
    """Nothing empty, too long, or that turns a line around is a name."""
    done = await desk.signed_in(await desk.alice())
    app, before = await _factor(desk, done, "totp")
    refused = await RenameFactor(desk.store, desk.clock, desk.enrol).rename(done.session, app, name=name, caller=CALLER)
    assert refused is not None
    assert refused.reason is Reason.INPUT_MALFORMED
    assert (await _factor(desk, done, "totp"))[1] == before


async def test_who_may_change_factors_may_name_them(desk: Desk) -> None:
    """Not on an old proof, not somebody else's, and not a password or a set of codes."""
    done = await desk.signed_in(await desk.alice())
    renaming = RenameFactor(desk.store, desk.clock, desk.enrol)
    found = [(await _factor(desk, done, factor))[0] for factor in ("password", "recovery_code")]
    for credential in (*found, CredentialId("crd_of_nobody")):
        refused = await renaming.rename(done.session, credential, name="x", caller=CALLER)
        assert refused is not None
        assert refused.reason is Reason.FACTOR_NOT_OFFERED
    desk.clock.advance(301)
    app, _ = await _factor(desk, done, "totp")
    refused = await renaming.rename(done.session, app, name="x", caller=CALLER)
    assert refused is not None
    assert refused.reason is Reason.PROOF_TOO_OLD
