"""What the Teams adapter is given by the wiring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from adapters.teams.verify import METADATA, SERVICE_HOSTS
from bot.messages import Inbound, Outbound, Where
from bot.ports import Clock, Store


class Talk(Protocol):
    """The bot, as every adapter sees it."""

    def handle(self, person_id: str, where: Where, said: Inbound) -> tuple[Outbound, ...]:
        """Answer what a person did."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What the adapter needs. ``tenants`` maps each allowed tenant to the ids of its schools (none: every school).

    ``identity`` says how the bot proves itself to Teams: by ``password``, or as a managed identity without one.
    ``group_answers`` says where a question in a channel is answered. ``desk`` is the desk's public address.
    ``loopback_test`` accepts unsigned requests from this machine. The last three are moved by tests only.
    """

    conversation: Talk
    store: Store
    clock: Clock
    app_id: str = ""
    password: str = field(default="", repr=False)
    tenant: str = ""
    tenants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    identity: Literal["secret", "managed"] = "secret"
    group_answers: Literal["personal", "thread"] = "personal"
    desk: str = ""
    loopback_test: bool = False
    metadata: str = METADATA
    login: str = "https://login.microsoftonline.com"
    service_hosts: tuple[str, ...] = SERVICE_HOSTS

    @property
    def bot(self) -> str:
        """The bot's own id in Teams."""
        return f"28:{self.app_id}"
