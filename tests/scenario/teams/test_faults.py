"""The faults of botbuilder 4.17.1 that this adapter mends, by their numbers in ``adapters/teams/sdk/adapter.py``.

The second, 500 for a bad token, is looked for with every sort of bad token in ``test_tokens.py``.
"""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from adapters.teams.endpoint import NotSafe, mount
from adapters.teams.sdk.tokens import CachedToken
from adapters.teams.services import Services
from adapters.teams.verify import Verifier
from bot.ports import RetryLater
from tests.cardschema import buttons, words
from tests.fakes import FakeClock, World
from tests.teamsclient import TENANT, Client, running


class Ticks:
    """Counts how often the event loop comes round: a blocked one does not."""

    def __init__(self) -> None:
        self.count = 0
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            self.count += 1

    def end(self) -> int:
        self._task.cancel()
        return self.count


async def test_1_the_answer_of_an_invoke_is_the_json_that_was_meant(teams: Client) -> None:
    """A press, a dialog opened and a dialog sent in are each answered 200 with one layer of JSON."""
    (home,) = await teams.say("Help")
    pressed = await teams.press(buttons(home)["My reports"])
    assert pressed["statusCode"] == 200
    dialog = await teams.open(buttons(home)["Report something"])
    assert dialog["type"] == "AdaptiveCard"
    following = await teams.submit(next(iter(buttons(dialog).values())))
    assert following["type"] == "AdaptiveCard"


async def test_3_one_token_is_fetched_for_many_turns_and_off_the_loop(world: World) -> None:
    """Twenty turns at once need one login, and while it hangs the loop goes on; later turns need none."""
    async with running(world, signed=True) as teams:
        teams.service.login_delay = 0.3
        ticks = Ticks()
        await asyncio.gather(*(teams.say(f"Question {i}", "teacher") for i in range(20)))
        assert ticks.end() > 10
        await teams.say("One more")
        assert teams.service.logins == 1
        assert set(teams.service.tokens) == {"Bearer our-token-1"}


async def test_3_a_token_that_teams_refuses_is_fetched_anew_once(world: World) -> None:
    """After a 401 of Teams' service the token is fetched again and the message goes through."""
    async with running(world, signed=True) as teams:
        teams.service.faults = [(401, {}, {})]
        assert len(await teams.say("A question")) == 1
        assert teams.service.logins == 2


async def test_3_a_token_is_kept_no_longer_than_it_lives() -> None:
    """After its time the token is fetched again; a login that fails is a reason to wait, without its words."""
    clock, fetched = FakeClock(), ["two", "one"]
    token = CachedToken(fetched.pop, clock)
    assert [await token.get(), await token.get()] == ["one", "one"]
    clock.move(seconds=241)
    assert await token.get() == "two"
    clock.move(seconds=241)
    with pytest.raises(RetryLater, match=r"^no token$"):
        await token.get()


async def test_4_the_keys_are_fetched_once_and_off_the_loop(world: World) -> None:
    """Ten first turns at once need one fetch of Teams' keys, and while it hangs the loop goes on."""
    async with running(world, signed=True) as teams:
        teams.service.key_delay = 0.3
        ticks = Ticks()
        await asyncio.gather(*(teams.say(f"Question {i}") for i in range(10)))
        assert ticks.end() > 10
        assert teams.service.fetched == 1


async def test_4_where_no_keys_can_be_had_teams_is_asked_to_come_again(world: World) -> None:
    """Without keys a turn is answered 503 and not handled; with old keys at hand it is, for as long as need be."""
    async with running(world, signed=True) as teams:
        teams.service.closed = True
        assert (await teams.post(teams.activity(text="A question")))[0] == 503
        assert teams.service.messages() == []
        teams.service.closed = False
        world.clock.move(seconds=6)
        assert len(await teams.say("A question")) == 1
        teams.service.closed = True
        world.clock.move(days=2)
        assert len(await teams.say("Another question")) == 1


async def test_4_a_new_key_is_taken_and_unknown_ones_make_no_flood(world: World) -> None:
    """Tokens with unknown keys make one fetch in five minutes, however many come."""
    async with running(world, signed=True) as teams:
        await teams.say("A question")
        world.clock.move(seconds=301)
        for number in range(5):
            token = teams.token(kid=f"unknown{number}")
            assert (await teams.post(teams.activity(text="x"), token))[0] == 401
        assert teams.service.fetched == 2


async def test_5_and_6_the_tenant_is_read_where_teams_documents_it(world: World) -> None:
    """A tenant only in channelData lets a turn in, and goes into a conversation opened for it; another gets 403."""
    async with running(world, signed=True) as teams:
        group = {"id": "channel", "conversationType": "channel"}
        await teams.say("A question", conversation=group)
        (opened,) = teams.service.opened
        assert {name.casefold(): value for name, value in opened.items()}["tenantid"] == TENANT
        assert opened["channelData"] == {"tenant": {"id": TENANT}}
        foreign = teams.activity(text="x", channelData={"tenant": {"id": "elsewhere"}})
        assert (await teams.post(foreign))[0] == 403
        assert (await teams.post(teams.activity(text="x", channelData={})))[0] == 403


async def test_7_what_teams_asks_to_wait_is_waited_for(teams: Client) -> None:
    """A refusal for haste is tried again after its Retry-After, and the answer stands there once."""
    teams.service.faults = [(429, {"Retry-After": "0"}, {}), (412, {"Retry-After": "0"}, {})]
    (card,) = await teams.say("A question")
    assert "10 characters" in words(card)
    assert len(teams.service.tokens) == 3


def test_8_without_an_app_id_nothing_starts(world: World) -> None:
    """No app id, or no tenant, is refused; only the loopback test mode may do without."""
    for missing in ({"app_id": "", "tenants": {TENANT: frozenset[str]()}}, {"app_id": "x", "tenants": {}}):
        with pytest.raises(NotSafe):
            mount(web.Application(), Services(world.bot, world.store, world.clock, **missing))  # type: ignore[arg-type]
    mount(web.Application(), Services(world.bot, world.store, world.clock, loopback_test=True))


async def test_8_a_verifier_without_an_audience_cannot_be_made() -> None:
    """An empty audience would be met by any token without one."""
    keys: object = None
    with pytest.raises(ValueError, match="app id"):
        Verifier("", keys)  # type: ignore[arg-type]


async def test_8_the_test_mode_is_for_this_machine_only(world: World) -> None:
    """In the loopback test mode a request from another machine gets 403."""

    @web.middleware
    async def from_afar(request: web.Request, handler: object) -> web.StreamResponse:
        return await handler(request.clone(remote="10.1.2.3"))  # type: ignore[operator,no-any-return]

    async with running(world, middlewares=[from_afar]) as teams:
        assert (await teams.post(teams.activity(text="A question")))[0] == 403
        assert teams.service.messages() == []


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "Via"])
async def test_8_the_test_mode_takes_nothing_from_a_proxy(loopback: Client, header: str) -> None:
    """What a proxy on this machine hands on may come from anywhere: 403."""
    assert (await loopback.post(loopback.activity(text="A question")))[0] == 200
    before = len(loopback.service.messages())
    assert (await loopback.post(loopback.activity(text="Another"), **{header: "1.2.3.4"}))[0] == 403
    assert len(loopback.service.messages()) == before
