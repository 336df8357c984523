"""Somebody who presses every button that they are shown, fills in every form, and goes on from what comes of it."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Mapping

from tests.slackpeer.people import Someone
from tests.slackpeer.reading import actions, said
from tests.slackpeer.rig import Rig
from tests.slackpeer.wire import Json

LAST = (
    "report.close",
    "report.keep",
    "report.confirm_deletion",
    "report.hand_over",
    "report.step_aside",
    "report.reopen",
)
"""Buttons after which others are gone: pressed when nothing else is left to press, in this order."""
WHATEVER = frozenset({"report.sort", "reread.read"})
"""Buttons that lead elsewhere with each value: pressed with every one."""
WORKING = (
    "to_runnable_function",
    "run_ack_function_asynchronously",
    "run_message_listeners",
    "Conversing._guarded",
)
"""Names of slack-bolt's, slack_sdk's and our own tasks in which a press is being answered."""
PATIENCE = 30.0
FAILED = ("did not work", "did not understand that button", "can be shown there only", "took too long")


class Walker:
    """Presses. ``pressed`` holds every action that was pressed and answered.

    ``entries`` is what forms are filled with, by field, or by person and field (``UHEAD:name``).
    ``thorough``: every button with every value for everybody; else once for everybody.
    """

    def __init__(self, rig: Rig, entries: Mapping[str, str | list[str]], *, thorough: bool = False) -> None:
        self._rig = rig
        self._peer = rig.peer
        self._entries = entries
        self._thorough = thorough
        self.pressed: set[str] = set()
        self._done: set[tuple[str, str, str]] = set()

    async def walk(self, who: Someone, *shown: Json) -> None:
        """Press everything on what is shown, and on everything that is shown then."""
        there = [copy.deepcopy(each) for each in shown]
        for number in range(len(LAST) + 1):
            held = LAST[number:]
            # What is shown meanwhile is appended, and come to.
            for here in there:
                for action, value in actions(here):
                    key = (who.user, action, value if self._thorough or action in WHATEVER else "")
                    if key not in self._done and action not in held:
                        self._done.add(key)
                        there += await self.press(who, here, action, value)

    def again(self, *names: str) -> None:
        """Let buttons be pressed once more: what they show has changed."""
        self._done = {key for key in self._done if key[1] not in names}

    async def press(self, who: Someone, shown: Json, action: str, value: str) -> list[Json]:
        """Press one button, send the form that it may open, and return what is shown then."""
        here = self._fresh(shown)
        before = self._state(who)
        await who.press(here, action, value)
        await self._answered(who, before, action)
        self.pressed.add(action)
        new = self._new(who, before)
        filled = [each for each in new if each.get("callback_id") == "form"]
        for view in filled:
            answer = await who.submit(view, **self._values(who, view))
            assert "errors" not in answer, (action, answer)
            new += [copy.deepcopy(self._peer.views[view["id"]])] if answer.get("response_action") == "update" else []
        words = " ".join(said(each) for each in new)
        assert not any(failure in words for failure in FAILED), (action, value, words)
        return new

    async def _answered(self, who: Someone, before: tuple[int, ...], action: str) -> None:
        """Wait until something was done about a press, and everything that is to be."""
        end = time.monotonic() + PATIENCE
        while working() or self._state(who) == before:
            assert time.monotonic() < end, f"nothing came of {action}, or no end of it"
            await asyncio.sleep(0.005)

    def _fresh(self, shown: Json) -> Json:
        """Return a view as one just opened: what it showed may be long gone, and Slack lays three on each other."""
        if shown.get("type") != "modal":
            return shown
        return self._peer.opened(shown)

    def _state(self, who: Someone) -> tuple[int, ...]:
        peer = self._peer
        return len(peer.calls), len(peer.hidden[who.user]), len(who.chat)

    def _new(self, who: Someone, before: tuple[int, ...]) -> list[Json]:
        peer = self._peer
        found = [copy.deepcopy(each) for each in (*peer.hidden[who.user][before[1] :], *who.chat[before[2] :])]
        for method, given in peer.calls[before[0] :]:
            if method in {"views.open", "views.push", "views.update"}:
                found.append(copy.deepcopy(peer.top()))
            elif method == "chat.update":
                found += [copy.deepcopy(m) for m in peer.messages[given["channel"]] if m["ts"] == given["ts"]]
        return found

    def _values(self, who: Someone, view: Json) -> dict[str, object]:
        found: dict[str, object] = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            name, element = block["block_id"].removeprefix("field:"), block["element"]
            entry = self._entries.get(f"{who.user}:{name}", self._entries.get(name))
            options = {option["value"] for option in element.get("options", ())}
            if entry is not None and (not options or options.issuperset([entry] if isinstance(entry, str) else entry)):
                found[name] = entry
            elif element["type"] == "plain_text_input" and not element.get("initial_value"):
                found[name] = "Words."
            elif element["type"] in {"radio_buttons", "static_select"} and not name.startswith("listed:"):
                found[name] = element["options"][0]["value"]
        return found


def working() -> bool:
    """Return whether the bot is about something that Slack told it."""
    names = (getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())
    return any(name.endswith(WORKING) for name in names)
