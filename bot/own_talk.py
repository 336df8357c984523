"""What is said in the chats about a school's own policy: the chair is asked to sign what the headteacher has signed."""

from __future__ import annotations

from bot.access import SchoolMatter, may
from bot.messages import Button, Buttons, Card, Facts, Heading, Outbound, Pressed, Replace, Say, Text
from bot.own_adopting import Adopting, NotNow
from bot.own_policy import REVIEWED, Draft, Entry
from bot.ports import Clock, Notice, Store, UnitOfWork
from bot.rereading import Rereading
from bot.scene import Scene
from bot.wording import say


def second(work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card that asks the chair to sign, unless that is done or the headteacher's signature withdrawn."""
    draft = work.own.draft(notice.thing)
    if draft is None or draft.school_id != notice.school_id or draft.state != "open" or draft.head_by is None:
        return None
    if not may(notice.person_id, "manage", SchoolMatter(notice.school_id, "policy"), scene.roster, scene.today):
        return None
    return _card(scene, draft, work.own.entries(draft.id))


def ready(work: UnitOfWork, scene: Scene, notice: Notice) -> Card | None:
    """Return the card that asks the headteacher to sign a draft, unless that is done or there is nothing to sign."""
    draft = work.own.draft(notice.thing)
    if draft is None or draft.school_id != notice.school_id or not draft.open:
        return None
    if not may(notice.person_id, "manage", SchoolMatter(notice.school_id, "policy"), scene.roster, scene.today):
        return None
    entries = work.own.entries(draft.id)
    open_ = sum(entry.state not in REVIEWED for entry in entries)
    rows = (
        (say("policy.second.title"), draft.head.title),
        (say("policy.second.clauses"), say("policy.second.counted", count=len(entries), open=open_)),
    )
    says = say("policy.ready.says", name=scene.roster.name(notice.ids.get("who")))
    button = Button(say("policy.ready.look"), "policy.open", draft.id, "primary")
    summary = say("policy.ready.summary")
    body = (Heading(summary), Facts(rows), Text(says), Buttons((button,)))
    return Card(summary, body, f"policy/{draft.id}/ready")


def _card(scene: Scene, draft: Draft, entries: tuple[Entry, ...]) -> Card:
    open_ = sum(entry.state not in REVIEWED for entry in entries)
    rows: tuple[tuple[str, str], ...] = (
        (say("policy.second.title"), draft.head.title),
        (say("policy.second.version"), draft.head.version),
        (say("policy.second.clauses"), say("policy.second.counted", count=len(entries), open=open_)),
        (say("policy.second.signed"), f"{scene.roster.name(draft.head_by)}, {scene.when(draft.head_at)}"),  # type: ignore[arg-type]
    )
    if draft.base_id:
        rows += ((say("policy.second.reread"), say(f"policy.second.{'material' if draft.material else 'minor'}")),)
    buttons = (
        Button(say("policy.second.look"), "policy.open", draft.id),
        Button(say("policy.second.sign"), "policy.sign", draft.id, "primary"),
    )
    summary = say("policy.second.summary")
    body = (Heading(summary), Facts(rows), Text(say("policy.second.says")), Buttons(buttons))
    return Card(summary, body, f"policy/{draft.id}/second")


class OwnTalk:
    """The part of the conversation about a school's own policy."""

    def __init__(self, store: Store, clock: Clock, rereading: Rereading) -> None:
        self._adopting = Adopting(store, clock)
        self._rereading = rereading

    def pressed(self, person_id: str, school_id: str, said: Pressed) -> tuple[Outbound, ...]:
        """Answer a button whose action begins with ``policy.``."""
        if said.action == "policy.open":
            return (Say(_plain(say("policy.second.where"))),)
        if said.action != "policy.sign":
            return (Say(_plain(say("home.home.unknown"))),)
        if self._adopting.part(person_id, school_id, said.value) != "chair":
            return (Say(_plain(say("policy.second.refused"))),)
        try:
            self._adopting.sign(person_id, school_id, said.value)
        except NotNow as error:
            return (Say(_plain(say(f"policy.not_now.{error.why}", **error.values))),)
        except PermissionError:
            return (Say(_plain(say("policy.second.refused"))),)
        self._rereading.plan(school_id)
        return (Replace(_plain(say("policy.second.done"), f"policy/{said.value}/second")),)


def _plain(text: str, key: str = "") -> Card:
    return Card(text, (Text(text),), key)
