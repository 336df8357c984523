"""Where in Slack something was said or pressed, read from what Slack sends: the one place that knows its payloads."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias

from adapters.slack.marks import Marks, action_of, card_key, read_marks
from adapters.slack.rendering import FORM_VIEW
from bot.messages import Pressed, Where

Surface: TypeAlias = Literal["direct", "channel", "hidden", "dialog", "home", "start"]
"""``direct``: the person's own chat. ``channel``: a message that others see. ``hidden``: a message that only this
person sees, in whatever conversation: Slack does not keep it, and it is reached by its response_url only. ``dialog``:
within a dialog. ``home``: App Home. ``start``: a command or shortcut, answered in a dialog."""
Body: TypeAlias = Mapping[str, Any]
DEPTH: Final = 3
"""Dialogs that Slack lays upon each other at most."""
_MARKED: Final = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer. ``trigger`` opens a dialog within three seconds; ``response_url`` reaches one person's eyes."""

    surface: Surface
    user: str
    conversation: str
    channel: str = ""
    message: str = ""
    thread: str = ""
    trigger: str = ""
    response_url: str = ""
    view: Body = field(default_factory=dict, repr=False)
    marks: Marks = field(default_factory=Marks)
    card_key: str = ""
    begun: bool = True
    """Whether the thread is there already: in one that is not, Slack shows nobody what only one person is to see."""

    @property
    def aside(self) -> Place:
        """The same place, to answer where nobody but this person sees it."""
        if self.surface != "channel":
            return self
        return replace(self, surface="hidden", message="", thread=self.thread if self.begun else "")

    @property
    def where(self) -> Where:
        """The place as the core sees it: everything but a message that others can read is private."""
        return Where("slack", self.conversation, self.surface != "channel")

    @property
    def view_id(self) -> str:
        """The id of the dialog."""
        return str(self.view.get("id", ""))

    @property
    def depth(self) -> int:
        """How many dialogs lie upon each other, this one included, as far as Slack tells."""
        before, root = self.view.get("previous_view_id"), self.view.get("root_view_id")
        if not before:
            return 1
        return DEPTH - 1 if before == root else DEPTH

    @property
    def form(self) -> bool:
        """Whether the dialog is a form, in which something may have been typed."""
        return self.view.get("callback_id") == FORM_VIEW


def of_message(event: Body) -> Place:
    """Return the place of a direct message."""
    channel = str(event.get("channel", ""))
    thread = str(event.get("thread_ts") or "")
    return Place("direct", str(event.get("user", "")), channel, channel, thread=thread)


def of_mention(event: Body, *, openly: bool) -> Place:
    """Return the place of a mention: answered to the asker only, or ``openly`` in its thread."""
    channel = str(event.get("channel", ""))
    thread = str(event.get("thread_ts") or "")
    started = str(event.get("ts") or "")
    surface: Surface = "channel" if openly else "hidden"
    return Place(
        surface,
        str(event.get("user", "")),
        channel,
        channel,
        thread=thread or (started if openly else ""),
        begun=bool(thread),
    )


def of_command(body: Body, *, dialog: bool) -> Place:
    """Return the place of a slash command: its answer is seen by one person, or stands in a dialog."""
    channel = str(body.get("channel_id", ""))
    return Place(
        "start" if dialog else "hidden",
        str(body.get("user_id", "")),
        channel,
        channel,
        trigger=str(body.get("trigger_id", "")),
        response_url=str(body.get("response_url", "")),
    )


def of_shortcut(body: Body) -> Place:
    """Return the place of a shortcut."""
    user = str((body.get("user") or {}).get("id", ""))
    return Place("start", user, "home", trigger=str(body.get("trigger_id", "")))


def of_view(body: Body) -> Place:
    """Return the place of something done in a dialog or at home."""
    view = body.get("view") or {}
    marks = read_marks(str(view.get("private_metadata") or ""))
    at_home = view.get("type") == "home"
    return Place(
        "home" if at_home else "dialog",
        str((body.get("user") or {}).get("id", "")),
        marks.conversation or "home",
        marks.channel,
        trigger=str(body.get("trigger_id", "")),
        view=view,
        marks=marks,
        card_key=marks.key,
    )


def of_action(body: Body) -> Place:
    """Return the place of a pressed button."""
    if body.get("view"):
        return of_view(body)
    container = body.get("container") or {}
    message = body.get("message") or {}
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id", ""))
    hidden = bool(container.get("is_ephemeral"))
    action = (body.get("actions") or [{}])[0]
    surface: Surface = "hidden" if hidden else "direct" if channel.startswith("D") else "channel"
    return Place(
        surface,
        str((body.get("user") or {}).get("id", "")),
        channel,
        channel,
        message=str(container.get("message_ts") or message.get("ts") or ""),
        thread=str(message.get("thread_ts") or container.get("thread_ts") or ""),
        trigger=str(body.get("trigger_id", "")),
        response_url=str(body.get("response_url", "")) if hidden else "",
        card_key=card_key(str(action.get("block_id", ""))),
    )


def pressed(body: Body, place: Place) -> Pressed:
    """Return the button that was pressed."""
    action = (body.get("actions") or [{}])[0]
    chosen = action.get("value")
    return Pressed(
        action_of(str(action.get("action_id", ""))), chosen if isinstance(chosen, str) else "", place.card_key
    )


def words(text: str, bot_user: str = "") -> str:
    """Return what somebody typed, without Slack's marks: links as their words, people as ``@colleague``.

    https://docs.slack.dev/messaging/formatting-message-text
    """

    def unmarked(found: re.Match[str]) -> str:
        inner = found[1]
        target, _, label = inner.partition("|")
        if inner.startswith("@"):
            return "" if target == f"@{bot_user}" else f"@{label or 'colleague'}"
        if inner.startswith(("#", "!")):
            return label or ("a channel" if inner.startswith("#") else "everybody")
        return label or target

    return html.unescape(_MARKED.sub(unmarked, text)).strip()
