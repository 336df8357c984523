"""What the bot said, as messages, as the answer to a press, and as a dialog; and what may stand in a chat at all.

What a dialog shows or takes never goes into a message: Teams keeps messages, and administrators can export them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.teams import elements, shapes
from adapters.teams.elements import Surface, note, submit
from adapters.teams.forms import form_card
from adapters.teams.shapes import CARD_TYPE, AdaptiveCard, attachment
from adapters.teams.signs import Sign, pack
from adapters.teams.turns import Reply
from bot.messages import (
    Ask,
    Button,
    Buttons,
    Card,
    Element,
    Form,
    Outbound,
    Quote,
    Replace,
    Say,
    Show,
    Text,
    Typed,
    Values,
)
from bot.plain import visible
from bot.wording import say

MESSAGE_TYPE: Final = "application/vnd.microsoft.activity.message"
SEARCH_TYPE: Final = "application/vnd.microsoft.search.searchResponse"
LONGEST_TITLE: Final = 60
SHOWN_IN_CHAT: Final = frozenset({"ask.clause", "reread.read", "reread.changes"})
"""What is shown in a dialog for comfort only: the policy's own words. Anything else shown is for one reader's eyes."""
READS: Final = frozenset(
    {
        "report.status",
        "report.inbox",
        "report.mine",
        "reread.read",
        "reread.changes",
        "reread.receipt",
        "reread.overview",
        "reread.overview_of",
        "ask.inbox",
        "ask.clause",
    }
)
"""Acts that only show, and can be done again for the next part of what they show."""
FORMS_IN_CHAT: Final = ("reread.confirm.",)
"""Forms that take nothing confidential, and may be filled in in the chat."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message to write: its activity, and the key under which a later one takes its place."""

    activity: Mapping[str, Any]
    key: str = ""
    replaces: bool = False


def message(card: AdaptiveCard, summary: str) -> dict[str, Any]:
    """Return a card as a message; ``summary`` is what a notification shows."""
    return {"type": "message", "summary": visible(summary), "attachments": [attachment(card)]}


def posts(said: Sequence[Outbound], action: Sign, on: Surface) -> list[Post]:
    """Return what the bot said as messages for a chat."""
    found: list[Post] = []
    for each in said:
        card = in_chat(each, action)
        if isinstance(card, Form):
            found.append(Post(message(form_card(card, on), card.title)))
            continue
        cut = elements.parts(card, on)
        single = len(cut) == 1
        for part in cut:
            drawn = elements.card(part, on)
            key = part.key if single else ""
            found.append(Post(message(drawn, part.summary), key, single and isinstance(each, Replace)))
    return found


def fitting(card: Card, on: Surface) -> AdaptiveCard:
    """Return a card, or as much of it as fits with a sentence that says where the rest stands."""
    cut = elements.parts(card, on)
    drawn = elements.card(cut[0], on)
    if len(cut) > 1:
        drawn["body"] += elements.drawn(Text(say("teams.talk.cut"), "small"), on)
    return drawn


def in_chat(each: Outbound, action: Sign) -> Card | Form:
    """Return what may be shown of one outcome in a chat: itself, or a card from which a dialog opens."""
    if isinstance(each, Say | Replace):
        return each.card
    if isinstance(each, Show) and action.action in SHOWN_IN_CHAT:
        return each.card
    if isinstance(each, Ask) and each.form.name.startswith(FORMS_IN_CHAT):
        return each.form
    if action.plain or not action.action:
        return note(say("teams.talk.no_dialog"))
    again = Button(say("teams.talk.open"), action.action, action.value, "primary")
    return Card(say("teams.talk.only_in_dialog"), (Text(say("teams.talk.only_in_dialog")), Buttons((again,))))


def pressed(card: AdaptiveCard) -> Reply:
    """Return the answer to a press that puts a card in place of the pressed one, for whoever pressed."""
    return Reply(200, {"statusCode": 200, "type": CARD_TYPE, "value": card})


def told(sentence: str) -> Reply:
    """Return the answer to a press that shows a sentence under the card."""
    return Reply(200, {"statusCode": 200, "type": MESSAGE_TYPE, "value": sentence})


def found_people(rows: Sequence[tuple[str, str]]) -> Reply:
    """Return the answer to a search within a list: ids and names."""
    results = [{"value": value, "title": title} for value, title in rows]
    return Reply(200, {"statusCode": 200, "type": SEARCH_TYPE, "value": {"results": results}})


def closing(sentence: str) -> Reply:
    """Return the answer to a dialog that closes it with a sentence."""
    return Reply(200, {"task": {"type": "message", "value": sentence}})


def dialog(card: AdaptiveCard, title: str) -> Reply:
    """Return the answer that shows a card in a dialog."""
    value = {"title": title[:LONGEST_TITLE], "height": "large", "width": "medium", "card": attachment(card)}
    return Reply(200, {"task": {"type": "continue", "value": value}})


def in_dialog(said: Sequence[Outbound], action: Sign, on: Surface) -> Reply:
    """Return what the bot said, in a dialog: a form, or the cards one below the other."""
    forms = [each.form for each in said if isinstance(each, Ask)]
    if forms:
        prefill = {"evidence": action.evidence, "address": action.address}
        return dialog(form_card(forms[-1], on, {name: text for name, text in prefill.items() if text}), forms[-1].title)
    shown = [each.card for each in said if isinstance(each, Show | Say)]
    shown = shown or [each.card for each in said if isinstance(each, Replace)][-1:]
    if not shown:
        return dialog(elements.card(note(say("teams.talk.done")), on), say("teams.talk.done"))
    one = shown[-1]
    together = Card(one.summary, tuple(element for card in shown for element in card.body), one.key)
    return dialog(_part(together, action, on), one.summary)


def typed_back(sentence: str, values: Values, on: Surface) -> Reply:
    """Return a dialog that says what went wrong and gives back what was typed: the dialog that held it is gone."""
    typed = [value for value in values.values() if isinstance(value, str) and len(value) > 3]
    body: list[Element] = [Text(sentence, "strong")]
    if typed:
        body += [Text(say("teams.talk.sent_back")), *(Quote(Typed(each)) for each in typed)]
    return dialog(elements.card(Card(sentence, tuple(body)), on), sentence)


def _part(card: Card, action: Sign, on: Surface) -> AdaptiveCard:
    """Return a card, or the asked-for part of one that is too large, with buttons to the parts beside it."""
    cut = elements.parts(card, on)
    if len(cut) == 1:
        return elements.card(card, on)
    at = min(action.part, len(cut) - 1)
    title = Text(say("teams.talk.other_page", page=at + 1, pages=len(cut)), "small")
    drawn = elements.card(Card(card.summary, (title, *cut[at].body), card.key), on)
    again = _again(card, action)
    if again is None:
        drawn["body"] += elements.drawn(Text(say("teams.talk.cut"), "small"), on)
        return drawn
    buttons: list[shapes.Action] = []
    for label, to in (("back", at - 1), ("more", at + 1)):
        if 0 <= to < len(cut):
            sign = on.carry(action=again.action, value=again.value, part=to, replaces=card.key)
            made = submit(say(f"teams.talk.{label}"), pack(sign))
            made["associatedInputs"] = "none"
            buttons.append(made)
    drawn["body"].append({"type": "ActionSet", "actions": buttons})
    return drawn


def _again(card: Card, action: Sign) -> Sign | None:
    """Return the act that only shows a card once more, or ``None`` where it would do something again."""
    if card.key.startswith("report/") and card.key.endswith("/open"):
        return Sign(action="report.open", value=card.key.removeprefix("report/").removesuffix("/open"))
    return Sign(action=action.action, value=action.value) if action.action in READS else None
