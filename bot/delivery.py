"""The relay: takes notices from the outbox and sends them; what cannot be sent ends in a named state and is passed on.

No transaction is open during a send: a slow platform must not hold a lock, and a dead one must not hold a connection.
A notice is marked only while its lease is ours; on a later attempt the platform is asked first whether it arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.deadlines import PACES, Paces
from bot.messages import Card
from bot.people import Account
from bot.ports import (
    Claimed,
    Clock,
    Gone,
    Hook,
    Notice,
    Refused,
    RetryLater,
    Sender,
    Shelf,
    Store,
    UnitOfWork,
    nothing,
)
from bot.scene import Scene, look_around

LEASE: Final = 120.0
BATCH: Final = 20
MOST_ATTEMPTS: Final = 300
OLDEST: Final = 24 * 3600.0
"""After so many attempts or seconds a notice is given up: dead, and the next person is told.

A night without the platform uses up neither.
"""
OLDEST_PATIENT: Final = 60 * 24 * 3600.0
"""The same for what waits for working hours, through the longest school holidays."""
CHANNEL: Final = "reread.announce"
"""The template that goes to a channel of a chat."""
PATIENT: Final = ("reread.ask", CHANNEL)
BACKOFF: Final = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds before each next attempt; the last one stays. A platform's own Retry-After is never undercut."""
PREFERRED: Final = ("slack", "teams", "mail", "desk")

Render: TypeAlias = Callable[[UnitOfWork, Scene, Notice], Card | None]
Unreachable: TypeAlias = Callable[[UnitOfWork, Notice], bool]


@dataclass(frozen=True, slots=True)
class _Letter:
    account: Account
    card: Card


class Relay:
    """Sends what is due. Several may run at once, in one process or in many.

    ``senders`` are by platform; ``templates`` render a notice; ``unreachable`` is told of a notice that did not get
    through (by the time set, or for good), within a transaction, and tells somebody else.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the ports, one by one
        self,
        store: Store,
        clock: Clock,
        shelf: Shelf,
        senders: Mapping[str, Sender],
        templates: Mapping[str, Render],
        unreachable: Unreachable,
        at: Hook = nothing,
        lease: float = LEASE,
        paces: Paces = PACES,
    ) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._senders = senders
        self._templates = templates
        self._unreachable = unreachable
        self._at = at
        self._lease = lease
        self._paces = paces

    def run_once(self, limit: int = BATCH) -> int:
        """Claim and handle what is due, up to ``limit``. Return how many were claimed. Raise ``StoreBusy``."""
        with self._store.begin(patient=True) as work:
            claims = work.outbox.claim(limit, self._lease)
            work.commit()
        self._at("relay.claimed")
        for claimed in claims:
            self._handle(claimed)
        return len(claims)

    def _handle(self, claimed: Claimed) -> None:
        patient = claimed.notice.template in PATIENT
        if claimed.attempt > MOST_ATTEMPTS or claimed.age > (OLDEST_PATIENT if patient else OLDEST):
            self._give_up(claimed, "budget spent")
            return
        with self._store.look() as work:
            scene = look_around(work, claimed.notice.school_id, self._clock, self._shelf)
            render = self._templates.get(claimed.notice.template)
            wait = 0.0
            try:
                card = render(work, scene, claimed.notice) if render else None
            except RetryLater as not_now:
                card, wait = None, not_now.after
            account = self._account(scene, claimed)
        if wait:
            self._later(claimed, wait, "not now")
        elif render is None:
            self._give_up(claimed, "unknown template")
        elif card is None:
            self._end(claimed, "withdrawn")
        elif account is None:
            self._give_up(claimed, "no account")
        else:
            self._send(claimed, _Letter(account, card))

    def _send(self, claimed: Claimed, letter: _Letter) -> None:
        sender, key, account = self._senders[letter.account.platform], claimed.notice.key, letter.account
        try:
            if claimed.attempt > 1 and claimed.account_id == account.id and sender.arrived(account, key):
                self._sent(claimed, "")
                return
            if claimed.account_id != account.id and not self._chosen(claimed, account):
                return
            self._at("relay.sending")
            sent = sender.send(account, letter.card, key)
        except RetryLater as later:
            self._later(claimed, max(later.after, _backoff(claimed.attempt)), str(later))
        except Gone:
            self._gone(claimed, account)
        except Refused:
            self._give_up(claimed, "refused")
        except Exception as error:  # noqa: BLE001 - any fault of a platform is one to try again; its words are not kept
            self._later(claimed, _backoff(claimed.attempt), type(error).__name__)
        else:
            self._at("relay.delivered")
            self._sent(claimed, sent.message)

    def _account(self, scene: Scene, claimed: Claimed) -> Account | None:
        notice = claimed.notice
        if notice.person_id is None:
            platform, _, address = notice.outside.partition(":")
            if notice.template == CHANNEL:
                outside = Account(f"channel:{platform}", "", platform, address, details=notice.school_id)
            else:
                outside = Account(f"outside:{notice.outside}", "", "mail", notice.outside)
            return outside if outside.platform in self._senders else None
        able = [
            a
            for a in scene.roster.accounts
            if a.person_id == notice.person_id and not a.gone and a.platform in self._senders
        ]
        chosen = next((a for a in able if a.id == claimed.account_id), None)
        return chosen or min(able, key=lambda a: (_rank(a.platform), a.id), default=None)

    def _chosen(self, claimed: Claimed, account: Account) -> bool:
        with self._store.begin(patient=True) as work:
            ours = work.outbox.chosen(claimed, account.id)
            work.commit()
        return ours

    def _sent(self, claimed: Claimed, message: str) -> None:
        with self._store.begin(patient=True) as work:
            work.outbox.sent(claimed, message)
            work.commit()

    def _later(self, claimed: Claimed, after: float, why: str) -> None:
        with self._store.begin(patient=True) as work:
            if work.outbox.later(claimed, after, why) and self._is_late(work, claimed):
                self._fall_back(work, claimed)
            work.commit()

    def _is_late(self, work: UnitOfWork, claimed: Claimed) -> bool:
        if not claimed.notice.template.startswith("report."):
            return False
        report = work.reports.by_reference(claimed.notice.school_id, claimed.notice.thing, lock=False)
        urgent = report is not None and report.urgent
        return claimed.age > (self._paces.urgent_late if urgent else self._paces.late)

    def _gone(self, claimed: Claimed, account: Account) -> None:
        with self._store.begin(patient=True) as work:
            if account.person_id:
                found = next(
                    (a for a in work.people.roster(claimed.notice.school_id).accounts if a.id == account.id), None
                )
                if found is not None:
                    work.people.account(
                        Account(
                            found.id,
                            found.person_id,
                            found.platform,
                            found.address,
                            found.tenant,
                            found.details,
                            gone=True,
                        )
                    )
                work.outbox.later(claimed, 0.0, "account gone")
            elif work.outbox.end(claimed, "dead", "account gone"):
                self._fall_back(work, claimed)
            work.commit()

    def _give_up(self, claimed: Claimed, why: str) -> None:
        with self._store.begin(patient=True) as work:
            if work.outbox.end(claimed, "dead", why):
                self._fall_back(work, claimed)
                work.audit.note(claimed.notice.school_id, None, "notice.dead", claimed.id, why)
            work.commit()

    def _end(self, claimed: Claimed, why: str) -> None:
        with self._store.begin(patient=True) as work:
            work.outbox.end(claimed, "withdrawn", why)
            work.commit()

    def _fall_back(self, work: UnitOfWork, claimed: Claimed) -> None:
        if not claimed.fallback_done and self._unreachable(work, claimed.notice):
            work.outbox.fallback_done(claimed)


def _backoff(attempt: int) -> float:
    return BACKOFF[min(attempt, len(BACKOFF)) - 1]


def _rank(platform: str) -> int:
    return PREFERRED.index(platform) if platform in PREFERRED else len(PREFERRED)
