"""What Teams tells us and what we ask of it, in our own words: no type of any SDK. Read from the JSON on the wire."""

from __future__ import annotations

import html
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Protocol

import msgspec
from msgspec import Meta

PLATFORM: Final = "teams"
DEEPEST: Final = 20
"""Levels of nesting of what a card sends back. Ours have four."""

Id = Annotated[str, Meta(max_length=600)]
Longer = Annotated[str, Meta(max_length=40_000)]


class Malformed(Exception):
    """A body that is no activity. It is refused, and nothing of it is kept or logged; the message is a code word."""


class _Named(msgspec.Struct, frozen=True):
    id: Id = ""
    name: str | None = None
    aadObjectId: Id | None = None  # noqa: N815 - the name on the wire


class _Conversation(msgspec.Struct, frozen=True):
    id: Id
    conversationType: str | None = None  # noqa: N815


class _Tenant(msgspec.Struct, frozen=True):
    id: Id = ""


class _ChannelData(msgspec.Struct, frozen=True):
    tenant: _Tenant | None = None
    team: _Named | None = None


class _Entity(msgspec.Struct, frozen=True):
    type: str = ""
    text: str | None = None
    mentioned: _Named | None = None


class _Activity(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """An activity as it stands on the wire; what we do not read may be anything."""

    type: Annotated[str, Meta(min_length=1, max_length=60)]
    serviceUrl: Id  # noqa: N815
    conversation: _Conversation
    sender: _Named
    recipient: _Named
    channelId: Id = ""  # noqa: N815
    id: Id | None = None
    name: Id | None = None
    action: Id | None = None
    text: Longer | None = None
    value: Any = None
    replyToId: Id | None = None  # noqa: N815
    localTimestamp: Id | None = None  # noqa: N815
    channelData: _ChannelData | None = None  # noqa: N815
    entities: list[_Entity] | None = None
    attachments: list[dict[str, Any]] | None = None
    membersAdded: list[_Named] | None = None  # noqa: N815


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, as our own columns: enough to write into it at any time."""

    service_url: str
    conversation: str
    tenant: str
    bot: str

    def details(self) -> str:
        """Return the columns as they are kept with an account (``bot.people.Account.details``)."""
        kept = {"service_url": self.service_url, "conversation_id": self.conversation, "bot_id": self.bot}
        return json.dumps(kept, separators=(",", ":"), sort_keys=True)

    @classmethod
    def of_details(cls, details: str, tenant: str) -> Place | None:
        """Return the place that was kept, or ``None`` where there is none or it is damaged."""
        try:
            kept = json.loads(details or "null")
            return cls(kept["service_url"], kept["conversation_id"], tenant, kept["bot_id"])
        except (ValueError, TypeError, KeyError):
            return None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a conversation. ``guest`` is an account of another organisation: its address proves nothing here."""

    user: str
    aad: str
    email: str
    guest: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One activity. ``value`` is whatever a card or command sent, and is not to be believed or shown in a log."""

    kind: str
    place: Place
    user: str
    aad: str
    name: str = ""
    id: str = ""
    said_at: str = ""
    text: str = field(default="", repr=False)
    value: Any = field(default=None, repr=False)
    scope: str = "personal"
    reply_to: str = ""
    action: str = ""
    files: bool = False
    added: tuple[str, ...] = ()
    team: str = ""

    @property
    def private(self) -> bool:
        """Whether nobody else reads along."""
        return self.scope == "personal"

    @property
    def bot_added(self) -> bool:
        """Whether this tells that the bot itself came into a conversation."""
        return self.place.bot in self.added or (self.kind == "installationUpdate" and self.action.startswith("add"))


@dataclass(frozen=True, slots=True)
class Reply:
    """What an invoke is answered with: an HTTP status and a JSON body."""

    status: int = 200
    body: Mapping[str, Any] | None = None


class Line(Protocol):
    """Writing to Teams. Each call has a limit of ten seconds.

    Every method raises ``bot.ports.RetryLater`` (busy, away), ``Gone`` (the bot is not there any more) or ``Refused``.
    """

    async def send(self, place: Place, activity: Mapping[str, Any], reply_to: str = "") -> str:
        """Write a message (or the sign of typing) and return its id."""
        ...

    async def update(self, place: Place, message: str, activity: Mapping[str, Any]) -> None:
        """Put a message in the place of an earlier one."""
        ...

    async def open(self, place: Place, user: str) -> Place:
        """Return the personal conversation with somebody of the same tenant."""
        ...

    async def member(self, place: Place, user: str) -> Member | None:
        """Return somebody of a conversation, or ``None``."""
        ...

    def members(self, place: Place, team: str = "") -> AsyncIterator[Member]:
        """Yield everybody of a conversation or team, fetched page by page."""
        ...


class Handler(Protocol):
    """What is done about a turn."""

    async def on_turn(self, turn: Turn) -> Reply | None:
        """Handle a turn; an invoke is answered with what is returned. Never raises."""
        ...


def turn_of(body: object) -> tuple[Turn, str]:
    """Return the turn that a decoded body tells of, and its channel. Raise ``Malformed``."""
    try:
        activity = msgspec.convert(body, _Activity)
    except (msgspec.ValidationError, RecursionError):
        raise Malformed("shape") from None
    if _deeper(activity.value, DEEPEST):
        raise Malformed("depth")
    # The SDK drops conversation.tenantId; channelData is where Teams documents the tenant.
    tenant = activity.channelData.tenant.id if activity.channelData and activity.channelData.tenant else ""
    place = Place(activity.serviceUrl, activity.conversation.id, tenant, activity.recipient.id)
    attachments = [a for a in activity.attachments or () if a.get("contentType") != "text/html"]
    turn = Turn(
        kind=activity.type,
        place=place,
        user=activity.sender.id,
        aad=activity.sender.aadObjectId or "",
        name=activity.name or "",
        id=activity.id or "",
        said_at=activity.localTimestamp or "",
        text=_words(activity),
        value=activity.value,
        scope=activity.conversation.conversationType or "personal",
        reply_to=activity.replyToId or "",
        action=activity.action or "",
        files=bool(attachments),
        added=tuple(member.id for member in activity.membersAdded or ()),
        team=activity.channelData.team.id if activity.channelData and activity.channelData.team else "",
    )
    return turn, activity.channelId


def _words(activity: _Activity) -> str:
    """Return what was typed, without the bot's own name and with Teams' HTML entities as characters."""
    text = activity.text or ""
    for entity in activity.entities or ():
        if entity.type == "mention" and entity.mentioned and entity.mentioned.id == activity.recipient.id:
            text = text.replace(entity.text or "", " ") if entity.text else text
    return html.unescape(text).replace("\xa0", " ").replace("\0", "").strip()


def _deeper(value: object, levels: int) -> bool:
    if isinstance(value, Mapping):
        return levels == 0 or any(_deeper(each, levels - 1) for each in value.values())
    if isinstance(value, list):
        return levels == 0 or any(_deeper(each, levels - 1) for each in value)
    return False
