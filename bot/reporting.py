"""A report comes in, and its reporter's side: submit, drafts, status, additions. One transaction each.

The text is sealed before it is stored; whoever is entitled is worked out here; each is queued to be told in the same
commit. When the reference is shown the report is kept, once.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from bot import forms, routing
from bot.access import may
from bot.attachments import Filed, filed
from bot.audit import digest
from bot.deadlines import PACES, Paces, due
from bot.messages import Values
from bot.people import OutsideContact
from bot.ports import Clock, Hook, Notice, SealBroken, Sealer, Shelf, Store, UnitOfWork, nothing
from bot.references import code_of, hash_of_code, new_reference, once_of
from bot.reports import Entry, Grant, Report
from bot.scene import Scene, look_around
from bot.wording import say

SHORTEST_KEY = 20
"""A form key of fewer characters was not minted here."""


@dataclass(frozen=True, slots=True)
class Received:
    """A report that is in. ``code`` is the anonymous reporter's; ``again``: it was in before this was sent."""

    report: Report
    code: str = ""
    outside: tuple[OutsideContact, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry as it may be shown: who wrote it, when, its words; ``broken`` where its seal is."""

    entry: Entry
    text: str
    broken: bool = False

    def __repr__(self) -> str:
        return f"Reading({self.entry.kind!r})"


@dataclass(frozen=True, slots=True)
class Status:
    """What a reporter may see: the report's facts, the messages both ways, and the files that they added."""

    report: Report
    messages: tuple[Reading, ...]
    files: tuple[Filed, ...] = ()


class Reporting:
    """Taking reports in, and what their reporters can do afterwards."""

    def __init__(
        self, store: Store, sealer: Sealer, clock: Clock, shelf: Shelf, at: Hook = nothing, paces: Paces = PACES
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._shelf = shelf
        self._at = at
        self.paces = paces

    def submit(self, person_id: str, school_id: str, kind: str, key: str, values: Values) -> Received | forms.Wrong:
        """Take a report in, once for its key. What is wrong with the form comes back, and is kept as a draft.

        Raise ``StoreBusy`` where nothing could be written, ``KeyError`` for an unknown kind or school, ``ValueError``
        for a key that was never minted.
        """
        if len(key) < SHORTEST_KEY:
            msg = "this form has no key of ours"
            raise ValueError(msg)
        with self._store.begin() as work:
            self._at("submit.begun")
            scene = look_around(work, school_id, self._clock, self._shelf)
            there = work.reports.by_once(school_id, once_of(key))
            if there is not None:
                return _again(there, key, person_id)
            filled = forms.read(kind, values, scene.roster, scene.today, person_id)
            if isinstance(filled, forms.Wrong):
                self._keep_draft(work, person_id, kind, values)
                work.commit()
                return filled
            matter = routing.Matter(
                kind, filled.about, filled.subjects, filled.conflict, None if filled.anonymous else person_id
            )
            plan = routing.plan(matter, scene.roster, scene.today, scene.policy, holiday=scene.holiday)
            if not plan:
                self._keep_draft(work, person_id, kind, values)
                work.commit()
                return forms.Wrong({"about": say("report.error.nowhere")})
            report, entry = self._made(scene, matter, filled, plan, key)
            if not work.reports.add(report, entry):
                there = work.reports.by_once(school_id, once_of(key))
                if there is None:  # pragma: no cover - the key is there: another transaction holds it
                    msg = "the key was taken and the report is not there"
                    raise RuntimeError(msg)
                return _again(there, key, person_id)
            for grant in report.grants:
                work.outbox.add(told(report, grant, "report.waiting"))
            tell_outside(work, report, plan.outside)
            work.drafts.drop(person_id)
            facts = digest(report.id, kind, *sorted(g.person_id for g in report.grants))
            work.audit.note(school_id, report.reporter_id, "report.received", report.reference, facts)
            self._at("submit.written")
            work.commit()
        self._at("submit.committed")
        return Received(report, code_of(key) if report.anonymous else "", plan.outside)

    def preview(self, work: UnitOfWork, school_id: str, kind: str) -> tuple[routing.Plan, routing.Plan]:
        """Return who would be told of such a report about staff, and of one about the headteacher."""
        scene = look_around(work, school_id, self._clock, self._shelf)
        heads = tuple(p.id for p in scene.roster.holders("headteacher", scene.today))
        staff, head = routing.Matter(kind, "staff"), routing.Matter(kind, "headteacher", heads)
        return (
            routing.plan(staff, scene.roster, scene.today, scene.policy, holiday=scene.holiday),
            routing.plan(head, scene.roster, scene.today, scene.policy, holiday=scene.holiday),
        )

    def keep_draft(self, person_id: str, school_id: str, kind: str, key: str, values: Values) -> None:
        """Keep a form that was left without being sent, sealed. Raise ``StoreBusy``.

        Nothing is kept of a blank form, nor of one that was sent meanwhile: windows tell late that they were closed.
        """
        if not any(value for name, value in values.items() if name != "named"):
            return
        with self._store.begin() as work:
            if work.reports.by_once(school_id, once_of(key)) is None:
                self._keep_draft(work, person_id, kind, values)
                work.commit()

    def draft(self, work: UnitOfWork, person_id: str) -> tuple[str, Values] | None:
        """Return the kind and the values of the form that a person began and did not send."""
        for kind in work.drafts.forms(person_id):
            kept = work.drafts.get(person_id, kind)
            if kept is not None:
                try:
                    values: Values = json.loads(self._sealer.open(kept[0], kept[1], f"{person_id}/{kind}"))
                except SealBroken:
                    continue
                return kind, values
        return None

    def drop_draft(self, person_id: str) -> None:
        """Forget what a person began. Raise ``StoreBusy``."""
        with self._store.begin() as work:
            work.drafts.drop(person_id)
            work.commit()

    def mine(self, work: UnitOfWork, scene: Scene, person_id: str) -> tuple[Report, ...]:
        """Return the named reports that a person made and may see, latest first."""
        found = work.reports.of_reporter(person_id)
        return tuple(r for r in found if may(person_id, "status", r, scene.roster, scene.today))

    def status(self, person_id: str, school_id: str, reference: str) -> Status | None:
        """Return what a named reporter may see of a report, or ``None``: not theirs and not there look the same."""
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            report = work.reports.by_reference(school_id, reference)
            if report is None or not may(person_id, "status", report, scene.roster, scene.today):
                return None
            return self._status(work, report)

    def add(self, person_id: str, school_id: str, reference: str, text: str, key: str) -> Status | None:
        """Add something as the named reporter, once for the form's key; ``None`` where it is not theirs."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            report = work.reports.by_reference(school_id, reference)
            if report is None or not may(person_id, "reply", report, scene.roster, scene.today):
                return None
            self._added(work, scene, report, text, key, person_id)
            status = self._status(work, report)
            work.commit()
            return status

    def with_code(self, school_id: str, code: str, text: str = "", key: str = "") -> Status | None:
        """Return what an anonymous reporter may see, having added ``text``; ``None`` for a code that is not there."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            report = work.reports.by_code(school_id, hash_of_code(code)) if code else None
            if report is None or report.state == "deleted":
                return None
            if text.strip():
                self._added(work, scene, report, text, key, None)
            status = self._status(work, report)
            work.commit()
            return status

    def read_entry(self, report: Report, entry: Entry) -> Reading:
        """Return an entry with its words. Whoever calls has asked ``access`` first."""
        try:
            if report.key is None:
                return Reading(entry, "", broken=True)
            return Reading(entry, self._sealer.open(report.key, entry.sealed, place_of(entry.report_id, entry.id)))
        except SealBroken:
            return Reading(entry, "", broken=True)

    def _status(self, work: UnitOfWork, report: Report) -> Status:
        shown = [e for e in work.reports.entries(report.id) if e.kind in {"to_reporter", "from_reporter"}]
        files = tuple(filed(self._sealer, each) for each in work.attachments.of(report.id))
        return Status(report, tuple(self.read_entry(report, entry) for entry in shown), files)

    def _added(
        self, work: UnitOfWork, scene: Scene, report: Report, text: str, key: str, person_id: str | None
    ) -> None:
        if report.key is None:
            return
        entry_id = entry_of(report.id, key)
        sealed = self._sealer.seal(report.key, text.replace("\0", "").strip(), place_of(report.id, entry_id))
        if work.reports.add_entry(Entry(entry_id, report.id, "from_reporter", scene.now, None, sealed)):
            for grant in report.live_grants:
                if may(grant.person_id, "see", report, scene.roster, scene.today):
                    work.outbox.add(told(report, grant, "report.new_message", entry_id))
            work.audit.note(report.school_id, person_id, "report.added", report.reference, digest(entry_id))

    def _made(
        self, scene: Scene, matter: routing.Matter, filled: forms.Filled, plan: routing.Plan, key: str
    ) -> tuple[Report, Entry]:
        report_id, entry_id = uuid.uuid4().hex, uuid.uuid4().hex
        sealing_key = self._sealer.new_key()
        pace = self.paces.of(filled.kind, urgent=filled.urgent)
        by = due(scene.calendar, scene.now, pace.first)
        report = Report(
            id=report_id,
            school_id=scene.school.id,
            reference=new_reference(),
            kind=filled.kind,
            about=matter.about,
            once=once_of(key),
            received_at=scene.now,
            due_at=by,
            key=sealing_key,
            subjects=matter.subjects,
            reporter_id=matter.reporter_id,
            code_hash=hash_of_code(code_of(key)) if filled.anonymous else None,
            conflict=matter.conflict,
            urgent=filled.urgent,
            chase_at=by,
            grants=tuple(granted(report_id, one, scene) for one in plan.told),
        )
        sealed = self._sealer.seal(sealing_key, filled.text, place_of(report_id, entry_id))
        return report, Entry(entry_id, report_id, "form", scene.now, None, sealed)

    def _keep_draft(self, work: UnitOfWork, person_id: str, kind: str, values: Values) -> None:
        key = self._sealer.new_key()
        plain = json.dumps({name: value for name, value in values.items() if value}, ensure_ascii=False)
        work.drafts.drop(person_id)
        work.drafts.put(person_id, kind, key, self._sealer.seal(key, plain, f"{person_id}/{kind}"), self._clock.now())


def granted(report_id: str, one: routing.Told, scene: Scene) -> Grant:
    """Return the grant that gives somebody a right to a report."""
    return Grant(uuid.uuid4().hex, report_id, one.person_id, one.why, scene.now, one.as_role, one.stands_in_for)


def told(report: Report, grant: Grant, template: str, step: str = "") -> Notice:
    """Return the notice that tells somebody of something about a report: its reference, never its text."""
    key = f"report/{report.id}/{template}/{step}/{grant.id}"
    return Notice(key, report.school_id, template, grant.person_id, report.reference)


def tell_outside(work: UnitOfWork, report: Report, contacts: tuple[OutsideContact, ...]) -> None:
    """Queue a mail without content to each outside body that can be mailed."""
    for contact in contacts:
        if contact.email:
            key = f"report/{report.id}/report.outside/{contact.role}/{digest(contact.email)[:12]}"
            notice = Notice(
                key, report.school_id, "report.outside", None, report.reference, {"role": contact.role}, contact.email
            )
            work.outbox.add(notice)


def place_of(report_id: str, entry_id: str) -> str:
    """Return where an entry's seal belongs: moved elsewhere it does not open."""
    return f"{report_id}/{entry_id}"


def entry_of(report_id: str, form_key: str) -> str:
    """Return the id of the entry that a form makes: the same form makes one entry."""
    return digest("entry", report_id, form_key)[:32]


def _again(report: Report, key: str, person_id: str) -> Received:
    if report.reporter_id not in {None, person_id}:
        msg = "this form was drawn for somebody else"
        raise ValueError(msg)
    return Received(report, code_of(key) if report.anonymous else "", again=True)
