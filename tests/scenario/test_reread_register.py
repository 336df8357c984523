"""Who has read which version, shown on any day; receipts; and signed papers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.audit import verify
from bot.messages import Ask, Outbound, Replace, Show
from bot.reread_attested import AttestationRegister
from bot.reread_register import Register, as_text
from tests.fakes import World, buttons, facts, words


def begin(world: World) -> str:
    world.press("head", "reread.start")
    with world.store.look() as work:
        return work.rereads.campaigns("demo")[0].id


def said(out: tuple[Outbound, ...]) -> str:
    """Return the words of the last card that was said or shown."""
    assert not isinstance(out[-1], Ask)
    return words(out[-1].card)


def register(world: World) -> Register:
    return Register(world.store, world.clock, world.shelf)


def test_the_register_of_any_day(any_world: World) -> None:
    """Yesterday's is as it stood yesterday, today's names the audit row of each declaration, and rows can be traced."""
    world = any_world
    number = begin(world)
    world.press("teacher", "reread.confirm", number)
    yesterday = world.clock.today("Europe/London")
    world.clock.move(days=1)
    world.press("colleague", "reread.confirm", number)
    then = register(world).open("demo-chair", "demo", yesterday)
    now = register(world).open("demo-chair", "demo")
    assert (then.counts["done"], now.counts["done"]) == (1, 2)
    assert dict(now.groups)["contractor"] == {"due": 1}
    assert now.light == "amber"
    with world.store.look() as work:
        rows = {row.seq: row for row in work.audit.rows("demo")}
    for entry in now.entries:
        assert (entry.ack is None) == (entry.row is None)
        if entry.ack and entry.row:
            assert rows[entry.row.seq].thing == entry.ack.reference
            assert rows[entry.row.seq].actor_id == entry.person.id
    before = register(world).open("demo-head", "demo", yesterday - dt.timedelta(days=1))
    assert (before.campaign, before.entries, before.rounds) == (None, (), ())
    assert register(world).open("demo-head", "demo", yesterday + dt.timedelta(days=900)).day == now.day


def test_the_register_is_for_those_who_oversee(any_world: World) -> None:
    """Head, deputy and chairs; nobody else opens it or takes it out; taking it out is audited."""
    begin(any_world)
    book = register(any_world)
    for who in ("teacher", "office", "governor", "contractor"):
        with pytest.raises(PermissionError):
            book.open(f"demo-{who}", "demo")
        with pytest.raises(PermissionError):
            book.export(f"demo-{who}", "demo")
    taken, text = book.export("demo-head", "demo")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == len(taken.entries) + 1
    with any_world.store.look() as work:
        assert [r.actor_id for r in work.audit.rows("demo") if r.action == "reread.exported"] == ["demo-head"]


def test_a_receipt_is_ones_own(any_world: World) -> None:
    """It says what was declared, when and in which audit row; others than the reader and the overseers get none."""
    number = begin(any_world)
    (out,) = any_world.press("teacher", "reread.confirm", number)
    assert isinstance(out, Replace)
    ack = buttons(out.card)["reread.receipt"]
    (shown,) = any_world.press("teacher", "reread.receipt", ack)
    assert isinstance(shown, Show)
    receipt = register(any_world).receipt("demo-teacher", "demo", ack)
    assert receipt is not None
    text, reference = as_text(receipt), facts(out.card)["Reference"]
    for part in (
        "Name: Sam Okoro",
        f"Reference: {reference}",
        "- I have read this policy and understand it.",
        "Audit row: ",
    ):
        assert part in text
        assert part.split(": ")[-1].strip("- ") in words(shown.card)
    assert register(any_world).receipt("demo-head", "demo", ack) == receipt
    assert "no such receipt" in said(any_world.press("colleague", "reread.receipt", ack))
    assert "no such receipt" in said(any_world.press("colleague", "reread.receipt", "x"))


def test_the_office_records_a_signed_paper(any_world: World) -> None:
    """Who, when, by whom and where it is kept; it is marked so for ever, and the person is asked no more."""
    world = any_world
    begin(world)
    form = world.form("office", "reread.paper")
    (again,) = world.send("office", form, signer="demo-caretaker", kept_at=" ")
    assert isinstance(again, Ask)
    assert again.form.errors
    assert "Recorded: Len Frost" in said(world.send("office", form, signer="demo-caretaker", kept_at="cabinet 2"))
    (twice,) = world.send("office", form, signer="demo-caretaker", kept_at="elsewhere")
    assert isinstance(twice, Ask)
    assert "signer" in twice.form.errors
    (entry,) = [e for e in register(world).open("demo-head", "demo").entries if e.person.id == "demo-caretaker"]
    assert entry.ack is not None
    assert (entry.standing, entry.ack.how, entry.ack.recorded_by) == ("done", "paper", "demo-office")
    assert entry.ack.kept_at == "cabinet 2"
    world.bot.rereading.plan("demo")
    world.clock.move(hours=1)
    world.deliver()
    assert not world.inbox("caretaker")


def test_the_day_that_a_paper_bears(any_world: World) -> None:
    """It counts for being in time and stands in the receipt; a day before the round or to come is refused."""
    world = any_world
    begin(world)
    world.clock.move(days=40)  # the due day is past
    form = world.form("office", "reread.paper")
    for wrong in ("2026-09-20", "2026-11-01", "soon"):
        (again,) = world.send("office", form, signer="demo-caretaker", kept_at="cabinet 2", signed_on=wrong)
        assert isinstance(again, Ask)
        assert "signed_on" in again.form.errors
        assert again.form.values["kept_at"] == "cabinet 2"
    world.send("office", form, signer="demo-caretaker", kept_at="cabinet 2", signed_on="2026-10-01")
    book = register(world).open("demo-head", "demo")
    (ack,) = [entry.ack for entry in book.entries if entry.ack]
    assert ack.signed_on == dt.date(2026, 10, 1)
    assert (book.rounds[0].done, book.rounds[0].in_time) == (1, 1)
    receipt = register(world).receipt("demo-head", "demo", ack.id)
    assert receipt is not None
    assert "Paper signed on: 1 October 2026" in as_text(receipt)


def test_a_version_lists_declarations_of_every_round(any_world: World) -> None:
    """Who adopted it and who was the second; somebody who read in two rounds stands there twice."""
    world = any_world
    number = begin(world)
    world.press("teacher", "reread.confirm", number)
    world.press("head", "reread.adopt", "minor")
    with world.store.begin() as work:
        kept = work.policies.all("demo")[0]
        work.rereads.end(number, world.clock.today("Europe/London") + dt.timedelta(days=1))
        work.commit()
    world.clock.move(days=1)
    world.press("teacher", "reread.confirm", begin(world))
    shown = AttestationRegister(world.store, world.clock, world.shelf)
    found = shown.open("demo-chair", "demo", kept.version)
    assert found is not None
    assert [entry.name for entry in found.entries] == ["Sam Okoro", "Sam Okoro"]
    assert all(entry.row is not None and entry.row.thing == entry.ack.reference for entry in found.entries)
    assert "by Ruth Abara; the second of headteacher and chair has not" in found.adoption
    world.press("chair", "reread.second", kept.id)
    again = shown.open("demo-chair", "demo", kept.version)
    assert again is not None
    assert "recorded too by Marion Castell" in again.adoption
    with pytest.raises(PermissionError):
        shown.open("demo-teacher", "demo", kept.version)


def test_a_paper_is_for_those_who_keep_the_staff_list(any_world: World) -> None:
    """A teacher can neither open the form nor send one; without a round there is nothing to record."""
    assert "no re-reading is under way" in said(any_world.press("office", "reread.paper"))
    begin(any_world)
    form = any_world.form("office", "reread.paper")
    assert "school office" in said(any_world.press("teacher", "reread.paper"))
    assert "school office" in said(any_world.send("teacher", form, signer="demo-caretaker", kept_at="here"))
    assert "reread.paper" in buttons(any_world.home("office"))
    assert "reread.paper" not in buttons(any_world.home("teacher"))


def test_pressed_often_and_at_once_it_is_one_record(database_url: str) -> None:
    """Sixteen at once from two instances, five times over: one record, one audit row, one reference."""
    worlds = [World(database_url), World(database_url, fresh=False)]
    number = begin(worlds[0])

    def press(turn: int) -> str:
        for _ in range(20):
            (out,) = worlds[turn % 2].press("teacher", "reread.confirm", number)
            if isinstance(out, Replace):
                return facts(out.card)["Reference"]
        return "the database stayed busy"

    for _ in range(5):
        with ThreadPoolExecutor(16) as pool:
            references = set(pool.map(press, range(16)))
        assert len(references) == 1
    with worlds[0].store.look() as work:
        (ack,) = work.rereads.acknowledgements("demo")
        assert {ack.reference} == references
        rows = [row.action for row in work.audit.of_thing("demo", ack.reference)]
        assert rows == ["reread.acknowledged"]
        assert not list(verify("demo", work.audit.rows("demo"), work.audit.head("demo")))
    for world in worlds:
        world.close()


def test_by_anniversary_year_after_year(any_world: World) -> None:
    """Begun so by hand, nobody is due at once, and the next year's round is by anniversary too."""
    world = any_world
    assert "reread.start" in buttons(world.press("head", "reread.overview")[0].card)  # type: ignore[union-attr]
    out = world.press("head", "reread.start", "anniversary")
    assert "four weeks before their own day" in words(out[0].card)  # type: ignore[union-attr]
    world.clock.move(days=1)
    assert world.bot.rereading.plan("demo") == 0
    world.clock.move(days=363)
    world.bot.rereading.plan("demo")
    with world.store.look() as work:
        rounds = work.rereads.campaigns("demo")
    assert [c.why for c in rounds] == ["anniversary", "anniversary"]
    assert [c.ended is None for c in rounds] == [True, False]
    assert rounds[0].starts == dt.date(2027, 9, 13)


def test_begun_by_hand_it_is_told_when_the_last_card_leaves(any_world: World) -> None:
    """How many are asked (one is away) and until when, before any card has gone."""
    out = any_world.press("head", "reread.start")
    told = "17 people are asked within working hours; the last card leaves by about 21 September 2026, 10:00"
    assert told in words(out[0].card)  # type: ignore[union-attr]


def test_checking_oneself_leaves_nothing(any_world: World) -> None:
    """Three questions and their answers; an incomplete form comes back; no record, no audit row, nobody is told."""
    number = begin(any_world)
    with any_world.store.look() as work:
        before = (list(work.audit.rows("demo")), dict(work.outbox.counts("demo")))
    form = any_world.form("teacher", "reread.check", number)
    (again,) = any_world.send("teacher", form, q1="permitted", q2="permitted")
    assert isinstance(again, Ask)
    assert set(again.form.errors) == {"q3"}
    (shown,) = any_world.send("teacher", form, q1="permitted", q2="permitted", q3="prohibited")
    assert isinstance(shown, Show)
    assert buttons(shown.card)["reread.confirm"] == number
    with any_world.store.look() as work:
        assert (list(work.audit.rows("demo")), dict(work.outbox.counts("demo"))) == before
    assert "nothing for you to confirm" in said(any_world.press("teacher", "reread.check", "no such round"))
