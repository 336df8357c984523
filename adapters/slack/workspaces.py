"""The workspaces that the bot serves, each with its school. Anything from another workspace is refused."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.request.internals import extract_enterprise_id, extract_team_id

from adapters.slack.logins import WrongWorkspace


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


class Workspaces:
    """Those served just now. Written by the event loop, read by the relay's threads too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_team: dict[str, Workspace] = {}
        self.complete = False
        """Whether each that is set up is known: before that, a workspace that is not here may yet come."""

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
