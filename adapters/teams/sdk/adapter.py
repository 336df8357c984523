"""The SDK's ``CloudAdapter`` with its faults mended, behind one aiohttp handler.

The faults of 4.17.1, each with a test of its own in ``tests/scenario/teams/test_faults.py``:

1. An invoke's answer was serialised twice, and every card press and dialog answered 500.
2. A token that is missing, garbled, expired or wrongly signed answered 500, not 401.
3. Each turn fetched a token anew and blocked the loop (``tokens``, ``connector``).
4. Keys were fetched by a blocking call without a time limit (``adapters.teams.verify``).
5. Nobody asked which tenant a turn comes from.
6. The tenant was lost in deserialising.
7. Nothing was made of a 429 and its ``Retry-After`` (``connector``).
8. An empty app id turned authentication off.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ActivityTypes
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)
from msrest.exceptions import ClientException

from adapters.teams.sdk.connector import SdkLine
from adapters.teams.turns import Handler, Malformed, Turn, turn_of
from adapters.teams.verify import Forbidden, KeysAway, NotAuthentic, Verifier, loopback, only_loopback

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 256_000
"""Bytes. Teams itself sends no more than about 100,000."""
REFUSED: Final[Mapping[type[Exception], int]] = {NotAuthentic: 401, Forbidden: 403, Malformed: 400, KeysAway: 503}
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
AUDIENCE: Final = "https://api.botframework.com"


class OurAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """The SDK's authentication, replaced: requests are verified by ``Verifier``, connectors share one session."""

    def __init__(self, line: SdkLine, app_id: str) -> None:
        self._line = line
        self._app_id = app_id

    def result(self, claims: Mapping[str, Any]) -> AuthenticateRequestResult:
        """Return what the SDK wants to know of a request whose claims were verified."""
        made = AuthenticateRequestResult()
        made.claims_identity = ClaimsIdentity(dict(claims), True)
        made.audience = AUDIENCE
        made.connector_factory = _Connectors(self._line)
        return made

    async def create_user_token_client(self, _claims: ClaimsIdentity) -> None:
        """Return nothing: the bot signs nobody in, and the SDK makes a session for each turn."""
        return

    def create_connector_factory(self, _claims: ClaimsIdentity) -> ConnectorFactory:
        """Return the factory of connectors."""
        return _Connectors(self._line)

    async def authenticate_request(self, *_: object) -> AuthenticateRequestResult:
        """Refuse: requests are verified before the SDK sees them."""
        raise PermissionError

    async def authenticate_streaming_request(self, *_: object) -> AuthenticateRequestResult:
        """Refuse: Teams does not stream."""
        raise PermissionError

    async def authenticate_channel_request(self, *_: object) -> ClaimsIdentity:
        """Refuse: the bot is nobody's skill."""
        raise PermissionError

    def create_bot_framework_client(self) -> None:
        """Raise: the bot calls no skills."""
        raise NotImplementedError

    def get_originating_audience(self) -> str:
        """Return whom the bot's token is for."""
        return AUDIENCE


class _Connectors(ConnectorFactory):  # type: ignore[misc]
    def __init__(self, line: SdkLine) -> None:
        self._line = line

    async def create(self, service_url: str, audience: str = "") -> ConnectorClient:  # noqa: ARG002 - the SDK's own
        return self._line.client(service_url)


class TeamsAdapter(CloudAdapter):  # type: ignore[misc]
    """One POST: read, verified, handled, answered. ``verifier`` is ``None`` only in the loopback test mode."""

    def __init__(
        self, line: SdkLine, handler: Handler, verifier: Verifier | None, tenants: frozenset[str], app_id: str
    ) -> None:
        self._authentication = OurAuthentication(line, app_id)
        super().__init__(self._authentication)
        self._handler = handler
        self._verifier = verifier
        self._tenants = tenants

    async def process(self, request: web.Request, bot: object = None, ws_response: object = None) -> web.Response:  # noqa: ARG002 - the SDK's signature
        """Answer one request: 200, 201, or why not (400, 401, 403, 413, 415, 503). Never 500 for what others send."""
        try:
            body, turn = await self._read(request)
            claims = await self._allowed(request, turn, body)
            activity = _deserialised(body)
        except tuple(REFUSED) as error:
            return _refused(REFUSED[type(error)], str(error))
        activity.conversation.tenant_id = turn.place.tenant
        answer = await self.process_activity(self._authentication.result(claims), activity, self._logic(turn))
        if answer is None:
            return web.Response(status=200)
        # The body is plain JSON already: the stock adapter put it through msrest's serialiser once more.
        return web.json_response(answer.body, status=int(answer.status))

    def _logic(self, turn: Turn) -> Any:  # noqa: ANN401 - the SDK's callback
        async def logic(context: TurnContext) -> None:
            reply = await self._handler.on_turn(turn)
            if reply is not None:
                value = InvokeResponse(status=reply.status, body=dict(reply.body) if reply.body is not None else None)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=value))

        return logic

    async def _read(self, request: web.Request) -> tuple[dict[str, Any], Turn]:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        if self._verifier is not None and not request.headers.get("Authorization"):
            raise NotAuthentic("no token")
        if (request.content_length or 0) > LARGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, request.content_length or 0)
        raw = await request.content.read(LARGEST_BODY + 1)
        while len(raw) <= LARGEST_BODY and not request.content.at_eof():
            raw += await request.content.read(LARGEST_BODY + 1 - len(raw))
        if len(raw) > LARGEST_BODY:
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(raw))
        try:
            body = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Malformed("json") from None
        if not isinstance(body, dict):
            raise Malformed("json")
        turn, channel = turn_of(body)
        body["channelId"] = channel
        return body, turn

    async def _allowed(self, request: web.Request, turn: Turn, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._verifier is None:
            # A proxy on this machine hands on what comes from anywhere.
            if not loopback(request.remote or "") or any(name in request.headers for name in FORWARDED):
                raise Forbidden("not this machine")
            only_loopback(turn.place.service_url)
            return {}
        claims = await self._verifier.verify(
            request.headers["Authorization"], turn.place.service_url, str(body["channelId"])
        )
        if turn.place.tenant not in self._tenants:
            raise Forbidden("tenant")
        return claims


def _deserialised(body: Mapping[str, Any]) -> Activity:
    try:
        return Activity.deserialize(body)
    except (ClientException, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Malformed("activity") from None


def _refused(status: int, why: str) -> web.Response:
    log.warning("teams: a request was refused status=%d why=%s", status, why)
    return web.Response(status=status)
