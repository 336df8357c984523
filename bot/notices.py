"""From a notice in the outbox (a template's name and ids) to the card that is sent. Asked anew at sending.

A notice that is no longer due, or to somebody who is no longer entitled, gives no card: it is withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from bot import anchoring, head_questions, own_adopting, own_talk, report_cards, reread_cards, retention
from bot.access import SchoolMatter, may
from bot.messages import Card, Text
from bot.ports import Notice, RetryLater, UnitOfWork
from bot.reports import REMINDERS
from bot.reread_changes import since
from bot.reread_plan import due_day, seconds_to_hours
from bot.reread_review import review_card
from bot.reread_rules import USUAL, Rules
from bot.reread_sending import ANNOUNCE, ASK, announcement
from bot.scene import Scene
from bot.wording import say

Render: TypeAlias = Callable[[UnitOfWork, Scene, Notice], Card | None]


def report(work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card of a notice about a report, for somebody who may know of it just now."""
    found = work.reports.by_reference(notice.school_id, notice.thing, lock=False)
    if found is None or found.state == "deleted":
        return None
    if notice.template == "report.outside":
        return report_cards.outside(scene, found)
    if notice.template == "report.status":
        return report_cards.news(found) if may(notice.person_id, "status", found, scene.roster, scene.today) else None
    if not may(notice.person_id, "see", found, scene.roster, scene.today):
        return None
    unasked = notice.template == retention.TEMPLATE and found.deletion_proposed_at is None
    if unasked or (notice.template in REMINDERS and found.state != "received"):
        return None
    return report_cards.alert(scene, found, notice.template)


def reread_ask(work: UnitOfWork, scene: Scene, notice: Notice, rules: Rules = USUAL) -> Card | None:
    """Return the card that asks somebody to read, unless they have, are away, or the campaign has ended.

    Raise ``RetryLater`` outside the hours of sending: a relay that was down does not make up for it at night.
    """
    campaign, person = work.rereads.campaign(notice.thing), scene.roster.person(notice.person_id)
    if campaign is None or person is None or not person.here(scene.today):
        return None
    if scene.today < campaign.starts:
        # Queued while the clock ran ahead: what the ledger says was asked must still be asked.
        raise RetryLater((campaign.starts - scene.today).total_seconds(), "not begun")
    if not campaign.live(scene.today):
        return None
    scene = scene.by(campaign.policy)
    acks = work.rereads.acknowledgements(notice.school_id)
    done = any((a.campaign_id, a.person_id) == (campaign.id, person.id) for a in acks)
    if done or campaign.policy != scene.policy.id or scene.roster.away(person.id, scene.today) is not None:
        return None
    if wait := seconds_to_hours(scene.now, scene.calendar, rules):
        raise RetryLater(wait, "out of hours")
    own = due_day(campaign, person, scene.roster, scene.today)
    step = notice.ids.get("step", "asked")
    different = since(person.id, scene.policy, acks, work.policies.all(notice.school_id))
    return reread_cards.ask(scene, campaign, scene.day(own), different, step=step, overdue=scene.today > own)


def reread_witness(work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card that asks a witness, unless they have confirmed."""
    ack = work.rereads.acknowledgement(notice.thing)
    if ack is None or ack.witnessed_at is not None or ack.witness_id != notice.person_id:
        return None
    return reread_cards.witness(scene.by(ack.policy), ack)


def reread_second(work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card that asks the second of headteacher and chair to record an adoption, unless that is done."""
    version = next((v for v in work.policies.all(notice.school_id) if v.id == notice.thing), None)
    if version is None or version.second_by is not None:
        return None
    if not may(notice.person_id, "manage", SchoolMatter(notice.school_id, "policy"), scene.roster, scene.today):
        return None
    return reread_cards.second(scene, version)


def reread_help(_work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card that tells the head who needs help with the policy."""
    summary = say("reread.help.summary")
    return Card(summary, (Text(say("reread.help.says", name=scene.roster.name(notice.ids.get("who")))),))


TEMPLATES: Mapping[str, Render] = {
    **dict.fromkeys(
        (
            "report.waiting",
            "report.chase",
            "report.chase_again",
            "report.chase_still",
            "report.escalated",
            "report.handed",
            "report.added",
            "report.new_message",
            "report.status",
            "report.outside",
            "report.unreachable",
            retention.TEMPLATE,
        ),
        report,
    ),
    ASK: reread_ask,
    "reread.witness": reread_witness,
    "reread.help": reread_help,
    "reread.second": reread_second,
    "reread.review": review_card,
    ANNOUNCE: partial(announcement, rules=USUAL),
    own_adopting.TEMPLATE: own_talk.second,
    own_adopting.READY: own_talk.ready,
    anchoring.TEMPLATE: anchoring.anchor,
    "ask.waiting": head_questions.waiting,
    "ask.answered": head_questions.answered,
}
"""Every template that a notice can name, by the usual rules."""


def templates(rules: Rules) -> Mapping[str, Render]:
    """Return every template, with what a school chose about its re-reading."""
    return {**TEMPLATES, ASK: partial(reread_ask, rules=rules), ANNOUNCE: partial(announcement, rules=rules)}
