"""What Slack may tell us of, and who answers it: one slack-bolt ``AsyncApp`` for every workspace.

Bolt acknowledges events before their listener runs, so an event may carry a question and never a report. Everything
else is acknowledged at once and answered in a lazy listener, but for forms: they are on disk before Slack hears of it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack import own
from adapters.slack.api import QUIET, Api
from adapters.slack.conversing import Conversing
from adapters.slack.places import (
    Body,
    Place,
    of_action,
    of_command,
    of_mention,
    of_message,
    of_shortcut,
    of_view,
    pressed,
    words,
)
from adapters.slack.rendering import FORM_VIEW
from adapters.slack.underway import Underway
from adapters.slack.workspaces import Workspace, Workspaces
from bot.messages import Asked, Opened, Pressed

log = logging.getLogger(__name__)

ANY: Final = re.compile(".*", re.DOTALL)
NO_FORM: Final = re.compile(rf"\A(?!{re.escape(FORM_VIEW)}\Z)")
"""Bolt goes on to the next listener where one takes long: that must not acknowledge a form in its place."""
ASK_COMMAND: Final = "/can-i"
DIALOG_COMMANDS: Final = {"/report": Pressed("report.start"), "/reread": Pressed("reread.mine")}
SHORTCUT: Final = "can_i"
REPORT_MESSAGE: Final = "report_message"
ASK_MESSAGE: Final = "ask_message"
READ: Final = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that are somebody's words to us; the others tell of changes, joins and bots."""
IN_PUBLIC: Final = "ask."
"""Buttons that may be answered where a channel reads along; all others are answered in a dialog."""
WHO: Final = frozenset({own.ME, own.NOT_ME})
"""Buttons that are answered on the message itself where only the one who pressed sees it."""


class Listeners:
    """Registers everything on an ``AsyncApp``. ``openly``: a mention is answered in its thread, for all to see.

    ``removed`` is told of a workspace that removed the app.
    """

    def __init__(
        self,
        conversing: Conversing,
        workspaces: Workspaces,
        api: Api,
        *,
        openly: bool = False,
        removed: Callable[[str], None] = lambda _team: None,
    ) -> None:
        self._conversing = conversing
        self._workspaces = workspaces
        self._openly = openly
        self._removed_there = removed
        self.underway = Underway()
        # The signature is verified before Bolt sees a request: Bolt would log the body of one that is wrong.
        self.app = AsyncApp(
            name="can-i",
            logger=QUIET,
            client=api.bare(),
            authorize=_authorizing(workspaces),
            request_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            ssl_check_enabled=False,
        )
        self._register()

    def _register(self) -> None:
        app, counted = self.app, self.underway.counted
        app.event("message")(counted(self._message))
        app.event("app_mention")(counted(self._mention))
        app.event("app_home_opened")(counted(self._home))
        app.event("team_join")(counted(self._user_changed))
        app.event("user_change")(counted(self._user_changed))
        app.event("app_uninstalled")(counted(self._removed))
        app.event("tokens_revoked")(counted(self._revoked))
        app.event("assistant_thread_started")(counted(self._assistant))
        for command in (ASK_COMMAND, *DIALOG_COMMANDS):
            app.command(command)(ack=_ack, lazy=[counted(self._command)])
        for shortcut in (SHORTCUT, REPORT_MESSAGE, ASK_MESSAGE):
            app.shortcut(shortcut)(ack=_ack, lazy=[counted(self._shortcut)])
        app.action(ANY)(ack=_ack, lazy=[counted(self._action)])
        app.view_submission(FORM_VIEW)(counted(self._submission))
        app.view_closed(FORM_VIEW)(ack=_ack, lazy=[counted(self._closed)])
        # Last: Slack sends again what nobody has acknowledged, and shows the person an error.
        app.event(ANY)(_nothing)
        for kind in (app.command, app.shortcut, app.view_closed, app.options):
            kind(ANY)(_ack)
        app.view_submission(NO_FORM)(_ack)

    def _workspace(self, body: Body) -> Workspace | None:
        return self._workspaces.admitted(body)

    async def _message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        direct = event.get("channel_type") == "im"
        ours = event.get("bot_id") or not event.get("user") or event.get("user") == "USLACKBOT"
        if workspace is None or not direct or ours or event.get("subtype", "") not in READ:
            return
        place = of_message(event)
        text = words(str(event.get("text") or ""), workspace.bot_user)
        once = _event_id(body)
        await self._conversing.asked(workspace, place, text, once, files=bool(event.get("files")))

    async def _mention(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is None or event.get("bot_id") or not event.get("user"):
            return
        place = of_mention(event, openly=self._openly)
        text = words(str(event.get("text") or ""), workspace.bot_user)
        await self._conversing.asked(workspace, place, text, _event_id(body))

    async def _home(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is not None and event.get("tab", "home") == "home":
            await self._conversing.at_home(workspace, str(event.get("user", "")))

    async def _user_changed(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is not None and isinstance(event.get("user"), dict):
            await self._conversing.noticed(workspace, event["user"])

    async def _removed(self, body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is not None:
            await self.remove(workspace)

    async def _revoked(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        bots = (event.get("tokens") or {}).get("bot") or []
        if workspace is not None and bots:
            await self.remove(workspace)

    async def remove(self, workspace: Workspace) -> None:
        """Serve a workspace no longer, because the app was removed from it or its token was revoked."""
        self._workspaces.drop(workspace.team)
        log.error("slack app removed workspace=%s: its people are told elsewhere from now on", workspace.team)
        await asyncio.to_thread(self._removed_there, workspace.team)
        gone = await asyncio.to_thread(self._conversing.identity.removed, workspace)
        log.info("slack accounts gone workspace=%s count=%d", workspace.team, gone)

    async def settle(self) -> None:
        """Wait until everything that was begun or put off is done."""
        await self.underway.done()
        await self._conversing.settle()

    async def _assistant(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        thread = event.get("assistant_thread") or {}
        if workspace is not None and thread.get("user_id"):
            await self._conversing.greet(workspace, thread, _event_id(body))

    async def _command(self, body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is None:
            return
        command, text = str(body.get("command", "")), words(str(body.get("text") or ""), workspace.bot_user)
        once = f"command:{body.get('trigger_id', '')}"
        if command in DIALOG_COMMANDS:
            place = of_command(body, dialog=True)
            await self._conversing.commanded(workspace, place, DIALOG_COMMANDS[command], once, typed=bool(text))
        else:
            said = Asked(text) if text else Opened()
            await self._conversing.said(workspace, of_command(body, dialog=False), said, once)

    async def _shortcut(self, body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is None:
            return
        place, kind = of_shortcut(body), body.get("callback_id")
        text = words(str((body.get("message") or {}).get("text") or ""), workspace.bot_user)
        if kind == REPORT_MESSAGE:
            await self._conversing.report_message(workspace, place, text)
        elif kind == ASK_MESSAGE:
            await self._conversing.question(workspace, place, text)
        else:
            await self._conversing.said(workspace, place, Opened(), f"shortcut:{place.trigger}")

    async def _action(self, body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is None or not body.get("actions"):
            return
        place = of_action(body)
        press = pressed(body, place)
        there = press.action.startswith(IN_PUBLIC) or (place.surface == "hidden" and press.action in WHO)
        if place.surface in {"channel", "hidden"} and not there:
            place = _in_dialog(place)
        if press.action == "ask.start" and place.surface in {"home", "dialog", "start"}:
            await self._conversing.question(workspace, place)
            return
        await self._conversing.pressed(workspace, place, press, f"action:{place.trigger}")

    async def _submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Take a form in, and only then tell Slack. Nothing follows ``ack``: an error after it could undo it."""
        workspace = self._workspace(body)
        if workspace is None:
            await ack(response_action="clear")
            return
        place = of_view(body)
        reply = await self._conversing.submissions.submit(workspace, place)
        self._conversing.later(workspace, place, reply.after)
        await ack(**reply.response)

    async def _closed(self, body: dict[str, Any]) -> None:
        workspace = self._workspace(body)
        if workspace is not None:
            await self._conversing.left(workspace, of_view(body))


def _authorizing(workspaces: Workspaces) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Return what tells Bolt whose token a request is answered with. Bolt calls plain functions only, no methods."""

    async def authorize(team_id: str | None = None) -> AuthorizeResult:
        workspace = workspaces.get(team_id)
        if workspace is None:
            raise LookupError("unknown workspace")
        return AuthorizeResult(
            enterprise_id=workspace.enterprise or None,
            team_id=workspace.team,
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot_user,
            bot_token=workspace.token,
        )

    return authorize


async def _ack(ack: AsyncAck) -> None:
    await ack()


async def _nothing() -> None:
    """An event that we did not ask for: Bolt has acknowledged it."""


def _event_id(body: Mapping[str, Any]) -> str:
    found = body.get("event_id")
    return f"{body.get('team_id', '')}:{found}" if found else ""


def _in_dialog(place: Place) -> Place:
    """Return a place in a channel as one that answers in a dialog, which only the one who pressed sees."""
    return Place("start", place.user, place.conversation, trigger=place.trigger, card_key=place.card_key)
