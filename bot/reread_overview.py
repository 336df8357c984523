"""The head's view: how far the reading has come, by group, week by week and year by year, and who has not read."""

from __future__ import annotations

from collections import Counter
from typing import Final

from bot.messages import (
    Bars,
    Bullets,
    Button,
    Buttons,
    Card,
    Element,
    Facts,
    Form,
    Heading,
    Option,
    PersonField,
    Text,
    Values,
)
from bot.ports import Progress
from bot.reread_nudging import Nudged
from bot.reread_plan import ANNIVERSARY, Standing, Stands
from bot.reread_register import STANDINGS, Book, Round, light_words
from bot.reread_sending import on_its_way
from bot.rereads import Campaign
from bot.scene import Scene
from bot.wording import say, says

LISTED: Final = 40
ROUNDS_SHOWN: Final = 4
"""Rounds that stand side by side, latest first."""
WEEKS_SHOWN: Final = (1, 2, 3, 4, 5, 6, 8, 12, 26, 39, 52)
"""Weeks of a round whose course is told."""


def overview(book: Book, *, undecided: bool, progress: Progress) -> Card:
    """Return the card with the head's view. ``undecided``: there is a new version to decide about."""
    scene, campaign = book.scene, book.campaign
    title = Heading(say("reread.overview.title"))
    if campaign is None:
        of = f":{scene.policy.id}" if scene.beside else ""
        buttons = (
            Button(say("reread.overview.start"), "reread.start", of, "primary"),
            Button(say("reread.overview.start_anniversary"), "reread.start", f"{ANNIVERSARY}{of}"),
        )
        named = [Text(scene.policy.head.title)] if scene.beside else []
        body: list[Element] = [title, *named, Text(say("reread.overview.none")), Buttons(buttons), *_years(book)]
        return Card(say("reread.overview.summary"), (*body, *_others(scene)), "reread/overview")
    body = [title, *(_decide(scene, campaign) if undecided else ()), Text(light_words(book.counts), "strong")]
    if way := on_its_way(scene, progress):
        body.append(Text(way))
    facts = (
        (say("reread.overview.policy"), f"{scene.policy.head.title}, {campaign.version}"),
        (say("reread.overview.due"), scene.day(campaign.due)),
    )
    standing, counts = says("reread.standing"), book.counts
    whole = len(book.entries)
    of = say("reread.progress.of", all=whole)
    bars = Bars(say("reread.overview.bars"), tuple((standing[n], counts[n], of) for n in STANDINGS if counts[n]), whole)
    groups = tuple(_group(role, found) for role, found in book.groups)
    body += [Facts(facts), bars, *_weeks(book), *_years(book)]
    body += [Heading(say("reread.overview.groups")), Bullets(groups), *_left(book), *_others(scene)]
    return Card(say("reread.overview.summary"), tuple(body), "reread/overview")


def _others(scene: Scene) -> tuple[Element, ...]:
    """Return the way to the other policies in force."""
    if not scene.beside:
        return ()
    buttons = tuple(Button(policy.head.title, "reread.overview_of", policy.id) for policy in scene.beside)
    return (Heading(say("reread.overview.others")), Buttons(buttons))


def told_weeks(one: Round) -> tuple[tuple[int, int], ...]:
    """Return the course of a round: number of a week and how many had read by its end, the last week included."""
    last = len(one.weeks)
    return tuple((week, one.weeks[week - 1]) for week in sorted({*WEEKS_SHOWN, last}) if week <= last)


def percent(part: int, whole: int) -> int:
    """Return a share in whole per cent, never rounded up to a hundred."""
    return 100 * part // whole if whole else 0


def _decide(scene: Scene, campaign: Campaign) -> tuple[Element, ...]:
    version = scene.policy.head.version
    buttons = (
        Button(say("reread.adoption.material"), "reread.adopt", "material", "primary"),
        Button(say("reread.adoption.minor"), "reread.adopt", "minor"),
    )
    return (
        Text(say("reread.adoption.says", version=version, earlier=campaign.version), "strong"),
        Buttons(buttons),
    )


def _weeks(book: Book) -> tuple[Element, ...]:
    """Return the course of the round under way, in bars that are words too."""
    one = next((r for r in book.rounds if book.campaign is not None and r.campaign.id == book.campaign.id), None)
    if one is None:
        return ()
    of = say("reread.progress.of", all=one.everybody)
    rows = tuple((say("reread.progress.week", week=week), done, of) for week, done in told_weeks(one))
    return (Bars(say("reread.progress.weeks"), rows, one.everybody),)


def _years(book: Book) -> tuple[Element, ...]:
    """Return the latest rounds side by side, where there are two at least."""
    rounds = book.rounds[:ROUNDS_SHOWN]
    if len(rounds) < 2:
        return ()
    rows = tuple(
        (
            say("reread.progress.round", when=book.scene.day(r.campaign.starts), version=r.campaign.version),
            percent(r.done, r.everybody),
            say("reread.progress.round_of", done=r.done, all=r.everybody, in_time=r.in_time),
        )
        for r in rounds
    )
    return (Bars(say("reread.progress.rounds"), rows, 100),)


def _group(role: str, counts: Counter[Standing]) -> str:
    words = says("reread.standing")
    where = ", ".join(f"{counts[n]} {words[n]}" for n in STANDINGS if counts[n])
    return say("reread.overview.group", role=says("roles.role").get(role, role), all=counts.total(), where=where)


def _left(book: Book) -> tuple[Element, ...]:
    left = [entry for entry in book.entries if entry.standing != "done"]
    if not left:
        return ()
    missing = [f"{entry.person.name}: {say(f'reread.standing.{entry.standing}')}" for entry in left[:LISTED]]
    if more := len(left) - LISTED:
        missing += [say("reread.overview.more", count=more)] if more > 0 else []
    buttons = (
        Button(say("reread.overview.nudge"), "reread.nudge"),
        Button(say("reread.nudge.one"), "reread.nudge_one"),
        Button(say("reread.paper.title"), "reread.paper"),
    )
    return (
        Heading(f"{say('reread.overview.not_done')} ({len(left)})"),
        Bullets(tuple(missing)),
        Buttons(buttons),
    )


def nudge_form(open_: tuple[Stands, ...], key: str, values: Values, errors: dict[str, str]) -> Form:
    """Return the form in which the one is chosen who is to be reminded."""
    options = tuple(Option(one.person.id, one.person.name) for one in open_)
    field = PersonField("person", say("reread.nudge.who"), required=True, options=options)
    intro = (Text(say("reread.nudge.says")),)
    return Form(
        "reread.nudge", say("reread.nudge.title"), (field,), say("reread.nudge.submit"), key, intro, values, errors
    )


def nudged(scene: Scene, done: Nudged, name: str = "") -> str:
    """Return what came of a reminder: to one person (``name``) or to everybody."""
    when = scene.when(done.at)
    if name:
        return say(f"reread.nudge.{'sent' if done.reminded else 'not_sent'}", name=name, when=when)
    if not done.reminded:
        return say("reread.nudge.nobody" if done.left_out else "reread.nudge.none", left_out=done.left_out)
    return say("reread.nudge.all", count=done.reminded, left_out=done.left_out, when=when)
