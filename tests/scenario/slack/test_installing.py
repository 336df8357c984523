"""Adding the bot to a workspace from its web page: nobody is served before an operator has said whose staff it is."""

from __future__ import annotations

import asyncio
import html
import logging
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

import app
from adapters.slack import serving
from adapters.slack.logins import Installing
from bot.ports import Installation
from tests.fakes import World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Rig, confirm, running
from tests.slackpeer.wire import SECRET

QUESTION = "can I add a pupil's mum on facebook?"
TOKEN = "xoxb-installed-quill"
SETUP = Installing("1.2", "client-secret", SECRET, "http://bot.example")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let instances look at the installations all the time."""
    monkeypatch.setattr(serving, "FOLLOW", 0.05)


@pytest.fixture
async def rig(any_world: World) -> AsyncIterator[Rig]:
    """The bot over HTTP, in no workspace yet."""
    async with Peer() as peer, running(any_world, peer, "http", installing=SETUP) as made:
        yield made


async def begin(rig: Rig) -> tuple[str, str]:
    """Open our page. Return Slack's address that it leads to, and the cookie that it sets."""
    async with rig.http.get(f"{rig.address}/slack/install") as answer:
        page = await answer.text()
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    found = re.search(r'href="([^"]+)"', page)
    assert found
    return html.unescape(found[1]), cookie


async def back(rig: Rig, query: str, cookie: str = "") -> tuple[int, str]:
    """Come back from Slack. Return status and page."""
    address = f"{rig.address}/slack/oauth_redirect?{query}"
    async with rig.http.get(address, headers={"Cookie": cookie} if cookie else {}) as answer:
        return answer.status, await answer.text()


async def install(rig: Rig, team: str = "T1", **more: object) -> tuple[int, str]:
    """Add the bot to a workspace, as an administrator with a browser does."""
    made = larkfield(team, TOKEN)
    for name, value in more.items():
        setattr(made, name, value)
    rig.peer.agreeing.append(made)
    url, cookie = await begin(rig)
    async with rig.http.get(url, allow_redirects=False) as answer:
        return await back(rig, answer.headers["Location"].partition("?")[2], cookie)


async def until(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")


def admit(world: World, team: str = "T1") -> None:
    """Say whose staff a workspace holds."""
    with world.store.begin() as work:
        assert work.installs.admit(team, "demo")
        work.commit()


def served(rig: Rig) -> set[str]:
    """Return the workspaces served."""
    return {workspace.team for workspace in rig.service.workspaces.all()}


async def test_a_workspace_waits_until_it_is_admitted(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Installed it answers nobody; admitted it answers; the token stands nowhere but sealed."""
    with caplog.at_level(logging.DEBUG):
        status, page = await install(rig)
        assert status == 200
        assert "T1" in page
        assert "answers nobody there until" in page
        teacher = rig.person("teacher")
        with pytest.raises(AssertionError, match="403"):
            await teacher.write(QUESTION)
        admit(rig.world)
        await until(lambda: "T1" in served(rig))
        await teacher.write(QUESTION)
        assert "Clause " in said((await teacher.answered())["blocks"])
    assert TOKEN not in caplog.text
    assert "code.1.2" not in caplog.text
    assert "client-secret" not in caplog.text
    with rig.world.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM slack_installs")).all()
    assert len(rows) == 1
    assert TOKEN.encode() not in repr(rows).encode()
    found = await rig.service._installs.async_find_bot(enterprise_id=None, team_id="T1")
    assert found is not None
    assert found.bot_token == TOKEN


async def test_installed_anew_it_stays_with_its_school(rig: Rig) -> None:
    """An administrator who installs the app again need not wait again."""
    await install(rig)
    admit(rig.world)
    status, page = await install(rig)
    assert (status, "The bot works in your workspace T1" in page) == (200, True)


@pytest.mark.parametrize("tokens", [None, {"bot": ["UBOT"]}])
async def test_who_removes_the_app_takes_its_token_with_it(rig: Rig, tokens: dict[str, object] | None) -> None:
    """After removal or revocation the installation is gone, its accounts too, and installed anew it waits again."""
    await install(rig)
    admit(rig.world)
    await until(lambda: "T1" in served(rig))
    event = {"type": "tokens_revoked", "tokens": tokens} if tokens else {"type": "app_uninstalled"}
    await rig.person("teacher").event(event)

    def gone() -> bool:
        with rig.world.store.look() as work:
            here = [a for a in work.people.roster("demo").accounts if a.platform == "slack" and not a.gone]
            return not here and not work.installs.all()

    await until(gone)
    await until(lambda: not served(rig))
    _, page = await install(rig)
    assert "answers nobody there until" in page


async def test_another_instance_serves_and_drops_it_too(rig: Rig) -> None:
    """Two instances over one database: what was installed by one is served by both, and dropped by both."""
    async with running(rig.world, rig.peer, "http", installing=SETUP) as other:
        await install(rig)
        admit(rig.world)
        await until(lambda: "T1" in served(rig) & served(other))
        await other.person("teacher").write(QUESTION)
        await other.person("teacher").answered()
        await rig.person("teacher").event({"type": "app_uninstalled"})
        await until(lambda: not served(rig) | served(other))


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("error=access_denied", 200, "you did not agree"),
        ("code=x", 400, "Please begin again"),
        ("state=forged&code=x", 400, "Please begin again"),
    ],
)
async def test_what_is_not_an_installation_is_refused(rig: Rig, query: str, status: int, says: str) -> None:
    """No leave, no state, or a state that is not the browser's: nothing is asked of Slack and nothing kept."""
    found, page = await back(rig, query)
    assert (found, says in page) == (status, True)
    assert not rig.peer.of("oauth.v2.access")
    with rig.world.store.look() as work:
        assert work.installs.all() == ()


async def test_a_state_is_good_once_and_for_ten_minutes(rig: Rig) -> None:
    """The way back works once; a copy of it, or one that took too long, does not."""
    await install(rig)
    url, cookie = await begin(rig)
    state = cookie.partition("=")[2]
    assert state in url
    rig.peer.agreeing.append(larkfield("T2", "xoxb-2"))
    assert (await back(rig, f"state={state}&code={rig.peer.agree('1.2')}", cookie))[0] == 200
    assert (await back(rig, f"state={state}&code=x", cookie))[0] == 401
    _, cookie = await begin(rig)
    rig.world.clock.move(minutes=11)
    assert (await back(rig, f"state={cookie.partition('=')[2]}&code=x", cookie))[0] == 401


async def test_a_code_that_slack_refuses(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """A code that is wrong, or a Slack that is away: a page that says so, nothing kept, no code in the log."""
    for fault in (None, Fault(status=503), Fault(lose_reply=True)):
        _, cookie = await begin(rig)
        if fault:
            rig.peer.faults["oauth.v2.access"].append(fault)
        with caplog.at_level(logging.DEBUG):
            status, page = await back(rig, f"state={cookie.partition('=')[2]}&code=zanzibar", cookie)
        assert (status, "nothing was kept" in page) == (401, True)
    assert "zanzibar" not in caplog.text


async def test_a_whole_organisation_is_refused(rig: Rig) -> None:
    """Whoever installs the app for all workspaces of an organisation at once is told that this cannot be."""
    status, page = await install(rig, enterprise="E1", org_wide=True)
    assert (status, "single workspaces only" in page) == (403, True)
    with rig.world.store.look() as work:
        assert work.installs.all() == ()


def test_the_commands_of_an_operator(tmp_path: Path, world: World) -> None:
    """Workspaces are listed, admitted for a school that there is, and removed with their accounts."""
    house = app.House({"CAN_I_DATABASE_URL": str(world.engine.url)}, tmp_path)

    def run(*words: str) -> tuple[int, str]:
        made = CliRunner().invoke(app.commands(house), ["slack", *words])
        return made.exit_code, made.output

    assert run("workspaces") == (0, "None has added it yet.\n")
    with world.store.begin() as work:
        key = world.sealer.new_key()
        sealed = world.sealer.seal(key, TOKEN, "slack/T7")
        work.installs.put(Installation("T7", "Elm", world.clock.now(), key, sealed))
        work.commit()
    assert "waits: python app.py slack admit T7 SCHOOL" in run("workspaces")[1]
    assert run("admit", "T7", "nowhere")[0] == 2
    assert run("admit", "T9", "demo")[0] == 2
    assert run("admit", "T7", "demo")[0] == 0
    assert run("workspaces")[1].split() == ["T7", "Elm", "demo"]
    confirm(world, "teacher", team="T7")
    assert run("remove", "T7")[0] == 0
    assert run("remove", "T7")[0] == 2
    with world.store.look() as work:
        assert work.installs.all() == ()
        (account,) = (a for a in work.people.roster("demo").accounts if a.tenant == "T7")
        assert account.gone
        actions = [row.action for row in work.audit.rows("demo")]
    assert {"workspace.admitted", "workspace.removed"} <= set(actions)
    house.close()
