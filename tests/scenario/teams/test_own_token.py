"""The bot's own token: fetched by Microsoft's own library from a login and from a machine's identity on loopback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.teams.sdk import tokens
from adapters.teams.sdk.tokens import RESOURCE, by_managed_identity, by_secret
from bot.ports import RetryLater
from tests.certificates import serving, trusted
from tests.fakes import FakeClock

SECRET = "canary-6620"


class Login:
    """Microsoft's login and the identity service of a machine in Azure; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.refuses = False

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/adfs/.well-known/openid-configuration", self._metadata)
        app.router.add_post("/adfs/token", self._token)
        app.router.add_get("/metadata/identity/oauth2/token", self._of_machine)
        return app

    async def _metadata(self, request: web.Request) -> web.Response:
        at = str(request.url.with_path("/adfs").with_query(None))
        found = {"issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token"}
        return _last(web.json_response(found))

    async def _token(self, request: web.Request) -> web.Response:
        self.asked.append(dict(await request.post()))
        return self._answer()

    async def _of_machine(self, request: web.Request) -> web.Response:
        self.asked.append({**request.query, "metadata": request.headers.get("Metadata", "")})
        return self._answer()

    def _answer(self) -> web.Response:
        if self.refuses:
            return _last(web.json_response({"error": "invalid_client", "error_description": SECRET}, status=401))
        given = {"access_token": f"token-{len(self.asked)}", "expires_in": 86_400, "token_type": "Bearer"}
        return _last(web.json_response(given))


def _last(answer: web.Response) -> web.Response:
    # msal keeps its connections; here each is closed with its answer, so that none is left when the server ends.
    answer.force_close()
    return answer


@pytest.fixture
def login() -> Login:
    """What tokens are asked of."""
    return Login()


@pytest.fixture
async def by_https(login: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Login]:
    """The login by https, trusted, in the place of Microsoft's."""
    server = TestServer(login.app(), scheme="https", host="localhost")
    await server.start_server(ssl=serving("localhost"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted(tmp_path)))
    monkeypatch.setattr(tokens, "LOGIN", f"https://localhost:{server.port}")
    yield login
    await server.close()


async def test_a_token_by_the_client_secret(by_https: Login) -> None:
    """Asked once for the bot's own resource, however many want it at once; asked again when it is nearly spent."""
    clock = FakeClock()
    ours = by_secret("the-bot", SECRET, "adfs", clock)
    assert set(await asyncio.gather(*(ours.get() for _ in range(10)))) == {"token-1"}
    (asked,) = by_https.asked
    assert (asked["client_id"], asked["client_secret"]) == ("the-bot", SECRET)
    assert (asked["grant_type"], asked["scope"]) == ("client_credentials", f"{RESOURCE}/.default")
    clock.move(seconds=241)
    assert await ours.get() == "token-1"
    assert len(by_https.asked) == 1


async def test_a_secret_that_is_refused(by_https: Login, caplog: pytest.LogCaptureFixture) -> None:
    """A reason to wait, without a word of the login's; mended, the next try brings a token."""
    caplog.set_level(logging.DEBUG)
    ours = by_secret("the-bot", SECRET, "adfs", FakeClock())
    by_https.refuses = True
    with pytest.raises(RetryLater, match=r"^no token$"):
        await ours.get()
    assert SECRET not in caplog.text
    by_https.refuses = False
    assert await ours.get() == "token-2"


async def test_a_token_of_a_managed_identity(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the machine's own identity service, for the identity that is named, without any secret."""
    async with TestServer(login.app()) as machine:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", str(machine.make_url("/")))
        ours = by_managed_identity("the-identity", FakeClock())
        assert [await ours.get(), await ours.get()] == ["token-1", "token-1"]
    (asked,) = login.asked
    assert (asked["client_id"], asked["resource"], asked["metadata"]) == ("the-identity", RESOURCE, "true")
