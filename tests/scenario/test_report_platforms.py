"""Promise 1 where people are: a form sent again by Slack, by Teams or by a browser is one report.

What a platform calls a submission is its own business: a second try can come under the same id or under another one, in
another session, to another instance. What counts is the key that the form was drawn with.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

import pytest

from adapters.slack.marks import read_marks
from bot.audit import verify
from bot.references import new_form_key
from tests.cardschema import buttons, words
from tests.deskclient import Browser, Element, Served, filled
from tests.fakes import World
from tests.slackpeer.peer import Peer
from tests.slackpeer.people import Someone, larkfield, uid
from tests.slackpeer.reading import said
from tests.slackpeer.rig import confirm
from tests.slackpeer.rig import running as in_slack
from tests.slackpeer.wire import Json
from tests.teamsclient import Client, meet
from tests.teamsclient import running as in_teams

AT_ONCE = 16
PRESSES = 20
"""How often somebody sends a form that was refused because the database was busy."""
GIVEN = {"about": "staff", "what": "Something happened.", "named": "with_name"}
REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")


class WayIn(Protocol):
    """Somebody's way in."""

    async def send(self, key: str, name: str) -> str:
        """Send the form of a key in, as the submission of a name; return everything that is shown then."""
        ...


class BySlack:
    """The dialog of a form, over signed requests; a submission's name is the id of its view."""

    def __init__(self, someone: Someone, view: Json) -> None:
        self._someone = someone
        self._view = view

    async def send(self, key: str, name: str) -> str:
        marks = read_marks(self._view["private_metadata"]).of(key=key)
        view = {**self._view, "id": f"V{name}", "private_metadata": marks.write()}
        views = self._someone.peer.views
        views[view["id"]] = dict(view)
        answer = await self._someone.submit(view, **GIVEN, person=uid("colleague"))
        return said(answer.get("view"))


class ByTeams:
    """The dialog of a form; a submission's name is the id of its activity."""

    def __init__(self, teams: Client, button: Json) -> None:
        self._teams = teams
        self._button = button
        self._again: dict[str, Json] = {}

    async def send(self, key: str, name: str) -> str:
        pressed_again = self._again.pop(name, None)
        data = (pressed_again or self._button)["data"]
        data = {**data, "canI": {**data["canI"], "key": key}, "in_one_person": "demo-colleague"}
        data |= {f"in_one_{field}": value for field, value in GIVEN.items()}
        own = {} if pressed_again else {"id": f"a-{name}"}
        activity = self._teams.activity(type="invoke", name="task/submit", value={"data": data}, **own)
        # What is answered is held against the schema in other tests: thirty thousand times would be most of this one.
        headers = {"Authorization": f"Bearer {self._teams.token()}"}
        async with self._teams.http.post(self._teams.url, json=activity, headers=headers) as answer:
            shown = (await answer.json())["task"]["value"]
        if isinstance(shown, str):
            # It took longer than Teams waits: the person is told so, and looks again.
            return shown
        card = shown["card"]["content"]
        if again := buttons(card).get("Send the report"):
            # A person presses what they see: the button of the form that was shown again, which holds the same key.
            assert again["data"]["canI"]["key"] == key
            self._again[name] = again
        return words(card)


class ByDesk:
    """The form of a page; a submission's name has a browser of its own, signed in for itself."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._browsers: dict[str, tuple[Browser, dict[str, str]]] = {}

    async def send(self, key: str, name: str) -> str:
        # So many sessions are enough for nobody to be told to slow down.
        browser, form = await self._signed_in(name[-2:])
        self._served.desk.services.clock.move(seconds=1)  # type: ignore[attr-defined]
        async with browser.client.post("/form", data={**form, **GIVEN, "person": "demo-colleague", "_key": key}) as got:
            return await got.text()

    async def _signed_in(self, name: str) -> tuple[Browser, dict[str, str]]:
        if name not in self._browsers:
            browser, forms = self._served.browser(), list[Element]()
            for _ in range(PRESSES):
                # With so much going on the page may say "please try again in a minute": that is done.
                await browser.be("teacher")
                forms = (await browser.get("/report/sort/first:other")).forms("Send the report")
                if forms:
                    break
            self._browsers[name] = (browser, dict(filled(forms[0])))
        return self._browsers[name]


@asynccontextmanager
async def everywhere(worlds: Sequence[World]) -> AsyncIterator[list[WayIn]]:
    """Run instances of the bot with Slack, Teams and a desk each; yield the teacher's ways in."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(Peer(larkfield()))
        ways: list[WayIn] = []
        for world in worlds:
            rig = await stack.enter_async_context(in_slack(world, slack, "http", talk=world.bot))
            teams = await stack.enter_async_context(in_teams(world, signed=True))
            desk = await stack.enter_async_context(Served(world))
            teacher = rig.person("teacher")
            await teacher.command("/report")
            await teacher.press(await teacher.dialog("Before you write"), "report.sort", "first:other")
            ways.append(BySlack(teacher, await teacher.filling("what")))
            slack.views.clear()
            sorter = await teams.invoke("composeExtension/fetchTask", {"commandId": "report"})
            other = next(b for b in buttons(sorter).values() if b["data"]["canI"].get("value") == "first:other")
            form = await teams.submit(other)
            ways += [ByTeams(teams, buttons(form)["Send the report"]), ByDesk(desk)]
        yield ways


async def send_many(url: str, number: int) -> None:
    """Send so many forms one to five times each, 16 at once; each must end as one report, told of once."""
    choice = random.Random(number)  # noqa: S311 - a fixed choice, not a secret
    names = (f"{n:06d}" for n in itertools.count())
    keys = [new_form_key() for _ in range(number)]
    sends: list[tuple[str, int, str]] = []
    for n, key in enumerate(keys):
        name = next(names)
        for _ in range(choice.randint(1, 5)):
            # The platform of a form stays; the instance that is reached, and every other time the id, do not.
            sends.append((key, n % 3 + choice.choice((0, 3)), name))
            name = choice.choice((name, next(names)))
    choice.shuffle(sends)
    shown: dict[str, set[str]] = {key: set() for key in keys}
    with World(url) as first, World(url, fresh=False, clock=first.clock) as second:
        confirm(first, "teacher")
        meet(first, "teacher", "colleague")
        async with everywhere((first, second)) as ways:
            waiting = iter(sends)

            async def send() -> None:
                for key, way, name in waiting:
                    for _ in range(PRESSES):
                        answer = await ways[way].send(key, name)
                        found = REFERENCE.findall(answer)
                        if found:
                            shown[key] |= set(found)
                            break
                    else:
                        pytest.fail(f"no reference after so many presses: {answer[:3000]}")

            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(send())
        with first.store.look() as work:
            reports = work.reports.all("demo")
            assert len(reports) == number
            assert all(len(references) == 1 for references in shown.values())
            assert {r.reference for r in reports} == {ref for references in shown.values() for ref in references}
            assert dict(work.outbox.counts()) == {"waiting": number}
            received = [row.thing for row in work.audit.rows("demo") if row.action == "report.received"]
            assert max(Counter(received).values()) == 1
            assert not list(verify("demo", work.audit.rows("demo"), work.audit.head("demo")))


async def test_a_form_sent_again_under_another_id_is_one_report(database_url: str) -> None:
    """Ninety forms by Slack, Teams and browser, one to five times each, to two instances."""
    await send_many(database_url, 90)


@pytest.mark.soak
async def test_ten_thousand_forms_from_every_platform_are_ten_thousand_reports(database_url: str) -> None:
    """The same with ten thousand."""
    await send_many(database_url, 10_000)
