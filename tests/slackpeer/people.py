"""People at Slack's stand-in: they write, press, fill in and send, as Slack's clients do it for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import demo
from tests.slackpeer.methods import Team
from tests.slackpeer.peer import Peer
from tests.slackpeer.reading import actions, entered, find, said
from tests.slackpeer.rules import refusal
from tests.slackpeer.wire import Json, dm

TOKEN = "xoxb-1"
Deliver = Callable[[str, Json], Awaitable[Json]]
"""Brings a payload of a kind to the bot and returns what it was acknowledged with."""


def larkfield(team: str = "T1", token: str = TOKEN, **names: str) -> Team:
    """Return a workspace with everybody of the demo school in it; ``names`` change e-mail addresses."""
    users = {}
    for person, name, _ in demo.PEOPLE:
        email = names.get(person, f"{name.casefold().replace(' ', '.')}@larkfield.example")
        users[uid(person)] = user(uid(person), email, team)
    return Team(team, token, users=users)


def uid(person: str) -> str:
    """Return the Slack id of a person of the demo school."""
    return f"U{person.upper()}"


def user(name: str, email: str, team: str = "T1", **flags: object) -> Json:
    """Return a user as Slack describes one."""
    return {
        "id": name,
        "team_id": team,
        "deleted": False,
        "is_bot": False,
        "is_restricted": False,
        "is_email_confirmed": True,
        "profile": {"email": email, "real_name": name},
        **flags,
    }


@dataclass
class Someone:
    """A person with a Slack client."""

    peer: Peer
    deliver: Deliver
    user: str
    team: str = "T1"
    enterprise: str = ""

    # --- what they do ---------------------------------------------------------------------------------------------

    async def event(self, event: Json, event_id: str = "", **more: object) -> Json:
        """Let Slack tell of an event."""
        body = {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": "A1",
            "event": event,
            "event_id": event_id or f"Ev{self.peer.unique()}",
            "authorizations": [
                {"team_id": self.team, "enterprise_id": self.enterprise or None, "user_id": "UBOT", "is_bot": True}
            ],
            **more,
        }
        return await self.deliver("events_api", body)

    async def write(self, text: str, event_id: str = "", **more: object) -> Json:
        """Write to the bot directly."""
        ts = f"1600000000.{self.peer.unique():06d}"
        event = {
            "type": "message",
            "channel": dm(self.user),
            "channel_type": "im",
            "user": self.user,
            "text": text,
            "ts": ts,
            "team": self.team,
            **more,
        }
        return await self.event(event, event_id)

    async def mention(self, text: str, channel: str = "C1", event_id: str = "") -> Json:
        """Mention the bot in a channel."""
        ts = f"1600000000.{self.peer.unique():06d}"
        event = {"type": "app_mention", "channel": channel, "user": self.user, "text": f"<@UBOT> {text}", "ts": ts}
        return await self.event(event, event_id)

    async def command(self, name: str, text: str = "", channel: str = "C1") -> Json:
        """Type a slash command."""
        body = {
            "command": name,
            "text": text,
            "team_id": self.team,
            **({"enterprise_id": self.enterprise} if self.enterprise else {}),
            "user_id": self.user,
            "channel_id": channel,
            "trigger_id": self.peer.trigger(self.user),
            "response_url": self.peer.hook(self.user, channel),
            "api_app_id": "A1",
        }
        return await self.deliver("slash_commands", body)

    async def shortcut(self, callback: str, message: str | None = None) -> Json:
        """Choose a shortcut, of a message where one is given; with no words it is a picture."""
        body = {
            "type": "shortcut" if message is None else "message_action",
            "callback_id": callback,
            "trigger_id": self.peer.trigger(self.user),
            **self._me(),
        }
        if message is not None:
            files = [] if message else [{"id": "F1", "name": "photo.png"}]
            body |= {
                "message": {"type": "message", "text": message, "files": files, "user": "USOMEBODY", "ts": "1.1"},
                "channel": {"id": "C1"},
                "response_url": self.peer.hook(self.user),
                "message_ts": "1.1",
            }
        return await self.deliver("interactive", body)

    async def open_home(self) -> Json:
        """Open App Home and return what it shows."""
        before = len(self.peer.of("views.publish"))
        await self.event({"type": "app_home_opened", "user": self.user, "channel": dm(self.user), "tab": "home"})
        await self.peer.until(lambda: len(self.peer.of("views.publish")) > before)
        return self.peer.homes[self.user]

    async def press(self, shown: Json, action: str, value: str | None = None, trigger: str = "") -> Json:
        """Press a button of a message or a view."""
        block, button = find(shown, action, value)
        act = {
            "type": "button",
            "action_id": button["action_id"],
            "block_id": block.get("block_id", "b"),
            "text": button["text"],
            "action_ts": "1.1",
        }
        if "value" in button:
            act["value"] = button["value"]
        body: Json = {
            "type": "block_actions",
            "trigger_id": trigger or self.peer.trigger(self.user, shown.get("id", "")),
            "actions": [act],
            "api_app_id": "A1",
            **self._me(),
        }
        if shown.get("type") in {"modal", "home"}:
            body |= {"container": {"type": "view", "view_id": shown["id"]}, "view": self._view(shown)}
        else:
            hidden = shown["ts"] in [message["ts"] for message in self.peer.hidden[self.user]]
            channel = dm(shown["channel"]) if shown["channel"].startswith("U") else shown["channel"]
            body |= {
                "container": {
                    "type": "message",
                    "message_ts": shown["ts"],
                    "channel_id": channel,
                    "is_ephemeral": hidden,
                },
                "channel": {"id": channel},
                "response_url": self.peer.hook(self.user, channel, shown["ts"]),
            }
            if not hidden:
                body["message"] = {"ts": shown["ts"], "thread_ts": shown.get("thread_ts"), "blocks": shown["blocks"]}
        return await self.deliver("interactive", body)

    async def submit(self, view: Json, **values: object) -> Json:
        """Send a dialog in and do with the answer what Slack's client does: errors, another view, or nothing more."""
        body = {
            "type": "view_submission",
            "trigger_id": self.peer.trigger(self.user),
            "view": self._view(view, values),
            "api_app_id": "A1",
            **self._me(),
        }
        answer = await self.deliver("interactive", body)
        if answer.get("response_action") in {"update", "push"}:
            assert not refusal("views.open", {"view": answer["view"]}), "Slack would refuse this view"
            self.peer.views[view["id"]].update(answer["view"])
            self.peer.views[view["id"]]["turn"] = self.peer.unique()
        return answer

    async def choose(self, view: Json, field: str, **values: object) -> Json:
        """Choose something in an input of which Slack tells at once; ``values`` is all that stands there then."""
        block = next(b for b in view["blocks"] if b.get("block_id") == f"field:{field}" and b["dispatch_action"])
        act = {**entered(block["element"], values[field]), "action_id": "entry", "block_id": block["block_id"]}
        body: Json = {
            "type": "block_actions",
            "trigger_id": self.peer.trigger(self.user, view["id"]),
            "actions": [act],
            "api_app_id": "A1",
            "container": {"type": "view", "view_id": view["id"]},
            "view": self._view(view, values),
            **self._me(),
        }
        return await self.deliver("interactive", body)

    async def close(self, view: Json, **values: object) -> Json:
        """Close a dialog; Slack tells of it where the dialog asked for that."""
        assert view["notify_on_close"]
        body = {"type": "view_closed", "view": self._view(view, values), "is_cleared": False, **self._me()}
        return await self.deliver("interactive", body)

    # --- what they see --------------------------------------------------------------------------------------------

    @property
    def chat(self) -> list[Json]:
        """The messages of the direct conversation, oldest first."""
        return self.peer.messages[dm(self.user)]

    async def answered(self, count: int = 1, patience: float = 30.0) -> Json:
        """Wait for so many messages in the direct conversation and return the last."""
        await self.peer.until(lambda: len(self.chat) >= count, patience)
        return self.chat[-1]

    async def seen(self, count: int = 1) -> Json:
        """Wait for so many messages that only this person sees and return the last."""
        await self.peer.until(lambda: len(self.peer.hidden[self.user]) >= count)
        return self.peer.hidden[self.user][-1]

    async def dialog(self, holding: str = "") -> Json:
        """Wait for a dialog, one that holds these words, and return it."""
        view: Json = await self.peer.until(lambda: next((v for v in self._dialogs() if holding in said(v)), None))
        return view

    async def choosing(self, action: str, value: str) -> Json:
        """Wait for a dialog on top with a button of that action and value, and return it."""
        view: Json = await self.peer.until(
            lambda: next((v for v in self._dialogs() if (action, value) in actions(v)), None)
        )
        return view

    async def filling(self, name: str) -> Json:
        """Wait for a dialog on top with an input for that field, and return it."""
        block = f"field:{name}"
        view: Json = await self.peer.until(
            lambda: next((v for v in self._dialogs() if block in [b.get("block_id") for b in v["blocks"]]), None)
        )
        return view

    def _dialogs(self) -> list[Json]:
        return sorted((v for v in self.peer.views.values() if v["type"] == "modal"), key=lambda v: -v["turn"])[:1]

    def _me(self) -> Json:
        enterprise = {"id": self.enterprise, "name": "E"} if self.enterprise else None
        return {"user": {"id": self.user, "team_id": self.team}, "team": {"id": self.team}, "enterprise": enterprise}

    def _view(self, view: Json, values: Json | None = None) -> Json:
        state: Json = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                name = block["block_id"].removeprefix("field:")
                given = (values or {}).get(name.replace(":", "_"))
                state[block["block_id"]] = {"entry": entered(block["element"], given)}
        return {
            **view,
            "state": {"values": state},
            "team_id": self.team,
            "app_installed_team_id": self.team,
            "hash": "h",
        }
