"""What an operator's commands say of workspaces that added the bot from its web page, and of the address for that."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner

import app
from adapters.settings import load
from adapters.slack.logins import WrongWorkspace
from adapters.slack.wiring import connect
from bot.people import School
from bot.ports import Installation
from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield
from tests.slackpeer.rig import confirm

ADDRESS = "https://bot.oak.example"
PAGE = {
    "CAN_I_SLACK_MODE": "http",
    "CAN_I_SLACK_CLIENT_ID": "1.2",
    "CAN_I_SLACK_CLIENT_SECRET": "x",
    "CAN_I_SLACK_SIGNING_SECRET": "y",
    "CAN_I_PUBLIC_URL": ADDRESS,
}


def install(world: World, team: str, token: str, school: str | None = None, place: str = "") -> None:
    """Let a workspace have added the bot."""
    with world.store.begin() as work:
        key = world.sealer.new_key()
        sealed = world.sealer.seal(key, token, f"slack/{place or team}")
        work.installs.put(Installation(team, "Larkfield", world.clock.now(), key, sealed))
        if school:
            work.installs.admit(team, school)
        work.commit()


def run(folder: Path, words: str, **environ: str) -> tuple[int, str]:
    """Run a command. Return exit code and what it printed."""
    house = app.House(environ, folder)
    made = CliRunner().invoke(app.commands(house), words.split())
    house.close()
    said = f"{made.output}{made.exception}" if made.exception and made.exit_code != 2 else made.output
    return made.exit_code, said


async def test_check_tries_each_workspace(world: World, tmp_path: Path) -> None:
    """Tokens of workspaces that were admitted are tried, a message is sent; who waits is named with the command."""
    install(world, "T1", "xoxb-1", "demo")
    install(world, "T2", "xoxb-2", "demo")
    install(world, "T3", "xoxb-3", "demo", place="elsewhere")
    install(world, "T4", "xoxb-4")
    empty = larkfield("T2", "xoxb-2")
    empty.users.clear()
    async with Peer(larkfield(), empty) as slack:
        ours = {"CAN_I_DATABASE_URL": str(world.engine.url), "CAN_I_MASTER_KEY": "6b" * 32}
        environ = {**PAGE, **ours, "CAN_I_SLACK_API_URL": slack.address}
        command = "slack check --to sam.okoro@larkfield.example"
        code, out = await asyncio.to_thread(run, tmp_path, command, **environ)
        assert [message["text"] for message in slack.of("chat.postMessage")]
    found = [
        " ".join(line.split()[:4]).partition(":")[0]
        for line in out.splitlines()
        if line[:4] in {"ok  ", "note", "mend"}
    ]
    assert found == [
        "ok page https",
        "ok token demo (T1)",
        "ok scopes demo (T1)",
        "ok message demo (T1)",
        "ok token demo (T2)",
        "ok scopes demo (T2)",
        "note message demo (T2)",
        "mend token demo (T3)",
        "note waits T4",
    ], out
    assert code == 2


def test_admit_says_whose_workspace_it_was(world: World, tmp_path: Path) -> None:
    """A workspace that goes to another school takes no account of the first with it, and its id may be typed small."""
    database = {"CAN_I_DATABASE_URL": str(world.engine.url)}
    install(world, "T7", "xoxb-7")
    with world.store.begin() as work:
        work.schools.put(School("oak", "Oak School", "stockham"))
        work.commit()
    assert run(tmp_path, "slack admit t7 demo", **database)[0] == 0
    confirm(world, "teacher", team="T7")
    code, out = run(tmp_path, "slack admit t7 oak", **database)
    assert code == 0
    assert out.startswith("T7 was the workspace of demo")
    with world.store.look() as work:
        assert [each.school_id for each in work.installs.all()] == ["oak"]
        (account,) = (each for each in work.people.roster("demo").accounts if each.tenant == "T7")
        assert "workspace.removed" in {row.action for row in work.audit.rows("demo")}
    assert account.gone
    assert "was the workspace" not in run(tmp_path, "slack admit T7 oak", **database)[1]
    assert run(tmp_path, "slack remove t7", **database)[0] == 0


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"CAN_I_SLACK_MODE": "http"}, "slack_mode = http needs public_url: set CAN_I_PUBLIC_URL"),
        ({"CAN_I_SLACK_MODE": "http", "CAN_I_PUBLIC_URL": "http://bot.oak.example"}, "must begin with https://"),
        ({"CAN_I_SLACK_CLIENT_ID": "1.2"}, "slack_client_id needs slack_mode = http"),
    ],
)
@pytest.mark.parametrize("command", ["slack manifest", "check", "slack check"])
def test_an_address_that_slack_cannot_call(tmp_path: Path, environ: dict[str, str], says: str, command: str) -> None:
    """No command passes over an address that is missing or of no use, and no manifest is printed for it."""
    given = {"CAN_I_SLACK_BOT_TOKEN": "xoxb-1", "CAN_I_SLACK_SIGNING_SECRET": "y", "CAN_I_SLACK_APP_TOKEN": "xapp-1"}
    nowhere = {"CAN_I_SLACK_API_URL": "http://127.0.0.1:1/api/", "CAN_I_VAR": str(tmp_path / "var")}
    code, out = run(tmp_path, command, **given, **nowhere, **environ)
    assert code != 0
    assert says in out


@pytest.mark.parametrize(
    ("url", "says"), [("", "needs public_url"), ("http://bot.oak.example", "must begin with https")]
)
def test_a_start_without_such_an_address(world: World, tmp_path: Path, url: str, says: str) -> None:
    """Nor does the start."""
    given = {"MODE": "http", "BOT_TOKEN": "xoxb-1", "SIGNING_SECRET": "y"}
    environ = {"CAN_I_PUBLIC_URL": url} | {f"CAN_I_SLACK_{name}": value for name, value in given.items()}
    with pytest.raises(WrongWorkspace, match=says):
        connect(web.Application(), load(environ, tmp_path), world.bot, world.store, world.clock, world.sealer, environ)


async def test_the_stand_in_ends_without_a_traceback(root: Path) -> None:
    """Ctrl-C ends what `python -m tests.slackpeer` runs, and nothing is printed but the settings."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.slackpeer",
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Where the tests run in the background of a shell, they and what they start ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 30)
    process.send_signal(signal.SIGINT)
    _, wrong = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, wrong) == (0, b"")
