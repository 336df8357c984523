"""Which workspaces are served: those of the settings, once Slack has named them, and those installed and admitted.

Until each that is set up is known, ``Workspaces.complete`` is false, and nobody's account counts as gone for the want
of its workspace: a token that does not work can be mended, and people need not say again who they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from adapters.slack.again import FIRST, Hourly, growing
from adapters.slack.api import Api
from adapters.slack.consequences import NOT_SLACK, Trouble, mend
from adapters.slack.installs import Installs
from adapters.slack.logins import Login, WrongWorkspace, school_among
from adapters.slack.looking import Looking
from adapters.slack.workspaces import Workspace, Workspaces
from bot.ports import Clock, Store, StoreBusy

log = logging.getLogger(__name__)

FOLLOW: Final = 10.0
"""Seconds between two looks at the installations: another instance, or a command, may have changed them."""


class Serving:
    """Puts into ``workspaces`` what is set up. ``installs``: where they are installed from the web page, too."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with, one by one
        self,
        logins: Iterable[Login],
        installs: Installs | None,
        workspaces: Workspaces,
        api: Api,
        looking: Looking,
        store: Store,
        clock: Clock,
        first_wait: float = FIRST,
    ) -> None:
        self._installs = installs
        self._workspaces = workspaces
        self._api = api
        self._looking = looking
        self._store = store
        self._hourly = Hourly(clock)
        self._first_wait = first_wait
        self._unknown = {*logins}
        self._unread = installs is not None
        self._listed: set[str] = set()
        self._followed: set[str] = set()
        self.look = asyncio.Event()
        """Set where the installations are to be looked at now."""
        self._count()

    def _count(self) -> None:
        self._workspaces.complete = not self._unknown and not self._unread

    # --- of the settings ------------------------------------------------------------------------------------------

    async def recognised(self, login: Login) -> Workspace:
        """Return the workspace of a login, served from now on. Slack is asked for it until that is so."""
        tries = growing(self._first_wait)
        while True:
            try:
                school_id = await asyncio.to_thread(school_of, self._store, login.school_id)
                workspace = await recognise(self._api, login, school_id)
                self._workspaces.put(workspace)
            except Trouble as trouble:
                self._say(login, trouble.code, mend(trouble.code))
            except WrongWorkspace as wrong:
                self._say(login, "wrong", str(wrong))
            except StoreBusy:
                self._say(login, "busy", "the database is busy")
            else:
                break
            await asyncio.sleep(next(tries))
        self._listed.add(workspace.team)
        self._unknown.discard(login)
        self._count()
        log.info("slack workspace=%s served for school=%s", workspace.team, workspace.school_id)
        return workspace

    def _say(self, login: Login, code: str, says: str) -> None:
        if self._hourly.due(login.bot_token, code):
            log.error("slack workspace not recognised school=%s, tried again: %s", login.school_id or "-", says)

    # --- installed ------------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Serve what is admitted, by whichever instance or command, and no longer what was removed; for ever."""
        assert self._installs is not None  # noqa: S101 - only then is there anything to follow
        while True:
            self.look.clear()
            try:
                await self._follow(await asyncio.to_thread(self._installs.served))
            except StoreBusy:
                log.warning("slack installations not read: the database is busy")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.look.wait(), FOLLOW)

    async def _follow(self, admitted: dict[str, Workspace | None]) -> None:
        ours = {team: workspace for team, workspace in admitted.items() if team not in self._listed}
        wanted = {team: workspace for team, workspace in ours.items() if workspace is not None}
        for team in self._followed - wanted.keys() - self._listed:
            self._workspaces.drop(team)
            log.info("slack workspace=%s no longer served", team)
        self._followed = {*wanted}
        fresh = [workspace for workspace in wanted.values() if self._workspaces.get(workspace.team) != workspace]
        for workspace in fresh:
            self._workspaces.drop(workspace.team)
            self._workspaces.put(workspace)
            log.info("slack workspace=%s served for school=%s", workspace.team, workspace.school_id)
        self._unread = len(wanted) < len(ours)
        self._count()
        for workspace in fresh:
            await self._looking.round(workspace)


async def recognise(api: Api, login: Login, school_id: str) -> Workspace:
    """Return the workspace of a token, as Slack names it. Raise ``Trouble``."""
    blank = Workspace("", school_id, login.bot_token, signing_secret=login.signing_secret)
    found = await api.call(blank, "auth_test")
    if not found.get("team_id"):
        raise Trouble(NOT_SLACK)
    return replace(blank, **named(found))


def named(found: dict[str, Any]) -> dict[str, str]:
    """Return what ``auth.test`` says of a workspace, by the names of ``Workspace``."""
    return {
        "team": str(found["team_id"]),
        "enterprise": str(found.get("enterprise_id") or ""),
        "bot_user": str(found.get("user_id") or ""),
        "bot_id": str(found.get("bot_id") or ""),
        "name": str(found.get("team") or ""),
    }


def school_of(store: Store, school_id: str) -> str:
    """Return the id of a school, the only one where it is empty. Raise ``WrongWorkspace``, ``StoreBusy``."""
    with store.look() as work:
        known = [school.id for school in work.schools.all()]
    return school_among(school_id, known)
