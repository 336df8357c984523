"""What this adapter says of its own accord: who are you, reading on."""

from __future__ import annotations

from typing import Final

from adapters.slack.identity import Nobody, Perhaps
from bot.messages import Bullets, Button, Buttons, Card, Heading, Pressed, Text
from bot.wording import say

ME: Final = "slack.me"
NOT_ME: Final = "slack.not_me"
CARRY: Final = "slack.carry"
WITHOUT: Final = "slack.without"
MORE: Final = "slack.more"
KEEP: Final = "slack.keep"
READING: Final = frozenset(
    {
        "report.open",
        "report.print",
        "report.inbox",
        "report.mine",
        "report.status",
        "reread.read",
        "reread.changes",
        "reread.receipt",
        "reread.mine",
        "reread.overview",
        "reread.overview_of",
        "ask.inbox",
        "ask.clause",
        "ask.counts",
        "ask.read",
        "home",
    }
)
"""Presses that change nothing, so that a long card can be drawn again from them when the person reads on."""


def introduction(who: Perhaps) -> Card:
    """Return the first card that anybody sees: what this is, what is kept, who reads what, and whether it is them."""
    lines = tuple(say(f"slack.first.{line}") for line in ("what", "kept", "reads", "why"))
    you = say("slack.first.you", name=who.person.name, school=who.school)
    buttons = Buttons((Button(say("slack.first.yes"), ME, style="primary"), Button(say("slack.first.no"), NOT_ME)))
    return Card(
        say("slack.first.summary"), (Heading(say("slack.first.title")), Bullets(lines), Text(you), buttons), "me"
    )


def stranger(who: Nobody) -> Card:
    """Return what somebody sees whom the staff list does not name."""
    said = {"stranger": say("home.home.stranger"), "outsider": say("slack.nobody"), "shared": say("slack.shared_mail")}
    return Card(said[who.why], (Text(said[who.why]),), "me")


def plain(text: str, key: str = "") -> Card:
    """Return a card of one sentence."""
    return Card(text, (Text(text),), key)


def again(action: str, value: str, key: str) -> Pressed:
    """Return the press from which a card can be drawn again without doing anything twice."""
    if action in READING:
        return Pressed(action, value)
    if key.startswith("report/") and key.endswith("/open"):
        return Pressed("report.open", key.removeprefix("report/").removesuffix("/open"))
    return Pressed("home")
