"""Workspaces that added the bot from its web page: their tokens, sealed in the database.

slack-bolt's installation flow asks for a store of installations and one of states; both are here, over our own store.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation as Installed
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.api import QUIET
from adapters.slack.identity import accounts_gone
from adapters.slack.workspaces import Workspace
from bot.ports import Clock, Installation, SealBroken, Sealer, Store, StoreBusy, UnitOfWork

log = logging.getLogger(__name__)

VALID: Final = dt.timedelta(minutes=10)
"""How long somebody may take between our page and Slack's leave to install."""
Added: TypeAlias = tuple[Installation, Workspace | None]
"""An installation, and the workspace with its token: ``None`` where it waits, or where the token cannot be opened."""


class NotKept(BoltError):
    """An installation is not kept. ``why`` names the sentence for whoever installs (``slack.install.…``)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Installs(AsyncInstallationStore):
    """Installations. Nobody of a workspace is served until an operator has said whose staff it holds."""

    def __init__(self, store: Store, sealer: Sealer, clock: Clock, signing_secret: str = "") -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._secret = signing_secret

    @property
    def logger(self) -> logging.Logger:
        """A logger that holds back what slack_sdk would say."""
        return QUIET

    def keep(self, installed: Installed) -> Installation:
        """Keep an installation and return it. Raise ``NotKept``, ``StoreBusy``."""
        if installed.is_enterprise_install or not installed.team_id:
            raise NotKept("organisation")
        if not installed.bot_token:
            raise NotKept("no_token")
        key = self._sealer.new_key()
        sealed = self._sealer.seal(key, installed.bot_token, place(installed.team_id))
        found = Installation(
            installed.team_id,
            installed.team_name or "",
            self._clock.now(),
            key,
            sealed,
            enterprise=installed.enterprise_id or "",
            bot_user=installed.bot_user_id or "",
            bot_id=installed.bot_id or "",
        )
        with self._store.begin() as work:
            kept = work.installs.put(found)
            if kept.school_id:
                work.audit.note(kept.school_id, None, "workspace.installed", f"slack:{kept.team}")
            work.commit()
        log.info("slack installed workspace=%s school=%s", kept.team, kept.school_id or "- (waits to be admitted)")
        return kept

    def served(self) -> dict[str, Workspace | None]:
        """Return the workspaces admitted, by team; ``None`` where a token cannot be opened. Raise ``StoreBusy``."""
        with self._store.look() as work:
            kept = [each for each in work.installs.all() if each.school_id]
        return {each.team: self._opened(each) for each in kept}

    def drop(self, team: str) -> None:
        """Delete an installation: the app was removed there. Raise ``StoreBusy``."""
        with self._store.begin(patient=True) as work:
            there = work.installs.get(team)
            if there is not None and work.installs.drop(team):
                if there.school_id:
                    work.audit.note(there.school_id, None, "workspace.removed", f"slack:{team}")
                work.commit()

    def _opened(self, kept: Installation) -> Workspace | None:
        try:
            token = self._sealer.open(kept.key, kept.sealed, place(kept.team))
        except SealBroken:
            log.error("slack token of workspace=%s cannot be opened: install the app there again", kept.team)  # noqa: TRY400
            return None
        return Workspace(
            kept.team,
            kept.school_id or "",
            token,
            bot_user=kept.bot_user,
            bot_id=kept.bot_id,
            enterprise=kept.enterprise,
            name=kept.name,
            signing_secret=self._secret,
        )

    # --- what slack-bolt asks for ---------------------------------------------------------------------------------

    async def async_save(self, installation: Installed) -> None:
        """Keep an installation. Raise ``NotKept``."""
        try:
            await asyncio.to_thread(self.keep, installation)
        except StoreBusy:
            raise NotKept("busy") from None

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the bot of an admitted workspace or ``None``."""
        found = None if is_enterprise_install else (await asyncio.to_thread(self.served)).get(team_id or "")
        if found is None or (enterprise_id or "") not in {"", found.enterprise}:
            return None
        return Bot(
            team_id=found.team,
            bot_token=found.token,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user,
            installed_at=self._clock.now().timestamp(),
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:  # noqa: ARG002
        """Delete an installation."""
        await asyncio.to_thread(self.drop, team_id or "")

    async def async_delete_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
    ) -> None:
        """Delete nothing: a person's own token is never asked for, and the bot stays when its installer leaves."""

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete an installation."""
        await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)


class States(AsyncOAuthStateStore):
    """States: each ties a browser to the installation that it began, once, for ten minutes. Only hashes are kept."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @property
    def logger(self) -> logging.Logger:
        """A logger that holds back what slack_sdk would say."""
        return QUIET

    async def async_issue(self, *_: Any, **__: Any) -> str:  # noqa: ANN401 - slack_sdk's own signature
        """Return a new state. Raise ``NotKept`` where too many wait or the database is busy."""
        state = secrets.token_urlsafe(32)
        try:
            kept = await asyncio.to_thread(self._issue, state)
        except StoreBusy:
            kept = False
        if not kept:
            raise NotKept("busy")
        return state

    async def async_consume(self, state: str) -> bool:
        """Use a state up. Return whether it was ours, not used before, and in time."""
        try:
            return await asyncio.to_thread(self._consume, state)
        except StoreBusy:
            return False

    def _issue(self, state: str) -> bool:
        now = self._clock.now()
        with self._store.begin() as work:
            kept = work.installs.issue(_hash(state), now, now + VALID)
            work.commit()
        return kept

    def _consume(self, state: str) -> bool:
        with self._store.begin() as work:
            used = work.installs.consume(_hash(state), self._clock.now())
            work.commit()
        return used


def added(store: Store, sealer: Callable[[], Sealer], clock: Clock) -> list[Added]:
    """Return every installation with the workspace that it opens. ``sealer`` is asked for where it is needed.

    Raise ``StoreBusy``, and what ``sealer`` raises.
    """
    with store.look() as work:
        kept = work.installs.all()
    opened = Installs(store, sealer(), clock).served() if any(each.school_id for each in kept) else {}
    return [(each, opened.get(each.team)) for each in kept]


def admit(store: Store, team: str, school_id: str) -> str | None:
    """Say whose staff a workspace holds, as an operator wishes; accounts there of another school are gone.

    Return the school whose it was, nothing for nobody's, ``None`` where the app is not installed there.
    """
    with store.begin(patient=True) as work:
        there = work.installs.get(team)
        if there is None or not work.installs.admit(team, school_id):
            return None
        if there.school_id not in {None, school_id}:
            _left(work, there.school_id or "", team)
        work.audit.note(school_id, None, "workspace.admitted", f"slack:{team}")
        work.commit()
    return there.school_id or ""


def remove(store: Store, team: str) -> bool:
    """Delete an installation and mark its accounts as gone, as an operator wishes. Return whether there was one."""
    with store.begin(patient=True) as work:
        there = work.installs.get(team)
        if there is None or not work.installs.drop(team):
            return False
        if there.school_id:
            _left(work, there.school_id, team)
        work.commit()
    return True


def _left(work: UnitOfWork, school_id: str, team: str) -> None:
    accounts_gone(work, school_id, team)
    work.audit.note(school_id, None, "workspace.removed", f"slack:{team}")


def place(team: str) -> str:
    """Return the place at which a workspace's token is sealed."""
    return f"slack/{team}"


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
