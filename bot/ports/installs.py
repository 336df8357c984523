"""Where installations of a chat app are kept: workspaces that added the bot from its own web page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace. Its token is ``sealed`` under ``key`` at the place ``slack/<team>``.

    ``school_id`` is ``None`` until an operator has said whose staff the workspace holds: nobody of it is served before.
    """

    team: str
    name: str
    at: dt.datetime
    key: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    school_id: str | None = None
    enterprise: str = ""
    bot_user: str = ""
    bot_id: str = ""


class Installs(Protocol):
    """Installations, and the states that tie a browser to the installation that it began."""

    def put(self, installation: Installation) -> Installation:
        """Add an installation, or renew one: the school that it was admitted for stays. Return what is kept."""
        ...

    def get(self, team: str) -> Installation | None:
        """Return the installation of a workspace or ``None``."""
        ...

    def all(self) -> tuple[Installation, ...]:
        """Return every installation by workspace."""
        ...

    def admit(self, team: str, school_id: str) -> bool:
        """Say whose staff a workspace holds. Return ``False`` where the app is not installed there."""
        ...

    def drop(self, team: str) -> bool:
        """Delete an installation with its token. Return whether there was one."""
        ...

    def issue(self, state_hash: str, now: dt.datetime, expires: dt.datetime) -> bool:
        """Keep a state until it expires, and forget those that have. Return ``False`` where too many are waiting."""
        ...

    def consume(self, state_hash: str, now: dt.datetime) -> bool:
        """Use a state up. Return whether it was there and had not expired."""
        ...
