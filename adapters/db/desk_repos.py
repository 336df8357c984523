"""The desk's chat, one-time links and sessions; and the sender that writes into that chat."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Connection, delete, select, update

from adapters.db import tables as t
from adapters.db.types import insert_once, upsert
from bot.cardcodec import card_from_json, card_to_json
from bot.messages import Card
from bot.people import Account
from bot.ports import Clock, InboxMessage, Sent, Store


class SqlInbox:
    """The desk's chat (``bot.ports.Inbox``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def put(self, person_id: str, key: str, card: Card, at: dt.datetime) -> str:
        """Write a card once for its key, in place of an earlier one with its ``Card.key``. Return its id."""
        i = t.inbox.c
        there = self._c.execute(select(i.id).where(i.person_id == person_id, i.key == key)).scalar()
        if there is not None:
            return str(there)
        if card.key:
            earlier = update(t.inbox).where(i.person_id == person_id, i.card_key == card.key)
            self._c.execute(earlier.values(shown=False))
        message_id = uuid.uuid4().hex
        values = {"id": message_id, "person_id": person_id, "key": key, "card_key": card.key, "at": at, "shown": True}
        insert_once(self._c, t.inbox, {**values, "card": card_to_json(card)})
        return message_id

    def replace(self, person_id: str, card: Card) -> bool:
        """Put a card where the shown one of its ``Card.key`` stands. ``False`` where there is none."""
        i = t.inbox.c
        shown = (i.person_id == person_id) & (i.card_key == card.key) & i.shown.is_(True)
        return bool(self._c.execute(update(t.inbox).where(shown).values(card=card_to_json(card))).rowcount)

    def has(self, person_id: str, key: str) -> bool:
        """Return whether a card with that key was written."""
        i = t.inbox.c
        return self._c.execute(select(i.id).where(i.person_id == person_id, i.key == key)).first() is not None

    def messages(self, person_id: str, limit: int = 50) -> tuple[InboxMessage, ...]:
        """Return a person's latest cards, oldest first."""
        i = t.inbox.c
        query = (
            select(t.inbox)
            .where(i.person_id == person_id, i.shown.is_(True))
            .order_by(i.at.desc(), i.id.desc())
            .limit(limit)
        )
        rows = list(self._c.execute(query))
        return tuple(InboxMessage(r.id, r.person_id, r.at, card_from_json(r.card), r.read_at) for r in reversed(rows))

    def read(self, person_id: str, at: dt.datetime) -> None:
        """Note that the person has seen their messages."""
        i = t.inbox.c
        self._c.execute(update(t.inbox).where(i.person_id == person_id, i.read_at.is_(None)).values(read_at=at))


class SqlSessions:
    """One-time links, sessions, second factors (``bot.ports.Sessions``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add_link(self, token_hash: str, person_id: str, purpose: str, expires: dt.datetime) -> None:
        """Keep a one-time link."""
        values = {"token_hash": token_hash, "person_id": person_id, "purpose": purpose, "expires": expires}
        upsert(self._c, t.one_time_links, values, ("token_hash",))

    def use_link(self, token_hash: str, now: dt.datetime) -> tuple[str, str] | None:
        """Use a link up: person and purpose the first time before it expires, else ``None``."""
        link = t.one_time_links.c
        fresh = (link.token_hash == token_hash) & link.used_at.is_(None) & (link.expires > now)
        used = update(t.one_time_links).where(fresh).values(used_at=now).returning(link.person_id, link.purpose)
        row = self._c.execute(used).first()
        return None if row is None else (row.person_id, row.purpose)

    def add(self, token_hash: str, person_id: str, expires: dt.datetime) -> None:
        """Keep a session."""
        values = {"token_hash": token_hash, "person_id": person_id, "expires": expires}
        upsert(self._c, t.desk_sessions, values, ("token_hash",))

    def person(self, token_hash: str, now: dt.datetime) -> str | None:
        """Return whose session it is, or ``None``."""
        s = t.desk_sessions.c
        return self._c.execute(select(s.person_id).where(s.token_hash == token_hash, s.expires > now)).scalar()

    def end(self, token_hash: str) -> None:
        """End a session."""
        self._c.execute(delete(t.desk_sessions).where(t.desk_sessions.c.token_hash == token_hash))

    def second_factor(self, person_id: str) -> tuple[bytes, bytes] | None:
        """Return a person's wrapped key and sealed code secret, or ``None``."""
        f = t.second_factors.c
        row = self._c.execute(select(f.key, f.sealed).where(f.person_id == person_id)).first()
        return None if row is None else (row.key, row.sealed)

    def set_second_factor(self, person_id: str, key: bytes, sealed: bytes) -> None:
        """Keep a person's sealed code secret."""
        upsert(self._c, t.second_factors, {"person_id": person_id, "key": key, "sealed": sealed}, ("person_id",))


class InboxSender:
    """Sends to the desk's own chat (``bot.ports.Sender`` for the platform ``desk``). It can always be asked."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def send(self, account: Account, card: Card, key: str) -> Sent:
        """Write the card into the person's chat; the same key writes once."""
        with self._store.begin(patient=True) as work:
            message = work.inbox.put(account.person_id, key, card, self._clock.now())
            work.commit()
        return Sent(message)

    def arrived(self, account: Account, key: str) -> bool:
        """Return whether the card is in the person's chat."""
        with self._store.look() as work:
            return work.inbox.has(account.person_id, key)
