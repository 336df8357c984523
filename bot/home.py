"""The first card that somebody sees: what the bot is for, and what waits for this person in this role."""

from __future__ import annotations

from collections import Counter

from bot import report_cards
from bot.access import SchoolMatter, may
from bot.messages import Button, Buttons, Card, Element, Heading, Text
from bot.ports import UnitOfWork
from bot.reporting_life import Casework
from bot.reread_declaring import all_under_way
from bot.reread_plan import due_day, standings
from bot.rereading import Rereading
from bot.scene import Scene
from bot.wording import say


def home(work: UnitOfWork, scene: Scene, person_id: str, casework: Casework, rereading: Rereading) -> Card:
    """Return the home card of a person: ask, report, re-read; and for those with reports or staff, what waits."""
    body: list[Element] = [
        Heading(say("home.home.title")),
        Text(say("home.home.says", school=scene.school.name)),
        Text(say("home.home.kept"), "small"),
        Text(say("home.home.ask")),
        Buttons(
            (
                Button(say("home.home.ask_button"), "ask.start", style="primary"),
                Button(say("report.act.start"), "report.start"),
                Button(say("report.act.mine"), "report.mine"),
                Button(say("home.home.reread"), "reread.mine"),
            )
        ),
    ]
    body += _reading(work, scene, person_id, rereading)
    body += _reports(work, scene, person_id, casework)
    body += _questions(work, scene, person_id)
    return Card(say("home.home.summary"), tuple(body), "home")


def _reading(work: UnitOfWork, scene: Scene, person_id: str, rereading: Rereading) -> list[Element]:
    campaign, person = rereading.current(work, scene), scene.roster.person(person_id)
    rounds = all_under_way(work, scene)
    acks = work.rereads.acknowledgements(scene.school.id)
    body: list[Element] = []
    for each in rounds if person is not None else ():
        done = any(a.campaign_id == each.id and a.person_id == person_id for a in acks)
        own = scene.day(due_day(each, person, scene.roster, scene.today))  # type: ignore[arg-type]
        said = say("home.home.reread_done") if done else say("home.home.reread_due", due=own)
        body.append(Text(f"{scene.by(each.policy).policy.head.title}: {said}" if scene.beside else said))
    if rounds and may(person_id, "manage", SchoolMatter(scene.school.id, "people"), scene.roster, scene.today):
        body.append(Buttons((Button(say("reread.paper.title"), "reread.paper"),)))
    if may(person_id, "view", SchoolMatter(scene.school.id, "rereading"), scene.roster, scene.today):
        body.append(Heading(say("home.home.overview")))
        if campaign is not None:
            counts = Counter(s.standing for s in standings(campaign, scene.roster, scene.today, acks))
            said = say("home.home.progress", done=counts["done"], all=counts.total(), overdue=counts["overdue"])
            body.append(Text(said))
        body.append(Buttons((Button(say("home.home.overview"), "reread.overview"),)))
    return body


def _reports(work: UnitOfWork, scene: Scene, person_id: str, casework: Casework) -> list[Element]:
    found = casework.inbox(work, scene, person_id)
    # Who may be sent reports always sees the heading, so that nothing can be told from its being there.
    entitled = scene.roster.roles(person_id, scene.today) & {"headteacher", "deputy", "chair", "vice_chair", "dsl"}
    if not found and not entitled:
        return []
    groups = Counter(report_cards.group_of(report, scene.now) for report in found)
    waiting = say("home.home.waiting", count=groups["new"] + groups["late"], late=groups["late"])
    new = groups["new"] + groups["late"] > 0
    button = Button(say("report.act.inbox"), "report.inbox", style="primary" if new else "plain")
    return [Heading(say("report.inbox.title")), Text(waiting), Buttons((button,))]


def _questions(work: UnitOfWork, scene: Scene, person_id: str) -> list[Element]:
    if not may(person_id, "view", SchoolMatter(scene.school.id, "questions"), scene.roster, scene.today):
        return []
    waiting = sum(question.reply is None for question in work.questions.to_head(scene.school.id))
    title = say("answering.head.inbox_title")
    button = Button(title, "ask.inbox", style="primary" if waiting else "plain")
    return [Heading(title), Text(say("home.home.questions", count=waiting)), Buttons((button,))]
