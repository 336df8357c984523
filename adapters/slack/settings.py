"""The settings that Slack is set up by, and the logins that they give (docs/slack.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from adapters.slack.logins import Installing, Login, WrongWorkspace, logins, unknown_schools

THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Hidden(Protocol):
    """A secret of the settings."""

    def reveal(self) -> str:
        """Return it."""
        ...


class SlackSettings(Protocol):
    """The settings that Slack is set up by (docs/settings.md)."""

    @property
    def slack_mode(self) -> Literal["socket", "http"]:
        """How Slack reaches the bot."""
        ...

    @property
    def slack_bot_token(self) -> Hidden:
        """The bot token of the one workspace."""
        ...

    @property
    def slack_app_token(self) -> Hidden:
        """The app-level token, for Socket Mode."""
        ...

    @property
    def slack_signing_secret(self) -> Hidden:
        """The signing secret, for HTTP mode."""
        ...

    @property
    def slack_workspaces(self) -> Hidden:
        """Several workspaces, each with its school."""
        ...

    @property
    def slack_client_id(self) -> str:
        """The app's client id: with it, workspaces add the bot from its web page."""
        ...

    @property
    def slack_client_secret(self) -> Hidden:
        """The app's client secret."""
        ...

    @property
    def slack_group_answers(self) -> Literal["private", "thread"]:
        """Where a mention is answered."""
        ...

    @property
    def slack_api_url(self) -> str:
        """The address of Slack's Web API."""
        ...

    @property
    def public_url(self) -> str:
        """The address at which the bot's server is reached."""
        ...


def installing_of(settings: SlackSettings) -> Installing | None:
    """Return how workspaces add the bot from its web page, ``None`` where they do not. Raise ``WrongWorkspace``."""
    if not settings.slack_client_id:
        return None
    secret, signing = settings.slack_client_secret.reveal(), settings.slack_signing_secret.reveal()
    if settings.slack_mode != "http" or not (secret and signing and settings.public_url):
        raise WrongWorkspace(
            "slack_client_id needs slack_mode = http, slack_client_secret, slack_signing_secret and public_url"
        )
    return Installing(settings.slack_client_id, secret, signing, settings.public_url)


def logins_of(settings: SlackSettings) -> tuple[Login, ...]:
    """Return the logins of every workspace set up. Raise ``WrongWorkspace`` for a list that cannot be read."""
    single = Login(
        "",
        settings.slack_bot_token.reveal(),
        settings.slack_app_token.reveal(),
        settings.slack_signing_secret.reveal(),
    )
    return logins(single, settings.slack_workspaces.reveal())


def address_fault(settings: SlackSettings) -> str:
    """Return what is wrong with the address that Slack is told to call, or nothing."""
    if settings.slack_mode != "http":
        page = "slack_client_id needs slack_mode = http: Slack sends browsers back to the bot"
        return page if settings.slack_client_id else ""
    if not settings.public_url:
        return "slack_mode = http needs public_url: set CAN_I_PUBLIC_URL to the https:// address that Slack is to call"
    where = urlsplit(settings.public_url)
    if where.scheme != "https" and where.hostname not in THIS_MACHINE:
        return "public_url must begin with https://: Slack calls no other address"
    return ""


def faults(settings: SlackSettings, schools: Sequence[str] | None = None) -> list[str]:
    """Return what is wrong with the settings, each fault in words, with nothing tried out.

    ``schools`` are the ids of those that there are; ``None`` where that is not known.
    """
    try:
        every, _ = logins_of(settings), installing_of(settings)
    except WrongWorkspace as wrong:
        return [str(wrong)]
    http = settings.slack_mode == "http"
    needed = "signing secret, which http mode needs" if http else "xapp- token, which socket mode needs"
    without = [login for login in every if not (login.signing_secret if http else login.app_token)]
    lacking = [f"{login.school_id or 'the workspace'} has no {needed}" for login in without]
    where = [fault for fault in (address_fault(settings),) if fault]
    return lacking + where + ([] if schools is None else unknown_schools(every, schools))
