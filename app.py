"""Wiring and the command line: the one file that knows every adapter."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import typer

from adapters import settings as config
from adapters.slack import commands as slack
from adapters.systemclock import SystemClock
from adapters.teams import commands as teams
from adapters.terminal import asking, demo, keys, policies, records, restoring, routes, staff, upkeep
from adapters.terminal.errors import Stop, guarded, of_store
from bot.answering import Answering
from knowledge import pack

if TYPE_CHECKING:
    from aiohttp import web
    from sqlalchemy import Engine

    from adapters.clockwork import Clockwork
    from adapters.db.store import SqlStore
    from adapters.sealing import AesSealer, MasterKeys
    from adapters.waking import Waking
    from bot.ports import Sender, Shelf

DEMO_POLICY: Final = "stockham"
HELP: Final = "Can I? - answers from the school's policy, takes reports, keeps who has re-read it."


class House:
    """Everything wired, each part made when it is first asked for, so that a command loads only what it uses."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self.environ, self._folder = environ, folder
        self._answering: dict[str, Answering] = {}
        self._changed: dict[str, object] = {}
        self._clockwork: Clockwork | None = None
        self.clock = SystemClock()

    @cached_property
    def shelf(self) -> Shelf:
        """Where the schools' policies stand."""
        from bot.shelves import SchoolShelf

        return SchoolShelf(self.store())

    @property
    def settings(self) -> config.Settings:
        """The settings of this process, with what the command line changed. Raises ``Stop``."""
        try:
            changed = msgspec.structs.replace(self._read, **self._changed)
            config.check(changed)
        except config.SettingsError as error:
            raise Stop(str(error)) from None
        return changed

    @cached_property
    def _read(self) -> config.Settings:
        return config.load(self.environ, self._folder)

    def change(self, **settings: object) -> None:
        """Let the command line have the last word on some settings."""
        self._changed |= settings

    def where(self) -> tuple[str, int]:
        """Return the host and port to listen on."""
        return self.settings.host, self.settings.port

    def default_policy(self) -> str:
        """Return the pack to ask where none is named; empty where none is set."""
        return self.settings.policy

    def default_nation(self) -> str:
        """Return the nation of a school that names none."""
        return self.settings.nation

    def answering(self, policy: str) -> Answering:
        """Return the engine over an installed pack, the same each time. Raise ``PackError``."""
        if policy not in self._answering:
            self._answering[policy] = self._engine_over(policy)
        return self._answering[policy]

    def _engine_over(self, *names: str) -> Answering:
        return Answering({name: pack.load_installed(name) for name in names}, asking.trained())

    @cached_property
    def _engine(self) -> Engine:
        from adapters.db.condition import DatabaseError, engine_for

        try:
            return engine_for(self.settings.database)
        except DatabaseError as error:
            raise Stop(str(error)) from None

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "_engine" in self.__dict__:
            self._engine.dispose()

    def migrate(self) -> str:
        """Bring the database up to date and return where it stands. Raise ``Stop``."""
        from adapters.db.condition import DatabaseError, bring_up_to_date

        try:
            return bring_up_to_date(self._engine)
        except DatabaseError as error:
            raise Stop(of_store(str(error)) if error.state else str(error)) from None

    @cached_property
    def _store(self) -> SqlStore:
        from adapters.db.store import SqlStore

        self.migrate()
        return SqlStore(self._engine, self.clock)

    def kept(self) -> bool:
        """Return whether there is a database already."""
        return bool(self.settings.database_url) or (self.settings.var / "can-i.sqlite3").exists()

    def store(self) -> SqlStore:
        """Return the store over an up-to-date database. Raise ``Stop``."""
        return self._store

    @cached_property
    def keys(self) -> MasterKeys:
        """Where the master keys stand."""
        from adapters.sealing import MasterKeys

        return MasterKeys(self.settings.master_key.reveal(), self.settings.master_key_path, self._anything_sealed)

    @cached_property
    def sealer(self) -> AesSealer:
        """The sealer. Raises ``MasterKeyError`` where the key is missing though something was sealed with it."""
        return self.keys.sealer()

    def _anything_sealed(self) -> bool:
        with self.store().look() as work:
            return work.keys.there()

    def keep_report_keys(self) -> bool:
        """Write the keys of reports beside the backups anew, where there is a backup. Return whether there is."""
        from adapters.db.backup import keep_keys

        return keep_keys(self._engine, self.settings.var)

    def back_up(self, target: Path | None) -> Path:
        """Write a backup to a file (or to one named by the time, in var/backups) and return it."""
        from adapters.db.backup import back_up

        return back_up(self._engine, target, self.settings.var, self.clock.now(), self.environ)

    def put_back(self, source: Path) -> tuple[int, int]:
        """Put a backup back: how many reports can be read, how many were deleted again."""
        from adapters.db.backup import restore

        return restore(self._engine, source, self.settings.var, self.environ)

    def application(self) -> web.Application:
        """Return the web application. Raise ``Stop`` where the bot cannot start."""
        from aiohttp import web

        from adapters import desk, logs
        from adapters.clockwork import Clockwork
        from adapters.db.desk_repos import InboxSender
        from adapters.mail import MailSender, wiring
        from adapters.waking import Waking
        from bot import ask_talk, deadlines, evidence, notices, own_desk, reread_rules
        from bot.anchoring import Anchoring
        from bot.chasing import Chasing
        from bot.conversation import Conversation
        from bot.delivery import Relay
        from bot.retention import keeping_times

        logs.configure(self.settings.log_level)
        store, clock, shelf = self.store(), self.clock, self.shelf
        self._ready(store)
        answers = ask_talk.AskTalk(store, self.sealer, clock, shelf, self._engine_over(*pack.installed()))
        rules = reread_rules.rules_of(*config.rereading(self.settings))
        paces = deadlines.paces_of(*config.reporting(self.settings))
        files = evidence.Rule(*config.files(self.settings), desk.mint_link)
        conversation = Conversation(store, self.sealer, clock, shelf, answers, rules=rules, paces=paces, files=files)
        chasing, rereading = Chasing(store, clock, shelf, paces), conversation.rereading
        senders: dict[str, Sender] = {"desk": InboxSender(store, clock)}
        relay = Relay(store, clock, shelf, senders, notices.templates(rules), chasing.unreachable, paces=paces)
        retire = partial(conversation.retention.propose_due, kept=keeping_times(self.settings.report_keeping))
        anchoring, own = Anchoring(store, clock, shelf), own_desk.OwnDesk(store, clock, rereading, asking.trained())
        self._clockwork = Clockwork(
            store, clock, relay, chasing, rereading, lambda at: retire(at) + anchoring.queue(at), answers.tally.write
        )
        talk = Waking(conversation, self._clockwork.wake)
        post = wiring.connect(self.settings) if self._set_up("mail") else None
        link, where = post.send_link if post else None, (self.settings.demo, self.settings.public_url)
        services = desk.Services(talk, store, clock, shelf, self.sealer, *where, link, own, conversation.evidence)
        desk.mount(application := web.Application(), services)
        if post:
            senders["mail"] = MailSender(post, partial(desk.way_in, services))
        self._connect(application, talk, senders)
        return application

    def _connect(self, application: web.Application, talk: Waking, senders: dict[str, Sender]) -> None:
        """Connect to the chats that are set up. Raise ``Stop`` where the settings of one cannot be used."""
        parts = (application, self.settings, talk, self.store(), self.clock)
        if self._set_up("slack"):
            from adapters.slack.wiring import connect as slack_on

            try:
                senders["slack"] = slack_on(*parts, self.sealer, self.environ).sender
            except ValueError as error:
                raise Stop(f"Slack: {error}.") from None
        if self._set_up("teams"):
            from adapters.teams.wiring import connect as teams_on

            senders["teams"] = teams_on(*parts).sender

    def _set_up(self, platform: str) -> bool:
        """Return whether a platform is set up. Raise ``Stop`` where it is half set up."""
        (found,) = (each for each in config.examine(self.settings) if each.about == platform)
        if found.standing == "mend":
            raise Stop(f"{platform.capitalize()} is half set up: {found.says}.")
        return found.standing == "ok"

    def begin(self) -> None:
        """Start relay and jobs."""
        if self._clockwork is not None:
            self._clockwork.start()

    def end(self) -> None:
        """End relay and jobs; what is just being sent may take a few seconds."""
        if self._clockwork is not None:
            self._clockwork.stop()

    def welcome(self) -> str:
        """Return what is printed once the server listens."""
        what = f"Can I?{' with a demo school' * self.settings.demo} is running: {self.settings.address}"
        return f"{what}\nData is kept in {self.settings.var}. Ctrl-C ends it."

    def _ready(self, store: SqlStore) -> None:
        """Put the demo school in, in demo mode; raise ``Stop`` where the schools that there are forbid a start."""
        if self.settings.demo:
            demo.seed(store, self.clock, self.settings.policy or DEMO_POLICY)
        routes.must_hold(routes.gaps(store, self.clock, self.shelf))

    def standing(self) -> SqlStore | None:
        """Return the store where its database can be used as it stands, else ``None``. Nothing is made or changed."""
        return self.store() if self._condition()[0] == "ok" else None

    def findings(self) -> Iterator[routes.Line]:
        """Yield what ``check`` has to say. Nothing is made or changed."""
        yield from slack.examined(self, map(astuple, config.examine(self.settings)))
        yield from policies.lines()
        standing, says = self._condition()
        yield standing, "database", says
        if standing == "ok":
            yield from keys.lines(self.keys)
            yield from routes.lines(routes.gaps(self.store(), self.clock, self.shelf))
            yield from restoring.lines(self.store())

    def _condition(self) -> tuple[str, str]:
        from adapters.db.condition import DatabaseError, up_to_date

        if not self.kept():
            return "off", f"none in {self.settings.var} yet: it is made at the first start"
        try:
            current = up_to_date(self._engine)
        except (DatabaseError, Stop) as error:
            return "mend", of_store(str(error)) if isinstance(error, DatabaseError) else str(error)
        there = ("ok", f"{self._engine.name}, up to date")
        return there if current else ("note", "not up to date: python app.py migrate (serve does it too)")


def commands(house: House) -> typer.Typer:
    """Return the command line over a house."""
    app = typer.Typer(
        help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    for group in (policies, upkeep, restoring, keys, asking, staff, records, slack, teams):
        group.add(app, house)
    return app


def main() -> None:
    """Run the command that was typed. Every file that it makes is for this user only."""
    os.umask(0o077)
    house = House(os.environ, Path.cwd())
    try:
        guarded(commands(house))
    finally:
        house.close()


if __name__ == "__main__":
    main()
