"""A random walk through every page and every form, with two people and two browsers.

However it goes: authenticated at level n implies that the proofs really shown add up to n. ``TWOGATE_STEPS`` sets how
many steps are taken in all (1,000 unless it says otherwise; 10,000 at night).
"""

import os
import pathlib
import tempfile
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from suites.walk.ground import Ground, Walker

from twogate.rules.assurance.level import Level
from twogate.rules.factors.contract import Checked, FactorState
from twogate.rules.factors.totp import Totp
from twogate.terms.verdict import Passed

pytestmark = pytest.mark.xdist_group("walk")
STEPS = int(os.environ.get("TWOGATE_STEPS", "1000"))
_WRONG = ("000000", "wrong", "AAAA-AAAA-AAAA-AAAA", "", "A" * 70_000, "\u0661\u0662\u0663")
_PAGES = (
    "/.twogate/sign-in?return_to=/orders",
    "/.twogate/step-up?level=aal2&return_to=/orders",
    "/.twogate/step-up?level=aal2&max_age=0&return_to=/orders",
    "/.twogate/step-up?level=phr&return_to=/orders",
    "/.twogate/account",
    "/.twogate/enrol",
    "/.twogate/enrol?factor=totp",
    "/.twogate/account/password",
    "/.twogate/sign-out",
)

_SETTINGS = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    print_blob=True,
    phases=(Phase.generate,),  # each step costs a database: a failing walk is told as it went
)
who = st.integers(0, 1)
typed = st.sampled_from(["right", "right", "right", "early", "late", "others", "recovery", "wrong"])


class Walk(RuleBasedStateMachine):
    """One walk."""

    template: pathlib.Path
    reached: Counter[Level]
    steps: int

    @initialize()
    def stand(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="tg-walk-")
        self.ground = Ground(pathlib.Path(self.folder.name), self.template)
        self.last: dict[str, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "ground"):
            self.ground.close()
            self.folder.cleanup()

    # ---- steps
    @rule(at=who, page=st.sampled_from(_PAGES))
    def visit(self, at: int, page: str) -> None:
        """Open a page, or follow where the last answer led."""
        walker = self._walker(at)
        self.ground.run(walker.browser.get(page))
        self._follow(walker)

    @rule(at=who, whose=who, form=st.integers(0, 3), password=typed, code=typed)
    def fill(self, at: int, whose: int, *, form: int, password: str, code: str) -> None:
        """Fill in one of the page's forms, with the right or the wrong things; without one, go and find one."""
        walker = self._walker(at)
        if walker.browser.page is None or not walker.browser.forms():
            self.ground.run(walker.browser.get(_PAGES[form % len(_PAGES)]))
            self._follow(walker)
        forms = walker.browser.forms()
        if not forms:
            return
        found = forms[form % len(forms)]
        person = self.ground.people[whose]
        values = {
            "name": person.name,
            "password": self._password(password, whose),
            "present": self._password(password, whose),
            "wanted": person.password,
            "code": self._code(walker, code, whose),
        }
        fields = {**found.fields, **{name: values[name] for name in values.keys() & found.fields.keys()}}
        self._post(walker, found.action, fields)

    @rule(at=who, whose=who, password=typed, code=typed)
    def sign_in(self, at: int, whose: int, *, password: str, code: str) -> None:
        """From the name to the last code in one go, as one is meant to or nearly so."""
        walker, person = self._walker(at), self.ground.people[whose]
        self.ground.run(walker.browser.get("/.twogate/sign-in?return_to=/orders"))
        for _ in range(3):
            forms = [one for one in walker.browser.forms() if {"password", "code"} & one.fields.keys()]
            wanted = "recovery_code" if code == "recovery" else "totp"
            form = next((one for one in forms if one.fields.get("factor", wanted) in {"password", wanted}), None)
            if form is None:
                return
            values = {"name": person.name, "code": self._code(walker, code, whose)}
            values["password"] = self._password(password, whose)
            fields = {**form.fields, **{name: values[name] for name in values.keys() & form.fields.keys()}}
            self._post(walker, form.action, fields)

    @rule(at=who, step=st.sampled_from(["password", "code", "choose", "confirm", "put_off", "saved", "", "grant"]))
    def out_of_order(self, at: int, step: str) -> None:
        """Send the page's form under the name of another step."""
        walker = self._walker(at)
        forms = walker.browser.forms() if walker.browser.page is not None else []
        if forms:
            fields = {**forms[0].fields, "step": step, "factor": "totp", "code": self._code(walker, "right", 0)}
            self._post(walker, forms[0].action, fields)

    @precondition(lambda self: self.last)
    @rule(at=who)
    def again(self, at: int) -> None:
        """Send the last form once more, from either browser."""
        fields = dict(self.last)
        self._post(self._walker(at), fields.pop("@"), fields)

    @rule(at=who, route=st.integers(0, 200), factor=st.sampled_from(["totp", "recovery_code", "password", "nonsense"]))
    def knock(self, at: int, route: int, factor: str) -> None:
        """Send whatever is at hand to any endpoint there is."""
        walker = self._walker(at)
        doors = self.ground.doors
        path, methods = doors[route % len(doors)]
        forms = walker.browser.forms() if walker.browser.page is not None else []
        fields = {**(forms[0].fields if forms else {}), "factor": factor, "code": self._code(walker, "right", 1)}
        self.ground.note(walker, fields)
        for method in methods:
            sent = {"data": fields} if method == "POST" else {}
            page = self.ground.run(walker.browser.send(method, path, **sent))
            assert page.status_code != 500, (method, path)  # a fault
        self.ground.learn(walker)

    @rule(seconds=st.sampled_from([1, 29, 31, 301, 601, 1801, 3601, 43_201]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.ground.clock.advance(seconds)

    @rule(whose=who, what=st.sampled_from(["block", "unblock", "unlock"]))
    def administer(self, whose: int, what: str) -> None:
        """An administrator does something."""
        person = self.ground.people[whose]
        self.ground.run(getattr(self.ground.desk, what)(person.id, actor="cli:walk"))

    @invariant()
    def proofs_add_up(self) -> None:
        if hasattr(self, "ground"):
            self.reached.update(self.ground.check())
            Walk.steps += 1

    # ---- how
    def _walker(self, at: int) -> Walker:
        return self.ground.walkers[at]

    def _post(self, walker: Walker, action: str, fields: dict[str, str]) -> None:
        self.last = {**fields, "@": action}
        self.ground.note(walker, fields)
        page = self.ground.run(walker.browser.post(action, fields))
        assert page.status_code < 500 or page.status_code == 503, page.text  # busy is an answer
        self._follow(walker)
        self.ground.learn(walker)

    def _follow(self, walker: Walker) -> None:
        page = walker.browser.page
        if page is not None and page.status_code in {302, 303} and walker.browser.landed.startswith("/.twogate/"):
            self.ground.run(walker.browser.get(page.headers["location"]))

    def _password(self, kind: str, whose: int) -> str:
        """Right more often than not: otherwise a walk gets nowhere."""
        if kind in {"wrong", "others"}:
            return self.ground.people[1 - whose].password
        return self.ground.people[whose].password

    def _code(self, walker: Walker, kind: str, whose: int) -> str:
        person, other = self.ground.people[whose], self.ground.people[1 - whose]
        sheet = self.ground.sheets[person.id]
        match kind:
            case "right":
                return self.ground.offered_code(walker) or self.ground.code(person)
            case "early" | "late":
                return self.ground.code(person, steps=-1 if kind == "early" else 1)
            case "others":
                return self.ground.code(other)
            case "recovery":
                return sheet[0] if sheet else ""
            case _:
                return _WRONG[whose]


def _walk(template: pathlib.Path, steps: int) -> Counter[Level]:
    """Walks until so many steps were taken; return how often which level was seen."""
    Walk.template, Walk.reached, Walk.steps = template, Counter(), 0
    while Walk.steps < steps:
        run_state_machine_as_test(Walk, settings=_SETTINGS)  # type: ignore[no-untyped-call]
    return Walk.reached


@pytest.mark.timeout(max(580, STEPS))
def test_the_level_is_never_more_than_the_proofs(sqlite_template: pathlib.Path) -> None:
    """Over random walks of every page, form and endpoint, with waiting, replaying and administrators in between."""
    reached = _walk(sqlite_template, STEPS)
    assert reached[Level.AAL2] > STEPS // 20


@pytest.mark.slow
def test_a_walk_would_find_a_factor_that_takes_anything(
    sqlite_template: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With codes that are never compared, somebody soon stands higher than what was shown."""

    def take(_self: Totp, state: FactorState, *_: object, **__: object) -> Passed[Checked]:
        return Passed(Checked(Totp().nature(state), {**state}))

    monkeypatch.setattr(Totp, "check", take)
    with pytest.raises(AssertionError):
        _walk(sqlite_template, 1000)
