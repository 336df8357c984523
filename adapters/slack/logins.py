"""What the settings say of workspaces: schools and tokens. Loads nothing of Slack's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

FORM: Final = "school xoxb-… [xapp-…] [signing secret]"
_SECRET: Final = re.compile(r"xox|xapp-|[0-9a-f]{32}$")
"""How a token or a signing secret looks: what stands in a school's place and looks so is never shown."""


@dataclass(frozen=True, slots=True)
class Login:
    """What an operator sets for a workspace: its school (empty: the only one) and the tokens of the app installed."""

    school_id: str
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Installing:
    """What installing from a web page needs: the app's own id and secrets, and the address at which we are reached."""

    client_id: str
    client_secret: str = field(repr=False)
    signing_secret: str = field(repr=False)
    public_url: str


class WrongWorkspace(ValueError):
    """Two logins name the same workspace, or a list of logins cannot be read. The text holds no token."""


def logins(single: Login, listed: str) -> tuple[Login, ...]:
    """Return the logins of the settings: the one of the single token, and those of a list.

    A line of the list names a school and its tokens, in any order and parted by blanks: ``hill xoxb-… xapp-…``; what is
    neither a bot token nor an app token is a signing secret. Lines may be parted by semicolons. Raise
    ``WrongWorkspace`` naming the line.
    """
    found = [single] if single.bot_token else []
    given = {login.bot_token: "slack_bot_token" for login in found}
    for where, line in _lines(listed):
        if "," in line or "=" in line:
            raise WrongWorkspace(f"{where} has a comma or an equals sign, and must be, parted by blanks: {FORM}")
        school, *rest = line.split()
        bots = [word for word in rest if word.startswith("xoxb-")]
        apps = [word for word in rest if word.startswith("xapp-")]
        others = [word for word in rest if word not in {*bots, *apps}]
        if _SECRET.match(school) or len(bots) != 1 or len(apps) > 1 or len(others) > 1:
            raise WrongWorkspace(f"{where} must be: {FORM}")
        if bots[0] in given:
            raise WrongWorkspace(
                f"{where} gives the bot token of {given[bots[0]]} again: each workspace has one of its own"
            )
        given[bots[0]] = where
        app, secret = "".join(apps) or single.app_token, "".join(others) or single.signing_secret
        found.append(Login(school, bots[0], app, secret))
    return tuple(found)


def school_among(school_id: str, known: Sequence[str]) -> str:
    """Return the id of a school that there is, the only one where it is empty. Raise ``WrongWorkspace``."""
    if school_id in known:
        return school_id
    if not known:
        raise WrongWorkspace("there is no school yet: add one with `python app.py school add` (docs/commands.md)")
    if school_id:
        raise WrongWorkspace(f"there is no school {school_id!r}. There are: {', '.join(known)}")
    if len(known) > 1:
        raise WrongWorkspace(
            f"slack_bot_token does not say which school it is for: in its place give slack_workspaces a line for each, "
            f"such as `{known[0]} xoxb-…`. There are: {', '.join(known)}"
        )
    return known[0]


def unknown_schools(every: Iterable[Login], known: Sequence[str]) -> list[str]:
    """Return what is wrong with the schools that logins name, each fault once."""
    found: dict[str, None] = {}
    for login in every:
        try:
            school_among(login.school_id, known)
        except WrongWorkspace as wrong:
            found[str(wrong)] = None
    return [*found]


def _lines(text: str) -> Iterable[tuple[str, str]]:
    """Yield each line that says something, and where it stands."""
    for number, part in enumerate(text.splitlines(), 1):
        for entry, one in enumerate(part.split(";"), 1):
            if line := one.partition("#")[0].strip():
                where = f"line {number}, entry {entry}" if ";" in part else f"line {number}"
                yield f"{where} of slack_workspaces", line
