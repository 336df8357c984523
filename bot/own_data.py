"""Everything that is kept about a person and may be shown to them: their right to a copy, at the press of a button.

What others have written in confidence is no part of it, whether there is any or not.
"""

from __future__ import annotations

from typing import Any

from bot import forms
from bot.attachments import filed
from bot.file_cards import listed
from bot.messages import Bullets, Card, Element, Facts, Heading, Line, Quote, Text, Typed
from bot.people import Person
from bot.ports import Clock, HeadQuestion, SealBroken, Sealer, Shelf, Store, UnitOfWork
from bot.reporting import Reporting
from bot.reports import Report
from bot.scene import Scene, look_around
from bot.wording import say

OWN_WORDS = ("form", "from_reporter", "to_reporter")


class OwnData:
    """A person's own data as a card. It holds text of theirs: it may only be put into ``Show``."""

    def __init__(self, store: Store, sealer: Sealer, clock: Clock, shelf: Shelf, reporting: Reporting) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._shelf = shelf
        self._reporting = reporting

    def card(self, person_id: str, school_id: str) -> Card:
        """Return everything, and note in the audit chain that it was shown. ``KeyError`` for somebody unknown."""
        with self._store.begin() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            person = scene.roster.person(person_id)
            if person is None:
                raise KeyError(person_id)
            body = [
                Heading(say("own.title")),
                Text(say("own.not_here"), "small"),
                *_person(scene, person),
                *self._reports(work, scene, person_id),
                *_read(work, scene, person_id),
                *self._questions(work, scene, person_id),
            ]
            work.audit.note(school_id, person_id, "person.exported", person_id)
            work.commit()
        return Card(say("own.title"), tuple(body))

    def _reports(self, work: UnitOfWork, scene: Scene, person_id: str) -> list[Element]:
        body: list[Element] = []
        for report in self._reporting.mine(work, scene, person_id):
            kind, state = say(f"report.kind.{report.kind}"), say(f"report.state.{report.state}")
            when = scene.when(report.received_at)
            body.append(
                Text(say("own.report", reference=report.reference, kind=kind, when=when, state=state), "strong")
            )
            body += self._words(work, scene, report)
            body += listed(scene, (filed(self._sealer, each) for each in work.attachments.of(report.id)))[1:]
        draft = self._reporting.draft(work, person_id)
        if draft is not None:
            body.append(Text(say("own.draft", kind=say(f"report.kind.{draft[0]}"))))
        return [Heading(say("own.reports")), *(body or [Text(say("own.none"))])]

    def _words(self, work: UnitOfWork, scene: Scene, report: Report) -> list[Element]:
        body: list[Element] = []
        for entry in work.reports.entries(report.id):
            if entry.kind not in OWN_WORDS:
                continue
            reading = self._reporting.read_entry(report, entry)
            if entry.kind == "form" and not reading.broken:
                rows = forms.labelled(report.kind, reading.text, scene.roster)
                body.append(Facts(tuple((label, Typed(text)) for label, text in rows)))
            else:
                by = scene.school.name if entry.kind == "to_reporter" else say("own.you")
                words = say("report.view.broken") if reading.broken else Typed(reading.text)
                body.append(Quote(words, f"{by}, {scene.when(entry.at)}"))
        return body

    def _questions(self, work: UnitOfWork, scene: Scene, person_id: str) -> list[Element]:
        body: list[Element] = []
        for asked in work.questions.to_head(scene.school.id):
            if asked.asker_id == person_id:
                body.append(Quote(self._opened(asked, "question"), f"{say('own.you')}, {scene.when(asked.at)}"))
                if asked.reply is not None and asked.replied_at is not None:
                    source = f"{scene.roster.name(asked.replied_by)}, {scene.when(asked.replied_at)}"
                    body.append(Quote(self._opened(asked, "reply"), source))
        return [Heading(say("own.questions")), *(body or [Text(say("own.none"))])]

    def _opened(self, asked: HeadQuestion, part: str) -> str | Typed:
        sealed = asked.question if part == "question" else asked.reply
        try:
            return Typed(self._sealer.open(asked.key, sealed or b"", f"{asked.id}/{part}"))
        except SealBroken:
            return say("report.view.broken")


def as_data(card: Card) -> dict[str, Any]:
    """Return a card of facts, texts, quotations and lists as data for a file: its title, and section by section."""
    sections: list[dict[str, Any]] = []
    for element in card.body:
        if isinstance(element, Heading):
            sections.append({"heading": element.text, "holds": []})
            continue
        holds: list[Any] = sections[-1]["holds"]
        if isinstance(element, Facts):
            holds += [{"label": label, "value": _words(value)} for label, value in element.rows]
        elif isinstance(element, Quote):
            holds.append({"words": _words(element.text), "source": element.source})
        elif isinstance(element, Bullets):
            holds += [_words(item) for item in element.items]
        elif isinstance(element, Text):
            holds.append(_words(element.text))
        else:
            raise TypeError(type(element).__name__)
    return {"title": card.summary, "sections": sections}


def _words(line: Line) -> str:
    return line.text if isinstance(line, Typed) else line


def _person(scene: Scene, person: Person) -> list[Element]:
    roster = scene.roster
    until = [(h.role, h.since, h.until) for h in roster.holdings if h.person_id == person.id]
    away = [(a.first, a.last) for a in roster.absences if a.person_id == person.id]
    met = [f"{a.platform}: {a.address}" for a in roster.accounts if a.person_id == person.id]
    rows: list[tuple[str, str | Typed]] = [
        (say("own.name"), person.name),
        (say("own.email"), person.email or say("own.none")),
        (say("own.manager"), roster.name(person.manager_id) if person.manager_id else say("own.none")),
        (say("own.met"), ", ".join(met) or say("own.none")),
    ]
    lines = [
        say("own.role", role=say(f"roles.role.{role}"), since=_day(since), until=_day(end))
        for role, since, end in until
    ]
    lines += [say("own.away", since=_day(first), until=_day(last)) for first, last in away]
    return [Facts(tuple(rows)), Bullets(tuple(lines))] if lines else [Facts(tuple(rows))]


def _read(work: UnitOfWork, scene: Scene, person_id: str) -> list[Element]:
    lines = tuple(
        say("own.read", policy=a.policy, version=a.version, when=scene.when(a.at), reference=a.reference)
        for a in work.rereads.acknowledgements(scene.school.id)
        if a.person_id == person_id
    )
    return [Heading(say("own.reading")), Bullets(lines) if lines else Text(say("own.none"))]


def _day(day: object) -> str:
    return "…" if day is None else str(day)
