"""Looking round: who is in a workspace, who is new, who is no longer there."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from adapters.slack.api import Api
from adapters.slack.consequences import Trouble
from adapters.slack.identity import Identity, profile_of
from adapters.slack.workspaces import Workspace, Workspaces
from bot.ports import StoreBusy

log = logging.getLogger(__name__)

LOOK_ROUND: Final = 6 * 3600.0
"""Seconds between two looks at everybody of a workspace; changes between them come as events."""
A_PAGE: Final = 200


class Looking:
    """Looks at everybody of the workspaces served."""

    def __init__(self, api: Api, identity: Identity, workspaces: Workspaces) -> None:
        self._api = api
        self._identity = identity
        self._workspaces = workspaces

    async def often(self) -> None:
        """Look at every workspace now and again, for ever."""
        while True:
            await asyncio.sleep(LOOK_ROUND)
            for workspace in self._workspaces.all():
                await self.round(workspace)

    async def round(self, workspace: Workspace) -> None:
        """Take in everybody of a workspace. Where Slack or the database fails, the next look will do."""
        cursor = ""
        try:
            while True:
                answer = await self._api.call(workspace, "users_list", limit=A_PAGE, cursor=cursor)
                profiles = [profile_of(user, workspace) for user in answer.get("members", [])]
                await asyncio.to_thread(self._identity.notice, workspace, profiles)
                if self._workspaces.get(workspace.team) is None:
                    # Removed meanwhile: what was just taken in goes with the rest.
                    await asyncio.to_thread(self._identity.removed, workspace)
                    return
                cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    return
        except Trouble as trouble:
            log.warning("slack people not seen workspace=%s code=%s", workspace.team, trouble.code)
        except StoreBusy:
            log.warning("slack people not kept workspace=%s", workspace.team)
