"""One request to the desk: who makes it, and how it is answered with a page."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from adapters.desk import sessions
from adapters.desk.rendering import At, render, safe_href
from adapters.desk.services import PLATFORM, Desk
from adapters.desk.uploads import Upload
from bot.access import SchoolMatter, may
from bot.messages import Inbound, Outbound, Where
from bot.people import Person, Roster
from bot.ports import UnitOfWork

READING_ROLES: Final = frozenset(
    {"headteacher", "deputy", "chair", "vice_chair", "dsl", "nominated_person", "data_controller"}
)
"""Who sees the inbox before any report has come; anybody else sees it from their first report on."""

FIRST_TO_BE: Final = ("headteacher", "chair", "vice_chair", "dsl", "deputy", "office")
"""The roles that a visitor of the demonstration wants first."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody signed in, with what every page shows of them. ``strong``: they gave the code of the second factor."""

    person: Person
    roster: Roster
    today: dt.date
    strong: bool
    unread: int
    reads: bool
    oversees: bool
    lists_people: bool
    answers: bool
    drafts: bool
    reviews_drafts: bool = False


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom a visitor of the demonstration may be."""

    id: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """A school of the demonstration, and who is there."""

    id: str
    name: str
    policy: str
    people: tuple[DemoPerson, ...]


@dataclass(slots=True)
class Visit:
    """One request. ``token`` is the value of the cookie; ``form`` what was sent, empty for a GET."""

    desk: Desk
    request: web.Request
    token: str
    now: dt.datetime
    someone: Who | None = None
    demo_schools: tuple[DemoSchool, ...] = ()
    form: MultiDictProxy[str] = field(default_factory=lambda: MultiDictProxy(MultiDict()))
    upload: Upload | None = None

    @property
    def who(self) -> Who:
        """Whoever is signed in; the guard lets nobody else through to pages that ask for it."""
        if self.someone is None:
            raise web.HTTPForbidden
        return self.someone

    @property
    def csrf(self) -> str:
        """The token that forms of this session carry."""
        return sessions.csrf_of(self.token)

    def at(self, press: str = "/press") -> At:
        """Return where buttons of a card on this page are sent."""
        return At(self.csrf, press)

    def sent(self, name: str) -> str:
        """Return the first value of a field that was sent, or an empty text."""
        return one_line_end(str(self.form.get(name, "")))

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:  # noqa: ANN401 - for templates
        """Answer with a template filled in."""
        text = render(
            self.desk.templates,
            template,
            visit=self,
            who=self.someone,
            demo=self.desk.services.demo,
            demo_schools=self.demo_schools,
            path=self.request.path,
            **{"at": self.at(), **values},
        )
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")

    def go(self, path: str) -> web.Response:
        """Answer with "see there": what was sent is done, and a reload of the page does nothing again."""
        return web.Response(status=303, headers={"Location": safe_href(path) or "/"})

    async def say(self, said: Inbound) -> tuple[Outbound, ...]:
        """Hand what the person did to the bot, in a thread, and return what comes back. Raise ``StoreBusy``."""
        person_id = self.who.person.id
        where = Where(PLATFORM, f"{PLATFORM}:{person_id}")
        return await asyncio.to_thread(self.desk.services.conversation.handle, person_id, where, said)

    async def look(self, read: Callable[[UnitOfWork], Result]) -> Result:
        """Read from the store, in a thread. Raise ``StoreBusy``."""
        return await asyncio.to_thread(_look, self.desk, read)

    async def write(self, act: Callable[[UnitOfWork], Result]) -> Result:
        """Write to the store and commit, in a thread. Raise ``StoreBusy``."""
        return await asyncio.to_thread(_write, self.desk, act)


def one_line_end(text: str) -> str:
    """Return a text with the line ends that every other platform sends; browsers send two characters for one."""
    return text.replace("\r\n", "\n")


def load(work: UnitOfWork, desk: Desk, token: str, now: dt.datetime) -> Who | None:
    """Return who is signed in with a cookie value, or ``None``."""
    life = sessions.DEMO if desk.services.demo else sessions.NORMAL
    person_id = sessions.whose(work, token, now, life=life)
    person = work.people.get(person_id) if person_id else None
    if person is None:
        return None
    roster = work.people.roster(person.school_id)
    today = desk.services.clock.today(roster.school.timezone)
    if not person.here(today):
        return None
    strong = desk.services.demo or sessions.whose(work, token, now, sessions.STRONG, life) == person.id
    reads = bool(roster.roles(person.id, today) & READING_ROLES) or bool(work.reports.granted_to(person.id))

    def sees(what: Any) -> bool:  # noqa: ANN401 - one of access.Matter
        return bool(may(person.id, "view", SchoolMatter(person.school_id, what), roster, today))

    unread = sum(message.read_at is None for message in work.inbox.messages(person.id))
    own = desk.services.own is not None and (sees("draft") or sees("policy"))
    return Who(
        person,
        roster,
        today,
        strong,
        unread,
        reads,
        sees("rereading"),
        sees("people"),
        sees("questions"),
        own,
        sees("draft"),
    )


def demo_schools(work: UnitOfWork, desk: Desk) -> tuple[DemoSchool, ...]:
    """Return the schools of the demonstration with everybody who is there today."""
    found = []
    for school in work.schools.all():
        roster, today = work.people.roster(school.id), desk.services.clock.today(school.timezone)
        people = (DemoPerson(p.id, p.name, tuple(sorted(roster.roles(p.id, today)))) for p in roster.here(today))
        found.append(DemoSchool(school.id, school.name, school.policy, tuple(sorted(people, key=_first_to_be))))
    return tuple(found)


def _first_to_be(person: DemoPerson) -> tuple[int, str]:
    """Return where a person stands among those whom one may be: a teacher first, then those who are told of reports."""
    told = next((place for place, role in enumerate(FIRST_TO_BE) if role in person.roles), len(FIRST_TO_BE))
    return (-1 if person.roles == ("staff",) else told, person.name)


def _look(desk: Desk, read: Callable[[UnitOfWork], Result]) -> Result:
    with desk.services.store.look() as work:
        return read(work)


def _write(desk: Desk, act: Callable[[UnitOfWork], Result]) -> Result:
    with desk.services.store.begin() as work:
        done = act(work)
        work.commit()
    return done
