"""What the account page shows, in words."""

from dataclasses import replace

from tests.ports import NOON

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.factors.contract import Prompt
from twogate.services.enrol import Listed, Overview
from twogate.services.screens import Choice
from twogate.terms.account import Notice, User
from twogate.terms.ids import CredentialId, NoticeId, SessionId, UserId
from twogate.terms.session import Session
from twogate.web.pages.account_view import AccountView, account_view

SECRET = Choice("first", Prompt(title="Password", label="Password", password=True))
APP = Choice("app", Prompt(title="App", label="Code", digits=6))
KEY = Choice("key", Prompt(title="Key", label="Touch"))
SPARE = Choice("spare", Prompt(title="Spare", label="Code"), recovery=True)
USER = User(UserId("usr_1"), "ada", "", "", NOON)
HERE = Session(SessionId("ses_1"), USER.id, "", (), None, "192.0.2.7", "curl/8", NOON, NOON, NOON.plus(9))


def _listed(choice: Choice, *, left: int | None = None, removable: bool = False) -> Listed:
    return Listed(CredentialId("crd_1"), choice, "", NOON, None, left, removable)


def _view(*listed: Listed, need: Need | None = None) -> AccountView:
    overview = Overview(USER, listed, (APP, KEY), need)
    notice = Notice(NoticeId("ntc_1"), USER.id, "Something", "Text", NOON)
    sessions = (HERE, replace(HERE, id=SessionId("ses_2")))
    return account_view(overview, session=HERE, sessions=sessions, notices=(notice,), now=NOON.plus(60))


def test_what_can_be_changed_is_offered() -> None:
    """A password is changed, a factor replaced or removed, spare codes made anew, a missing factor added."""
    view = _view(_listed(SECRET), _listed(APP, removable=True), _listed(SPARE, left=3))
    password, app, spare = view.ways
    assert password.change == "/.twogate/account/password"
    assert app.change == "/.twogate/enrol?factor=app"
    assert app.removable
    assert (spare.renewable, spare.change, spare.note) == (True, "", "3 left")
    assert [link.href for link in view.addable] == ["/.twogate/enrol?factor=key"]


def test_without_a_fresh_proof_nothing_is_offered_but_to_give_one() -> None:
    """Then the page has no button that would be refused."""
    view = _view(_listed(SECRET), _listed(APP, removable=True), _listed(SPARE, left=0), need=Need(Level.AAL2, 300))
    assert view.confirm.startswith("/.twogate/step-up?level=aal2&max_age=300")
    assert not any(way.change or way.removable or way.renewable for way in view.ways)
    assert view.addable == ()
    assert view.ways[2].note.startswith("None left")


def test_one_session_is_this_browser() -> None:
    """The own session is marked, each is described by program, address and time."""
    view = _view()
    assert [one.here for one in view.sessions] == [True, False]
    assert view.sessions[0].program == "curl"
    assert view.sessions[0].note == "192.0.2.7, signed in one minute ago, used one minute ago"
    assert view.happenings[0].new
    assert view.name == "ada"
