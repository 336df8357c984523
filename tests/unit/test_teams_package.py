"""``teams package`` and ``teams check``."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from jsonschema import Draft7Validator

from adapters.teams import trying
from adapters.teams.package import NotPackable, manifest, write
from adapters.teams.sdk.tokens import CachedToken
from adapters.teams.signs import command_of
from adapters.teams.verify import Keys
from tests.fakes import FakeClock
from tests.teamsclient import APP_ID
from tests.teamsservice import TeamsService
from tests.unit.conftest import Run

ADDRESS = "https://can-i.school.example"
ENV = {"CAN_I_TEAMS_APP_ID": APP_ID, "CAN_I_PUBLIC_URL": ADDRESS}


def test_the_manifest_meets_microsofts_schema(root: Path) -> None:
    """Nothing is missing, too long or unknown by the published schema of the manifest's version."""
    schema = json.loads((root / "tests/schemas/teams-manifest-1.17.json").read_text("utf-8"))
    found = list(Draft7Validator(schema).iter_errors(manifest(APP_ID, ADDRESS, "A trust with a very long name indeed")))
    assert [error.message for error in found] == []


def test_the_manifest_asks_for_little() -> None:
    """No right to read anybody's messages, files or directory; the only domain is the bot's own."""
    made = manifest(APP_ID, ADDRESS + "/", "Can I?")
    assert made["permissions"] == ["identity", "messageTeamMembers"]
    assert made["validDomains"] == ["can-i.school.example"]
    assert "authorization" not in made
    assert "webApplicationInfo" not in made
    assert made["bots"][0]["supportsFiles"] is False


def test_every_command_of_the_menu_is_one_that_the_bot_knows() -> None:
    """A title in the menu is typed as a message: the bot takes each for a command, not for a question."""
    titles = [command["title"] for command in manifest(APP_ID, ADDRESS, "x")["bots"][0]["commandLists"][0]["commands"]]
    assert len(titles) == 6
    assert None not in [command_of(title) for title in titles]


@pytest.mark.parametrize(
    ("app_id", "address"), [("", ADDRESS), ("my-bot", ADDRESS), (APP_ID, ""), (APP_ID, "http://x")]
)
def test_half_set_settings_make_no_package(app_id: str, address: str) -> None:
    """Without the bot's id or an https address there is no package, and the sentence names the setting."""
    with pytest.raises(NotPackable, match="CAN_I_"):
        manifest(app_id, address, "x")


def test_the_package_holds_manifest_and_icons_of_the_right_size(tmp_path: Path) -> None:
    """The zip file has its three files at the top; the icons are PNGs of 192 and 32 pixels."""
    write(tmp_path / "p.zip", manifest(APP_ID, ADDRESS, "x"))
    with zipfile.ZipFile(tmp_path / "p.zip") as package:
        assert sorted(package.namelist()) == ["color.png", "manifest.json", "outline.png"]
        for name, size in (("color.png", 192), ("outline.png", 32)):
            icon = package.read(name)
            assert icon.startswith(b"\x89PNG")
            assert struct.unpack(">II", icon[16:24]) == (size, size)


def test_the_command_writes_the_package(run: Run, tmp_path: Path) -> None:
    """``teams package`` writes a zip file and says which endpoint the registration needs; else why not, with code 2."""
    ran = run("teams", "package", env=ENV)
    assert ran.code == 0
    assert f"{ADDRESS}/api/messages" in ran.out
    assert (tmp_path / "can-i-teams.zip").is_file()
    failed = run("teams", "package", env={"CAN_I_TEAMS_APP_ID": "x"})
    assert failed.code == 2
    assert "CAN_I_TEAMS_APP_ID must be" in failed.err


def test_check_in_the_test_mode_stays_on_this_machine(run: Run) -> None:
    """In the loopback test mode nothing outside is asked; what the package lacks is said."""
    ran = run("teams", "check", env={"CAN_I_TEAMS_LOOPBACK_TEST": "true"})
    assert ran.code == 2
    assert "mend  package   CAN_I_TEAMS_APP_ID must be" in ran.out
    assert "note  test" in ran.out


async def test_check_tells_whether_the_keys_can_be_fetched() -> None:
    """Keys that are there are ok; a metadata address that fails is to be mended."""
    service = TeamsService()
    async with TestServer(service.app()) as platform, ClientSession() as http:
        address = str(platform.make_url("/.well-known/openidconfiguration"))
        assert (await trying.keys(Keys(http, FakeClock(), address)))[0] == "ok"
        service.closed = True
        assert (await trying.keys(Keys(http, FakeClock(), address)))[0] == "mend"


@pytest.mark.parametrize("identity", ["secret", "managed"])
async def test_check_tells_whether_the_bot_gets_a_token(identity: str) -> None:
    """A token is ok; none is to be mended, with the remedy of the kind of identity; no settings need no asking."""

    class Set:
        teams_identity = identity

    def refuses() -> str:
        raise ValueError("canary")

    settings: object = Set()
    good = await trying.token(settings, CachedToken(lambda: "t", FakeClock()))  # type: ignore[arg-type]
    bad = await trying.token(settings, CachedToken(refuses, FakeClock()))  # type: ignore[arg-type]
    none = await trying.token(settings, None)  # type: ignore[arg-type]
    assert [line[0] for line in (good, bad, none)] == ["ok", "mend", "mend"]
    assert ("Azure" in bad[2]) == (identity == "managed")
    assert "canary" not in bad[2]
