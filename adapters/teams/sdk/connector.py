"""Writing to Teams through the SDK's connector client, over our own aiohttp session, with errors typed by what to do.

The stock client blocks a thread for each call, has no time limit worth the name, and knows no 429.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

import aiohttp
from botbuilder.schema import Activity, ChannelAccount, ConversationParameters
from botframework.connector import AsyncBfPipeline, BotFrameworkConnectorConfiguration
from botframework.connector.aio import ConnectorClient
from msrest.exceptions import ClientException, HttpOperationError
from msrest.pipeline import ClientRawResponse
from msrest.pipeline.aiohttp import AioHTTPSender
from msrest.universal_http import ClientRequest
from msrest.universal_http.async_abc import AsyncClientResponse, AsyncHTTPSender
from multidict import CIMultiDict

from adapters.teams.patience import patiently
from adapters.teams.sdk.tokens import Bearer, Tokens
from adapters.teams.turns import Member, Place
from bot.ports import Gone, Refused, RetryLater

LIMIT: Final = 10.0
"""Seconds for one call."""
AGAIN: Final = frozenset({408, 412, 429, 500, 502, 503, 504})
"""https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit names 412, 429, 502, 504."""
BUSY: Final = 5.0
LONGEST_WAIT: Final = 3_600.0
PAGE: Final = 200
MOST_PAGES: Final = 500
NOT_THERE: Final = ("BotNotInConversationRoster", "ConversationNotFound", "ConversationBlockedByUser", "Forbidden")

Answer = TypeVar("Answer")


class _Answer(AsyncClientResponse):
    """A whole answer, read."""

    def __init__(self, request: ClientRequest, answer: aiohttp.ClientResponse, body: bytes) -> None:
        super().__init__(request, None)
        # What an error of the SDK holds is this, and it is asked for status, headers and body.
        self.internal_response = self
        self.status_code = answer.status
        self.headers = CIMultiDict(answer.headers)
        self.reason = answer.reason
        self._body = body

    def body(self) -> bytes:
        return self._body


class Driver(AsyncHTTPSender):
    """Sends the SDK's requests over one session, with our token; a token that was refused is fetched anew, once."""

    def __init__(self, session: aiohttp.ClientSession, tokens: Tokens) -> None:
        self._session = session
        self._tokens = tokens

    async def __aexit__(self, *_: object) -> None:
        """Leave the session open: it is not ours."""

    async def send(self, request: ClientRequest, **_: Any) -> _Answer:  # noqa: ANN401 - the SDK's signature
        """Send one request."""
        answer = await self._once(request)
        if answer.status_code == 401:
            self._tokens.forget()
            answer = await self._once(request)
        return answer

    async def _once(self, request: ClientRequest) -> _Answer:
        headers = dict(request.headers)
        if token := await self._tokens.get():
            headers["Authorization"] = f"Bearer {token}"
        limit = aiohttp.ClientTimeout(total=LIMIT)
        sent = self._session.request(
            request.method, request.url, data=request.data, headers=headers, timeout=limit, allow_redirects=False
        )
        async with sent as answer:
            return _Answer(request, answer, await answer.read())


class _Sender(AioHTTPSender):
    """msrest's sender, over our driver in place of one that it would make itself."""

    def __init__(self, driver: Driver) -> None:
        self.driver: Any = driver


class SdkLine:
    """``adapters.teams.turns.Line`` over the SDK's connector client, one for each service address."""

    def __init__(self, session: aiohttp.ClientSession, tokens: Tokens, allow: Callable[[str], None]) -> None:
        self._driver = Driver(session, tokens)
        self._allow = allow
        self._clients: dict[str, ConnectorClient] = {}

    def client(self, service_url: str) -> ConnectorClient:
        """Return the client of a service address. Raise ``Refused`` for an address that is not Teams'."""
        if service_url not in self._clients:
            try:
                self._allow(service_url)
            except Exception:  # noqa: BLE001 - whatever forbids it
                raise Refused("service address") from None
            config = BotFrameworkConnectorConfiguration(
                Bearer(), service_url, pipeline_type=AsyncBfPipeline, sender=_Sender(self._driver)
            )
            self._clients[service_url] = ConnectorClient(None, custom_configuration=config)
        return self._clients[service_url]

    async def send(self, place: Place, activity: Mapping[str, Any], reply_to: str = "") -> str:
        """Write a message and return its id."""
        to = self.client(place.service_url).conversations
        made = _activity(place, activity)
        call = to.reply_to_activity(place.conversation, reply_to, made) if reply_to else None
        sent = await _called(call or to.send_to_conversation(place.conversation, made))
        return str(getattr(sent, "id", None) or "")

    async def update(self, place: Place, message: str, activity: Mapping[str, Any]) -> None:
        """Put a message in the place of an earlier one."""
        made = _activity(place, activity)
        made.id = message
        await _called(self.client(place.service_url).conversations.update_activity(place.conversation, message, made))

    async def open(self, place: Place, user: str) -> Place:
        """Return the personal conversation with somebody of the same tenant."""
        asked = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=place.bot),
            members=[ChannelAccount(id=user)],
            tenant_id=place.tenant,
            channel_data={"tenant": {"id": place.tenant}},
        )
        made = await _called(self.client(place.service_url).conversations.create_conversation(asked))
        return Place(place.service_url, str(made.id), place.tenant, place.bot)

    async def member(self, place: Place, user: str) -> Member | None:
        """Return somebody of a conversation, or ``None``."""
        call = self.client(place.service_url).conversations.get_conversation_member(place.conversation, user, raw=True)
        try:
            answer = await _called(call)
        except (Gone, Refused):
            return None
        return _member(_json_of(answer))

    async def members(self, place: Place, team: str = "") -> AsyncIterator[Member]:
        """Yield everybody of a conversation or team, page by page."""
        after = None
        for _ in range(MOST_PAGES):
            found = await patiently(partial(self._page, place, team or place.conversation, after))
            for each in found.get("members") or ():
                yield _member(each)
            after = found.get("continuationToken")
            if not after:
                return

    async def _page(self, place: Place, where: str, after: str | None) -> Mapping[str, Any]:
        to = self.client(place.service_url).conversations
        call = to.get_teams_conversation_paged_members(where, page_size=PAGE, continuation_token=after, raw=True)
        return _json_of(await _called(call))


def _activity(place: Place, activity: Mapping[str, Any]) -> Activity:
    made = Activity.deserialize(dict(activity))
    made.attachments = made.attachments or None
    made.from_property = ChannelAccount(id=place.bot)
    return made


async def _called(call: Awaitable[Answer]) -> Answer:
    """Await one call of the SDK, and type what goes wrong by what is to be done about it."""
    try:
        return await call
    except HttpOperationError as error:
        raise _typed(error) from None
    except (aiohttp.ClientError, TimeoutError):
        raise RetryLater(BUSY, "unreachable") from None
    except ClientException:
        raise RetryLater(BUSY, "unreadable") from None


def _typed(error: HttpOperationError) -> Exception:
    status, said = error.response.status_code, _said(error)
    if status in AGAIN:
        return RetryLater(_wait(error.response.headers.get("Retry-After")), f"http {status}")
    if status == 404 or (status == 403 and (not said or said in NOT_THERE)):
        return Gone(said or f"http {status}")
    if status in {401, 403}:
        # A secret that has run out is mended by a person; the message is still worth sending then.
        return RetryLater(60.0, f"http {status}")
    return Refused(f"http {status}")


def _said(error: HttpOperationError) -> str:
    """Return the code word of an error's body, if it is one that we know."""
    try:
        code = json.loads(error.response.body())["error"]["code"]
    except (ValueError, TypeError, KeyError):
        return ""
    return str(code) if isinstance(code, str) and code.isalnum() and len(code) < 60 else ""


def _wait(header: str | None) -> float:
    try:
        return min(max(float(header or BUSY), 0.0), LONGEST_WAIT)
    except ValueError:
        return BUSY


def _json_of(answer: ClientRawResponse) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.response.body())
    except ValueError:
        raise RetryLater(BUSY, "unreadable") from None
    return found if isinstance(found, dict) else {}


def _member(found: Mapping[str, Any]) -> Member:
    """Return a member. A guest has the role, or a name that the tenant made up for an address from elsewhere."""
    principal = str(found.get("userPrincipalName") or "")
    role = str(found.get("userRole") or "").casefold()
    guest = role in {"guest", "anonymous"} or "#EXT#" in principal.upper()
    aad = str(found.get("aadObjectId") or found.get("objectId") or "")
    return Member(str(found.get("id") or ""), aad, str(found.get("email") or principal), guest)
