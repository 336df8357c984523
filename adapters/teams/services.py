"""What the Teams adapter is given by the wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from adapters.teams.verify import METADATA, SERVICE_HOSTS
from bot.messages import Inbound, Outbound, Where
from bot.ports import Clock, Store

INVOKE_LIMIT: Final = 8.0
"""Seconds within which a press or a dialog is answered, if only by "this takes longer"."""
FIRST_SERVICE: Final = "https://smba.trafficmanager.net/teams/"
"""Where somebody is written to who was never met: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/
conversations/send-proactive-messages#get-the-user-id-team-id-or-channel-id"""


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
    ``loopback_test`` accepts unsigned requests from this machine. What stands after it is moved by tests only;
    ``fetch_token`` stands in for Microsoft's login.
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
    service_hosts: tuple[str, ...] = SERVICE_HOSTS
    first_service: str = FIRST_SERVICE
    patience: float = INVOKE_LIMIT
    fetch_token: Callable[[], str] | None = None

    @property
    def bot(self) -> str:
        """The bot's own id in Teams."""
        return f"28:{self.app_id}"
