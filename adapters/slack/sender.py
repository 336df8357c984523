"""Writes to people in Slack for the relay (``bot.ports.Sender``). It can be asked: messages bear their outbox key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar

from slack_sdk import WebClient

from adapters.slack.again import Hourly
from adapters.slack.answered import as_trouble, taken
from adapters.slack.api import LOOKED_BACK, QUIET, payload_of
from adapters.slack.consequences import MEND, RATES, Trouble, mend
from adapters.slack.pauses import Pauses, place_of
from adapters.slack.rendering import messages
from adapters.slack.workspaces import Workspace, Workspaces
from bot.messages import Card
from bot.people import Account
from bot.ports import Clock, Gone, Refused, RetryLater, Sent

log = logging.getLogger(__name__)
T = TypeVar("T")

TIMEOUT: Final = 10
PAGES: Final = 3
NOT_YET: Final = 15.0
BROKEN: Final = 300.0
"""Seconds to wait while a workspace's token does not work; notices that are late by then go to somebody else."""
TOLD: Final = MEND.keys() - {"connection"}
"""What an operator is told of though it may pass: all that can be mended but a line that is down for a moment."""


class SlackSender:
    """Sends cards as direct messages, and to a channel that the bot is in.

    Used by the relay's threads; keeps no connection open between two sends.
    """

    def __init__(self, workspaces: Workspaces, address: str, clock: Clock, pauses: Pauses | None = None) -> None:
        self._workspaces = workspaces
        self._address = address
        self._clock = clock
        self._pauses = pauses or Pauses(clock.monotonic)
        self._channels: dict[tuple[str, str], str] = {}
        self._hourly = Hourly(clock)

    def send(self, account: Account, card: Card, key: str) -> Sent:
        """Send a card with its outbox key. Raise ``RetryLater``, ``Gone`` or ``Refused`` (``consequences.TABLE``)."""
        workspace = self._workspace(account)
        try:
            payloads = messages(card, key)
        except Exception as error:  # noqa: BLE001 - a card that cannot be shown is a fault of ours, whatever it is
            log.error("card cannot be shown in slack error=%s", type(error).__name__)  # noqa: TRY400 - no words
            raise Refused("unfit") from None
        return self._guarded(workspace.team, account, lambda: self._post(workspace, account, payloads))

    def arrived(self, account: Account, key: str) -> bool | None:
        """Return whether a message with that key is there; ``None`` for a channel, whose history we may not read.

        Raise as ``send`` does.
        """
        if not account.person_id:
            return None
        workspace = self._workspace(account)
        return self._guarded(workspace.team, account, lambda: self._there(workspace, account, key))

    def _post(self, workspace: Workspace, account: Account, payloads: list[dict[str, Any]]) -> Sent:
        channel = self._channel(workspace, account)
        sent = ""
        for payload in payloads:
            answer = self._call(workspace, "chat_postMessage", channel=channel, **payload)
            sent = str(answer.get("ts", ""))
        return Sent(f"{channel}/{sent}")

    def _there(self, workspace: Workspace, account: Account, key: str) -> bool:
        channel, cursor = self._channel(workspace, account), ""
        for _ in range(PAGES):
            answer = self._call(
                workspace,
                "conversations_history",
                channel=channel,
                limit=LOOKED_BACK,
                include_all_metadata=True,
                cursor=cursor,
            )
            found = (payload_of(message) for message in answer.get("messages", []))
            if any(payload is not None and payload.get("key") == key for payload in found):
                return True
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return False
        return False

    def _channel(self, workspace: Workspace, account: Account) -> str:
        if not account.person_id:
            return account.address
        known = self._channels.get((workspace.team, account.address))
        if known:
            return known
        channel = str(self._call(workspace, "conversations_open", users=account.address)["channel"]["id"])
        self._channels[workspace.team, account.address] = channel
        return channel

    def _call(self, workspace: Workspace, method: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Call a method. Raise ``Trouble``, without asking Slack where it wants nothing there yet."""
        place = place_of(method, given)
        wait = self._pauses.left(workspace.team, place)
        if wait > 0:
            raise Trouble("ratelimited", wait)
        client = WebClient(workspace.token, base_url=self._address, timeout=TIMEOUT, retry_handlers=[], logger=QUIET)
        call = getattr(client, method)
        try:
            with as_trouble():
                answer = call(**given)
        except Trouble as trouble:
            if trouble.code in RATES:
                self._pauses.put(workspace.team, place, trouble.after)
            raise
        return taken(answer.data)

    def _workspace(self, account: Account) -> Workspace:
        if account.person_id:
            found = self._workspaces.get(account.tenant)
        else:
            found = next((w for w in self._workspaces.all() if w.school_id == account.details), None)
        if found is None and not self._workspaces.complete:
            raise RetryLater(NOT_YET, "slack not ready")
        if found is None:
            raise Gone("no such workspace")
        return found

    def _guarded(self, team: str, account: Account, act: Callable[[], T]) -> T:
        try:
            return act()
        except Trouble as trouble:
            self._raise(team, account, trouble)

    def _raise(self, team: str, account: Account, trouble: Trouble) -> NoReturn:
        why = f"slack {trouble.code}"
        if trouble.consequence in {"later", "unknown"}:
            if trouble.code in TOLD or trouble.consequence == "unknown":
                self._tell(team, trouble.code)
            raise RetryLater(trouble.after, why) from None
        if trouble.consequence == "workspace":
            self._tell(team, trouble.code)
            raise RetryLater(BROKEN, why) from None
        if trouble.consequence in {"gone", "closed"}:
            self._channels.pop((account.tenant, account.address), None)
            log.warning("slack account gone workspace=%s user=%s code=%s", team, account.address, trouble.code)
            raise Gone(why) from None
        log.error("slack refused a message workspace=%s code=%s", team, trouble.code)
        raise Refused(why) from None

    def _tell(self, team: str, code: str) -> None:
        """Write a line for the operator, at most once an hour for each fault."""
        if self._hourly.due(team, code):
            log.error("slack workspace=%s cannot be used code=%s to mend it: %s", team, code, mend(code))
