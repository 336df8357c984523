"""What the desk is given by the wiring, and what it keeps while the process runs."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment

from adapters.desk.flashes import Flashes
from adapters.desk.limits import Limits
from adapters.desk.rendering import environment
from adapters.desk.second_factor import Factor
from adapters.desk.transcripts import Transcripts
from bot.evidence import Evidence
from bot.messages import Inbound, Outbound, Where
from bot.own_desk import OwnDesk
from bot.ports import Clock, Sealer, Shelf, Store

PLATFORM: Final = "desk"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Talk(Protocol):
    """The bot, as every adapter sees it."""

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        """Answer what a person did."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What the desk needs. ``public_url`` is its address as staff reach it; empty for this machine only.

    ``send_link`` mails a sign-in address (the second value) to an e-mail address (the first) and may take its time;
    without it the sign-in page says to ask the school office. With ``demo`` anybody may be anybody: the address that
    the server listens on must then be a loopback one. Without ``own`` there are no pages for a school's own policy,
    without ``evidence`` none for files of reports.
    """

    conversation: Talk
    store: Store
    clock: Clock
    shelf: Shelf
    sealer: Sealer
    demo: bool = False
    public_url: str = ""
    send_link: Callable[[str, str], None] | None = None
    own: OwnDesk | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Desk:
    """The desk at work: its services, its templates, and what is kept in memory only."""

    services: Services
    templates: Environment = field(default_factory=environment)
    transcripts: Transcripts = field(default_factory=Transcripts)
    flashes: Flashes = field(default_factory=Flashes)
    new_factors: dict[str, Factor] = field(default_factory=dict, repr=False)
    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", Limits(self.services.clock))

    @property
    def secure(self) -> bool:
        """Whether staff reach the desk over TLS, so that cookies may be bound to it."""
        return not self.services.demo and self.services.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the cookie; the prefix makes browsers refuse it from other hosts and over plain HTTP.

        https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
        """
        return "__Host-can-i" if self.secure else "can-i"

    def knows_host(self, header: str) -> bool:
        """Return whether a Host header names this desk; in demo mode only this machine, so that no name is rebound."""
        try:
            host = urlsplit(f"//{header}").hostname or ""
        except ValueError:
            return False
        if host in LOOPBACK or _is_loopback(host):
            return True
        return not self.services.demo and bool(host) and host == urlsplit(self.services.public_url).hostname


DESK: Final = web.AppKey("desk", Desk)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
