"""What the bot answers, put where it belongs in Slack: sent, put in place, shown in a dialog, asked in a form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from adapters.slack.api import Api
from adapters.slack.chosen import put_into
from adapters.slack.consequences import Trouble
from adapters.slack.identity import Identity
from adapters.slack.marks import read_marks
from adapters.slack.places import DEPTH, Place
from adapters.slack.rendering import carried_text, dialog, form_dialog, home, messages
from adapters.slack.workspaces import Workspace
from bot.forms import is_report_form
from bot.messages import Ask, Card, Element, Form, Outbound, Pressed, Say, Show, Text
from bot.wording import say

log = logging.getLogger(__name__)

IN_DIALOGS: Final = frozenset({"dialog", "home", "start"})
"""Where everything that is said stands in a dialog."""
View: TypeAlias = dict[str, Any]


class Delivery:
    """Answers in one place of Slack. Nothing here decides what is said."""

    def __init__(self, api: Api, identity: Identity) -> None:
        self._api = api
        self._identity = identity

    async def give(
        self, workspace: Workspace, place: Place, said: Sequence[Outbound], press: Pressed | None = None
    ) -> None:
        """Do everything that the bot said. Raise ``Trouble`` where Slack refuses, ``StoreBusy``.

        ``press`` is what led here: a long card is drawn again from it when the person reads on.
        """
        if place.surface in IN_DIALOGS:
            said = together(said)
        shown = any(isinstance(each, Show | Say | Ask) for each in said)
        for each in said:
            if isinstance(each, Say):
                await self._say(workspace, place, each.card, press)
            elif isinstance(each, Show):
                await self._dialog(workspace, place, self.card_view(place, each.card, press))
            elif isinstance(each, Ask):
                await self._dialog(workspace, place, await self.form_view(workspace, place, each.form))
            else:
                await self.replace(workspace, place, each.card, press, beside=shown)

    async def publish(self, workspace: Workspace, user: str, card: Card) -> None:
        """Show a card as a person's App Home. Raise ``Trouble``."""
        await self._api.call(workspace, "views_publish", user_id=user, view=home(card))

    def card_view(self, place: Place, card: Card, press: Pressed | None, part: int = 1) -> View:
        """Return the dialog that shows a card at a place, with the message that is carried along, if any."""
        marks = replace(
            place.marks,
            conversation=place.conversation,
            form="",
            action=press.action if press else place.marks.action,
            value=press.value if press else place.marks.value,
            part=part,
            whole=place.marks.whole if place.marks.carries else 0,
            **_origin(place),
        )
        return dialog(card, marks, carried_text(dict(place.view))[0] if place.marks.carries else ())

    async def form_view(self, workspace: Workspace, place: Place, form: Form) -> View:
        """Return the dialog of a form; a carried message is put into a report's form. Raise ``StoreBusy``."""
        may_keep = is_report_form(form.name)
        form, whole = put_into(form, place) if may_keep else (form, 0)
        marks = replace(place.marks, conversation=place.conversation, carries=False, whole=whole, **_origin(place))
        directory = await asyncio.to_thread(self._identity.directory, workspace)
        return form_dialog(form, marks, directory, may_keep=may_keep)

    async def replace(
        self, workspace: Workspace, place: Place, card: Card, press: Pressed | None = None, *, beside: bool = False
    ) -> None:
        """Put a card in the place of the one of its key. ``beside``: something else answers the person already.

        The card is looked for where the press came from, then in the person's own chat. Raise ``Trouble``.
        """
        if place.surface == "hidden" and place.response_url:
            await self._respond(place, card, over=True)
        elif place.message and card.key in {"", place.card_key}:
            await self._update(workspace, place.channel, place.message, card, place.thread)
        elif place.surface in IN_DIALOGS and card.key in {"", place.card_key} and not beside:
            await self._dialog(workspace, place, self.card_view(place, card, press), instead=True)
        elif place.marks.message and card.key == place.marks.message_key:
            await self._update(workspace, place.marks.channel, place.marks.message, card, place.marks.thread)
            if not beside and place.surface in IN_DIALOGS:
                await self._dialog(workspace, place, self.card_view(place, card, press), instead=True)
        else:
            await self._somewhere(workspace, place, card, press, beside=beside)

    async def _somewhere(
        self, workspace: Workspace, place: Place, card: Card, press: Pressed | None, *, beside: bool
    ) -> None:
        found = await self._api.find(workspace, place.user, card.key) if card.key else None
        if found is not None:
            await self._update(workspace, *found, card)
        if beside or (found is not None and place.surface == "direct"):
            return
        await self._say(workspace, place, card, press)

    async def _say(self, workspace: Workspace, place: Place, card: Card, press: Pressed | None) -> None:
        if place.surface in IN_DIALOGS:
            await self._dialog(workspace, place, self.card_view(place, card, press), instead=True)
        elif place.response_url:
            await self._respond(place, card, over=False)
        elif place.surface == "hidden":
            for message in messages(card):
                await self._hidden(workspace, place, message)
        else:
            for message in messages(card):
                await self._post(workspace, place.channel, place.thread, message)

    async def _hidden(self, workspace: Workspace, place: Place, message: View) -> None:
        """Show a message to one person in a channel; where the bot may not, in that person's own chat."""
        given = {name: value for name, value in message.items() if name in {"text", "blocks"}}
        if place.thread:
            given["thread_ts"] = place.thread
        try:
            await self._api.call(workspace, "chat_postEphemeral", channel=place.channel, user=place.user, **given)
        except Trouble as trouble:
            if trouble.consequence != "gone":
                raise
            channel = await self._api.direct(workspace, place.user)
            await self._api.call(workspace, "chat_postMessage", channel=channel, **message)

    async def _respond(self, place: Place, card: Card, *, over: bool) -> None:
        for number, message in enumerate(messages(card)):
            # Each part that replaced the message would replace the part before it.
            given = {"text": message["text"], "blocks": message["blocks"], "replace_original": over and number == 0}
            await self._api.respond(place.response_url, {**given, "response_type": "ephemeral"})

    async def _update(self, workspace: Workspace, channel: str, message: str, card: Card, thread: str = "") -> None:
        """Put a card where a message stands, and below, in its thread if it is in one, what does not fit into one.

        The message's metadata, with its outbox key, stays as it is.
        """
        first, *more = messages(card)
        given = {"text": first["text"], "blocks": first["blocks"]}
        await self._api.call(workspace, "chat_update", channel=channel, ts=message, **given)
        for further in more:
            await self._post(workspace, channel, thread, further)

    async def _post(self, workspace: Workspace, channel: str, thread: str, message: View) -> None:
        there = {"thread_ts": thread} if thread else {}
        await self._api.call(workspace, "chat_postMessage", channel=channel, **there, **message)

    async def _dialog(self, workspace: Workspace, place: Place, view: View, *, instead: bool = False) -> None:
        """Open a dialog; within one, lay it upon that, or put it ``instead`` of it where it is the same card."""
        same = bool(place.card_key) and read_marks(view["private_metadata"]).key == place.card_key
        if place.surface == "dialog" and (instead or same or place.depth >= DEPTH):
            await self._api.call(workspace, "views_update", view_id=place.view_id, view=view)
        elif not place.trigger:
            log.warning("slack gave no trigger for a dialog surface=%s", place.surface)
            channel = await self._api.direct(workspace, place.user)
            for message in messages(plain_card(say("slack.no_dialog"))):
                await self._post(workspace, channel, "", message)
        elif place.surface == "dialog":
            await self._api.call(workspace, "views_push", trigger_id=place.trigger, view=view)
        else:
            await self._api.call(workspace, "views_open", trigger_id=place.trigger, view=view)


def together(said: Sequence[Outbound]) -> tuple[Outbound, ...]:
    """Return what was said with all cards in one, since a dialog shows one card at a time."""
    cards = [each.card for each in said if isinstance(each, Say)]
    if len(cards) < 2:
        return tuple(said)
    body: tuple[Element, ...] = tuple(element for card in cards for element in card.body)
    one = Say(Card(cards[-1].summary, body, cards[-1].key))
    return (*(each for each in said if not isinstance(each, Say)), one)


def plain_card(text: str) -> Card:
    """Return a card of one sentence."""
    return Card(text, (Text(text),))


def _origin(place: Place) -> dict[str, Any]:
    """Return the marks of the message that a dialog is opened from; within dialogs they stay what they were."""
    if not place.message or place.surface != "direct":
        return {}
    found = {"channel": place.channel, "message": place.message, "thread": place.thread}
    return {**found, "message_key": place.card_key}
