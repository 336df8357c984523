"""``slack check`` says of each thing that may be wrong how it is mended, and not how something else would be."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from aiohttp import web

from adapters.settings import load
from adapters.slack.trying import Line, tried
from adapters.slack.wiring import connect
from tests.fakes import World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.rig import running

COPY = "copy it under 'Basic Information', 'App-Level Tokens' (it begins with xapp-)"
WRITE = "needs connections:write: make a new one"
ANEW = "make a new one with connections:write"


async def said(peer: Peer, folder: Path, about: str) -> Line:
    """Return what the check says about one thing."""
    return next(line for line in await tried(load(peer.settings(), folder)) if line[1] == about)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("invalid_auth", COPY),
        ("not_authed", COPY),
        ("missing_scope", WRITE),
        ("token_revoked", ANEW),
        ("account_inactive", ANEW),
    ],
)
async def test_what_is_wrong_with_the_app_level_token(tmp_path: Path, peer: Peer, code: str, says: str) -> None:
    """The remedy is about that token, not about the bot's."""
    peer.faults["apps.connections.open"].append(Fault(code))
    standing, _, line = await said(peer, tmp_path, "socket")
    assert (standing, says in line) == ("mend", True), line


async def test_the_log_says_the_same(world: World, peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    """A bot whose app-level token is refused says in its log what the check says."""
    peer.faults["apps.connections.open"].append(Fault("invalid_auth"))
    async with running(world, peer):
        assert COPY in caplog.text


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open", "users.lookupByEmail"])
@pytest.mark.parametrize("fault", [Fault(status=503), Fault("ratelimited", 429, after="60"), Fault("fatal_error")])
async def test_slack_is_busy(tmp_path: Path, peer: Peer, method: str, fault: Fault) -> None:
    """What goes by itself is not to be mended: it is to be tried again."""
    peer.faults[method] += [fault, fault, fault, fault]
    lines = await tried(load(peer.settings(), tmp_path), "sam.okoro@larkfield.example")
    (wrong,) = (line for line in lines if line[0] not in {"ok", "note"})
    assert (wrong[0], "try again in a few minutes" in wrong[2]) == ("again", True)


async def test_no_address_is_not_an_address_without_a_greeting(tmp_path: Path, peer: Peer) -> None:
    """Slack cannot be reached, or it can and its address for Socket Mode cannot: the two are told apart."""
    link = peer.address
    peer.address = "http://127.0.0.1:1/api/"
    assert "cannot be reached from this machine" in (await said(peer, tmp_path, "socket"))[2]
    settings = load({**peer.settings(), "CAN_I_SLACK_API_URL": link}, tmp_path)
    silent = next(line for line in await tried(settings) if line[1] == "socket")
    assert "Slack gave an address but no greeting" in silent[2]


@pytest.mark.parametrize("content", [None, "", "no certificate"])
async def test_a_file_of_certificates_that_cannot_be_used(
    world: World,
    peer: Peer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    content: str | None,
) -> None:
    """OpenSSL passes over it in silence: the check names it, and so does the log of a start."""
    file = tmp_path / "filter.pem"
    if content is not None:
        file.write_text(content)
    environ = {**peer.settings(), "SSL_CERT_FILE": str(file)}
    settings = load(peer.settings(), tmp_path)
    standing, _, line = next(each for each in await tried(settings, environ=environ) if each[1] == "trust")
    assert (standing, f"names {file}, which cannot be used" in line) == ("mend", True)
    with caplog.at_level(logging.ERROR):
        connect(web.Application(), settings, world.bot, world.store, world.clock, world.sealer, environ)
    assert line in caplog.text
