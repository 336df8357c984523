"""The Web API of Slack's stand-in: what each method does to its messages, views and people."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from adapters.slack.manifest import SCOPES
from tests.slackpeer.rules import refusal
from tests.slackpeer.wire import Json, dm


@dataclass
class Fault:
    """What happens to a call: an error by name, a status, a header; or the reply is lost after the deed is done.

    ``page`` answers instead of Slack, as a web filter does, with a content type. ``slow``: seconds before anything is
    done.
    """

    error: str = ""
    status: int = 200
    after: str = ""
    lose_reply: bool = False
    page: str = ""
    kind: str = "text/html"
    slow: float = 0.0


@dataclass
class Team:
    """A workspace: its users by id, and its tokens."""

    team: str = "T1"
    token: str = "xoxb-1"
    enterprise: str = ""
    users: dict[str, Json] = field(default_factory=dict)
    revoked: str = ""
    org_wide: bool = False


class Methods:
    """The state of Slack, and its methods. Strict: it refuses what Slack would refuse."""

    def __init__(self, *teams: Team) -> None:
        self.teams = {team.token: team for team in teams}
        self.calls: list[tuple[str, Json]] = []
        self.messages: defaultdict[str, list[Json]] = defaultdict(list)
        self.hidden: defaultdict[str, list[Json]] = defaultdict(list)
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.stacks: defaultdict[str, list[str]] = defaultdict(list)
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.triggers: dict[str, float] = {}
        self.asking: dict[str, tuple[str, str]] = {}
        self.trigger_life = 3.0
        self.tickets: dict[str, float] = {}
        self.ticket_life = 30.0
        self.scopes = ",".join(SCOPES)
        self.at: defaultdict[str, list[float]] = defaultdict(list)
        self.address = ""
        self.codes: dict[str, Team] = {}
        self.agreeing: list[Team] = []
        self._counter = itertools.count(1)

    def of(self, method: str) -> list[Json]:
        """Return what was given with each call of a method."""
        return [given for name, given in self.calls if name == method]

    def unique(self) -> int:
        """Return the next number, for ids."""
        return next(self._counter)

    def trigger(self, user: str, view: str = "") -> str:
        """Return a trigger as Slack gives with each press (in a view): good for one dialog, for three seconds."""
        name = f"trigger.{self.unique()}"
        self.triggers[name] = time.monotonic()
        self.asking[name] = (user, view)
        return name

    def answer(self, method: str, token: str, given: Json) -> Json:
        if method == "apps.connections.open":
            if not token.startswith("xapp-"):
                return {"ok": False, "error": "not_allowed_token_type"}
            ticket = f"ticket-{self.unique()}"
            self.tickets[ticket] = time.monotonic()
            return {"ok": True, "url": f"{self.address.replace('http', 'ws', 1).replace('/api/', '/link')}?{ticket}"}
        if method == "oauth.v2.access":
            return self._installed(given)
        team = self.teams.get(token)
        if team is None or team.revoked:
            return {"ok": False, "error": team.revoked if team else "invalid_auth"}
        wrong = refusal(method, given)
        if wrong:
            return {"ok": False, "error": wrong}
        act = getattr(self, "_" + method.replace(".", "_").lower(), None)
        return act(team, given) if act else {"ok": False, "error": "unknown_method"}

    def agree(self, client_id: str) -> str:
        """Let somebody of the next workspace (else the first) agree to an installation. Return the code for it."""
        code = f"code.{client_id}.{self.unique()}"
        self.codes[code] = self.agreeing.pop(0) if self.agreeing else next(iter(self.teams.values()))
        return code

    def _installed(self, given: Json) -> Json:
        team = self.codes.pop(str(given.get("code")), None)
        if team is None:
            return {"ok": False, "error": "invalid_code"}
        self.teams[team.token] = team
        return {
            "ok": True,
            "app_id": "A1",
            "authed_user": {"id": "UINSTALLER"},
            "scope": self.scopes,
            "token_type": "bot",
            "access_token": team.token,
            "bot_user_id": "UBOT",
            "team": {"id": team.team, "name": "Larkfield"},
            "enterprise": {"id": team.enterprise, "name": "E"} if team.enterprise else None,
            "is_enterprise_install": team.org_wide,
        }

    # --- methods --------------------------------------------------------------------------------------------------

    def _auth_test(self, team: Team, _given: Json) -> Json:
        name = {
            "ok": True,
            "team_id": team.team,
            "team": "Larkfield",
            "user_id": "UBOT",
            "bot_id": "B1",
            "user": "can-i",
        }
        return name | ({"enterprise_id": team.enterprise} if team.enterprise else {})

    def _users_info(self, team: Team, given: Json) -> Json:
        user = team.users.get(given.get("user", ""))
        return {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}

    def _users_lookupbyemail(self, team: Team, given: Json) -> Json:
        email = given.get("email", "")
        user = next((user for user in team.users.values() if user["profile"]["email"] == email), None)
        return {"ok": True, "user": user} if user else {"ok": False, "error": "users_not_found"}

    def _users_list(self, team: Team, given: Json) -> Json:
        everybody, start = [*team.users.values()], int(given.get("cursor") or 0)
        page = everybody[start : start + 7]
        following = str(start + 7) if start + 7 < len(everybody) else ""
        return {"ok": True, "members": page, "response_metadata": {"next_cursor": following}}

    def _conversations_open(self, team: Team, given: Json) -> Json:
        user = team.users.get(given.get("users", ""))
        if user is None:
            return {"ok": False, "error": "user_not_found"}
        if user.get("deleted"):
            return {"ok": False, "error": "user_disabled"}
        return {"ok": True, "channel": {"id": dm(user["id"])}}

    def _conversations_history(self, _team: Team, given: Json) -> Json:
        found = list(reversed(self.messages[given["channel"]]))
        if str(given.get("include_all_metadata", "")).lower() not in {"1", "true"}:
            found = [{n: v for n, v in message.items() if n != "metadata"} for message in found]
        return {"ok": True, "messages": found[: int(given.get("limit") or 100)]}

    def _chat_postmessage(self, team: Team, given: Json) -> Json:
        channel = dm(given["channel"]) if given["channel"].startswith("U") else given["channel"]
        if channel == "CAWAY":
            return {"ok": False, "error": "not_in_channel"}
        if channel.startswith("D") and channel[1:].partition("/")[0] not in team.users:
            return {"ok": False, "error": "channel_not_found"}
        ts = f"1700000000.{self.unique():06d}"
        self.messages[channel].append({"type": "message", "ts": ts, "user": "UBOT", "bot_id": "B1", **given})
        return {"ok": True, "channel": channel, "ts": ts, "message": {}}

    def _chat_update(self, _team: Team, given: Json) -> Json:
        for message in self.messages[given["channel"]]:
            if message["ts"] == given["ts"]:
                message.update({n: given[n] for n in ("text", "blocks", "metadata") if n in given})
                return {"ok": True, "ts": given["ts"], "channel": given["channel"], "text": given["text"]}
        return {"ok": False, "error": "message_not_found"}

    def _chat_postephemeral(self, _team: Team, given: Json) -> Json:
        if given["channel"] == "CAWAY":
            return {"ok": False, "error": "not_in_channel"}
        ts = f"1700000000.{self.unique():06d}"
        self.hidden[given["user"]].append({"ts": ts, **given})
        return {"ok": True, "message_ts": ts}

    def _views_publish(self, _team: Team, given: Json) -> Json:
        view = self._kept(given["view"], "")
        self.homes[given["user_id"]] = view
        return {"ok": True, "view": view}

    def _views_open(self, _team: Team, given: Json) -> Json:
        wrong = self._spent(given)
        if wrong:
            return {"ok": False, "error": wrong}
        view = self._kept(given["view"], "")
        self.stacks[view["id"]] = [view["id"]]
        return {"ok": True, "view": view}

    def _views_push(self, _team: Team, given: Json) -> Json:
        wrong = self._spent(given)
        if wrong:
            return {"ok": False, "error": wrong}
        stack = self.stacks[self.top()["root_view_id"]]
        if len(stack) >= 3:
            return {"ok": False, "error": "push_limit_reached"}
        view = self._kept(given["view"], stack[-1], stack[0])
        stack.append(view["id"])
        return {"ok": True, "view": view}

    def _views_update(self, _team: Team, given: Json) -> Json:
        there = self.views.get(given.get("view_id", ""))
        if there is None:
            return {"ok": False, "error": "not_found"}
        there.update(given["view"])
        there["turn"] = self.unique()
        return {"ok": True, "view": there}

    def _assistant_threads_setsuggestedprompts(self, _team: Team, _given: Json) -> Json:
        return {"ok": True}

    def _spent(self, given: Json) -> str:
        at = self.triggers.pop(str(given.get("trigger_id", "")), None)
        if at is None:
            return "invalid_trigger"
        return "expired_trigger_id" if time.monotonic() - at > self.trigger_life else ""

    def _kept(self, view: Json, before: str, root: str = "") -> Json:
        name = f"V{self.unique()}"
        kept = {
            **view,
            "id": name,
            "previous_view_id": before or None,
            "root_view_id": root or name,
            "turn": self.unique(),
        }
        self.views[name] = kept
        return kept

    def opened(self, view: Json) -> Json:
        """Return a dialog as if it had just been opened, on top of nothing."""
        kept = self._kept(view, "")
        self.stacks[kept["id"]] = [kept["id"]]
        return kept

    def top(self) -> Json:
        """Return the dialog that was opened or changed last."""
        return max((v for v in self.views.values() if v["type"] == "modal"), key=lambda view: view["turn"])
