"""The cards of reporting. Only ``record`` holds report text, and it is only ever put into ``Show``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot import forms
from bot.access import ReportAction
from bot.cases import Opened
from bot.file_cards import listed
from bot.messages import (
    Bullets,
    Button,
    Buttons,
    Card,
    Element,
    Facts,
    Heading,
    Quote,
    Text,
    Typed,
    Where,
)
from bot.people import OutsideContact
from bot.reporting import Reading, Received, Status
from bot.reports import Report
from bot.routing import Plan
from bot.scene import Scene
from bot.wording import say, says

ROLE_NAMES = "roles.role"


def warnings(scene: Scene, staff: Plan, head: Plan, where: Where, files: str) -> tuple[Element, ...]:
    """Return what is said before anything is typed: danger, pictures, what is kept, who reads it, and of files."""
    lines = [
        say("report.before.danger"),
        say("report.before.images"),
        say("report.before.kept"),
        say("report.before.read"),
        say("report.before.subject"),
        say("report.before.who_staff", to=_readers(scene, staff)),
        say("report.before.who_head", to=_readers(scene, head)),
        files,
    ]
    platform = says("report.platform").get(where.platform, where.platform)
    if stopping := says("report.stopping").get(where.platform):
        lines.append(stopping)
    return (Bullets(tuple(lines)), Text(say("report.before.anonymous", platform=platform), "small"))


def sorter(question: str, intro: tuple[Element, ...] = (), draft_kind: str = "") -> Card:
    """Return a question of the sorter as a card with a button for each choice."""
    body: list[Element] = []
    if question == "first":
        body += [Heading(say("report.before.title")), *intro]
    if draft_kind:
        kind = say(f"report.kind.{draft_kind}")
        carry_on = Button(say("report.act.carry_on"), "report.carry_on", draft_kind, "primary", about=kind)
        afresh = Button(say("report.act.afresh"), "report.afresh")
        body += [Text(say("report.answer.draft")), Buttons((carry_on, afresh))]
        return Card(say("report.answer.draft"), tuple(body), "report/start")
    label = say(f"report.sort.{question}")
    buttons = tuple(
        Button(say(f"report.sort.choice.{choice}"), "report.sort", f"{question}:{choice}")
        for choice, _ in forms.SORTER[question]
    )
    body += [Heading(label), Buttons(buttons)]
    return Card(label, tuple(body), "report/start")


def received(scene: Scene, done: Received, ways: tuple[Element, ...] = ()) -> Card:
    """Return what the reporter sees when a report is in: its reference, who was told, what comes next, ways to add."""
    report = done.report
    told = [f"{_role(g.as_role)}: {scene.roster.name(g.person_id)}" for g in report.live_grants]
    rows: list[tuple[str, str | Typed]] = [(say("report.done.reference"), report.reference)]
    if done.code:
        rows.append((say("report.done.code"), done.code))
    body: list[Element] = [Heading(say("report.done.title"))]
    if done.again:
        body.append(Text(say("report.done.again")))
    body.append(Facts(tuple(rows)))
    if done.code:
        body.append(Text(say("report.done.code_says"), "strong"))
    if told:
        body += [Heading(say("report.done.told")), Bullets(tuple(told))]
    if done.outside:
        body += [Heading(say("report.done.outside")), Text(say("report.done.outside_says")), _contacts(done.outside)]
    body.append(Text(say("report.done.next_anonymous" if report.anonymous else "report.done.next_named")))
    return Card(say("report.done.summary"), (*body, *ways))


def alert(scene: Scene, report: Report, template: str, *, may_open: bool = True) -> Card:
    """Return the card that tells somebody of a report: reference and kind, a button to open it, never its text."""
    words = template.removeprefix("report.")
    summary = say(f"report.notice.{words}")
    rows = (
        (say("report.notice.kind"), say(f"report.kind.{report.kind}")),
        (say("report.notice.reference"), report.reference),
        (say("report.notice.by"), scene.when(report.due_at)),
    )
    body: list[Element] = [Heading(summary), Facts(rows if report.state == "received" else rows[:2])]
    if report.acknowledged_by and report.acknowledged_at:
        name, when = scene.roster.name(report.acknowledged_by), scene.when(report.acknowledged_at)
        body.append(Text(say("report.notice.done_by", name=name, when=when)))
    if report.closed_at:
        body.append(Text(say("report.notice.closed_on", when=scene.when(report.closed_at))))
    body.append(Text(say("report.notice.waiting_says"), "small"))
    if may_open:
        about = f"{say('report.notice.reference')} {report.reference}"
        body.append(Buttons((Button(say("report.notice.open"), "report.open", report.reference, "primary", about),)))
    return Card(summary, tuple(body), f"report/{report.reference}")


def no_longer(report: Report) -> Card:
    """Return the card that takes an alert's place when the report is no longer with that person."""
    return Card(say("report.notice.no_longer"), (Text(say("report.notice.no_longer")),), f"report/{report.reference}")


def news(report: Report) -> Card:
    """Return the card that tells a reporter that there is news: their reference, and nothing of what it is."""
    rows = ((say("report.notice.reference"), report.reference),)
    button = Button(say("report.notice.see"), "report.status", report.reference, "primary", about=report.reference)
    summary = say("report.notice.status")
    return Card(summary, (Heading(summary), Facts(rows), Buttons((button,))), f"report/{report.reference}/mine")


def outside(scene: Scene, report: Report) -> Card:
    """Return what is mailed to a body outside the school: that there is something, and the reference."""
    summary = say("report.notice.outside", school=scene.school.name)
    return Card(summary, (Text(summary), Facts(((say("report.notice.reference"), report.reference),))))


def record(scene: Scene, opened: Opened, *, printed: bool = False) -> Card:
    """Return a report with its text, to be put into ``Show`` only."""
    report, roster = opened.report, scene.roster
    state = say(f"report.state.{report.state}")
    if report.outcome:
        state = f"{state}: {say(f'report.outcome.{report.outcome}')}"
    if report.late(scene.now):
        state = f"{state} ({say('report.view.late')})"
    subjects = ", ".join(roster.name(person_id) for person_id in report.subjects)
    about = say(f"report.form.option.{report.about}") if report.about in says("report.form.option") else ""
    rows: list[tuple[str, str | Typed]] = [
        (say("report.view.kind"), say(f"report.kind.{report.kind}")),
        (say("report.view.state"), state),
        (say("report.view.received"), scene.when(report.received_at)),
        (say("report.view.due"), scene.when(report.due_at)),
        (say("report.view.about"), subjects or about or report.about),
        (
            say("report.view.reporter"),
            say("report.view.anonymous") if report.anonymous else roster.name(report.reporter_id),
        ),
        (say("report.view.readers"), ", ".join(roster.name(person_id) for person_id in opened.readers)),
    ]
    if report.hold:
        rows.append((say("report.view.hold"), say(f"report.hold.{report.hold}")))
    if opened.linked:
        rows.append((say("report.view.linked"), ", ".join(opened.linked)))
    body: list[Element] = [Heading(say("report.view.title", reference=report.reference))]
    if report.urgent:
        body.append(Text(say("report.view.urgent"), "strong"))
    body.append(Facts(tuple(rows)))
    for reading in opened.entries:
        body += _entry(scene, report, reading)
    body += listed(scene, opened.files, get=not printed)
    if opened.history:
        body += _history(scene, opened)
    if not printed:
        buttons = tuple(_act(action, report) for action in opened.actions)
        body += [Buttons(buttons[i : i + 5]) for i in range(0, len(buttons), 5)]
    return Card(say("report.view.title", reference=report.reference), tuple(body), f"report/{report.reference}/open")


def status(scene: Scene, found: Status, ways: tuple[Element, ...] = ()) -> Card:
    """Return what a reporter sees of their report, to be put into ``Show`` only."""
    report = found.report
    rows: tuple[tuple[str, str | Typed], ...] = (
        (say("report.view.kind"), say(f"report.kind.{report.kind}")),
        (say("report.view.received"), scene.when(report.received_at)),
        (say("report.view.state"), say(f"report.state.{report.state}")),
    )
    body: list[Element] = [Heading(say("report.view.title", reference=report.reference)), Facts(rows)]
    for reading in found.messages:
        source = say("report.view.added") if reading.entry.kind == "from_reporter" else ""
        body.append(_quote(scene, reading, source or scene.school.name))
    body += listed(scene, found.files)
    if not report.anonymous:
        body.append(Buttons((Button(say("report.act.add"), "report.add", report.reference),)))
    return Card(say("report.view.title", reference=report.reference), (*body, *ways))


def mine(scene: Scene, reports: Iterable[Report]) -> Card:
    """Return the list of a reporter's own named reports."""
    body: list[Element] = [Heading(say("report.mine.title"))]
    for report in reports:
        body.append(Text(_row("report.mine.row", scene, report)))
        see = Button(say("report.notice.see"), "report.status", report.reference, about=report.reference)
        body.append(Buttons((see,)))
    if len(body) == 1:
        body.append(Text(say("report.mine.none")))
    code, start = Button(say("report.act.code"), "report.code"), Button(say("report.act.start"), "report.start")
    body.append(Buttons((code, start, Button(say("own.button"), "report.own_data"))))
    return Card(say("report.mine.summary"), tuple(body), "report/mine")


def inbox(scene: Scene, reports: Iterable[Report], limit: int = 15) -> Card:
    """Return the list of what a reader has to deal with: late first, then new, then in work, then closed."""
    groups: dict[str, list[Report]] = {"late": [], "new": [], "yours": [], "closed": []}
    for report in reports:
        groups[group_of(report, scene.now)].append(report)
    body: list[Element] = [Heading(say("report.inbox.title"))]
    for group, found in groups.items():
        if found:
            body.append(Heading(f"{say(f'report.inbox.{group}')} ({len(found)})"))
        for report in found[:limit]:
            body.append(Text(_row("report.inbox.row", scene, report)))
            button = Button(say("report.notice.open"), "report.open", report.reference, about=report.reference)
            body.append(Buttons((button,)))
    if len(body) == 1:
        body.append(Text(say("report.inbox.none")))
    return Card(say("report.inbox.summary"), tuple(body), "report/inbox")


def group_of(report: Report, now: dt.datetime) -> str:
    """Return where a report stands in a reader's list: late, new, yours or closed."""
    if report.state == "received":
        return "late" if report.late(now) else "new"
    return "closed" if report.state == "closed" else "yours"


def _history(scene: Scene, opened: Opened) -> list[Element]:
    done = says("report.history")
    lines = [
        say(
            "report.view.history_row",
            when=scene.when(row.at),
            what=done.get(row.action.removeprefix("report."), row.action),
            name=scene.roster.name(row.actor_id) if row.actor_id else say("report.view.by_itself"),
        )
        for row in opened.history
        # Who sent it in is told above, or left out: an anonymous reporter has no row with a name.
        if row.action != "report.received" and row.action.startswith("report.")
    ]
    printed = say("report.view.printed", when=scene.when(scene.now))
    return [Heading(say("report.view.history")), Bullets(tuple(lines)), Text(printed, "small")]


def _act(action: ReportAction, report: Report) -> Button:
    style = {"acknowledge": "primary", "confirm_deletion": "danger"}.get(action, "plain")
    return Button(say(f"report.act.{action}"), f"report.{action}", report.reference, style, report.reference)  # type: ignore[arg-type]


def _entry(scene: Scene, report: Report, reading: Reading) -> list[Element]:
    name = scene.roster.name(reading.entry.author_id) if reading.entry.author_id else ""
    title = say(f"report.view.{reading.entry.kind}", name=name)
    if reading.broken or reading.entry.kind != "form":
        return [_quote(scene, reading, title)]
    rows = tuple((label, Typed(text)) for label, text in forms.labelled(report.kind, reading.text, scene.roster))
    return [Heading(title), Facts(rows)]


def _quote(scene: Scene, reading: Reading, source: str) -> Element:
    source = f"{source}, {scene.when(reading.entry.at)}"
    return Quote(say("report.view.broken") if reading.broken else Typed(reading.text), source)


def _row(key: str, scene: Scene, report: Report) -> str:
    return say(
        key,
        kind=say(f"report.kind.{report.kind}"),
        when=scene.when(report.received_at),
        state=say(f"report.state.{report.state}"),
    )


def _role(role: str | None) -> str:
    return says(ROLE_NAMES).get(role or "", "")


def _readers(scene: Scene, plan: Plan) -> str:
    people = [f"{_role(t.as_role)} ({scene.roster.name(t.person_id)})" for t in plan.told]
    return ", ".join([*people, *(contact.name for contact in plan.outside)])


def _contacts(contacts: Iterable[OutsideContact]) -> Bullets:
    return Bullets(tuple(", ".join(filter(None, (c.name, c.phone, c.email))) for c in contacts))
