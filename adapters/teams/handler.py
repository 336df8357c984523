"""Each turn of Teams: what sort it is, who it is from, and in which time it is answered.

A message may take its time: the sign of typing is shown, and after ten seconds the request is let go while the answer
is still on its way. A press or a dialog must be answered at once, or Teams sends it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final, TypeVar

from adapters.teams import outcomes
from adapters.teams.acts import Acts
from adapters.teams.elements import note
from adapters.teams.first_contact import FirstContact
from adapters.teams.outcomes import closing, told
from adapters.teams.repeats import Repeats, key_of, seen_before
from adapters.teams.signs import Data, Sign, Unreadable, read
from adapters.teams.turns import Reply, Turn
from bot.messages import Submitted
from bot.ports import Gone, Refused, RetryLater
from bot.wording import say

log = logging.getLogger(__name__)

TYPING_AFTER: Final = 1.0
LET_GO_AFTER: Final = 10.0
"""Teams gives a message about fifteen seconds: https://learn.microsoft.com/microsoftteams/platform/bots/bot-basics"""
NOT_IMPLEMENTED: Final = 501

Result = TypeVar("Result")
Invoke = Callable[[Turn], Awaitable[Reply]]


class TeamsHandler:
    """Handles turns (``adapters.teams.turns.Handler``). For one event loop."""

    def __init__(self, acts: Acts, contact: FirstContact) -> None:
        self._acts = acts
        self._contact = contact
        self._messages: Repeats[None] = Repeats(acts.services.clock)
        self._invokes: Repeats[Reply] = Repeats(acts.services.clock)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._by_name: Mapping[str, Invoke] = {
            "adaptiveCard/action": self._execute,
            "task/fetch": self._fetch,
            "task/submit": self._submit,
            "composeExtension/fetchTask": self._command,
            "composeExtension/submitAction": self._submit,
            "application/search": self._search,
        }

    async def on_turn(self, turn: Turn) -> Reply | None:
        """Handle a turn. What goes wrong is logged by its type and said in one sentence."""
        try:
            if turn.kind == "message":
                await self._message(turn)
            elif turn.kind == "invoke":
                return await self._invoke(turn)
            elif turn.kind in {"conversationUpdate", "installationUpdate"}:
                await self._membership(turn)
        except Unreadable:
            log.warning("teams: a card sent what none of ours can send")
            return Reply(400) if turn.kind == "invoke" else None
        except Exception:
            log.exception("teams: a turn failed")
            return _sentence(turn, say("teams.talk.faulty")) if turn.kind == "invoke" else None
        return None

    async def settled(self) -> None:
        """Wait until everything that runs beside requests has ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- messages ------------------------------------------------------------------------------------------------

    async def _message(self, turn: Turn) -> None:
        data = read(turn.value)
        typed = key_of(turn.place.conversation, turn.user, turn.text)
        key = press_key(turn, data) if data is not None else typed
        task = self._begin(self._messages.once(key, lambda: self._answer(turn, data), only_slow=data is None))
        done, _ = await asyncio.wait({task}, timeout=TYPING_AFTER)
        if not done:
            self._begin(self._acts.typing(turn))
            await asyncio.wait({task}, timeout=LET_GO_AFTER - TYPING_AFTER)

    async def _answer(self, turn: Turn, data: Data | None) -> None:
        if await self._copy(turn, data):
            return
        try:
            person_id = await self._acts.who(turn)
            if person_id is None:
                await self._contact.introduce(turn)
            elif turn.private:
                await self._acts.answer(person_id, turn, data)
            else:
                await self._acts.answer_in_group(person_id, turn, data)
        except Exception:
            with contextlib.suppress(RetryLater, Gone, Refused):
                await self._acts.write(turn.place, note(say("teams.talk.faulty")), "" if turn.private else turn.id)
            raise

    async def _copy(self, turn: Turn, data: Data | None) -> bool:
        ids: tuple[str, ...] = (f"{key_of(turn.place.conversation)}:{turn.id}"[:250],) if turn.id else ()
        if data is None and turn.said_at:
            ids += (key_of(turn.place.conversation, turn.user, turn.text, turn.said_at),)
        press = press_key(turn, data) if data is not None else ""
        services = self._acts.services
        return await self._acts.run(lambda: seen_before(services.store, services.clock, ids, press))

    # --- presses and dialogs -------------------------------------------------------------------------------------

    async def _invoke(self, turn: Turn) -> Reply:
        handle = self._by_name.get(turn.name)
        if handle is None:
            return Reply(NOT_IMPLEMENTED)
        data = data_of(turn)
        key = press_key(turn, data) if data is not None else key_of(turn.user, turn.name, turn.id)
        task = self._begin(self._invokes.once(key, lambda: handle(turn)))
        done, _ = await asyncio.wait({task}, timeout=self._acts.services.patience)
        if not done:
            if data is not None and isinstance(data.said(), Submitted):
                self._begin(self._acts.tell_when_done(turn, task))
            return (
                told(say("teams.talk.slow")) if turn.name == "adaptiveCard/action" else closing(say("teams.talk.slow"))
            )
        return task.result()[0]

    async def _execute(self, turn: Turn) -> Reply:
        data = data_of(turn)
        if data is None:
            return told(say("teams.talk.old_button"))
        person_id = await self._acts.who(turn)
        if data.sign.action.startswith("teams."):
            return await self._contact.decided(turn, data.sign)
        if person_id is None:
            return told(say("teams.who.stranger"))
        if await self._copy(turn, data) and data.sign.action not in outcomes.READS:
            return told(say("teams.talk.done"))
        return await self._acts.execute(person_id, turn, data)

    async def _fetch(self, turn: Turn) -> Reply:
        data = data_of(turn)
        if data is None:
            return closing(say("teams.talk.old_button"))
        sign = data.sign
        behind = Sign(message=turn.reply_to, behind=sign.replaces, evidence=sign.evidence, address=sign.address)
        return await self._in_dialog(turn, data, behind)

    async def _submit(self, turn: Turn) -> Reply:
        data = data_of(turn)
        if data is None:
            return closing(say("teams.talk.old_button"))
        return await self._in_dialog(turn, data, data.sign)

    async def _in_dialog(self, turn: Turn, data: Data, carried: Sign) -> Reply:
        person_id = await self._acts.who(turn)
        if person_id is None:
            return closing(say("teams.who.stranger"))
        return await self._acts.in_dialog(person_id, turn, data, carried)

    async def _command(self, turn: Turn) -> Reply:
        person_id = await self._acts.who(turn)
        if person_id is None:
            return closing(say("teams.who.stranger"))
        return await self._acts.command(person_id, turn)

    async def _search(self, turn: Turn) -> Reply:
        person_id = await self._acts.who(turn)
        text = turn.value.get("queryText") if isinstance(turn.value, dict) else None
        if person_id is None or not isinstance(text, str):
            return outcomes.found_people(())
        return outcomes.found_people(await self._acts.people(person_id, text))

    # --- coming and going ----------------------------------------------------------------------------------------

    async def _membership(self, turn: Turn) -> None:
        if turn.kind == "installationUpdate" and turn.action.startswith("remove"):
            if turn.private:
                await self._acts.run(lambda: self._acts.identities.left(turn.place.tenant, self._acts.address(turn)))
            return
        if not turn.bot_added:
            return
        # Teams tells of an installation twice, by both sorts of turn.
        services, first = self._acts.services, key_of("came", turn.place.conversation, turn.place.bot)
        if not await self._acts.run(lambda: seen_before(services.store, services.clock, (), first)):
            self._begin(self._contact.arrived(turn))

    def _begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("teams: an answer failed", exc_info=error)


def _sentence(turn: Turn, sentence: str) -> Reply:
    return told(sentence) if turn.name == "adaptiveCard/action" else closing(sentence)


def press_key(turn: Turn, data: Data) -> str:
    """Return what makes two presses one: who pressed what, on which drawing of which card, with what filled in."""
    sign = data.sign
    filled = "\x1e".join(f"{name}={value}" for name, value in sorted(data.values.items()))
    parts = (sign.drawn, sign.action, sign.value, sign.form, sign.key, str(sign.part), filled)
    return key_of(turn.user, turn.name, *parts)


def data_of(turn: Turn) -> Data | None:
    """Return what a card sent with an invoke, or ``None`` for nothing of ours. Raise ``Unreadable``."""
    value = turn.value
    if not isinstance(value, dict):
        return None
    if turn.name == "adaptiveCard/action":
        action = value.get("action")
        return read(action.get("data")) if isinstance(action, dict) else None
    return read(value.get("data"))
