"""The workspaces that the bot serves, each with its school. Anything from another workspace is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slack_bolt.request.internals import extract_enterprise_id, extract_team_id

DEFAULT_API: Final = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Login:
    """What an operator sets for a workspace: its school (empty: the only one) and the tokens of the app installed."""

    school_id: str
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace as Slack names it (``auth.test``), and the school whose staff it holds."""

    team: str
    school_id: str
    token: str = field(repr=False)
    bot_user: str = ""
    bot_id: str = ""
    enterprise: str = ""
    name: str = ""
    signing_secret: str = field(default="", repr=False)


class WrongWorkspace(Exception):
    """Two logins name the same workspace, or a list of logins cannot be read. The text holds no token."""


class Workspaces:
    """Those served just now. Written by the event loop, read by the relay's threads too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_team: dict[str, Workspace] = {}
        self.complete = False
        """Whether every login was tried: before that, a workspace that is not here may yet come."""

    def put(self, workspace: Workspace) -> None:
        """Serve a workspace. Raise ``WrongWorkspace`` where it is served for another school already."""
        with self._lock:
            there = self._by_team.get(workspace.team)
            if there is not None and there.school_id != workspace.school_id:
                raise WrongWorkspace(
                    f"workspace {workspace.team} is served for {there.school_id}, and cannot be for "
                    f"{workspace.school_id} too"
                )
            self._by_team[workspace.team] = workspace

    def get(self, team: str | None) -> Workspace | None:
        """Return a workspace or ``None``."""
        with self._lock:
            return self._by_team.get(team or "")

    def drop(self, team: str) -> Workspace | None:
        """Serve a workspace no longer (its app was removed). Return it, or ``None``."""
        with self._lock:
            return self._by_team.pop(team, None)

    def all(self) -> tuple[Workspace, ...]:
        """Return every workspace served."""
        with self._lock:
            return tuple(self._by_team.values())

    def admitted(self, body: Mapping[str, Any]) -> Workspace | None:
        """Return the workspace that a payload comes from; ``None`` for one, or an enterprise, that we do not serve."""
        payload = dict(body)
        try:
            team, enterprise = extract_team_id(payload), extract_enterprise_id(payload)
        except (AttributeError, IndexError, KeyError, TypeError):
            return None
        found = self.get(team if isinstance(team, str) else None)
        if found is None or (enterprise or "") not in {"", found.enterprise}:
            return None
        return found


def logins(single: Login, listed: str) -> tuple[Login, ...]:
    """Return the logins of the settings: the one of the single token, and those of a list.

    A line of the list names a school and its tokens, in any order and parted by blanks: ``hill xoxb-… xapp-…``; what is
    neither a bot token nor an app token is a signing secret. Lines may be parted by semicolons. Raise
    ``WrongWorkspace`` naming the line.
    """
    found = [single] if single.bot_token else []
    for number, line in enumerate(_lines(listed), 1):
        school, *rest = line.split()
        bots = [word for word in rest if word.startswith("xoxb-")]
        apps = [word for word in rest if word.startswith("xapp-")]
        others = [word for word in rest if word not in {*bots, *apps}]
        if school.startswith(("xoxb-", "xapp-")) or len(bots) != 1 or len(apps) > 1 or len(others) > 1:
            raise WrongWorkspace(f"line {number} of slack_workspaces must be: school xoxb-… [xapp-…] [signing secret]")
        app, secret = "".join(apps) or single.app_token, "".join(others) or single.signing_secret
        found.append(Login(school, bots[0], app, secret))
    return tuple(found)


def _lines(text: str) -> Iterable[str]:
    return (line for part in text.splitlines() for one in part.split(";") if (line := one.partition("#")[0].strip()))
