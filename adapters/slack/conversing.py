"""From something done in Slack to the bot's answer there: who it was, whether it is new, what the bot says, where."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from adapters.slack import chosen, own
from adapters.slack.api import Api
from adapters.slack.consequences import Trouble, mend
from adapters.slack.delivery import Delivery
from adapters.slack.fields import ENTRY
from adapters.slack.identity import Identity, Known, Nobody, Perhaps, profile_of
from adapters.slack.places import Body, Place
from adapters.slack.submissions import Submissions, question_form
from adapters.slack.talk import Once, Talk
from adapters.slack.unanswered import Unanswered
from adapters.slack.workspaces import Workspace
from bot.forms import draft_of, is_report_form
from bot.messages import Ask, Asked, Card, Form, Inbound, Opened, Outbound, Pressed, Replace, Say, Show, Submitted
from bot.ports import Clock, StoreBusy
from bot.references import new_form_key
from bot.wording import say, say_list

log = logging.getLogger(__name__)

LONGEST: Final = 40_000
"""Characters of a message that are read: Slack itself takes no more."""


class Conversing:
    """Answers people in Slack. One for all workspaces; everything that touches the store runs in a thread."""

    def __init__(self, talk: Talk, once: Once, identity: Identity, api: Api, clock: Clock) -> None:
        self._talk = talk
        self._once = once
        self.identity = identity
        self._api = api
        self.delivery = Delivery(api, identity)
        self.submissions = Submissions(talk, identity, self.delivery)
        self._unanswered = Unanswered(clock)
        self._background: set[asyncio.Task[None]] = set()
        self._noticing = asyncio.Lock()

    async def asked(self, workspace: Workspace, place: Place, text: str, once: str, *, files: bool = False) -> None:
        """Answer a question; ``files`` says that something was attached, which we never fetch."""
        if files:
            await self._guarded(workspace, place, self._no_files(workspace, place, once))
        if text or not files:
            await self.said(workspace, place, Asked(text[:LONGEST]), f"{once}/text" if files and once else once)

    async def said(self, workspace: Workspace, place: Place, said: Inbound, once: str = "") -> None:
        """Answer what somebody did, the first time that Slack tells of it."""
        await self._guarded(workspace, place, self._said(workspace, place, said, once))

    async def pressed(self, workspace: Workspace, place: Place, press: Pressed, once: str) -> None:
        """Answer a button, the bot's or one of our own."""
        ours: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            own.ME: lambda: self._me(workspace, place, yes=True),
            own.NOT_ME: lambda: self._me(workspace, place, yes=False),
            own.CARRY: lambda: self._carry(workspace, place, yes=True),
            own.WITHOUT: lambda: self._carry(workspace, place, yes=False),
            own.MORE: lambda: self._more(workspace, place, press.value),
            own.KEEP: lambda: self._keep(workspace, place),
        }
        if press.action == ENTRY:
            await self.left(workspace, place)
        elif press.action in ours:
            await self._guarded(workspace, place, ours[press.action]())
        else:
            await self.said(workspace, place, press, once)

    async def left(self, workspace: Workspace, place: Place) -> None:
        """Keep what stands in a report's form, as far as Slack tells of it, and say nothing: people are writing."""
        try:
            await self._kept(workspace, place)
        except (Trouble, StoreBusy) as error:
            log.warning("slack form not kept workspace=%s error=%s", workspace.team, type(error).__name__)

    async def at_home(self, workspace: Workspace, user: str) -> None:
        """Draw a person's App Home."""
        try:
            who = await self.identity.who(workspace, user)
            if isinstance(who, Known):
                where = Place("home", user, "home").where
                outs = await asyncio.to_thread(self._talk.handle, who.person_id, where, Opened())
                card = next(each.card for each in outs if isinstance(each, Say))
            else:
                card = own.introduction(who) if isinstance(who, Perhaps) else own.stranger(who)
            await self.delivery.publish(workspace, user, card)
        except (Trouble, StoreBusy) as error:
            log.warning("slack home not drawn workspace=%s error=%s", workspace.team, error)

    async def commanded(
        self, workspace: Workspace, place: Place, press: Pressed, once: str, *, typed: bool = False
    ) -> None:
        """Answer a command that opens a dialog; ``typed``: something stood behind it, which is not kept."""
        note = own.plain(say("slack.command_text")) if typed else None
        await self._guarded(workspace, place, self._said(workspace, place, press, once, note))

    async def greet(self, workspace: Workspace, thread: Body, once: str) -> None:
        """Begin a conversation in Slack's assistant pane: what one may ask, no model behind it."""
        place = Place("direct", str(thread["user_id"]), *(2 * (str(thread.get("channel_id", "")),)))
        place = replace(place, thread=str(thread.get("thread_ts", "")))
        await self._guarded(workspace, place, self._greet(workspace, place, once))

    async def question(self, workspace: Workspace, place: Place, text: str | None = None) -> None:
        """Open the form for a question, filled with a message that the person chose, if any."""
        form = question_form(new_form_key(), text)
        await self._guarded(workspace, place, self._form(workspace, place, form))

    async def report_message(self, workspace: Workspace, place: Place, text: str) -> None:
        """Ask whether a chosen message is to go into a report."""
        await self._guarded(workspace, place, self._choose(workspace, place, text))

    async def noticed(self, workspace: Workspace, user: Body) -> None:
        """Take in that a user is new or has changed."""
        profile = profile_of(user, workspace)
        try:
            # One after the other: each may wait long for the database, and would hold up forms for want of threads.
            async with self._noticing:
                await asyncio.to_thread(self.identity.notice, workspace, [profile])
        except StoreBusy as error:
            log.warning("slack change not kept workspace=%s error=%s", workspace.team, error)

    def later(self, workspace: Workspace, place: Place, cards: tuple[Card, ...]) -> None:
        """Put cards in place after Slack was answered. Nothing that fails there can take that answer back."""
        for card in cards:
            work = self._guarded(workspace, place, self.delivery.replace(workspace, place, card, beside=True))
            task = asyncio.get_running_loop().create_task(work)
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    async def settle(self) -> None:
        """Wait until everything that was put off is done."""
        while self._background:
            await asyncio.gather(*self._background, return_exceptions=True)

    # --- the bot's ------------------------------------------------------------------------------------------------

    async def _said(
        self, workspace: Workspace, place: Place, said: Inbound, once: str, note: Card | None = None
    ) -> None:
        who = await self.identity.who(workspace, place.user)
        outs = await self._once.do(once, lambda: self._answer(who, place, said))
        if outs is None:
            return
        if isinstance(who, Perhaps):
            self._unanswered.keep(workspace.team, place.user, said)
        if not isinstance(who, Known):
            # What concerns who somebody is, nobody else reads.
            place = place.aside
        if outs and note is not None:
            outs = (Say(note), *outs)
        if outs:
            press = said if isinstance(said, Pressed) else Pressed("home") if isinstance(said, Opened) else None
            await self.delivery.give(workspace, place, outs, press)
        if place.surface == "home" and isinstance(said, Pressed):
            await self.at_home(workspace, place.user)

    def _answer(self, who: Known | Perhaps | Nobody, place: Place, said: Inbound) -> tuple[Outbound, ...]:
        if isinstance(who, Known):
            return self._talk.handle(who.person_id, place.where, said)
        card = own.introduction(who) if isinstance(who, Perhaps) else own.stranger(who)
        return (Say(card),)

    # --- our own --------------------------------------------------------------------------------------------------

    async def _me(self, workspace: Workspace, place: Place, *, yes: bool) -> None:
        # Asked before we knew who they are: answered now, but on Home, which shows no answers.
        asked = self._unanswered.take(workspace.team, place.user) if place.surface != "home" else None
        if not yes:
            await self.delivery.give(workspace, place, (Replace(own.plain(say("slack.first.refused"), "me")),))
            return
        profile = await self.identity.profile(workspace, place.user)
        who = await asyncio.to_thread(self.identity.confirm, workspace, profile)
        if not isinstance(who, Known):
            refusal = own.introduction(who) if isinstance(who, Perhaps) else own.stranger(who)
            await self.delivery.give(workspace, place, (Replace(refusal),))
            return
        outs = await asyncio.to_thread(self._talk.handle, who.person_id, place.where, asked or Opened())
        press = asked if isinstance(asked, Pressed) else None if asked else Pressed("home")
        thanks = own.plain(say("slack.first.confirmed"), "me")
        if place.surface in {"dialog", "start"}:
            await self.delivery.give(workspace, place, (Say(thanks), *outs), press)
        elif place.surface == "home":
            await self.at_home(workspace, place.user)
        else:
            await self.delivery.give(workspace, place, (Replace(thanks), *outs), press)
            await self.at_home(workspace, place.user)

    async def _choose(self, workspace: Workspace, place: Place, text: str) -> None:
        who = await self.identity.who(workspace, place.user)
        if isinstance(who, Known):
            card, place = chosen.question(text), chosen.carrying(place, text)
        else:
            card = own.introduction(who) if isinstance(who, Perhaps) else own.stranger(who)
        await self.delivery.give(workspace, place, (Say(card),))

    async def _carry(self, workspace: Workspace, place: Place, *, yes: bool) -> None:
        """Go on to the report, with the chosen message or without it."""
        note = own.plain(say("slack.carry.carried")) if yes else None
        place = place if yes else replace(place, marks=place.marks.of(carries=False))
        await self._said(workspace, place, Pressed("report.start"), "", note)

    async def _more(self, workspace: Workspace, place: Place, part: str) -> None:
        """Show another part of a long card: what it shows is asked for anew, through the same gate as before."""
        who = await self.identity.who(workspace, place.user)
        if not isinstance(who, Known):
            return
        press = own.again(place.marks.action, place.marks.value, place.marks.key)
        said: Inbound = Opened() if press.action == "home" else press
        outs = await asyncio.to_thread(self._talk.handle, who.person_id, place.where, said)
        card = next((each.card for each in outs if not isinstance(each, Ask)), None)
        if card is None:
            return
        view = self.delivery.card_view(place, card, press, int(part) if part.isdecimal() else 1)
        if place.surface == "home":
            await self._api.call(workspace, "views_open", trigger_id=place.trigger, view=view)
        else:
            await self._api.call(workspace, "views_update", view_id=place.view_id, view=view)

    async def _keep(self, workspace: Workspace, place: Place) -> None:
        """Keep a report's form, sealed, without sending it, and say so."""
        who = await self.identity.who(workspace, place.user)
        if isinstance(who, Known) and not await asyncio.to_thread(self.identity.here, workspace, who.person_id):
            # Upon the form, so that what stands there can still be copied.
            await self.delivery.give(workspace, place, (Show(own.stranger(Nobody("stranger"))),))
            return
        for card in await self._kept(workspace, place):
            view = self.delivery.card_view(place, card, None)
            await self._api.call(workspace, "views_update", view_id=place.view_id, view=view)

    async def _kept(self, workspace: Workspace, place: Place) -> tuple[Card, ...]:
        """Keep what stands in a report's form; return what there is to say of it."""
        who = await self.identity.who(workspace, place.user)
        if not isinstance(who, Known) or not is_report_form(place.marks.form):
            return ()
        values = await self.submissions.read(workspace, place)
        draft = Submitted(draft_of(place.marks.form), place.marks.key, values)
        outs = await asyncio.to_thread(self._talk.handle, who.person_id, place.where, draft)
        return tuple(each.card for each in outs if isinstance(each, Say | Show))

    async def _greet(self, workspace: Workspace, place: Place, once: str) -> None:
        if await self._once.first(once):
            await self.delivery.give(workspace, place, (Say(own.plain(say("slack.assistant.hello"))),))
            prompts = [{"title": text, "message": text} for text in say_list("slack.assistant.prompts")]
            given = {"channel_id": place.channel, "thread_ts": place.thread, "prompts": prompts}
            await self._api.call(workspace, "assistant_threads_setSuggestedPrompts", **given)

    async def _form(self, workspace: Workspace, place: Place, form: Form) -> None:
        who = await self.identity.who(workspace, place.user)
        if isinstance(who, Known):
            await self.delivery.give(workspace, place, (Ask(form),))
        else:
            card = own.introduction(who) if isinstance(who, Perhaps) else own.stranger(who)
            await self.delivery.give(workspace, place, (Say(card),))

    async def _no_files(self, workspace: Workspace, place: Place, once: str) -> None:
        if await self._once.first(once):
            await self.delivery.give(workspace, place, (Say(own.plain(say("slack.no_files"))),))

    # --- faults ---------------------------------------------------------------------------------------------------

    async def _guarded(self, workspace: Workspace, place: Place, work: Coroutine[Any, Any, None]) -> None:
        """Do something for a person; what goes wrong is logged without words, and the person is told."""
        try:
            await work
        except Trouble as trouble:
            log.warning("slack call failed workspace=%s code=%s: %s", workspace.team, trouble.code, mend(trouble.code))
            says = say("slack.late") if trouble.consequence == "late" else say("slack.lost")
        except StoreBusy as error:
            log.warning("slack answer without the store workspace=%s error=%s", workspace.team, error)
            says = say("slack.busy")
        except Exception:
            log.exception("slack answer failed workspace=%s surface=%s", workspace.team, place.surface)
            says = say("slack.busy")
        else:
            return
        await self._tell(workspace, place, says)

    async def _tell(self, workspace: Workspace, place: Place, says: str) -> None:
        """Tell a person where only they see it, else in their own chat, that something did not work."""
        try:
            if place.response_url:
                await self._api.respond(place.response_url, {"text": says, "response_type": "ephemeral"})
                return
        except Trouble as trouble:
            log.warning("slack response address failed workspace=%s code=%s", workspace.team, trouble.code)
        try:
            channel = await self._api.direct(workspace, place.user)
            await self._api.call(workspace, "chat_postMessage", channel=channel, text=says)
        except Trouble as trouble:
            log.warning("slack person not told workspace=%s code=%s", workspace.team, trouble.code)
