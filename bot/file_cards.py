"""Files of a report on cards: what is there, and the ways to add one and to get one. A file itself is on no card."""

from __future__ import annotations

from collections.abc import Iterable

from bot.attachments import About, Filed
from bot.evidence import Evidence, Folder
from bot.messages import Button, Buttons, Card, Element, Facts, Heading, Link, Text, Typed, Where
from bot.ports import Door, StoreBusy
from bot.reports import Report
from bot.scene import Scene
from bot.wording import say, says


def listed(scene: Scene, files: Iterable[Filed], *, get: bool = False) -> list[Element]:
    """Return what files there are: name, kind, size, when they came, SHA-256; with a button to get each of them."""
    body: list[Element] = []
    for number, each in enumerate(files, 1):
        title = say("report.file.number", number=number)
        rows: list[tuple[str, str | Typed]] = [(title, say("report.view.broken"))]
        if each.about is not None:
            rows = [
                (title, Typed(each.about.name)),
                (say("report.file.what"), kind_and_size(each.about)),
                (say("report.file.sha256"), each.about.sha256),
            ]
        rows.append((say("report.file.at"), scene.when(each.at)))
        body.append(Facts(tuple(rows)))
        if get and each.about is not None:
            body.append(Buttons((Button(say("report.file.get"), "report.file", each.id, about=title),)))
    return [Heading(say("report.file.title")), *body] if body else []


def kind_and_size(about: About) -> str:
    """Return a file's kind and size in words: ``picture (PNG), 1.2 MB``."""
    size = f"{about.size / 1_000_000:.1f} MB" if about.size >= 100_000 else f"{max(1, about.size // 1000)} KB"
    return f"{say(f'report.file.kind.{about.kind.name}')}, {size}"


def readers(folder: Folder) -> tuple[str, ...]:
    """Return who can read the files of a report, each in a line: role and name."""
    roles = {grant.person_id: grant.as_role for grant in folder.report.live_grants}
    names = says("roles.role")
    found = ((names.get(roles.get(each) or "", ""), folder.scene.roster.name(each)) for each in folder.readers)
    return tuple(f"{role}: {name}" if role else name for role, name in found)


def before(evidence: Evidence, where: Where) -> str:
    """Return what is said of files before a report is written: that they can be added afterwards, or are to be kept."""
    return say("report.file.before" if evidence.offered(where) else "report.file.keep_safe")


def ways(evidence: Evidence, where: Where, report: Report) -> tuple[Element, ...]:
    """Return the way to add a file for whoever made a report, named or by its code; nothing where there is none.

    The database being busy is no reason to lose the card that this stands on.
    """
    if not evidence.offered(where):
        return ()
    if not report.anonymous:
        button = Button(say("report.act.attach"), "report.attach", report.reference, about=report.reference)
        return (Buttons((button,)),)
    try:
        path = evidence.link(Door(report.id, None))
    except StoreBusy:
        return ()
    link = Link(say("report.act.attach"), evidence.address(where, path))
    return (link, Text(say("report.file.code_link_says"), "small"))


def to_add(evidence: Evidence, where: Where, door: Door) -> Card:
    """Return the card with a named reporter's one-time link to the page where a file is added, for ``Show`` only."""
    title = say("report.act.attach")
    if not evidence.offered(where):
        return Card(title, (Text(say("report.file.keep_safe")),))
    link = Link(say("report.file.go"), evidence.address(where, evidence.link(door)))
    lasts = Text(say("report.file.link_says"), "small")
    return Card(title, (Heading(title), Text(say("report.file.images"), "strong"), link, lasts))


def to_get(address: str) -> Card:
    """Return the card with a reader's way to a file, for ``Show`` only; without an address it says where files are."""
    title = say("report.file.get")
    if not address:
        return Card(title, (Text(say("report.file.at_desk")),))
    says = Text(say("report.file.get_says"), "small")
    return Card(title, (Heading(title), Link(say("report.file.go"), address), says))
