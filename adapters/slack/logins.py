"""What the settings say of workspaces: schools and tokens. Loads nothing of Slack's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


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
