"""Promise 5, through everything at once: every way that words could leave is open, at DEBUG, and none of them takes it.

Chat, mail over a real SMTP server, the desk over HTTP, logs of every library, the database and its files, a backup.
"""

from __future__ import annotations

import logging
import os
import subprocess
import traceback
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from adapters import desk
from adapters.db.backup import back_up
from adapters.mail import MailSender, Post, Server
from bot.messages import Card, Submitted
from bot.people import Account, OutsideContact
from tests.deskclient import Browser, Served
from tests.fakes import World, words
from tests.scenario.test_report_secrecy import CANARY, lead_a_life
from tests.smtpserver import Inbox, receiving

MAILED = ("head", "chair", "dsl", "teacher")
"""Of these the chair must hear nothing: one of the reports is about head and chair."""
LOUD = ("", "sqlalchemy", "asyncio", "aiohttp", "apscheduler", "mail", "urllib3")
PUBLIC = "https://desk.school.example"


class Torn:
    """A platform that fails in the middle of every first sending, with all that it was handed in its error."""

    def __init__(self, sender: MailSender) -> None:
        self.sender = sender
        self.seen: set[str] = set()

    def send(self, account: Account, card: Card, key: str) -> object:
        if key not in self.seen:
            self.seen.add(key)
            raise OSError(repr(card))
        return self.sender.send(account, card, key)

    def arrived(self, account: Account, key: str) -> None:
        return self.sender.arrived(account, key)


@pytest.fixture
def post() -> Iterator[tuple[Inbox, Server]]:
    """A real SMTP server, and the settings with which it is reached."""
    with receiving("can-i@school.example") as found:
        yield found


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every logger at DEBUG, with tracebacks."""
    before = {name: logging.getLogger(name).level for name in LOUD}
    for name in LOUD:
        caplog.set_level(logging.DEBUG, logger=name)
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def reachable_by_mail(world: World) -> None:
    """Give everybody who may read a mailbox, and the local authority's officer too."""
    with world.store.begin() as work:
        for who in MAILED:
            work.people.account(Account(f"{who}-mail", f"demo-{who}", "mail", f"{who}@school.example"))
        school = work.schools.get("demo")
        assert school is not None
        outside = tuple(OutsideContact(c.role, c.name, c.phone, f"{c.role}@council.example") for c in school.contacts)
        work.schools.put(replace(school, contacts=outside))
        work.commit()


def read(mail: EmailMessage) -> str:
    """Return everything of a mail: as it went over the wire, and as it is read."""
    return f"{mail.as_string()}\n{mail.get_content()}\n{list(mail.items())}"


def everything_kept(world: World, folder: Path, backup: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every row of every table as text, every file beside the database, and the backup in clear."""
    with world.engine.connect() as connection:
        for table in world.engine.dialect.get_table_names(connection):
            yield table, str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()).encode()  # noqa: S608
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.name, file.read_bytes()
    if world.engine.dialect.name == "postgresql":
        shown = subprocess.run(["pg_restore", "--file=-", str(backup)], check=True, capture_output=True)
        assert b"report_entries" in shown.stdout
        assert b"public.attachments" in shown.stdout
        yield "backup in clear", shown.stdout


async def read_and_added_to(browser: Browser, reference: str) -> None:
    """Read a report and its file on the desk, add another file there, and be refused both."""
    await browser.be("head")
    page = await browser.get(f"/reports/{reference}")
    assert CANARY in page.main
    (get,) = page.links("Get this file")
    assert CANARY.encode() in (await browser.fetch(get))[1]
    assert CANARY not in (await browser.get("/reports/0000-0000-0000-0000")).main
    await browser.be("teacher")
    await browser.get(f"/mine/{reference}/files")
    page = await browser.attach(f"/mine/{reference}/files", CANARY.encode(), f"{CANARY}.txt")
    assert "The file is in." in page.main
    await browser.be("colleague")
    assert (await browser.fetch(get))[0] == 404
    assert CANARY not in (await browser.get(f"/reports/{reference}")).main


async def test_the_canary_leaves_by_no_way(
    any_world: World,
    post: tuple[Inbox, Server],
    loud: pytest.LogCaptureFixture,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Filed, refused, torn, chased, passed on, mailed, read on the desk, backed up: found on readers' pages only."""
    inbox, server = post
    reachable_by_mail(any_world)
    seen: list[str] = []
    async with Served(any_world, demo=True) as served:
        services = replace(served.desk.services, public_url=PUBLIC)
        any_world.relay._senders = {"mail": Torn(MailSender(Post(server), partial(desk.way_in, services)))}  # type: ignore[dict-item]
        reference = lead_a_life(any_world)
        about_head = any_world.report("teacher", about="head_and_chair", what=CANARY, named="without_name")
        with monkeypatch.context() as broken:
            broken.setattr("adapters.db.report_repos.SqlReports.add", lambda *_: 1 / 0)
            try:
                values = {"about": "unknown", "what": CANARY, "named": "with_name"}
                any_world.say(
                    "teacher",
                    Submitted("report.breach", any_world.form("teacher", "report.kind", "breach").key, values),
                )
            except ZeroDivisionError:
                seen.append(traceback.format_exc())
        for _ in range(30):
            any_world.clock.move(hours=4)
            any_world.chasing.chase("demo")
            any_world.deliver()
        await read_and_added_to(served.browser(), reference)
    backup = back_up(any_world.engine, tmp_path / "kept" / "copy", tmp_path, any_world.clock.now(), os.environ)
    assert seen
    assert CANARY not in "".join(seen)
    told = {mail["To"].partition("@")[0] for mail in inbox.taken}
    assert told == {"dsl", "head", "local_authority", "teacher"}
    assert any(reference in read(mail) for mail in inbox.taken)
    assert any(about_head in read(mail) for mail in inbox.taken)
    assert [mail["To"] for mail in inbox.taken if CANARY in read(mail)] == []
    printed = capfd.readouterr()
    assert CANARY not in loud.text + printed.out + printed.err
    assert len(loud.records) > 100
    kept = dict(everything_kept(any_world, tmp_path, backup))
    assert {
        "outbox",
        "inbox",
        "reports",
        "report_entries",
        "attachments",
        "audit",
        "copy",
        "report-keys",
    } <= kept.keys()
    if any_world.engine.dialect.name == "sqlite":
        assert {"can-i.sqlite3", "can-i.sqlite3-wal"} <= kept.keys()
    # A dump of PostgreSQL writes bytes as hexadecimal digits.
    shapes = (CANARY.encode(), CANARY.encode().hex().encode())
    assert [name for name, content in kept.items() if any(shape in content for shape in shapes)] == []
    for who in (*MAILED, "colleague"):
        assert CANARY not in " ".join(words(card) for card in any_world.inbox(who))
