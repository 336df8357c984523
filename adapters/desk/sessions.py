"""Sessions and one-time links: secrets that only the browser holds, and their hashes in the store.

One cookie is all that the desk sets. Its value names a session where somebody is signed in, and in any case the token
that every form must bring back is worked out from it. The value begins with the instant at which it was made, so that a
session that is used all the time ends too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from bot.ports import UnitOfWork

IDLE: Final = dt.timedelta(minutes=30)
LONGEST: Final = dt.timedelta(hours=8)
LINK_FOR: Final = dt.timedelta(minutes=30)
"""How long a link that somebody asked for at the sign-in page can be used; a mailed alert may give longer."""
DEMO_FOR: Final = dt.timedelta(days=7)
SIGN_IN: Final = "sign-in"
SESSION: Final = "session"
STRONG: Final = "second factor"
"""A session for which a code was given is in the store a second time, under this name."""


@dataclass(frozen=True, slots=True)
class Life:
    """How long sessions last: without use, and in all."""

    idle: dt.timedelta = IDLE
    longest: dt.timedelta = LONGEST


NORMAL: Final = Life()
DEMO: Final = Life(DEMO_FOR, DEMO_FOR)


def new_token(now: dt.datetime) -> str:
    """Return a fresh cookie value: the instant and 256 random bits."""
    return f"{int(now.timestamp()):x}.{secrets.token_urlsafe(32)}"


def well_formed(token: str) -> bool:
    """Return whether a cookie value looks like one of ours."""
    made, _, rest = token.partition(".")
    return 0 < len(made) <= 12 and all(c in "0123456789abcdef" for c in made) and 43 <= len(rest) <= 64


def digest(use: str, token: str) -> str:
    """Return what the store keeps of a secret; the same secret has another hash for each use."""
    return hashlib.sha256(f"{use}\0{token}".encode()).hexdigest()


def csrf_of(token: str) -> str:
    """Return the token that forms of a session carry. It follows from the cookie, which no other site can read."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def csrf_fits(token: str, given: str) -> bool:
    """Return whether a form brought back the right token, in constant time."""
    return hmac.compare_digest(csrf_of(token).encode(), given.encode())


def mint_link(work: UnitOfWork, person_id: str, now: dt.datetime, lasts: dt.timedelta = LINK_FOR) -> str:
    """Return the path of a fresh one-time sign-in link for a person, such as ``/sign-in/…``; commit afterwards.

    Whatever mails it must put it nowhere else: the store keeps only its hash.
    """
    secret = secrets.token_urlsafe(32)
    work.sessions.add_link(digest(SIGN_IN, secret), person_id, SIGN_IN, now + lasts)
    return f"/sign-in/{secret}"


def use_link(work: UnitOfWork, secret: str, now: dt.datetime) -> str | None:
    """Use a sign-in link up and return whose it was; ``None`` for one that is unknown, used or late. Commit after."""
    used = work.sessions.use_link(digest(SIGN_IN, secret), now)
    return used[0] if used is not None and used[1] == SIGN_IN else None


def begin(work: UnitOfWork, person_id: str, now: dt.datetime, life: Life = NORMAL) -> str:
    """Begin a session and return its cookie value; commit afterwards."""
    token = new_token(now)
    work.sessions.add(digest(SESSION, token), person_id, now + life.idle)
    return token


def strengthen(work: UnitOfWork, token: str, person_id: str, now: dt.datetime, life: Life = NORMAL) -> None:
    """Note that the second factor was given in this session; commit afterwards."""
    work.sessions.add(digest(STRONG, token), person_id, now + life.idle)


def whose(work: UnitOfWork, token: str, now: dt.datetime, use: str = SESSION, life: Life = NORMAL) -> str | None:
    """Return whose session a cookie value is, or ``None``. ``use`` is ``SESSION`` or ``STRONG``."""
    if not well_formed(token) or now - _made(token) > life.longest:
        return None
    return work.sessions.person(digest(use, token), now)


def prolong(work: UnitOfWork, token: str, person_id: str, until: dt.datetime, *, strong: bool) -> None:
    """Let a session that is in use last longer; commit afterwards."""
    work.sessions.add(digest(SESSION, token), person_id, until)
    if strong:
        work.sessions.add(digest(STRONG, token), person_id, until)


def end(work: UnitOfWork, token: str) -> None:
    """End a session; commit afterwards."""
    for use in (SESSION, STRONG):
        work.sessions.end(digest(use, token))


def _made(token: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(token.partition(".")[0], 16), dt.UTC)
