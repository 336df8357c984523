"""Setting Slack up: the manifest, ``slack check``, and ``serve`` as a process of its own, connected by Socket Mode."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from typer.testing import CliRunner

import app
from adapters.settings import load
from adapters.slack.delivery import plain_card
from adapters.slack.logins import WrongWorkspace
from adapters.slack.manifest import COMMANDS, SCOPES, SHORTCUTS
from adapters.slack.sender import SlackSender
from adapters.slack.trying import tried
from adapters.slack.wiring import connect
from adapters.slack.workspaces import Workspace, Workspaces
from bot.people import Account
from bot.ports import RetryLater
from tests.certificates import serving, trusted
from tests.fakes import FakeClock, World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import TOKEN, Someone, larkfield, uid
from tests.slackpeer.program import ended, started
from tests.slackpeer.reading import said


def printed(folder: Path, **environ: str) -> dict[str, Any]:
    """Return what `slack manifest` prints."""
    made = CliRunner().invoke(app.commands(app.House(environ, folder)), ["slack", "manifest"])
    assert made.exit_code == 0
    return dict(yaml.safe_load(made.stdout))


def test_the_manifest_of_the_repository_is_the_one_that_is_printed(root: Path, tmp_path: Path) -> None:
    """slack/manifest.yaml says what `slack manifest` says where nothing is set otherwise."""
    assert printed(tmp_path) == yaml.safe_load((root / "slack/manifest.yaml").read_text("utf-8"))


def test_the_manifest_follows_the_settings(tmp_path: Path) -> None:
    """In HTTP mode each place where Slack calls us has our address, and Socket Mode is off."""
    made = printed(tmp_path, CAN_I_SLACK_MODE="http", CAN_I_PUBLIC_URL="https://bot.oak.example/")
    ours = "https://bot.oak.example/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == ours
    assert made["settings"]["interactivity"]["request_url"] == ours
    assert {command["url"] for command in made["features"]["slash_commands"]} == {ours}


def test_the_manifest_names_where_browsers_come_back_to(tmp_path: Path) -> None:
    """Where workspaces add the bot from its web page, Slack is told which address it may send browsers back to."""
    given = {"CAN_I_SLACK_MODE": "http", "CAN_I_PUBLIC_URL": "https://bot.oak.example"}
    assert "redirect_urls" not in printed(tmp_path, **given)["oauth_config"]
    made = printed(tmp_path, **given, CAN_I_SLACK_CLIENT_ID="1.2")
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.oak.example/slack/oauth_redirect"]


def test_every_scope_is_explained(root: Path) -> None:
    """docs/slack.md has a row for each scope and none for another; commands and shortcuts stand there too."""
    page = (root / "docs/slack.md").read_text("utf-8")
    table = page.partition("| scope | why |")[2].partition("\n\n")[0]
    assert tuple(line.split("`")[1] for line in table.splitlines() if line.startswith("| `")) == SCOPES
    assert all(name in page for name in (*COMMANDS, *(name for name, *_ in SHORTCUTS)))


async def test_check_where_all_is_well(root: Path, tmp_path: Path, peer: Peer) -> None:
    """Token, scopes, Socket Mode and a message to oneself are tried, and the message is there."""
    to = "ruth.abara@larkfield.example"
    code, out = await ended(await started(root, tmp_path, "slack", "check", "--to", to, **peer.settings()))
    assert code == 0, out
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["ok", "token"],
        ["ok", "scopes"],
        ["ok", "message"],
        ["ok", "socket"],
    ]
    (message,) = (each for messages in peer.messages.values() for each in messages)
    assert "It arrived" in message["text"]


@pytest.mark.parametrize(
    ("environ", "to", "says"),
    [
        ({"BOT_TOKEN": "xoxb-other"}, "", "copy the Bot User OAuth Token"),
        ({"BOT_TOKEN": ""}, "", "set CAN_I_SLACK_BOT_TOKEN"),
        ({"APP_TOKEN": "xoxb-1"}, "", "it begins with xapp-"),
        ({"APP_TOKEN": ""}, "", "make one with connections:write"),
        ({}, "nobody@larkfield.example", "nobody in this workspace has the address"),
        ({"API_URL": "http://127.0.0.1:1/api/"}, "", "look at the network, the proxy and the firewall"),
        ({"MODE": "http"}, "", "no signing secret"),
        ({"WORKSPACES": "oak xoxp-1"}, "", "line 1 of slack_workspaces must be"),
    ],
)
async def test_check_says_what_is_wrong(
    tmp_path: Path, peer: Peer, environ: dict[str, str], to: str, says: str
) -> None:
    """Each thing that may be wrong is one line with its remedy."""
    given = {**peer.settings(), **{f"CAN_I_SLACK_{name}": value for name, value in environ.items()}}
    lines = await tried(load(given, tmp_path), to)
    assert any(standing == "mend" and says in line for standing, _, line in lines), lines


async def test_a_certificate_that_is_not_trusted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is told to who shows it, no token either; check and log say how it is mended."""
    async with Peer(larkfield(), tls=serving()) as slack:
        lines = await tried(load(slack.settings(), tmp_path))
        assert [(standing, about, "SSL_CERT_FILE" in says) for standing, about, says in lines] == [
            ("mend", "token", True),
            ("mend", "socket", True),
        ]
        workspaces = Workspaces()
        workspaces.put(Workspace("T1", "demo", TOKEN))
        sender = SlackSender(workspaces, slack.address, FakeClock())
        account = Account("slack-1", "demo-head", "slack", uid("head"), "T1")
        for _ in range(2):
            with pytest.raises(RetryLater, match=r"^slack certificate$"):
                await asyncio.to_thread(sender.send, account, plain_card("canary-4711"), "key")
        assert caplog.text.count("SSL_CERT_FILE") == 1
        assert "canary-4711" not in caplog.text
        assert not slack.calls


async def test_an_authority_that_is_named_is_trusted(root: Path, tmp_path: Path) -> None:
    """As behind a school's web filter: the real program trusts what stands in SSL_CERT_FILE, for both connections."""
    async with Peer(larkfield(), tls=serving()) as slack:
        named = {**slack.settings(), "SSL_CERT_FILE": str(trusted(tmp_path))}
        code, out = await ended(await started(root, tmp_path, "slack", "check", **named))
    assert code == 0, out
    assert [line.split()[:2] for line in out.splitlines()] == [["ok", "token"], ["ok", "scopes"], ["ok", "socket"]]


async def test_check_names_missing_scopes(tmp_path: Path, peer: Peer) -> None:
    """A permission that was not given is named, and so is one too many."""
    settings = load(peer.settings(), tmp_path)
    peer.scopes = "chat:write,commands"
    scopes = next(line for line in await tried(settings) if line[1] == "scopes")
    assert scopes[0] == "mend"
    assert "missing: app_mentions:read, assistant:write, im:history" in scopes[2]
    peer.scopes = ",".join((*SCOPES, "files:read"))
    scopes = next(line for line in await tried(settings) if line[1] == "scopes")
    assert (scopes[0], "more than needed: files:read" in scopes[2]) == ("note", True)


async def test_serve_connects_answers_and_ends(root: Path, tmp_path: Path, peer: Peer) -> None:
    """The real program, started with tokens, connects, introduces itself, answers, and logs nothing that was said."""
    peer.faults["auth.test"].append(Fault(status=503))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    serving = await started(root, tmp_path, "serve", "--demo", "--port", port, **peer.settings())
    try:
        await peer.until(lambda: peer.sockets, 60)
        teacher = Someone(peer, peer.envelope, uid("teacher"))
        await teacher.write("can I add a pupil's mum on facebook?")
        hello = await teacher.answered()
        assert "Is that you?" in said(hello["blocks"])
        await teacher.press(hello, "slack.me")
        await teacher.answered(2)
        await teacher.write("can I add a pupil's mum on facebook?")
        assert "Clause " in said((await teacher.answered(3))["blocks"])
    finally:
        serving.send_signal(signal.SIGINT)
        out, _ = await asyncio.wait_for(serving.communicate(), 30)
    assert serving.returncode == 0
    assert b"slack socket mode connected" in out
    assert b"Traceback" not in out
    assert not any(word in out for word in (b"facebook", b"pupil", b"xoxb-", b"xapp-"))


@pytest.mark.parametrize(
    ("mode", "says"), [("socket", "oak has no xapp- token"), ("http", "oak has no signing secret")]
)
def test_a_workspace_that_could_never_reach_us_stops_the_start(
    world: World, tmp_path: Path, mode: str, says: str
) -> None:
    """Without the second secret of its mode Slack would stay silent for ever: the start says what is missing."""
    settings = load({"CAN_I_SLACK_MODE": mode, "CAN_I_SLACK_WORKSPACES": "oak xoxb-1"}, tmp_path)
    with pytest.raises(WrongWorkspace, match=says):
        connect(web.Application(), settings, world.bot, world.store, world.clock, world.sealer, {})
