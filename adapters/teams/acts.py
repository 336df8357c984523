"""Handing what somebody did to the bot, and what it says to where it belongs: chat, card or dialog."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from adapters.teams import elements, outcomes
from adapters.teams.elements import Surface, note
from adapters.teams.forms import question_form
from adapters.teams.hearing import fields, heard, reported
from adapters.teams.identity import Identities
from adapters.teams.outcomes import Post, in_dialog, pressed, told
from adapters.teams.patience import patiently
from adapters.teams.sender import Shown
from adapters.teams.services import Services
from adapters.teams.signs import Data, Sign, pack
from adapters.teams.turns import PLATFORM, Line, Place, Reply, Turn
from bot.messages import (
    Ask,
    Asked,
    Card,
    Form,
    Inbound,
    Link,
    Opened,
    Outbound,
    Pressed,
    Replace,
    Say,
    Submitted,
    Where,
)
from bot.ports import Gone, Refused, RetryLater
from bot.wording import say

THREADS: Final = 8
MOST_FOUND: Final = 15

Result = TypeVar("Result")


class Acts:
    """What the handler does, once it is known who acts. For one event loop."""

    def __init__(self, services: Services, identities: Identities, line: Line, shown: Shown) -> None:
        self.services = services
        self.identities = identities
        self.line = line
        self._shown = shown
        self._threads = ThreadPoolExecutor(THREADS, "can-i-teams")
        self._open: dict[tuple[str, str], Place] = {}
        self._beside: set[asyncio.Task[Any]] = set()

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do what touches the database in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def who(self, turn: Turn) -> str | None:
        """Return who a turn is from, and remember the chat with them where it is one of our own."""
        ours = turn.private and (turn.kind == "message" or turn.name == "adaptiveCard/action")
        place = turn.place if ours else None
        return await self.run(lambda: self.identities.who(turn.place.tenant, self.address(turn), place))

    @staticmethod
    def address(turn: Turn) -> str:
        """Return the id under which an account is kept: the one of the directory, which never changes."""
        return turn.aad or turn.user

    def surface(self, *, in_dialog: bool = False, sign: Sign = elements.NOTHING) -> Surface:
        """Return what to draw for, freshly minted."""
        return Surface(secrets.token_urlsafe(9), in_dialog, sign, self.services.desk)

    async def said(self, person_id: str, place: Place, said: Inbound, *, private: bool = True) -> tuple[Outbound, ...]:
        """Return what the bot does about what a person did."""
        where = Where(PLATFORM, place.conversation, private)
        return await self.run(lambda: self.services.conversation.handle(person_id, where, said))

    # --- in a chat -----------------------------------------------------------------------------------------------

    async def typing(self, turn: Turn) -> None:
        """Show that an answer is on its way; where that cannot be shown, nothing is lost."""
        with contextlib.suppress(RetryLater, Gone, Refused):
            await self.line.send(turn.place, {"type": "typing"})

    async def answer(self, person_id: str, turn: Turn, data: Data | None) -> None:
        """Answer a message of somebody's own chat."""
        said, sign = heard(turn, data)
        if said is None:
            await self.write(turn.place, note(say("teams.talk.no_files")))
            return
        outcome = await self.said(person_id, turn.place, said)
        await self.deliver(turn, turn.place, outcome, sign)

    async def answer_in_group(self, person_id: str, turn: Turn, data: Data | None) -> None:
        """Answer a mention: in a chat of their own with a pointer here, or here where the school wants it so."""
        said, sign = heard(turn, data)
        if said is None or (isinstance(said, Asked) and not said.text):
            await self.write(turn.place, note(say("teams.talk.say_something")), turn.id)
            return
        if self.services.group_answers == "thread":
            outcome = await self.said(person_id, turn.place, said, private=False)
            await self.deliver(turn, turn.place, outcome, sign)
            return
        try:
            own = await self.own_chat(turn)
            outcome = await self.said(person_id, own, said)
            await self.deliver(turn, own, outcome, sign)
        except (Gone, Refused):
            await self.write(turn.place, self._pointer("teams.talk.pointer_blocked"), turn.id)
        else:
            await self.write(turn.place, self._pointer("teams.talk.pointer"), turn.id)

    async def own_chat(self, turn: Turn) -> Place:
        """Return the personal chat with whoever a turn is from. Raise ``Gone``, ``Refused`` or ``RetryLater``."""
        key = turn.place.tenant, turn.user
        if key not in self._open:
            if len(self._open) > 20_000:
                self._open.clear()
            own = self._open[key] = await patiently(lambda: self.line.open(turn.place, turn.user))
            await self.run(lambda: self.identities.who(turn.place.tenant, self.address(turn), own))
        return self._open[key]

    def _pointer(self, sentence: str) -> Card:
        link = Link(say("teams.talk.open_chat"), f"https://teams.microsoft.com/l/chat/0/0?users={self.services.bot}")
        return Card(say(sentence), (*note(say(sentence)).body, link))

    async def deliver(self, turn: Turn, place: Place, said: Sequence[Outbound], sign: Sign) -> None:
        """Write what the bot said into a chat; a card in the place of an earlier one goes there."""
        for post in outcomes.posts(said, sign, self.surface(sign=Sign(plain=sign.plain))):
            before = ""
            if post.replaces and post.key:
                pressed_one = turn.reply_to if sign.replaces == post.key and place == turn.place else ""
                before = pressed_one or self._shown.get(place.conversation, post.key)
            if not (before and await self._update(place, before, post)):
                reply_to = "" if turn.private or place != turn.place else turn.id
                await self._write(place, post, reply_to)

    async def write(self, place: Place, card: Card, reply_to: str = "") -> None:
        """Write one card of our own."""
        for post in outcomes.posts([Say(card)], elements.NOTHING, self.surface()):
            await self._write(place, post, reply_to)

    async def _write(self, place: Place, post: Post, reply_to: str = "") -> None:
        sent = await patiently(lambda: self.line.send(place, post.activity, reply_to))
        self._shown.put(place.conversation, post.key, sent)

    async def _update(self, place: Place, before: str, post: Post) -> bool:
        try:
            await patiently(lambda: self.line.update(place, before, post.activity))
        except (RetryLater, Gone, Refused):
            return False
        self._shown.put(place.conversation, post.key, before)
        return True

    # --- on a card and in a dialog -------------------------------------------------------------------------------

    async def execute(self, person_id: str, turn: Turn, data: Data) -> Reply:
        """Answer a press on a card: with a card in its place, or with a sentence and messages below.

        In a group the answer is only the presser's to see, so everything goes into it and nothing below.
        """
        sign = data.sign
        outcome = await self.said(person_id, turn.place, data.said(), private=turn.private)
        on = self.surface(sign=Sign(plain=sign.plain))
        if not turn.private:
            cards = [outcomes.in_chat(each, sign) for each in outcome if not isinstance(each, Ask)]
            cards = cards or [outcomes.in_chat(each, sign) for each in outcome]
            shown = [card for card in cards if isinstance(card, Card)]
            return pressed(outcomes.fitting(shown[-1], on)) if shown else told(say("teams.talk.done"))
        forms = [each for each in outcome if isinstance(each, Ask)]
        in_place = [each for each in outcome if isinstance(each, Replace) and each.card.key == sign.replaces] or forms
        below = [each for each in outcome if each not in in_place]
        if below:
            self._later(self.deliver(turn, turn.place, below, sign))
        if not in_place:
            return told(say("teams.talk.below" if below else "teams.talk.done"))
        post, *rest = outcomes.posts(in_place[-1:], sign, on)
        for more in rest:
            self._later(self._write(turn.place, more))
        if post.key and turn.reply_to:
            # The answer changes only what this client shows; the message itself is changed for the others.
            self._later(self._update(turn.place, turn.reply_to, post))
        return pressed(post.activity["attachments"][0]["content"])

    async def in_dialog(self, person_id: str, turn: Turn, data: Data, carried: Sign) -> Reply:
        """Answer a dialog, in the dialog; a card of the chat that has changed is changed there."""
        said: Inbound = data.said()
        on = self.surface(in_dialog=True, sign=carried)
        if isinstance(said, Submitted) and said.form == "teams.ask":
            said = Asked(str(said.values.get("question", "")))
        elif data.sign.action == "teams.question":
            return in_dialog([Ask(self._question())], data.sign, on)
        outcome = await self.said(person_id, turn.place, said)
        busy = say("home.home.busy")
        if isinstance(said, Submitted) and any(isinstance(o, Say) and o.card.summary == busy for o in outcome):
            return outcomes.typed_back(busy, said.values, on)
        for each in outcome:
            if isinstance(each, Replace) and (shown := self._behind(turn, carried, each.card.key)):
                post = outcomes.posts([each], data.sign, self.surface())[0]
                self._later(self._update(turn.place, shown, post))
        reply = in_dialog(outcome, Sign(**{**fields(data.sign), "evidence": carried.evidence}), on)
        asking = isinstance(said, Asked) or (data.sign.action.startswith("ask.") and turn.name != "task/fetch")
        if asking and not any(isinstance(each, Ask) for each in outcome):
            another = elements.submit(say("teams.command.another"), pack(on.carry(action="teams.question")))
            body = reply.body["task"]["value"]["card"]["content"]["body"] if reply.body else []
            body.append({"type": "ActionSet", "actions": [another]})
        return reply

    def _behind(self, turn: Turn, carried: Sign, key: str) -> str:
        """Return the message of this chat that shows a card: the dialog's own, or one that was sent before."""
        if carried.message and key == carried.behind:
            return carried.message
        return self._shown.get(turn.place.conversation, key) if turn.private and key else ""

    async def command(self, person_id: str, turn: Turn) -> Reply:
        """Answer a command of the message box or of a message, with a dialog."""
        value = turn.value if isinstance(turn.value, dict) else {}
        name = value.get("commandId")
        on = self.surface(in_dialog=True)
        if name == "ask":
            return in_dialog([Ask(self._question())], elements.NOTHING, on)
        carried = reported(value.get("messagePayload")) if name == "reportMessage" else elements.NOTHING
        actions = {"report": "report.start", "reportMessage": "report.start", "inbox": "report.inbox"}
        actions |= {"mine": "report.mine", "reading": "reread.mine"}
        action = actions.get(str(name))
        said: Inbound = Pressed(action) if action else Opened()
        outcome = await self.said(person_id, turn.place, said)
        return in_dialog(outcome, Sign(action=action or "home"), self.surface(in_dialog=True, sign=carried))

    @staticmethod
    def _question() -> Form:
        return question_form(say("teams.command.ask"), secrets.token_urlsafe(12))

    async def tell_when_done(self, turn: Turn, task: asyncio.Task[Any]) -> None:
        """Say, in the person's own chat, that what took too long for a dialog went through."""
        await asyncio.wait({task})
        if not task.cancelled() and task.exception() is None:
            await self.write(await self.own_chat(turn), note(say("teams.talk.late")))

    async def people(self, person_id: str, text: str) -> list[tuple[str, str]]:
        """Return people of the person's own school whose names hold a text: ids and names."""

        def find() -> list[tuple[str, str]]:
            with self.services.store.look() as work:
                person = work.people.get(person_id)
                if person is None:
                    return []
                roster = work.people.roster(person.school_id)
            here = roster.here(self.services.clock.today(roster.school.timezone))
            return [(p.id, p.name) for p in here if text.casefold().strip() in p.name.casefold()][:MOST_FOUND]

        return await self.run(find)

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def settled(self) -> None:
        """Wait until everything that runs beside has ended."""
        while self._beside:
            await asyncio.gather(*self._beside, return_exceptions=True)
