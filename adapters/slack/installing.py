"""Installing from a web page (HTTP mode): our page, Slack's leave, and back. slack-bolt's own flow, with our words.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from typing import Final

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store.models.installation import Installation as Installed

from adapters.slack.api import Api
from adapters.slack.installs import Installs, NotKept, States
from adapters.slack.logins import Installing
from adapters.slack.manifest import INSTALL, REDIRECT, SCOPES
from bot.ports import Clock, Store
from bot.wording import say

log = logging.getLogger(__name__)

SILENT: Final = logging.getLogger("slack_bolt.silent")
"""slack-bolt logs a code that Slack refuses, which is a key of a kind."""
SILENT.setLevel(logging.CRITICAL + 1)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
REFUSED: Final = 403
SAID: Final = {"access_denied": "denied", "invalid_browser": "again", "invalid_state": "again", "missing_code": "again"}


class Flow(AsyncOAuthFlow):
    """slack-bolt's flow: nothing goes wrong in it without a page that says what."""

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002
        """Return the page with the way to Slack."""
        says = (say("slack.install.says"), say("slack.install.waits"))
        return page(say("slack.install.title"), *says, link=(url, say("slack.install.add")))

    async def run_installation(self, code: str) -> Installed | None:
        """Exchange a code for a token. Return ``None`` where Slack refuses it or cannot be reached."""
        given = {"code": code, "client_id": self.settings.client_id, "client_secret": self.settings.client_secret}
        try:
            found = await self.client.api_call(
                "oauth.v2.access", data={**given, "redirect_uri": self.settings.redirect_uri}
            )
            token = found.get("access_token")
            bot_id = (await self.client.auth_test(token=token)).get("bot_id") if token else None
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError):
            return None
        team, enterprise = found.get("team") or {}, found.get("enterprise") or {}
        return Installed(
            user_id=str((found.get("authed_user") or {}).get("id", "")),
            team_id=team.get("id"),
            team_name=team.get("name"),
            enterprise_id=enterprise.get("id"),
            bot_token=token,
            bot_id=bot_id,
            bot_user_id=found.get("bot_user_id"),
            is_enterprise_install=bool(found.get("is_enterprise_install")),
        )


class Pages:
    """The two pages: where an installation begins, and where Slack sends the browser back to."""

    def __init__(self, app: Installing, store: Store, clock: Clock, api: Api, installs: Installs) -> None:
        self._installs = installs
        settings = AsyncOAuthSettings(
            client_id=app.client_id,
            client_secret=app.client_secret,
            scopes=SCOPES,
            redirect_uri=app.public_url.rstrip("/") + REDIRECT,
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            authorization_url=api.address.removesuffix("/api/") + "/oauth/v2/authorize",
            installation_store=installs,
            state_store=States(store, clock),
            callback_options=AsyncCallbackOptions(self._done, self._failed),
            logger=SILENT,
        )
        self._flow = Flow(client=api.client(), logger=SILENT, settings=settings)

    async def begin(self, request: web.Request) -> web.Response:
        """Show the page from which somebody adds the bot to a workspace."""
        try:
            return await _answer(await self._flow.handle_installation(await to_bolt_request(request)))
        except NotKept as refused:
            return await _answer(_said(503, refused.why))

    async def back(self, request: web.Request) -> web.Response:
        """Take in what Slack says of an installation, when it sends the browser back."""
        return await _answer(await self._flow.handle_callback(await to_bolt_request(request)))

    async def _done(self, args: AsyncSuccessArgs) -> BoltResponse:
        team = args.installation.team_id or ""
        waits = await self._installs.async_find_bot(enterprise_id=None, team_id=team) is None
        says = say("slack.install.done_waits" if waits else "slack.install.done", team=team)
        return BoltResponse(status=200, body=page(say("slack.install.title"), says), headers=_html())

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        why = args.error.why if isinstance(args.error, NotKept) else SAID.get(args.reason, "refused")
        log.warning("slack installation failed why=%s", why)
        return _said(REFUSED if why == "organisation" else args.suggested_status_code, why)


def page(title: str, *paragraphs: str, link: tuple[str, str] | None = None) -> str:
    """Return a page of plain HTML."""
    body = [f"<p>{html.escape(text)}</p>" for text in paragraphs]
    if link:
        body.append(f'<p><a href="{html.escape(link[0])}">{html.escape(link[1])}</a></p>')
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title></head>\n"
        f"<body><main><h1>{html.escape(title)}</h1>\n{chr(10).join(body)}\n</main></body>\n</html>\n"
    )


def _said(status: int, why: str) -> BoltResponse:
    return BoltResponse(
        status=status, body=page(say("slack.install.title"), say(f"slack.install.{why}")), headers=_html()
    )


def _html() -> dict[str, str | Sequence[str]]:
    return {"Content-Type": "text/html; charset=utf-8"}


async def _answer(response: BoltResponse) -> web.Response:
    answer = await to_aiohttp_response(response)
    answer.headers.update(HEADERS)
    return answer
