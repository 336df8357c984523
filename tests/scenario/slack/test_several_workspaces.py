"""Several workspaces: each line of the list is checked, and what is said of it names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import app
from adapters.settings import load
from adapters.slack.logins import Login, WrongWorkspace, logins, school_among
from adapters.slack.trying import tried
from bot.people import School
from tests.fakes import World
from tests.slackpeer.methods import Fault
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import larkfield

KNOWN = ("elm", "oak")


def checked(world: World, folder: Path, command: str, listed: str, **more: str) -> tuple[int, str]:
    """Run a command with a list of workspaces over a database. Return exit code and what it printed."""
    environ = {"CAN_I_DATABASE_URL": str(world.engine.url), "CAN_I_SLACK_WORKSPACES": listed, **more}
    house = app.House({"CAN_I_SLACK_APP_TOKEN": "xapp-1", **environ}, folder)
    made = CliRunner().invoke(app.commands(house), command.split())
    house.close()
    return made.exit_code, made.output


def test_a_list_of_workspaces() -> None:
    """Each line is a school with its tokens, in any order; what is left out is that of the one app."""
    one = Login("", "", "xapp-1", "secret")
    listed = "oak xoxb-1 # the infants\n\nelm other xapp-2 xoxb-2; ash xoxb-3"
    assert logins(one, listed) == (
        Login("oak", "xoxb-1", "xapp-1", "secret"),
        Login("elm", "xoxb-2", "xapp-2", "other"),
        Login("ash", "xoxb-3", "xapp-1", "secret"),
    )
    for wrong in ("xoxb-1 oak", "oak", "oak xoxb-1 xoxb-2", "oak xoxb-1 a b"):
        with pytest.raises(WrongWorkspace, match="line 2") as found:
            logins(one, f"elm xoxb-9\n{wrong}")
        assert "xoxb-1" not in str(found.value)


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ("# ours\n\noak, xoxb-1", "line 3 of slack_workspaces has a comma or an equals sign"),
        ("oak = xoxb-1", "line 1 of slack_workspaces has a comma or an equals sign"),
        ("oak xoxb-1; elm=xoxb-2", "line 1, entry 2 of slack_workspaces has a comma or an equals sign"),
        (
            "oak xoxb-1\noak xoxb-1",
            "line 2 of slack_workspaces gives the bot token of line 1 of slack_workspaces again",
        ),
        ("oak xoxb-9", "line 1 of slack_workspaces gives the bot token of slack_bot_token again"),
        ("0123456789abcdef0123456789abcdef xoxb-1", "line 1 of slack_workspaces must be"),
    ],
)
def test_a_line_that_is_wrong_is_named_by_its_number(listed: str, says: str) -> None:
    """Numbers are those of an editor; no token or secret is repeated."""
    with pytest.raises(WrongWorkspace) as found:
        logins(Login("", "xoxb-9"), listed)
    assert says in str(found.value)
    assert not any(secret in str(found.value) for secret in ("xoxb-1", "xoxb-9", "0123456789abcdef"))


@pytest.mark.parametrize(
    ("school", "known", "says"),
    [
        ("olm", KNOWN, "there is no school 'olm'. There are: elm, oak"),
        ("olm", (), "there is no school yet: add one with `python app.py school add` (docs/commands.md)"),
        ("", (), "there is no school yet: add one with `python app.py school add` (docs/commands.md)"),
        ("", KNOWN, "such as `elm xoxb-…`. There are: elm, oak"),
    ],
)
def test_whose_workspace_it_is_must_be_known(school: str, known: tuple[str, ...], says: str) -> None:
    """What is missing is named: a school, the right one, or the form in which it is said."""
    with pytest.raises(WrongWorkspace) as found:
        school_among(school, known)
    assert says in str(found.value)


async def test_each_line_of_the_check_names_its_school(tmp_path: Path) -> None:
    """Of several workspaces it is said which is at fault: for bot tokens, and for the tokens of Socket Mode."""
    listed = "oak xoxb-1\nelm xoxb-2 xapp-2\nelm xoxb-none"
    async with Peer(larkfield(), larkfield("T2", "xoxb-2")) as slack:
        slack.faults["apps.connections.open"] += [Fault(), Fault("invalid_auth")]
        given = {**slack.settings(), "CAN_I_SLACK_BOT_TOKEN": "", "CAN_I_SLACK_WORKSPACES": listed}
        lines = await tried(load(given, tmp_path))
    assert [(standing, about, says.partition(":")[0]) for standing, about, says in lines] == [
        ("ok", "token", "oak"),
        ("ok", "scopes", "oak"),
        ("ok", "token", "elm (1)"),
        ("ok", "scopes", "elm (1)"),
        ("mend", "token", "elm (2)"),
        ("ok", "socket", "oak, elm (2)"),
        ("mend", "socket", "elm (1)"),
    ]


@pytest.mark.parametrize("command", ["check", "slack check"])
def test_a_school_that_there_is_not(world: World, tmp_path: Path, command: str) -> None:
    """Where the database can be read, both checks name the school that is unknown, and those that there are."""
    nowhere = {"CAN_I_SLACK_API_URL": "http://127.0.0.1:1/api/"}
    code, out = checked(world, tmp_path, command, "olm xoxb-1", **nowhere)
    assert (code, "there is no school 'olm'. There are: demo" in out) == (2, True), out
    assert "ok    slack" not in out
    assert "no school" not in checked(world, tmp_path, command, "demo xoxb-1", **nowhere)[1]


def test_one_token_for_two_schools(world: World, tmp_path: Path) -> None:
    """With a second school the single token no longer says whose it is: the check says how it is said."""
    with world.store.begin() as work:
        work.schools.put(School("oak", "Oak School", "stockham"))
        work.commit()
    code, out = checked(world, tmp_path, "check", "", CAN_I_SLACK_BOT_TOKEN="xoxb-1")
    assert (code, "give slack_workspaces a line for each, such as `demo xoxb-…`" in out) == (2, True), out
