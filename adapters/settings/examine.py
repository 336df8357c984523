"""What the settings amount to: which platforms are set up, what is missing, how to mend it. Nothing is tried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from adapters.settings.reading import loopback
from adapters.settings.table import PREFIX, Settings

Standing = Literal["ok", "off", "mend"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``check``: ``ok`` stands, ``off`` is not set up, ``mend`` must be put right."""

    standing: Standing
    about: str
    says: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say about desk, Slack, Teams and mail."""
    yield _desk(settings)
    yield _slack(settings)
    yield _teams(settings)
    yield _mail(settings)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _desk(settings: Settings) -> Finding:
    if settings.demo:
        return Finding("ok", "desk", f"demo mode on {settings.address}: anybody may be anybody, on this machine only")
    if not settings.public_url:
        return Finding(
            "off", "desk", f"on {settings.address}; set public_url to the https:// address by which staff reach it"
        )
    if settings.public_url.startswith("http://") and not loopback(settings.public_url[7:].partition(":")[0].strip("/")):
        return Finding("mend", "desk", "public_url must begin with https://: sign-in links would travel in the clear")
    return Finding("ok", "desk", f"on {settings.address}, reached as {settings.public_url}")


def _slack(settings: Settings) -> Finding:
    if settings.slack_client_id:
        return _slack_from_a_page(settings)
    second = "slack_app_token" if settings.slack_mode == "socket" else "slack_signing_secret"
    given = {"slack_bot_token": settings.slack_bot_token.reveal(), second: getattr(settings, second).reveal()}
    if settings.slack_workspaces:
        # One app in every workspace, whose app token or signing secret stands by itself; or in each line its own.
        given.pop("slack_bot_token")
        given = {name: value for name, value in given.items() if value}
    elif not any(given.values()):
        return Finding(
            "off",
            "slack",
            f"not set up; it needs {' and '.join(map(_variable, given))} (slack_mode = {settings.slack_mode})",
        )
    for name, begins in (("slack_bot_token", "xoxb-"), ("slack_app_token", "xapp-")):
        if name in given and not given[name].startswith(begins):
            said = "is missing" if not given[name] else f"is another sort of token: it must begin with {begins}"
            return Finding("mend", "slack", f"{_variable(name)} {said}")
    if second in given and not given[second]:
        return Finding("mend", "slack", f"{_variable(second)} is missing: slack_mode = http needs it")
    return Finding("ok", "slack", f"set up, {settings.slack_mode} mode")


def _slack_from_a_page(settings: Settings) -> Finding:
    needed = {
        "slack_client_secret": settings.slack_client_secret,
        "slack_signing_secret": settings.slack_signing_secret,
        "public_url": settings.public_url,
    }
    missing = [_variable(name) for name, value in needed.items() if not value]
    if settings.slack_mode != "http":
        return Finding("mend", "slack", "slack_client_id needs slack_mode = http: Slack sends browsers back to the bot")
    if missing:
        return Finding("mend", "slack", f"{' and '.join(missing)} missing, which slack_client_id needs")
    return Finding(
        "ok", "slack", f"set up, http mode; workspaces add it from {settings.public_url.rstrip('/')}/slack/install"
    )


def _teams(settings: Settings) -> Finding:
    given = {
        "teams_app_id": settings.teams_app_id,
        "teams_app_password": settings.teams_app_password.reveal(),
        "teams_tenant": settings.teams_tenant,
    }
    if settings.teams_identity == "managed":
        del given["teams_app_password"]
    missing = [_variable(name) for name, value in given.items() if not value]
    if settings.teams_loopback_test:
        return Finding("ok", "teams", "loopback test: unsigned messages from this machine are accepted")
    if len(missing) == len(given):
        return Finding("off", "teams", f"not set up; it needs {', '.join(missing)}")
    if missing:
        return Finding("mend", "teams", f"{' and '.join(missing)} missing")
    tenants = settings.teams_allowed_tenants or (settings.teams_tenant,)
    return Finding("ok", "teams", f"set up, for {len(tenants)} tenant{'s' if len(tenants) > 1 else ''}")


def _mail(settings: Settings) -> Finding:
    if not settings.mail_host:
        return Finding(
            "off", "mail", "not set up: people without a chat account can't be told; it needs mail_host and mail_from"
        )
    if not settings.mail_from:
        return Finding("mend", "mail", f"{_variable('mail_from')} is missing: the address that mail comes from")
    if settings.mail_user and not settings.mail_password:
        return Finding("mend", "mail", f"{_variable('mail_password')} is missing for {settings.mail_user}")
    if not settings.public_url and not settings.demo:
        return Finding("mend", "mail", "public_url is missing: a mailed link would lead nowhere")
    return Finding("ok", "mail", f"set up, by {settings.mail_host}:{settings.mail_port} ({settings.mail_tls})")
