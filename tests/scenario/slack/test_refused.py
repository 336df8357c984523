"""What must be refused: unknown workspaces, guests, apps, bad signatures, garbage; without a row and without a word."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from adapters.db.tables import metadata
from adapters.slack.logins import Login
from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import TOKEN, Someone, larkfield, user
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Rig, confirm, running
from tests.slackpeer.wire import SECRET, Json, packed, signed

SECRET_WORDS = "zanzibar-quill"
QUESTION = "can I add a pupil's mum on facebook?"


@pytest.fixture
async def http(world: World, peer: Peer) -> AsyncIterator[Rig]:
    """Give the bot over HTTP."""
    async with running(world, peer, "http") as made:
        yield made


def event(team: str = "T1", text: str = SECRET_WORDS) -> Json:
    """Return an event in which somebody writes to the bot."""
    inner = {
        "type": "message",
        "channel": "DUTEACHER",
        "channel_type": "im",
        "user": "UTEACHER",
        "text": text,
        "ts": "1",
    }
    return {"type": "event_callback", "team_id": team, "api_app_id": "A1", "event": inner, "event_id": "Ev1"}


def deep(levels: int) -> Json:
    """Return an event with something nested in it."""
    nested: Json = {}
    for _ in range(levels):
        nested = {"x": nested}
    return {**event(), "event": {**event()["event"], "blocks": nested}}


BODY = packed("events_api", event())[0]
REFUSED: dict[str, tuple[bytes, Callable[[bytes], dict[str, str]], int]] = {
    "wrong secret": (BODY, lambda body: signed(body, "another"), 401),
    "stale": (BODY, lambda body: signed(body, at=time.time() - 400), 401),
    "unsigned": (BODY, lambda _: {}, 401),
    "another body": (BODY + b" ", lambda _: signed(BODY), 401),
    "odd stamp": (BODY, lambda body: {**signed(body), "X-Slack-Request-Timestamp": "٣"}, 401),
    "wrong team": (packed("events_api", event("T9"))[0], signed, 403),
    "garbage": (b"{zanzibar-quill", signed, 400),
    "no object": (b"[1]", signed, 400),
    "not text": (b"\xff\xfe\x00", signed, 401),
    "depth 64": (json.dumps(deep(64)).encode(), signed, 400),
    "depth 100,000": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, signed, 400),
    "1 MB": (b'{"a":"' + b"x" * 1_000_001 + b'"}', signed, 413),
}
"""Body, how it is signed, and the status with which it is refused."""
MANY = ("wrong secret", "stale", "wrong team", "garbage", "depth 64", "1 MB")


def rows(world: World) -> dict[str, int]:
    """Return how many rows each table has."""
    with world.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


async def settled(world: World) -> dict[str, int]:
    """Return how many rows each table has once the bot has looked round in the workspace."""
    before: dict[str, int] = {}
    while before != (now := rows(world)):
        before = now
        await asyncio.sleep(0.5)
    return now


@pytest.mark.parametrize("name", sorted(REFUSED))
async def test_a_bad_request_is_refused(http: Rig, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each leads to its status, no call of Slack, no row, and no word of the body in the log; the next is answered."""
    body, sign, status = REFUSED[name]
    with caplog.at_level(logging.DEBUG):
        found, answer = await http.post(body, {**sign(body), "Content-Type": "application/json"})
    assert (found, answer) == (status, {})
    assert SECRET_WORDS not in caplog.text
    teacher = http.person("teacher")
    assert not teacher.chat
    await teacher.write(QUESTION)
    await teacher.answered()
    assert len(teacher.chat) == 1


@pytest.mark.parametrize("times", [100, pytest.param(1_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", MANY)
async def test_many_bad_requests(http: Rig, name: str, times: int, caplog: pytest.LogCaptureFixture) -> None:
    """However many come, each is refused as the first was: no row, no word of them in the log, and the bot answers."""
    body, sign, status = REFUSED[name]
    before = await settled(http.world)
    headers = {**sign(body), "Content-Type": "application/json"}
    found: Counter[int] = Counter()
    with caplog.at_level(logging.DEBUG):
        for _ in range(times // 50):
            found.update(code for code, _ in await asyncio.gather(*(http.post(body, headers) for _ in range(50))))
    assert found == {status: times}
    assert rows(http.world) == before
    assert SECRET_WORDS not in caplog.text
    await http.person("teacher").write(QUESTION)
    await http.person("teacher").answered()


@pytest.mark.parametrize("content", ["Application/JSON", "application/json", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("before", ["", " "])
async def test_a_secret_speaks_for_its_own_workspace_only(world: World, content: str, before: str) -> None:
    """However a body is put together, and however it may be read: nothing of another school's is touched by it."""
    confirm(world, "head", team="T2")
    logins = (Login("demo", TOKEN, "xapp-1", SECRET), Login("demo", "xoxb-2", "xapp-2", "the secret of another school"))
    theirs = {**event("T2", QUESTION), "event": {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}}
    asks = {**event("T2", QUESTION), "event": {**event()["event"], "user": "UHEAD", "text": QUESTION}}
    async with (
        Peer(larkfield(), larkfield("T2", "xoxb-2")) as slack,
        running(world, slack, "http", logins=logins) as rig,
    ):
        for evil in (asks, theirs):
            inside = quote(json.dumps(evil))
            hidden = json.dumps({"team_id": "T1", "x": "#"}).replace("#", f"&payload={inside}&")
            for body in (json.dumps(evil), hidden, f"payload={inside}", f"team_id=T1&payload={inside}"):
                raw = f"{before}{body}".encode()
                await rig.post(raw, {**signed(raw), "Content-Type": content})
        await asyncio.sleep(0.2)
        assert not slack.of("chat.postMessage")
        assert {workspace.team for workspace in rig.service.workspaces.all()} == {"T1", "T2"}


async def test_slack_asks_whether_the_address_is_ours(http: Rig) -> None:
    """The challenge with which Slack verifies an address is answered, if it is signed."""
    body = json.dumps({"type": "url_verification", "challenge": "c1"}).encode()
    headers = {"Content-Type": "application/json"}
    assert await http.post(body, {**headers, **signed(body)}) == (200, {"challenge": "c1"})
    assert (await http.post(body, headers))[0] == 401


async def test_an_unknown_workspace_over_socket_mode(world: World, peer: Peer) -> None:
    """Something from another workspace or organisation is acknowledged, so that it does not come again, and dropped."""
    async with running(world, peer) as rig:
        for stranger in (rig.person("teacher", "T9"), rig.person("teacher", "T1", "E9")):
            await stranger.write(QUESTION)
            assert await stranger.command("/can-i", QUESTION) == {}
            assert await stranger.shortcut("can_i") == {}
        for rubbish in ({}, {"type": "event_callback"}, deep(64)):
            await peer.envelope("events_api", rubbish)
        await asyncio.sleep(0.1)
        assert not peer.messages
        assert not peer.hidden
        await rig.person("teacher").write(QUESTION)
        await rig.person("teacher").answered()


@pytest.mark.parametrize(
    "flags",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_bot": True},
        {"is_stranger": True},
        {"deleted": True},
        {"team_id": "T9"},
        {"is_email_confirmed": False},
    ],
)
async def test_guests_and_apps_are_nobody(world: World, peer: Peer, flags: Json) -> None:
    """Who is no member of this workspace is told so, whatever their address, and can neither ask nor report."""
    address = "ruth.abara@larkfield.example"
    next(iter(peer.teams.values())).users["UGUEST"] = {**user("UGUEST", address), **flags}
    async with running(world, peer) as rig:
        guest = Someone(peer, rig.deliver, "UGUEST")
        await guest.write(QUESTION)
        answer = await guest.answered()
        assert "Clause " not in said(answer["blocks"])
        assert "slack.me" not in json.dumps(answer)
        await guest.command("/report")
        await peer.until(lambda: peer.of("views.open"))
        assert "report.sort" not in json.dumps(peer.top())
        with world.store.look() as work:
            assert all(account.address != "UGUEST" for account in work.people.roster("demo").accounts)


async def test_a_stranger_is_told_whom_to_ask(world: World, peer: Peer) -> None:
    """Somebody of the workspace who is not on the staff list gets no answer from the policy."""
    next(iter(peer.teams.values())).users["UNEW"] = user("UNEW", "new.person@larkfield.example")
    async with running(world, peer) as rig:
        new = Someone(peer, rig.deliver, "UNEW")
        await new.write(QUESTION)
        assert "Clause " not in said(await new.answered())


async def test_who_is_deactivated_is_known_no_longer(world: World) -> None:
    """A closed account is gone at once, and a made-up press of its buttons does nothing."""
    async with Peer(larkfield()) as peer, running(world, peer) as rig:
        teacher = rig.person("teacher")
        await teacher.write(QUESTION)
        answer = await teacher.answered()
        closed = {**next(iter(peer.teams.values())).users[teacher.user], "deleted": True}
        next(iter(peer.teams.values())).users[teacher.user] = closed
        await teacher.event({"type": "user_change", "user": closed})
        for _ in range(100):
            with world.store.look() as work:
                gone = [a.gone for a in work.people.roster("demo").accounts if a.address == teacher.user]
            if gone == [True]:
                break
            await asyncio.sleep(0.02)
        assert gone == [True]
        await teacher.press(answer, "report.start")
        await peer.until(lambda: peer.of("views.open") or len(teacher.chat) > 1)
        assert "report.sort" not in json.dumps([peer.views, teacher.chat[1:]])
