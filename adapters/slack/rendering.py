"""Cards and forms of the bot to messages, dialogs and the App Home of Slack: the one renderer. All is linted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from adapters.slack.fields import LONGEST, Directory, Nowhere, block_of, inputs, telling
from adapters.slack.lint import MESSAGE_BLOCKS, MESSAGE_CHARACTERS, VIEW_BLOCKS, characters, longer, sound
from adapters.slack.marks import Marks
from adapters.slack.pieces import blocks_of
from adapters.slack.texts import NOTHING, Block, text_blocks
from bot.messages import Button, Buttons, Card, Element, Form, Heading, Text
from bot.plain import visible
from bot.wording import say

METADATA: Final = "can_i_card"
"""The event type of the metadata on our messages: its payload holds the outbox key and the card's key."""
VIEW_CHARACTERS: Final = 60_000
"""Characters of one part of a dialog: Slack takes 250,000 bytes, and one sign can be twelve bytes of JSON."""
TITLE: Final = 24
CARD_VIEW: Final = "card"
FORM_VIEW: Final = "form"
CARRIED: Final = "carried:"
Payload = dict[str, Any]
_MARKUP: Final = re.compile(r"[*_~`]|:(?=[\w+-]+:)|(?<=[^\W\d_]):(?=\S)|(?m:^>)|(?<=\w)[.@](?=\w*[^\W\d_])")


def messages(card: Card, key: str = "") -> list[Payload]:
    """Return a card as the messages that it takes: one, or several where it is longer than Slack allows.

    ``key`` is the outbox key; it is written into the metadata of the last message, so that it is there only when all
    are. Raise ``Unfit`` for a card that breaks a rule.
    """
    parts = _parts([*blocks_of(card)], MESSAGE_BLOCKS, MESSAGE_CHARACTERS)
    found = []
    for number, blocks in enumerate(parts, 1):
        last = number == len(parts)
        payload = {"card": card.key, **({"key": key} if key and last else {})}
        found.append(
            sound(
                {
                    "text": escaped(card.summary if visible(card.summary).strip() else say("slack.title")),
                    "blocks": blocks,
                    "metadata": {"event_type": METADATA, "event_payload": payload},
                    "unfurl_links": False,
                    "unfurl_media": False,
                }
            )
        )
    return found


def dialog(card: Card, marks: Marks, carried: Iterable[Block] = ()) -> Payload:
    """Return a card as a dialog without inputs. A long card is shown in parts, with a button to go on.

    ``carried`` are blocks that are kept at its end: the message that a person may put into a form. Raise ``Unfit``.
    """
    blocks, marks = _part(card, marks)
    view = {
        "type": "modal",
        "callback_id": CARD_VIEW,
        "title": _plain(_title(card)),
        "close": _plain(say("slack.close")),
        "blocks": [*blocks, *carried],
        "private_metadata": marks.of(key=card.key).write(),
    }
    return sound(view)


def home(card: Card) -> Payload:
    """Return a card as the App Home. Raise ``Unfit``."""
    blocks, marks = _part(card, Marks(action="home"))
    return sound({"type": "home", "blocks": blocks, "private_metadata": marks.of(key=card.key).write()})


def form_dialog(form: Form, marks: Marks, directory: Directory | None = None, *, may_keep: bool = False) -> Payload:
    """Return a form as a dialog, filled with what was typed, with what is to be put right above the first field.

    ``may_keep`` adds a button that keeps the form for later; and Slack tells of each choice made in it and of its being
    closed, so that an accident loses as little as can be. Raise ``Unfit``.
    """
    title = form.title if len(form.title) <= TITLE else say("slack.title")
    blocks: list[Block] = []
    if len(form.title) > TITLE:
        blocks += blocks_of(Card("", (Heading(form.title),)))
    if form.errors:
        labels = {field.name: field.label for field in form.fields}
        lines: list[Element] = [Text(say("slack.form.wrong"), "strong")]
        lines += [Text(say("slack.form.mend", label=labels.get(n, n), error=e)) for n, e in form.errors.items()]
        blocks += blocks_of(Card("", tuple(lines)))
    blocks += blocks_of(Card("", form.intro))
    fields = [*inputs(form, directory or Nowhere())]
    blocks += [telling(block) for block in fields] if may_keep else fields
    if may_keep:
        blocks += blocks_of(Card("", (Buttons((Button(say("report.act.keep_draft"), "slack.keep"),)),), "keep"))
    view: Payload = {
        "type": "modal",
        "callback_id": FORM_VIEW,
        **({"notify_on_close": True} if may_keep else {}),
        "title": _plain(title),
        "submit": _plain(form.submit if len(form.submit) <= TITLE else say("slack.send")),
        "close": _plain(say("slack.close")),
        "blocks": blocks,
        "private_metadata": marks.of(form=form.name, key=form.key).write(),
    }
    return sound(view)


def errors(form: Form, view: Payload) -> dict[str, str] | None:
    """Return a refused form's errors for the dialog that was sent, by block; ``None`` where it must be drawn anew.

    It must be where a field came in (or went), or an error belongs to none of the fields.
    """
    there = {block.get("block_id") for block in view.get("blocks", []) if block.get("type") == "input"}
    wanted = {block_of(field.name) for field in form.fields}
    if not form.errors or not wanted <= there:
        return None
    found = {block_of(name): error for name, error in form.errors.items()}
    return found if found.keys() <= there else None


def carried(text: str) -> list[Block]:
    """Return what a form takes of a message with words, as the blocks that hold it while a person chooses."""
    return [{**block, "block_id": f"{CARRIED}{at}"} for at, block in enumerate(text_blocks(visible(text)[:LONGEST]))]


def carried_text(view: Payload) -> tuple[list[Block], str]:
    """Return the blocks of a carried message in a dialog, and its text."""
    found = [b for b in view.get("blocks", []) if str(b.get("block_id", "")).startswith(CARRIED)]
    return found, "".join(block.get("text", {}).get("text", "") for block in found)


def escaped(text: str) -> str:
    """Return words for a message's top-level text, which Slack reads as markup: its three signs are written out.

    A sign that is not seen keeps apart what else would be read: bold, quotations, names of emoji, addresses.
    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    apart = _MARKUP.sub("\u2060\\g<0>\u2060", visible(text))
    return apart.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _part(card: Card, marks: Marks) -> tuple[list[Block], Marks]:
    blocks = [*blocks_of(card)]
    parts = _parts(blocks, VIEW_BLOCKS - 5, VIEW_CHARACTERS)
    if len(parts) == 1:
        return parts[0], marks.of(part=1)
    part = min(max(marks.part, 1), len(parts))
    following = part % len(parts) + 1
    more = Button(say("slack.more", part=following, parts=len(parts)), "slack.more", str(following), "primary")
    return [*parts[part - 1], *blocks_of(Card("", (Buttons((more,)),), "more"))], marks.of(part=part)


def _parts(blocks: list[Block], most: int, longest: int) -> list[list[Block]]:
    if len(blocks) <= most and not longer(blocks, longest):
        return [blocks]
    parts: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        long = characters(block)
        if parts[-1] and (len(parts[-1]) >= most or size + long > longest):
            parts.append([])
            size = 0
        parts[-1].append(block)
        size += long
    return parts


def _title(card: Card) -> str:
    heading = next((element.text for element in card.body if isinstance(element, Heading)), "")
    return heading if 0 < len(heading) <= TITLE else say("slack.title")


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": visible(text) or NOTHING, "emoji": False}
