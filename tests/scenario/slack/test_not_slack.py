"""What is no answer of Slack's, or a name that nobody knew: tried again, said to the operator, never quoted."""

from __future__ import annotations

import asyncio
import logging

import pytest

from adapters.slack.consequences import (
    CLOSED,
    GONE,
    LATE,
    LATER,
    NOT_SLACK,
    REFUSED,
    TABLE,
    WORKSPACE,
    Trouble,
    mend,
)
from bot.messages import Card, Text
from bot.people import Account
from bot.ports import RetryLater
from tests.slackpeer.methods import Fault
from tests.slackpeer.people import uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import Rig
from tests.slackpeer.wire import dm

HEAD = Account("a", "demo-head", "slack", uid("head"), "T1")
CARD = Card("Something waits", (Text("Something waits."),), "k")
PAGE = "<html>Web filter: zanzibar-quill</html>"
FOREIGN = {
    "a page": Fault(page=PAGE),
    "a page that forbids": Fault(page=PAGE, status=403),
    "a page that hastens": Fault(page=PAGE, status=429, after="1"),
    "a page named JSON": Fault(page=PAGE, kind="application/json"),
    "text": Fault(page="zanzibar-quill", kind="text/plain"),
    "a list": Fault(page='["zanzibar-quill"]', kind="application/json"),
    "brackets": Fault(page="[" * 100_000, kind="application/json"),
    "bytes": Fault(page="zanzibar-quill", kind="application/gzip"),
    "a sentence for a name": Fault(page='{"ok": false, "error": "Zanzibar-quill is away"}', kind="application/json"),
    "another's JSON": Fault(page='{"error": "user_not_found", "by": "zanzibar-quill"}', kind="application/json"),
}
WHOLE = ("messages_tab_disabled", "two_factor_setup_required", "enterprise_is_restricted", "is_bot", "missing_scope")
PASSING = ("team_added_to_org", "org_login_required", "message_limit_exceeded", "something_new", "service_unavailable")


@pytest.mark.parametrize("fault", FOREIGN.values(), ids=[*FOREIGN])
async def test_what_is_not_slacks_is_tried_again(one: Rig, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    """Something else answers in Slack's place, the relay or the loop: as if nobody did, and not a word of it."""
    workspace, api = one.service.workspaces.get("T1"), one.service._api
    assert workspace is not None
    assert api is not None
    one.peer.faults["chat.postMessage"].append(fault)
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(RetryLater) as later:
            await asyncio.to_thread(one.service.sender.send, HEAD, CARD, "outbox-1")
        one.world.clock.move(seconds=10)
        one.peer.faults["auth.test"].extend([fault] * 10)
        with pytest.raises(Trouble) as trouble:
            await api._once(workspace, "auth_test", {})
    assert trouble.value.consequence == "later"
    assert "zanzibar" not in f"{caplog.text}{later.value}{trouble.value}".lower()
    await asyncio.to_thread(one.service.sender.send, HEAD, CARD, "outbox-1")
    assert len(one.person("head").chat) == 1


@pytest.mark.parametrize("fault", [*FOREIGN.values(), *map(Fault, PASSING), *map(Fault, WHOLE)], ids=str)
async def test_an_alert_outlives_whatever_is_said_in_slacks_place(one: Rig, fault: Fault) -> None:
    """A minute of it: nobody's notice is given up, no account is gone, and the head has the alert afterwards."""
    made = one.world.report("teacher", about="staff", person="demo-colleague")
    for method in ("chat.postMessage", "conversations.open"):
        one.peer.faults[method].extend([fault] * 100)
    for _ in range(6):
        await one.relay()
        one.world.clock.move(seconds=10)
    one.peer.faults.clear()
    for _ in range(3):
        one.world.clock.move(minutes=5)
        await one.relay()
    (alert,) = one.person("head").chat
    assert made in said(alert)
    with one.world.store.look() as work:
        assert work.outbox.dead("demo") == ()
        assert not any(account.gone for account in work.people.roster("demo").accounts)


@pytest.mark.parametrize("code", [*WHOLE, "team_added_to_org", "something_new", NOT_SLACK])
async def test_what_can_be_mended_is_said_once(one: Rig, code: str, caplog: pytest.LogCaptureFixture) -> None:
    """What is wrong with the whole app or workspace is said to the operator with its remedy, not once a message."""
    fault = Fault(page=PAGE) if code == NOT_SLACK else Fault(code)
    one.peer.faults["conversations.open"].extend([fault] * 3)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            with pytest.raises(RetryLater):
                await asyncio.to_thread(one.service.sender.send, HEAD, CARD, "outbox-1")
    (line,) = (r.getMessage() for r in caplog.records if code in r.getMessage())
    assert line == f"slack workspace=T1 cannot be used code={code} to mend it: {mend(code)}"
    assert not one.peer.messages[dm(HEAD.address)]


def test_every_name_has_one_meaning() -> None:
    """No name of Slack's stands in two lists."""
    assert len(TABLE) == sum(map(len, (LATER, WORKSPACE, GONE, LATE, CLOSED, REFUSED)))


async def test_a_page_at_a_response_address_is_no_success(one: Rig) -> None:
    """Where a web filter answers for a response address, nothing was shown: it is not taken for Slack's "ok"."""
    api, teacher = one.service._api, one.person("teacher")
    assert api is not None
    one.peer.faults["hook"].extend([Fault(page=PAGE, status=403)] * 2)
    with pytest.raises(Trouble, match=NOT_SLACK):
        await api.respond(one.peer.hook(teacher.user), {"text": "x"})
