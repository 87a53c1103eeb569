"""Tell owners of accounts what happened: at once in the portal, and by mail through the outbox.

Decides that a notice is a row of the same unit of work as what it tells of, so neither is lost alone, and that a mail
about a change holds the only copy of the secret by which the change can be taken back for a while.
"""

from collections.abc import Callable
from datetime import timedelta

from twogate.rules.factors.contract import Sends
from twogate.rules.signin.messages import Sender, short_notice
from twogate.rules.signin.notices import UNDOES, NoticeKind, write
from twogate.services.sending import put
from twogate.store.unit import Store, Unit
from twogate.terms.account import Credential, Notice, User
from twogate.terms.caller import Caller
from twogate.terms.dispatch import Channel, Dispatch, Waiting
from twogate.terms.ids import NoticeId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.secret import Secret, new_secret
from twogate.terms.translation import known
from twogate.terms.undo import NOTHING, Concerned, Undo

GIVE_UP_AFTER = int(timedelta(days=1).total_seconds())  # the portal still shows the notice
BY_SMS_FOR = int(timedelta(minutes=10).total_seconds())  # one that is away must not hold codes up
UNDO_FOR = int(timedelta(hours=72).total_seconds())
PREFIX = "tg_un_"


async def tell(
    unit: Unit,
    user: User,
    kind: NoticeKind,
    *,
    what: str = "",
    at: Instant,
    caller: Caller,
    entropy: Entropy,
    about: Concerned = NOTHING,
) -> None:
    """Put a notice into the portal and the outbox; ``about``: what its owner can take back from the mail."""
    subject, text = write(kind, what=what, at=at, caller=caller, language=known(user.language))
    notice = NoticeId(new_id("ntc", entropy))
    await unit.notices.add(Notice(notice, user.id, subject, text, created=at, sent=None if user.email else at))
    facts = {"notice": notice, "subject": subject, "text": text, "language": user.language}
    facts |= {"added": about.added} if about.added else {}
    undone = UNDOES.get(kind)
    if user.email and undone is not None and (about != NOTHING or undone.needs_nothing):
        secret = new_secret(PREFIX, entropy)
        facts["undo"] = secret.text()
        await unit.undos.add(
            Undo(
                digest=secret.sha256(),
                user=user.id,
                kind=undone,
                what=what,
                credential=about.added,
                withdrawn=about.removed,
                created=at,
                expires=at.plus(UNDO_FOR),
            )
        )
    letter = Dispatch(Channel.EMAIL, user.email, facts, life=GIVE_UP_AFTER)
    await unit.dispatches.add(user.id, letter, counted=False, now=at)


class NoticesBySms:
    """The second way for notices: all of them where an operator wants that, those about a number in any case.

    They go through the outbox within ``sends``, apart from codes: each costs money, and people make things happen that
    are told as often as they like.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        number: Callable[[Credential], str],
        sender: Sender,
        sends: Sends,
        everything: bool = True,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sends = sends
        self._number = number
        self._sender = sender
        self._everything = everything

    async def also(self, waiting: Waiting) -> None:
        """Send the notice's subject to the numbers of the account: also to one just removed, not to one just added."""
        facts = waiting.dispatch.facts
        numbers = await self._numbers(waiting) if "notice" in facts else []
        if not numbers:
            return
        text = short_notice(facts["subject"], self._sender, known(facts.get("language", "")))
        async with self._store.work() as unit:
            for number in numbers:
                dispatch = Dispatch(Channel.SMS, number, {"text": text, "code": ""}, life=BY_SMS_FOR)
                await put(unit, waiting.user, dispatch, sends=self._sends, now=self._clock.now(), notice=True)

    async def _numbers(self, waiting: Waiting) -> list[str]:
        facts = waiting.dispatch.facts
        async with self._store.read() as unit:
            present = await unit.credentials.of_user(waiting.user)
            secret = facts.get("undo")
            undo = await unit.undos.get(Secret(secret).sha256()) if secret else None
        added = [one for one in present if one.id == facts.get("added")]
        removed = [undo.withdrawn] if undo is not None and undo.withdrawn is not None else []
        if not self._everything and not any(map(self._number, [*added, *removed])):
            return []
        told = [one for one in present if one not in added]
        return list(dict.fromkeys(number for number in map(self._number, [*told, *removed]) if number))
