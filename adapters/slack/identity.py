"""Who somebody in Slack is on the staff list. Guests, apps, other organisations and the deactivated are nobody.

A Slack account is matched by its e-mail address, and belongs to a person once that person has said so; until then it is
kept as unconfirmed, which is enough to be told that something waits and for nothing else.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from adapters.slack.api import Api
from adapters.slack.consequences import Trouble
from adapters.slack.workspaces import Workspace
from bot.people import Account, Person, Roster
from bot.ports import Clock, Store, UnitOfWork

log = logging.getLogger(__name__)

PLATFORM: Final = "slack"
UNCONFIRMED: Final = "unconfirmed"
REMEMBERED: Final = 60.0
"""Seconds that an answer is kept in memory. Another instance may change an account meanwhile; the core asks each time
whether a person still belongs to the school."""
MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a user, as far as it matters here."""

    user: str
    team: str
    email: str = ""
    staff: bool = True
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the school."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Perhaps:
    """Whom the e-mail address points to; the person has not confirmed it."""

    person: Person
    school: str


@dataclass(frozen=True, slots=True)
class Nobody:
    """``stranger``: not on the staff list. ``outsider``: no member of the workspace. ``shared``: a mail of several."""

    why: Literal["stranger", "outsider", "shared"]


Who: TypeAlias = Known | Perhaps | Nobody


def profile_of(user: Mapping[str, Any], workspace: Workspace) -> Profile:
    """Return what matters of a user object (https://docs.slack.dev/reference/objects/user-object)."""
    profile = user.get("profile") or {}
    team = str(user.get("team_id") or profile.get("team") or workspace.team)
    outside = any(
        user.get(flag)
        for flag in (
            "is_bot",
            "is_restricted",
            "is_ultra_restricted",
            "is_stranger",
            "is_workflow_bot",
            "is_invited_user",
        )
    )
    unsure = user.get("is_email_confirmed") is False
    ours = team in {workspace.team, workspace.enterprise} or _in_grid(user, workspace)
    email = "" if unsure else str(profile.get("email") or "")
    fit = not outside and ours and user.get("id") != "USLACKBOT"
    return Profile(str(user.get("id", "")), team, email, fit, bool(user.get("deleted")))


class Identity:
    """Finds and keeps who is who. Its methods that touch the store are synchronous: run them in a thread."""

    def __init__(self, store: Store, clock: Clock, api: Api) -> None:
        self._store = store
        self._clock = clock
        self._api = api
        self._remembered: dict[tuple[str, str], tuple[float, Who]] = {}

    async def who(self, workspace: Workspace, user: str) -> Who:
        """Return who a user is. Raise ``Trouble`` where Slack must be asked and cannot be, ``StoreBusy``."""
        there = self._remembered.get((workspace.team, user))
        if there is not None and self._clock.monotonic() - there[0] < REMEMBERED:
            return there[1]
        found = await asyncio.to_thread(self.kept, workspace, user)
        if found is None:
            found = await asyncio.to_thread(self.matched, workspace, await self.profile(workspace, user))
        if len(self._remembered) >= MOST:
            self._remembered.clear()
        if not isinstance(found, Nobody):
            self._remembered[workspace.team, user] = (self._clock.monotonic(), found)
        return found

    async def profile(self, workspace: Workspace, user: str) -> Profile:
        """Return what Slack says of a user. Raise ``Trouble``."""
        try:
            answer = await self._api.call(workspace, "users_info", user=user)
        except Trouble as trouble:
            if trouble.code in {"user_not_found", "user_not_visible", "users_not_found"}:
                return Profile(user, "", staff=False)
            raise
        return profile_of(answer.get("user") or {}, workspace)

    async def person(self, workspace: Workspace, user: str) -> str:
        """Return the id of the person whom somebody chose in Slack's people picker; empty where it is nobody of ours.

        Whether that person has confirmed the account does not matter here. Raise ``Trouble``, ``StoreBusy``.
        """
        found = await self.who(workspace, user)
        if isinstance(found, Known):
            return found.person_id
        return found.person.id if isinstance(found, Perhaps) else ""

    def here(self, workspace: Workspace, person_id: str) -> bool:
        """Return whether a person belongs to the school today, whatever is remembered of them. Raise ``StoreBusy``."""
        with self._store.look() as work:
            roster = work.people.roster(workspace.school_id)
        return person_id in {person.id for person in roster.here(self._clock.today(roster.school.timezone))}

    def kept(self, workspace: Workspace, user: str) -> Who | None:
        """Return who a user is by the accounts that are kept; ``None`` where there is none."""
        with self._store.look() as work:
            person = work.people.by_account(PLATFORM, workspace.team, user)
            if person is None or person.school_id != workspace.school_id:
                return None
            roster = work.people.roster(workspace.school_id)
        account = _account(roster, workspace, user)
        if account is None or account.gone:
            return None
        return Perhaps(person, roster.school.name) if account.details == UNCONFIRMED else Known(person.id)

    def matched(self, workspace: Workspace, profile: Profile) -> Who:
        """Return whom the e-mail address of a user points to."""
        if not profile.staff or profile.deleted:
            return Nobody("outsider")
        with self._store.look() as work:
            roster = work.people.roster(workspace.school_id)
        today = self._clock.today(roster.school.timezone)
        found = [p for p in roster.here(today) if profile.email and p.email.casefold() == profile.email.casefold()]
        if len(found) > 1:
            return Nobody("shared")
        return Perhaps(found[0], roster.school.name) if found else Nobody("stranger")

    def confirm(self, workspace: Workspace, profile: Profile) -> Who:
        """Keep that a user is whom their address points to, because they said so. Return who it is."""
        found = self.matched(workspace, profile)
        if not isinstance(found, Perhaps):
            return found
        with self._store.begin() as work:
            work.people.account(_new(workspace, profile.user, found.person.id))
            work.audit.note(workspace.school_id, found.person.id, "account.confirmed", f"slack:{workspace.team}")
            work.commit()
        self.forget(workspace, profile.user)
        return Known(found.person.id)

    def notice(self, workspace: Workspace, profiles: list[Profile]) -> tuple[int, int]:
        """Take in what Slack says of users: new ones are matched, deactivated ones and guests are gone.

        Return how many accounts were added and how many are gone. A person's word that an account is theirs stands,
        unless the account's address now is that of somebody else on the list. Without that word an account stands only
        while its address is that of one person.
        """
        added = gone = 0
        with self._store.begin(patient=True) as work:
            roster = work.people.roster(workspace.school_id)
            for profile in profiles:
                change = self._change(roster, workspace, profile)
                if change is not None:
                    work.people.account(change)
                    self.forget(workspace, profile.user)
                    added, gone = added + (not change.gone), gone + change.gone
            if added or gone:
                _note(work, workspace.school_id, workspace.team, added, gone)
                work.commit()
        return added, gone

    def removed(self, workspace: Workspace) -> int:
        """Mark every account of a workspace as gone, because the app was removed from it. Return how many."""
        with self._store.begin(patient=True) as work:
            there = accounts_gone(work, workspace.school_id, workspace.team)
            work.commit()
        self._remembered.clear()
        return there

    def directory(self, workspace: Workspace) -> Accounts:
        """Return the user ids of the people of the school in this workspace."""
        with self._store.look() as work:
            accounts = work.people.roster(workspace.school_id).accounts
        mine = (a for a in accounts if a.platform == PLATFORM and a.tenant == workspace.team and not a.gone)
        return Accounts({account.person_id: account.address for account in mine})

    def forget(self, workspace: Workspace, user: str) -> None:
        """Look anew when the user comes next."""
        self._remembered.pop((workspace.team, user), None)

    def _change(self, roster: Roster, workspace: Workspace, profile: Profile) -> Account | None:
        there = _account(roster, workspace, profile.user)
        today = self._clock.today(roster.school.timezone)
        same = [p for p in roster.here(today) if profile.email and p.email.casefold() == profile.email.casefold()]
        if not profile.staff or profile.deleted:
            return replace(there, gone=True) if there is not None and not there.gone else None
        whose = same[0].id if len(same) == 1 else ""
        if whose and (there is None or there.person_id != whose):
            # The account now belongs to somebody else: whose it is must be said anew.
            return _new(workspace, profile.user, whose, UNCONFIRMED)
        if there is None:
            return None
        if whose:
            return replace(there, gone=False, details=UNCONFIRMED) if there.gone else None
        said = there.details != UNCONFIRMED and (not same or there.person_id in {person.id for person in same})
        return None if said or there.gone else replace(there, gone=True)


@dataclass(frozen=True, slots=True)
class Accounts:
    """User ids by person, of one workspace (``fields.Directory``)."""

    by_person: Mapping[str, str]

    def account(self, person_id: str) -> str:
        """Return a person's user id in this workspace, or nothing."""
        return self.by_person.get(person_id, "")


def accounts_gone(work: UnitOfWork, school_id: str, team: str) -> int:
    """Mark every account of a workspace as gone. Return how many."""
    there = [
        account
        for account in work.people.roster(school_id).accounts
        if account.platform == PLATFORM and account.tenant == team and not account.gone
    ]
    for account in there:
        work.people.account(replace(account, gone=True))
    _note(work, school_id, team, 0, len(there))
    return len(there)


def _in_grid(user: Mapping[str, Any], workspace: Workspace) -> bool:
    """Return whether a user whose first workspace is another one of the same organisation is a member of this too."""
    there = user.get("enterprise_user") or {}
    same = bool(workspace.enterprise) and there.get("enterprise_id") == workspace.enterprise
    return same and workspace.team in (there.get("teams") or ())


def _account(roster: Roster, workspace: Workspace, user: str) -> Account | None:
    return next(
        (a for a in roster.accounts if (a.platform, a.tenant, a.address) == (PLATFORM, workspace.team, user)), None
    )


def _new(workspace: Workspace, user: str, person_id: str, details: str = "") -> Account:
    name = hashlib.sha256(f"{workspace.team}/{user}".encode()).hexdigest()[:24]
    return Account(f"slack-{name}", person_id, PLATFORM, user, workspace.team, details)


def _note(work: UnitOfWork, school_id: str, team: str, added: int, gone: int) -> None:
    work.audit.note(school_id, None, "accounts.noticed", f"slack:{team}", f"{added}/{gone}")
    log.info("slack accounts workspace=%s new=%d gone=%d", team, added, gone)
