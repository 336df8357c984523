"""Tries what Slack needs, one thing after the other, and says in words what is wrong. Nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import aiohttp

from adapters.slack import outward
from adapters.slack.answered import UNREACHED, as_trouble
from adapters.slack.api import Api
from adapters.slack.consequences import Trouble, mend, unreached
from adapters.slack.installs import Added
from adapters.slack.logins import Login, WrongWorkspace, unknown_schools
from adapters.slack.manifest import INSTALL, SCOPES
from adapters.slack.remedies import mend_app_token, passing, unusable_authorities
from adapters.slack.settings import SlackSettings, address_fault, installing_of, logins_of
from adapters.slack.workspaces import Workspace
from bot.ports import Installation
from bot.wording import say

Line = tuple[str, str, str]
PATIENCE: Final = 1.0
"""Seconds that a call is tried again: who runs the check would rather be told."""
NOBODY: Final = "nobody in this workspace has the address"
HELLO: Final = 10.0
"""Seconds that Slack is given to greet us over Socket Mode."""


async def tried(
    settings: SlackSettings,
    to: str = "",
    schools: Sequence[str] | None = None,
    environ: Mapping[str, str] = MappingProxyType({}),
    added: Sequence[Added] = (),
) -> list[Line]:
    """Return what was found: standing, about, says. ``to`` is the e-mail address of somebody to write to.

    ``schools`` are the ids of those that there are; ``None`` where that is not known. ``environ`` are the variables of
    the process, ``added`` the workspaces that added the bot from its web page.
    ``ok`` stands, ``note`` should be known, ``mend`` must be put right, ``again`` could not be tried just now.
    """
    try:
        logins, installing = logins_of(settings), installing_of(settings)
    except WrongWorkspace as wrong:
        return [("mend", "settings", str(wrong))]
    if not (logins or installing):
        return [("mend", "settings", "no bot token: set CAN_I_SLACK_BOT_TOKEN, or slack_workspaces for several")]
    lines: list[Line] = [("ok", "page", f"{installing.public_url.rstrip('/')}{INSTALL}")] if installing else []
    if misplaced := address_fault(settings):
        lines.append(("mend", "address", misplaced))
    if unusable := unusable_authorities(environ):
        lines.append(("mend", "trust", unusable))
    if schools is not None:
        lines += [("mend", "school", wrong) for wrong in unknown_schools(logins, schools)]
    named = [*zip(_names(logins), logins, strict=True)]
    async with outward.session() as session:
        api = Api(settings.slack_api_url, session, patience=PATIENCE)
        for name, login in named:
            lines += _about(name, *await _workspace(api, login.bot_token, to))
        for kept, workspace in added:
            lines += _about(_place(kept), *await _from_page(api, kept, workspace, to))
        if settings.slack_mode == "socket":
            for token in dict.fromkeys(login.app_token for login in logins):
                names = [name for name, login in named if login.app_token == token]
                lines += _about(", ".join(names), await _socket(api, session, token))
        else:
            lines += [_secret(name, login) for name, login in named]
    return _met(lines)


def _met(lines: list[Line]) -> list[Line]:
    """Who is in one workspace need not be in the others: then it is no fault that they are not found there."""
    if not any(line[:2] == ("ok", "message") for line in lines):
        return lines
    return [("note", about, says) if NOBODY in says else (standing, about, says) for standing, about, says in lines]


def _names(logins: Sequence[Login]) -> list[str]:
    """Return a name for each login: its school's, with a number where there are several; none for the only one."""
    schools = [login.school_id for login in logins]
    names = []
    for at, school in enumerate(schools):
        number = f" ({schools[: at + 1].count(school)})" if schools.count(school) > 1 else ""
        names.append(f"{school}{number}" or "slack_bot_token" * (len(logins) > 1))
    return names


def _about(name: str, *lines: Line) -> list[Line]:
    return [(standing, about, f"{name}: {says}" if name else says) for standing, about, says in lines]


def _place(kept: Installation) -> str:
    return f"{kept.school_id} ({kept.team})" if kept.school_id else kept.team


async def _from_page(api: Api, kept: Installation, workspace: Workspace | None, to: str) -> list[Line]:
    if not kept.school_id:
        return [
            ("note", "waits", f"it is served once you say whose it is: python app.py slack admit {kept.team} SCHOOL")
        ]
    if workspace is None:
        return [("mend", "token", "its token cannot be opened: the app must be installed there again")]
    return await _workspace(api, workspace.token, to)


async def _workspace(api: Api, token: str, to: str) -> list[Line]:
    try:
        with as_trouble():
            answer = await api.client(token).auth_test()
    except Trouble as trouble:
        return [_wrong("token", trouble.code)]
    team = f"{answer.get('team', '')} ({answer.get('team_id', '')})"
    lines: list[Line] = [("ok", "token", f"works in {team}, as {answer.get('user', '')}")]
    if not answer.get("bot_id"):
        return [("mend", "token", mend("not_allowed_token_type"))]
    headers = {name.lower(): value for name, value in dict(answer.headers).items()}
    lines.append(_scopes(str(headers.get("x-oauth-scopes", ""))))
    if to:
        lines.append(await _message(api, Workspace(str(answer["team_id"]), "", token), to))
    return lines


def _scopes(granted: str) -> Line:
    there = {scope.strip() for scope in granted.split(",")} - {""}
    missing, more = sorted({*SCOPES} - there), sorted(there - {*SCOPES})
    if missing:
        return (
            "mend",
            "scopes",
            f"missing: {', '.join(missing)}; update the app from `python app.py slack manifest`, then install it again",
        )
    if more:
        return "note", "scopes", f"more than needed: {', '.join(more)}; they can be taken away"
    return "ok", "scopes", f"all {len(SCOPES)}, and no more"


async def _message(api: Api, workspace: Workspace, to: str) -> Line:
    try:
        found = await api.call(workspace, "users_lookupByEmail", email=to)
        channel = await api.direct(workspace, str(found["user"]["id"]))
        await api.call(workspace, "chat_postMessage", channel=channel, text=say("slack.check.hello"))
    except Trouble as trouble:
        if trouble.code == "users_not_found":
            return "mend", "message", f"{NOBODY} {to}"
        return _wrong("message", trouble.code)
    return "ok", "message", f"sent to {to}: look into your direct messages"


async def _socket(api: Api, session: aiohttp.ClientSession, token: str) -> Line:
    """Open a connection of Socket Mode, wait for Slack's hello, and close it again."""
    if not token:
        return "mend", "socket", "no app-level token: make one with connections:write under 'Basic Information'"
    try:
        with as_trouble():
            answer = await api.client().apps_connections_open(app_token=token)
    except Trouble as trouble:
        return _wrong("socket", trouble.code, mend_app_token)
    try:
        async with asyncio.timeout(HELLO), session.ws_connect(str(answer["url"])) as link:
            hello = await link.receive_json()
    except UNREACHED as error:
        code = unreached(error).code
        silent = "Slack gave an address but no greeting: the firewall must let wss://*.slack.com out"
        return "mend", "socket", mend(code) if code == "certificate" else silent
    if hello.get("type") != "hello":
        return "mend", "socket", "Slack closed the connection: turn Socket Mode on in the app's settings"
    return "ok", "socket", "Slack greets us over Socket Mode"


def _wrong(about: str, code: str, remedy: Callable[[str], str] = mend) -> Line:
    if passing(code):
        return "again", about, "Slack is busy or away just now: try again in a few minutes"
    return "mend", about, remedy(code)


def _secret(name: str, login: Login) -> Line:
    about = name or "slack"
    if not login.signing_secret:
        return "mend", "signing", f"no signing secret for {about}: copy it from 'Basic Information'"
    return (
        "ok",
        "signing",
        f"a signing secret for {about}; only a request of Slack's can prove that it is the right one",
    )
