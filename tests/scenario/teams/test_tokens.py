"""Who may speak to the endpoint: tokens of every sort, really signed, against an identity provider on loopback."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable

import jwt
import pytest

from tests.fakes import World
from tests.teamsclient import APP_ID, TENANT, Client, running, token_for
from tests.teamsservice import OTHER_KEY

NOW = int(time.time())
HOUR = 3600
Make = Callable[[Client], str]


def unsigned(teams: Client) -> str:
    """Return a token without any signature."""
    claims = {"iss": "https://api.botframework.com", "aud": APP_ID, "exp": NOW + HOUR, "serviceurl": teams.service_url}
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})


def cut(teams: Client) -> str:
    """Return a good token whose claims were changed after signing."""
    head, body, signature = teams.token().split(".")
    return ".".join((head, body[:-4] + "AAAA", signature))


REFUSED: dict[str, tuple[int, Make]] = {
    "none at all": (401, lambda _: ""),
    "garbled": (401, lambda _: "Bearer not.a.token"),
    "another scheme": (401, lambda teams: f"Basic {teams.token()}"),
    "very long": (401, lambda _: f"Bearer {'x' * 8_000}"),
    "without a signature": (401, lambda teams: f"Bearer {unsigned(teams)}"),
    "changed after signing": (401, lambda teams: f"Bearer {cut(teams)}"),
    "signed by another key": (401, lambda teams: f"Bearer {teams.token(key=OTHER_KEY)}"),
    "an unknown key": (401, lambda teams: f"Bearer {teams.token(kid='two')}"),
    "a shared secret in place of a key": (401, lambda teams: f"Bearer {teams.token(key='s' * 64, alg='HS256')}"),
    "expired": (401, lambda teams: f"Bearer {teams.token(exp=NOW - HOUR)}"),
    "never expiring": (401, lambda teams: f"Bearer {teams.token(exp=None)}"),
    "not yet valid": (401, lambda teams: f"Bearer {teams.token(nbf=NOW + HOUR)}"),
    "another audience": (401, lambda teams: f"Bearer {teams.token(aud='somebody-else')}"),
    "an empty audience": (401, lambda teams: f"Bearer {teams.token(aud='')}"),
    "without an audience": (401, lambda teams: f"Bearer {teams.token(aud=None)}"),
    "another issuer": (401, lambda teams: f"Bearer {teams.token(iss='https://sts.example')}"),
    "another service address": (401, lambda teams: f"Bearer {teams.token(serviceurl='https://elsewhere.example/')}"),
    "without a service address": (401, lambda teams: f"Bearer {teams.token(serviceurl=None)}"),
}


@pytest.mark.parametrize("sort", REFUSED)
async def test_a_bad_token_is_refused(teams: Client, sort: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each is answered 401, never 500; nothing is handled, written or logged of what it brought."""
    status, make = REFUSED[sort]
    header = make(teams)
    activity = json.dumps(teams.activity(text="canary")).encode()
    headers = {"Content-Type": "application/json", **({"Authorization": header} if header else {})}
    caplog.set_level(logging.DEBUG)
    async with teams.http.post(teams.url, data=activity, headers=headers) as answer:
        assert answer.status == status
    await teams.teams.settled()
    assert teams.service.sent == []
    assert "canary" not in caplog.text


async def test_a_good_token_is_let_in(teams: Client) -> None:
    """The same request with a good token is answered; a slash at the end of the service address makes no difference."""
    assert len(await teams.say("A question")) == 1
    token = token_for(teams.service_url.rstrip("/"))
    assert (await teams.post(teams.activity(text="Another"), token))[0] == 200
    assert len(teams.service.cards()) == 2


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"channelData": {"tenant": {"id": "elsewhere"}}}, 403),
        ({"channelId": "webchat"}, 403),
        ({"channelData": None}, 403),
    ],
)
async def test_a_good_token_opens_only_what_is_allowed(teams: Client, changed: dict[str, object], status: int) -> None:
    """A foreign tenant, none, or another channel: 403."""
    assert (await teams.post(teams.activity(text="x", **changed)))[0] == status
    assert teams.service.sent == []


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "http://smba.trafficmanager.net/", "https://u@127.0.0.1/"]
)
async def test_the_bots_own_token_goes_to_teams_only(teams: Client, address: str) -> None:
    """A token that vouches for an address that is not Teams' own, or for http, gets 403: nothing is written there."""
    activity = teams.activity(text="x", serviceUrl=address)
    assert (await teams.post(activity, token_for(address)))[0] == 403
    assert teams.service.logins == 0


async def test_a_key_that_may_not_sign_for_teams_is_refused(teams: Client) -> None:
    """A key endorsed for other channels only does not open Teams."""
    teams.service.keys[0]["endorsements"] = ["webchat"]
    assert (await teams.post(teams.activity(text="x")))[0] == 401


async def test_a_tenant_tied_to_a_school_meets_only_that_school(world: World) -> None:
    """An account of a school for which its tenant is not named is nobody."""
    async with running(world, signed=True, tenants={TENANT: frozenset({"elm"})}) as teams:
        (card,) = await teams.say("A question")
        assert "characters" not in json.dumps(card)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b"[" * 100_000, 400),
        (b'{"type":"message","conversation":' + b'{"x":' * 64 + b"1" + b"}" * 65, 400),
        (b" " * 300_000, 413),
    ],
)
async def test_what_is_no_activity_is_refused(teams: Client, body: bytes, status: int) -> None:
    """Not JSON, not an object, nested without end, too large: a status that says so, never 500."""
    assert (await teams.post(body))[0] == status


async def test_another_kind_of_body_is_refused(teams: Client) -> None:
    """Only JSON is taken."""
    assert (await teams.post(teams.activity(text="x"), **{"Content-Type": "text/plain"}))[0] == 415
