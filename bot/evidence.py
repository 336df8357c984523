"""Files added to a report by whoever made it, and read by those entitled: each act one transaction, each gated anew.

A file never passes through a chat. Its reporter comes to a page of the desk: signed in there, or by a one-time link
that belongs to one report and, where the report has a name, to its reporter. For one without a name nobody is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.access import ReportAction, barred, by_code, handlers, may
from bot.attachments import About, Filed, filed, place_of, seal_about
from bot.audit import digest
from bot.cases import Hidden
from bot.file_kinds import called, kind_of
from bot.messages import Where
from bot.ports import Attachment, Clock, Door, Hook, SealBroken, Sealer, Shelf, Store, UnitOfWork, nothing
from bot.reporting import told
from bot.reports import Report
from bot.scene import Scene, look_around
from bot.wording import say

LINK_FOR: Final = dt.timedelta(minutes=15)
ADDING_FOR: Final = dt.timedelta(minutes=30)
"""How long somebody who came by a link may add files and see those that they added."""
DESK: Final = "desk"
SHORTEST_KEY: Final = 20

SignIn = Callable[[UnitOfWork, str, dt.datetime], str]
"""From a person's id to the path of a one-time link by which they sign in at the desk; commit afterwards."""


class NotTaken(Exception):
    """A file was not taken, and nothing of it is kept. The message is for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Bytes of a file and files of a report at most (0: none are taken); the desk's public address, empty for none."""

    largest: int = 10_000_000
    most: int = 10
    desk: str = ""
    sign_in: SignIn | None = None

    @property
    def megabytes(self) -> int:
        """The largest size as people read it."""
        return self.largest // 1_000_000


NO_DESK: Final = Rule()


@dataclass(frozen=True, slots=True)
class Folder:
    """What a reporter sees of the files of their report: who may read them, which are there, how many more may come."""

    report: Report
    scene: Scene
    readers: tuple[str, ...]
    files: tuple[Filed, ...]
    room: int


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is handed out, byte by byte as it was added."""

    about: About
    content: bytes = field(repr=False)


class Evidence:
    """Adding and reading files. Raises ``Hidden`` for what is not theirs or not there, and ``StoreBusy``."""

    def __init__(
        self, store: Store, sealer: Sealer, clock: Clock, shelf: Shelf, rule: Rule = NO_DESK, at: Hook = nothing
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._shelf = shelf
        self._at = at
        self.rule = rule

    def offered(self, where: Where) -> bool:
        """Return whether files can be added by somebody who is there: at the desk, or where the desk has an address."""
        return bool(self.rule.most) and (where.platform == DESK or bool(self.rule.desk))

    def address(self, where: Where, path: str) -> str:
        """Return how a page of the desk is reached from somewhere."""
        return path if where.platform == DESK else f"{self.rule.desk.rstrip('/')}{path}"

    def door(self, person_id: str, school_id: str, reference: str) -> Door:
        """Return a named reporter's own way to the files of their report."""
        with self._store.look() as work:
            report = work.reports.by_reference(school_id, reference) if reference else None
            if report is None:
                raise Hidden
            door = Door(report.id, person_id)
            self._entered(work, door, "attach")
        return door

    def link(self, door: Door) -> str:
        """Return the path of a fresh one-time link to a report's files."""
        secret, now = secrets.token_urlsafe(32), self._clock.now()
        with self._store.begin() as work:
            self._entered(work, door, "attach")
            work.doors.add(digest("file link", secret), door, now + LINK_FOR, now)
            work.commit()
        return f"/evidence/link/{secret}"

    def come(self, secret: str, token: str) -> bool:
        """Use a link up: from then on the browser that holds the token may add files. ``False`` for no such link."""
        now = self._clock.now()
        with self._store.begin() as work:
            door = work.doors.use(digest("file link", secret), now)
            if door is None:
                return False
            work.doors.add(digest("file session", token), door, now + ADDING_FOR, now)
            work.commit()
        return True

    def came(self, token: str) -> Door | None:
        """Return where the holder of a token came in, or ``None``."""
        with self._store.look() as work:
            return work.doors.find(digest("file session", token), self._clock.now())

    def leave(self, token: str) -> None:
        """End what began with a link."""
        with self._store.begin() as work:
            work.doors.shut(digest("file session", token))
            work.commit()

    def folder(self, door: Door) -> Folder:
        """Return what a reporter sees of the files of their report."""
        with self._store.look() as work:
            scene, report = self._entered(work, door, "attach")
            files = tuple(filed(self._sealer, each) for each in work.attachments.of(report.id))
        # Whoever shares a login with somebody whom it is about is not told who deals with it.
        shared = door.person_id in barred(report, scene.roster)
        readers = () if shared else handlers(report, scene.roster, scene.today)
        return Folder(report, scene, readers, files, max(0, self.rule.most - len(files)))

    def add(self, door: Door, data: bytes, name: str, key: str) -> bool:
        """Keep a file, sealed, once for the form's key and once for its content; tell the readers, without content.

        Return whether it was new. Raise ``NotTaken`` with the reason in words.
        """
        about = self._about(data, name)
        if len(key) < SHORTEST_KEY:
            raise NotTaken(say("report.file.refused.key"))
        with self._store.begin() as work:
            scene, report = self._entered(work, door, "attach")
            there = [filed(self._sealer, each) for each in work.attachments.of(report.id)]
            made = self._sealed(report, about, key, scene.now)
            if any(each.id == made.id or (each.about and each.about.sha256 == about.sha256) for each in there):
                return False
            if len(there) >= self.rule.most:
                raise NotTaken(say("report.file.refused.full", most=self.rule.most))
            work.attachments.add(made, self._sealer.seal_bytes(made.key or b"", data, place_of(made)))
            for grant in report.live_grants:
                if may(grant.person_id, "see", report, scene.roster, scene.today):
                    work.outbox.add(told(report, grant, "report.new_message", made.id))
            facts = digest(made.id, about.sha256)
            work.audit.note(report.school_id, report.reporter_id, "report.file_added", report.reference, facts)
            self._at("file.written")
            work.commit()
        self._at("file.committed")
        return True

    def own(self, door: Door, file_id: str) -> File:
        """Return a file to whoever added it; that it was shown is noted. Raise ``SealBroken`` too."""
        with self._store.begin() as work:
            _, report = self._entered(work, door, "attach")
            return self._handed_out(work, report, file_id, report.reporter_id, "report.file_shown")

    def read(self, person_id: str, file_id: str) -> File:
        """Return a file to somebody entitled to its report; the opening is noted. Raise ``SealBroken`` too."""
        with self._store.begin() as work:
            report = self._readable(work, person_id, file_id)
            return self._handed_out(work, report, file_id, person_id, "report.file_opened")

    def way(self, person_id: str, file_id: str) -> str:
        """Return the address at which somebody entitled gets a file: a one-time link to the desk, empty without one."""
        with self._store.begin() as work:
            self._readable(work, person_id, file_id)
            if not self.rule.desk or self.rule.sign_in is None:
                return ""
            path = self.rule.sign_in(work, person_id, self._clock.now())
            work.commit()
        return f"{self.rule.desk.rstrip('/')}{path}?next=/files/{file_id}"

    def _about(self, data: bytes, name: str) -> About:
        if not data:
            raise NotTaken(say("report.file.refused.empty"))
        if len(data) > self.rule.largest:
            raise NotTaken(say("report.file.refused.too_large", most=self.rule.megabytes))
        kind = kind_of(data)
        if kind is None:
            raise NotTaken(say("report.file.refused.kind"))
        return About(called(name), kind, len(data), hashlib.sha256(data).hexdigest())

    def _sealed(self, report: Report, about: About, key: str, at: dt.datetime) -> Attachment:
        own_key, file_id = self._sealer.new_key(), digest("file", report.id, key)[:32]
        bare = Attachment(file_id, report.id, at, own_key, b"")
        return Attachment(file_id, report.id, at, own_key, seal_about(self._sealer, own_key, about, place_of(bare)))

    def _entered(self, work: UnitOfWork, door: Door, action: ReportAction) -> tuple[Scene, Report]:
        report = work.reports.get(door.report_id)
        if report is None:
            raise Hidden
        scene = look_around(work, report.school_id, self._clock, self._shelf)
        if door.person_id is None:
            allowed = by_code(action, report)
        else:
            allowed = may(door.person_id, action, report, scene.roster, scene.today)
        if not allowed:
            raise Hidden
        return scene, report

    def _readable(self, work: UnitOfWork, person_id: str, file_id: str) -> Report:
        attachment = work.attachments.get(file_id)
        if attachment is None:
            raise Hidden
        return self._entered(work, Door(attachment.report_id, person_id), "open")[1]

    def _handed_out(self, work: UnitOfWork, report: Report, file_id: str, who: str | None, action: str) -> File:
        attachment = work.attachments.get(file_id)
        if attachment is None or attachment.report_id != report.id:
            raise Hidden
        about = filed(self._sealer, attachment).about
        if about is None or attachment.key is None:
            raise SealBroken
        content = self._sealer.open_bytes(attachment.key, work.attachments.content(file_id), place_of(attachment))
        work.audit.note(report.school_id, who, action, report.reference, digest(file_id, about.sha256))
        work.commit()
        return File(about, content)
