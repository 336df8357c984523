"""The cards of re-reading: the card that asks, the policy in pages, the receipt, the head's view."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from bot.answers import whose
from bot.messages import (
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
    Quote,
    Text,
    TextField,
    Typed,
    Values,
)
from bot.own_pressed import words_of
from bot.people import Person
from bot.ports import PolicyVersion
from bot.reread_changes import Change, Since
from bot.reread_check import questions
from bot.rereads import Acknowledgement, Campaign
from bot.scene import Scene
from bot.wording import say
from knowledge.model import Policy

WORDS_A_MINUTE: Final = 200
CLAUSES_A_PAGE: Final = 8
CHANGES_LISTED: Final = 5
LINE: Final = 160
"""Characters of a clause in the list of changes on the card."""


def ask(scene: Scene, campaign: Campaign, due_day: str, different: Since | None, *, step: str, overdue: bool) -> Card:
    """Return the card that asks a person to read the policy and to say so, with what changed since they last did."""
    head = scene.policy.head
    key = "overdue" if overdue else "summary" if step == "asked" else "reminder"
    summary = say(f"reread.ask.{key}", due=due_day)
    what = say("reread.ask.what", title=head.title, version=head.version, minutes=minutes(scene.policy))
    body: list[Element] = [
        Heading(say("reread.ask.title_overdue" if overdue else "reread.ask.title")),
        Text(what),
        Facts(((say("reread.ask.due"), due_day),)),
    ]
    if head.review.due is not None and head.review.due < scene.today:
        body.append(Text(say("reread.ask.review_past", when=scene.day(head.review.due)), "small"))
    buttons = [Button(say("reread.ask.read"), "reread.read", f"{campaign.id}:1")]
    if different is not None:
        body += _different(scene, different)
        if different.changes:
            buttons.append(Button(say("reread.ask.see_changes"), "reread.changes", campaign.id))
    body.append(
        Buttons(
            (
                *buttons,
                Button(say("reread.ask.confirm"), "reread.confirm", campaign.id, "primary"),
                Button(say("reread.ask.question"), "ask.start"),
                Button(say("reread.ask.help"), "reread.help", campaign.id),
            )
        )
    )
    return Card(summary, tuple(body), card_key(campaign.id))


def _different(scene: Scene, different: Since) -> list[Element]:
    when = scene.day(scene.calendar.local(different.at).date())
    if not different.changes:
        return [Text(say("reread.ask.unchanged", when=when))]
    lines = [_in_a_line(change) for change in different.changes[:CHANGES_LISTED]]
    if (more := len(different.changes) - CHANGES_LISTED) > 0:
        lines.append(say("reread.ask.more", count=more))
    return [Heading(say("reread.ask.changed", when=when)), Bullets(tuple(lines))]


def _in_a_line(change: Change) -> str:
    short = {"now": _short(change.now), "before": _short(change.before)}
    return say(f"reread.changes.{change.kind}", clause=change.clause, **short)


def _short(text: str) -> str:
    return text if len(text) <= LINE else text[:LINE].rsplit(" ", 1)[0] + " …"


def changes(scene: Scene, campaign_id: str, different: Since | None) -> Card:
    """Return every change since a person's last reading, before and after, to be shown in a dialog."""
    if different is None:
        return Card(
            say("reread.changes.summary"), (Text(say("reread.changes.first")),), f"{card_key(campaign_id)}/pages"
        )
    when = scene.day(scene.calendar.local(different.at).date())
    body: list[Element] = [Heading(say("reread.changes.title", when=when))]
    for change in different.changes:
        if change.kind == "removed":
            body.append(Quote(change.before, say("reread.changes.went", clause=change.clause)))
        elif change.kind == "added":
            body.append(Quote(change.now, say("reread.changes.came", clause=change.clause)))
        elif change.kind == "moved":
            body.append(Quote(change.now, say("reread.changes.elsewhere", clause=change.clause)))
        else:
            body.append(Quote(change.now, say("reread.changes.now", clause=change.clause)))
            body.append(Quote(change.before, say("reread.changes.before")))
    if not different.changes:
        body.append(Text(say("reread.changes.none")))
    body.append(Buttons((Button(say("reread.ask.confirm"), "reread.confirm", campaign_id, "primary"),)))
    return Card(say("reread.changes.summary"), tuple(body), f"{card_key(campaign_id)}/pages")


def second(scene: Scene, version: PolicyVersion) -> Card:
    """Return the card that asks the second of headteacher and chair to record an adoption."""
    when = scene.day(version.adopted_on) if version.adopted_on else ""
    name = scene.roster.name(version.adopted_by)
    says = say("reread.adoption.second_says", name=name, when=when, policy=version.policy, version=version.version)
    button = Button(say("reread.adoption.second"), "reread.second", version.id, "primary")
    body = (Heading(say("reread.adoption.title")), Text(says), Buttons((button,)))
    return Card(say("reread.adoption.second_summary"), body, f"reread/second/{version.id}")


def declaration(
    scene: Scene, campaign: Campaign, person: Person, key: str, values: Values, errors: Mapping[str, str]
) -> Form:
    """Return the form with which a declaration is signed, where it needs a name or a witness."""
    wanted = scene.policy.head.declaration
    fields: list[TextField | PersonField] = []
    if wanted.name_typed:
        hint = say("reread.confirm.name_hint", name=person.name)
        fields.append(TextField("name", say("reread.confirm.name"), hint, required=True, max_length=200))
    if wanted.witness:
        people = tuple(Option(p.id, p.name) for p in scene.roster.here(scene.today) if p.id != person.id)
        label, hint = say("reread.confirm.witness"), say("reread.confirm.witness_hint")
        fields.append(PersonField("witness", label, hint, required=True, options=people))
    intro: tuple[Element, ...] = (Text(say("reread.confirm.says")), Bullets(wanted.statements))
    said = {name: say(f"reread.confirm.{error}") for name, error in errors.items()}
    title, submit = say("reread.confirm.title"), say("reread.confirm.submit")
    return Form(f"reread.confirm.{campaign.id}", title, tuple(fields), submit, key, intro, values, said)


def receipt(scene: Scene, ack: Acknowledgement) -> Card:
    """Return the card that takes the asking card's place: read, when, under which reference."""
    rows: list[tuple[str, str | Typed]] = [
        (say("reread.done.version"), f"{scene.policy.head.title}, {ack.version}"),
        (say("reread.done.when"), scene.when(ack.at)),
        (say("reread.done.reference"), ack.reference),
    ]
    if ack.witness_id:
        name = scene.roster.name(ack.witness_id)
        waits = say("reread.done.witness_waiting", name=name)
        done = say("reread.done.witness_done", name=name, when=scene.when(ack.witnessed_at)) if ack.witnessed_at else ""
        rows.append((say("reread.done.witness"), done or waits))
    body: list[Element] = [Heading(say("reread.done.title")), Facts(tuple(rows))]
    if (to := scene.policy.head.declaration.return_to) is not None:
        body.append(Text(say("reread.done.return_to", to=say(f"roles.role.{to}")), "small"))
    body.append(Buttons((Button(say("reread.receipt.button"), "reread.receipt", ack.id),)))
    return Card(say("reread.done.summary"), tuple(body), card_key(ack.campaign_id))


def witness(scene: Scene, ack: Acknowledgement) -> Card:
    """Return the card that asks a witness to confirm."""
    head = scene.policy.head
    name, when = scene.roster.name(ack.person_id), scene.when(ack.at)
    says = say("reread.witness.says", name=name, title=head.title, version=ack.version, when=when)
    buttons = Buttons(
        (
            Button(say("reread.witness.confirm"), "reread.witness", ack.id, "primary", about=name),
            Button(say("reread.witness.not_me"), "reread.not_witness", ack.id, about=name),
        )
    )
    body = (Heading(say("reread.witness.title")), Text(says), Bullets(head.declaration.statements), buttons)
    return Card(say("reread.witness.summary"), body, f"reread/witness/{ack.id}")


def pages(policy: Policy) -> int:
    """Return on how many pages a policy is read, at least one."""
    return max(1, math.ceil(len(policy.clauses) / CLAUSES_A_PAGE))


def page(scene: Scene, campaign_id: str, number: int) -> Card:
    """Return one page of the policy in force, counted from 1; a number beyond the ends is brought within them."""
    policy = scene.policy
    last = pages(policy)
    number = min(max(number, 1), last)
    title = say("reread.pages.title", title=policy.head.title, page=number, pages=last)
    body: list[Element] = [Heading(title)]
    section = ""
    for clause in policy.clauses[(number - 1) * CLAUSES_A_PAGE : number * CLAUSES_A_PAGE]:
        if clause.section != section:
            section = clause.section
            body.append(Heading(section))
        applies = clause.origin != "left_out"
        body.append(Quote(words_of(clause), whose(clause.id, clause, policy.head) if applies else clause.id))
    kept = "verbatim" if scene.school.policy_version else "own_words"
    body.append(Text(say(f"reread.pages.{kept}"), "small"))
    buttons = []
    if number > 1:
        buttons.append(Button(say("reread.pages.back"), "reread.read", f"{campaign_id}:{number - 1}"))
    if number < last:
        buttons.append(Button(say("reread.pages.next"), "reread.read", f"{campaign_id}:{number + 1}", "primary"))
    else:
        if questions(policy, ""):
            buttons.append(Button(say("reread.check.button"), "reread.check", campaign_id))
        buttons.append(Button(say("reread.ask.confirm"), "reread.confirm", campaign_id, "primary"))
    body.append(Buttons(tuple(buttons)))
    return Card(title, tuple(body), f"{card_key(campaign_id)}/pages")


def minutes(policy: Policy) -> int:
    """Return how many minutes the policy in short takes to read, at least one."""
    words = sum(len(clause.text.split()) + len((clause.stem or "").split()) for clause in policy.clauses)
    return max(1, round(words / WORDS_A_MINUTE))


def card_key(campaign_id: str) -> str:
    """Return the key of the card that asks, under which the receipt takes its place."""
    return f"reread/{campaign_id}"
