"""Phones are woken: all that are connected, each by its way; one is enough."""

from collections.abc import Mapping

import pytest
from tests.phone import ORIGIN
from tests.ports import NOON
from tests.store.records import ANN, BOB, credential, user

from twogate.services.push_wake import WakePhones
from twogate.store.unit import Store
from twogate.terms.dispatch import Channel, Dispatch, Fault, Waiting
from twogate.terms.ids import DispatchId
from twogate.terms.push import Carried, PushDeviceId, Route, Wake

WAITING = Waiting(
    id=DispatchId("dsp_1"),
    user=ANN,
    credential=None,
    dispatch=Dispatch(Channel.PUSH, "prq_1", {"request": "prq_1", "text": "Something waits."}, 120),
    created=NOON,
    expires=NOON.plus(120),
)


class Way:
    """Carries nothing, and says what it is told to."""

    def __init__(self, says: Carried) -> None:
        self.says = says
        self.carried: list[tuple[Mapping[str, str], Wake]] = []
        self.closed = False

    async def carry(self, address: Mapping[str, str], wake: Wake) -> Carried:
        self.carried.append((address, wake))
        return self.says

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
async def phones(store: Store) -> Store:
    """Ann has three phones, of which one is switched off and one says nothing; Bob has one."""
    async with store.work() as unit:
        for name in ("ann", "bob"):
            await unit.users.add(user(name))
        for number, owner in ((1, ANN), (2, ANN), (3, ANN), (4, BOB)):
            named = f"pdv_{number}"
            await unit.credentials.add(credential(number, user=owner, factor="push", identifier=named, label="x"))
            if number != 3:
                route = Route("good" if number % 2 else "bad", {"to": named})
                await unit.push_devices.put(PushDeviceId(named), owner, route, said=NOON)
    return store


def _wake(store: Store, **ways: Way) -> WakePhones:
    return WakePhones(store, ways, origin=ORIGIN, site="Example")


async def test_every_phone_is_woken_and_one_is_enough(phones: Store) -> None:
    """The message names the site and the page, and neither person nor code."""
    good, bad = Way(Carried()), Way(Carried("the server answered 500"))
    assert await _wake(phones, good=good, bad=bad).carry(WAITING) is None
    wake = Wake("Example", "Something waits.", f"{ORIGIN}/.twogate/phone", "prq_1", 120)
    assert good.carried == [({"to": "pdv_1"}, wake)]
    assert bad.carried == [({"to": "pdv_2"}, wake)]


async def test_what_reached_nobody_is_tried_again(phones: Store) -> None:
    """The fault names each kind of trouble once; a way that is not set up is one."""
    fault = await _wake(phones, bad=Way(Carried("the server answered 500"))).carry(WAITING)
    assert fault == Fault("good is not set up; the server answered 500")


async def test_addresses_that_are_gone_are_forgotten(phones: Store) -> None:
    """And when all are, another try is no use; afterwards nothing is left to wake, which is no fault."""
    gone = Carried("the server answered 410", gone=True)
    wake = _wake(phones, good=Way(gone), bad=Way(gone))
    assert await wake.carry(WAITING) == Fault("the server answered 410", final=True)
    async with phones.read() as unit:
        assert await unit.push_devices.routes(ANN) == {}
        assert len(await unit.push_devices.routes(BOB)) == 1
    assert await wake.carry(WAITING) is None


async def test_a_phone_that_is_switched_off_is_left_alone(phones: Store) -> None:
    """Nor is one whose credential was removed."""
    async with phones.work() as unit:
        await unit.credentials.set_disabled(credential(1).id, NOON)
        await unit.credentials.remove(credential(2).id)
    good, bad = Way(Carried()), Way(Carried())
    assert await _wake(phones, good=good, bad=bad).carry(WAITING) is None
    assert good.carried == bad.carried == []


async def test_connections_are_let_go(phones: Store) -> None:
    """Of every way."""
    good, bad = Way(Carried()), Way(Carried())
    await _wake(phones, good=good, bad=bad).close()
    assert good.closed
    assert bad.closed
